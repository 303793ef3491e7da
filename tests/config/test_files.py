"""Files build on one another, and faults in them name the file and the remedy."""

import os
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

    (tmp_path / "secret.toml").write_text("")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ScenarioError, match=r"cannot be read \(Permission denied\)"):
        read_toml(tmp_path / "secret.toml")


def test_a_byte_order_mark_is_read_and_utf16_is_told(tmp_path):
    (tmp_path / "mark.toml").write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml(tmp_path / "mark.toml") == {"a": 1}
    (tmp_path / "wide.toml").write_bytes("a = 1\n".encode("utf-16"))
    with pytest.raises(ScenarioError, match="UTF-16; save it in UTF-8"):
        read_toml(tmp_path / "wide.toml")


@pytest.mark.parametrize("extends", ["/dev/zero", "/dev/stdin", "pipe"])
def test_what_would_never_end_is_not_opened(tmp_path, extends):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "near.toml").write_text(f'extends = "{extends}"')
    for path in (tmp_path / extends, tmp_path / "near.toml"):
        with pytest.raises(ScenarioError, match="a device or a pipe"):
            read_toml(path)


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 10_000 + "]" * 10_000, ".".join("a" * 5_000) + " = 1"]
)
def test_nesting_without_end_is_a_paragraph(tmp_path, text):
    (tmp_path / "deep.toml").write_text(text)
    with pytest.raises(ScenarioError, match="nested more than 20 deep"):
        read_toml(tmp_path / "deep.toml")


def test_a_long_chain_of_files_is_a_paragraph(tmp_path):
    for number in range(1000):
        (tmp_path / f"{number}.toml").write_text(f'extends = "{number + 1}.toml"')
    with pytest.raises(ScenarioError, match="chain of 20 files"):
        read_toml(tmp_path / "0.toml")


def test_a_file_too_large_or_with_zeros_is_not_read(tmp_path):
    with open(tmp_path / "large.toml", "wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(ScenarioError, match="100 MB, and at most 2 MB"):
        read_toml(tmp_path / "large.toml")
    (tmp_path / "zero.toml").write_text("a = 1\0")
    with pytest.raises(ScenarioError, match="character 6 is a zero"):
        read_toml(tmp_path / "zero.toml")


def test_a_number_of_ten_thousand_digits_is_told(tmp_path):
    (tmp_path / "long.toml").write_text(f"a = {'9' * 10_000}")
    with pytest.raises(ScenarioError, match="this is not TOML"):
        read_toml(tmp_path / "long.toml")
