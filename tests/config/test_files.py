"""Files build on one another, and faults in them name the file and the remedy."""

from errno import EACCES
from pathlib import Path

import pytest

from sim.config.errors import ScenarioError
from sim.config.files import read_toml


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_file_is_read_as_the_table_it_holds(tmp_path):
    write(tmp_path, one='title = "é"\n[clinic]\nchairs = 4\n')
    assert read_toml(str(tmp_path / "one.toml")) == {"title": "é", "clinic": {"chairs": 4}}


def test_the_nearer_file_prevails_and_extends_is_gone(tmp_path):
    (tmp_path / "bases").mkdir()
    write(tmp_path / "bases", root="[clinic]\nchairs = 1\nnurses = 1\nprescribers = 1\n")
    write(tmp_path / "bases", middle='extends = "root.toml"\n[clinic]\nchairs = 2\nnurses = 2\n')
    write(tmp_path, near='extends = "bases/middle.toml"\n[clinic]\nchairs = 3\n')
    expected = {"clinic": {"chairs": 3, "nurses": 2, "prescribers": 1}}
    assert read_toml(tmp_path / "near.toml") == expected


def test_a_table_of_another_kind_does_not_inherit(tmp_path):
    write(tmp_path, base='[boosters]\nkind = "fixed"\nevery_days = 28\n')
    write(tmp_path, near='extends = "base.toml"\n[boosters]\nkind = "none"\n')
    assert read_toml(tmp_path / "near.toml") == {"boosters": {"kind": "none"}}


def test_files_that_extend_one_another_in_a_circle_are_refused(tmp_path):
    write(tmp_path, a='extends = "b.toml"', b='extends = "c.toml"', c='extends = "b.toml"')
    with pytest.raises(ScenarioError, match=r"circle: b\.toml extends c\.toml extends b\.toml"):
        read_toml(tmp_path / "a.toml")


def test_a_missing_base_names_the_file_that_extends_it(tmp_path):
    write(tmp_path, near='extends = "base.toml"')
    with pytest.raises(ScenarioError, match=r"base\.toml: there is no such file.*near\.toml"):
        read_toml(tmp_path / "near.toml")


@pytest.mark.parametrize("extends", ["3", '["a.toml"]', '""', "true"])
def test_extends_names_exactly_one_file(tmp_path, extends):
    write(tmp_path, near=f"extends = {extends}")
    with pytest.raises(ScenarioError, match="must name one file in quotes"):
        read_toml(tmp_path / "near.toml")


def test_a_missing_file_is_told_by_name(tmp_path):
    with pytest.raises(ScenarioError, match=r"gone\.toml: there is no such file"):
        read_toml(tmp_path / "gone.toml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ScenarioError, match="this is a folder"):
        read_toml(tmp_path)


def test_bad_toml_is_told_with_line_and_column(tmp_path):
    write(tmp_path, bad="[clinic]\nchairs = four\n")
    with pytest.raises(ScenarioError, match=r"bad\.toml: this is not TOML: .*line 2, column 10"):
        read_toml(tmp_path / "bad.toml")


def test_a_file_that_is_not_utf8_is_told_with_the_byte(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(ScenarioError, match=r"not a text file in UTF-8 \(byte 10 is not\)"):
        read_toml(tmp_path / "latin.toml")


def test_a_name_that_no_file_can_have_is_told(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_toml(tmp_path / "a\0b.toml")


def test_a_file_without_permission_is_told(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ScenarioError, match=r"cannot be read \(Permission denied\)"):
        read_toml(tmp_path / "secret.toml")
