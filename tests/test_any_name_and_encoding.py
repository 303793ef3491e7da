"""Any name and any encoding: what is printed, drawn and written shows it as text."""

import csv
import io
import re
import sys
import warnings

import matplotlib
import pytest
from matplotlib.text import Text
from typer.main import get_command

import sim
from sim.cli.commands import app, command_line
from sim.experiment.design import read_study
from sim.experiment.store import write_results
from sim.figures import style
from sim.figures.gallery import FIGURES

NAMES = ["$\\frac$", "_", "[red]x[/]", "\x1b[31mred", "=cmd()", "../../up", "a\nb", ":smile:",
         "x" * 300, "é±日本😀"]  # fmt: skip
SHOWN = [name.replace("\x1b", "\\x1b").replace("\n", "\\n") for name in NAMES]
ENCODINGS = ["cp437", "cp850", "cp932", "cp1251", "latin-1", "ascii", "utf-8"]
COMMANDS = ["", *get_command(app).commands]
TINY = ["--set", "run.days=10", "--replications", "1", "--jobs", "1"]


def toml_key(name):
    """Write a name as TOML does: in quotes, control characters by number."""
    escaped = name.replace("\\", "\\\\")
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study with odd names, in a file with one."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "base.toml").write_text("", encoding="utf-8")
    variants = "".join(
        f'[variants.{toml_key(name)}]\n"clinic.chairs" = {chairs}\n'
        for chairs, name in enumerate(NAMES, 2)
    )
    text = f'base = "base.toml"\nreference = {toml_key(NAMES[0])}\n{variants}'
    (folder / "$a_[red]$.toml").write_text(text, encoding="utf-8")
    return folder


def printed(monkeypatch, encoding, *arguments):
    """Run the command as a shell would, with its output into a file of an encoding."""
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    err = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "argv", ["ketasim", *map(str, arguments)])
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with pytest.raises(SystemExit) as ended:
        command_line()
    out.flush(), err.flush()
    return (
        ended.value.code,
        out.buffer.getvalue().decode(encoding),
        err.buffer.getvalue().decode(encoding),
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_help_of_every_command_is_printed_in_any_encoding(encoding, monkeypatch):
    for command in COMMANDS:
        status, out, err = printed(monkeypatch, encoding, *filter(None, [command]), "--help")
        assert (status, err) == (0, "")
        assert "Usage: ketasim" in out


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_study_of_odd_names_is_told_in_any_encoding(encoding, folder, monkeypatch, tmp_path):
    study = folder / "$a_[red]$.toml"
    size = [*TINY, "--no-figures", "--out", tmp_path / "out"]
    status, out, err = printed(monkeypatch, encoding, "compare", study, *size)
    assert status in (0, None), err
    assert "Traceback" not in err
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x9b]", out)
    told = re.sub(r"\s", "", out)
    for name in (*SHOWN[:4], SHOWN[5], SHOWN[6], SHOWN[7]):
        assert name in told
    if encoding == "utf-8":
        assert SHOWN[-1] in told


@pytest.mark.parametrize("encoding", ["ascii", "cp932"])
def test_a_fault_in_an_odd_file_is_a_paragraph_in_any_encoding(encoding, tmp_path, monkeypatch):
    file = tmp_path / "é\x1b.toml"
    file.write_text("[clinic]\nchäirs = 3\n", encoding="utf-8")
    status, out, err = printed(monkeypatch, encoding, "run", file)
    assert (status, out) == (2, "")
    assert "\x1b" not in err
    assert "\\x1b" in err


def test_names_come_back_from_the_tables_as_they_were_and_none_is_a_formula(folder, tmp_path):
    study = read_study(folder / "$a_[red]$.toml", {"run.days": 10})
    assert list(study.scenarios) == SHOWN
    results = sim.run(study.scenarios, 1, jobs=1, reference=study.reference, name=study.name)
    written = write_results(results, tmp_path / "out", sim.compare(results))
    assert sim.read_results(written).names == results.names
    for file in written.glob("*.csv"):
        for row in csv.reader(file.read_text("utf-8").splitlines()):
            assert not [text for text in row if re.match(r"[=+@\t\r]|-[^\d.i]", text)]


def test_the_default_folder_of_an_odd_study_lies_in_results(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    size = [*TINY, "--no-figures", "-q"]
    status, _, err = printed(monkeypatch, "utf-8", "compare", folder / "$a_[red]$.toml", *size)
    assert status in (0, None), err
    (made,) = (tmp_path / "results").iterdir()
    assert re.fullmatch(r"_a__red__-\d{8}-\d{6}", made.name)


@pytest.fixture(scope="module")
def results(folder):
    study = read_study(folder / "$a_[red]$.toml", {"run.days": 40})
    return sim.run(study.scenarios, 2, jobs=1, reference=study.reference, by="severity")


@pytest.mark.parametrize("figure", FIGURES)
def test_figures_write_names_and_never_read_them_as_mathematics(figure, results, tmp_path):
    """Drawn with dollars that no mathtext could parse: `$\\frac$` would raise."""
    draw, fits = FIGURES[figure]
    assert fits(results)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw(results)
        axes = drawn.ravel()[0] if hasattr(drawn, "ravel") else drawn
        whole = axes.get_figure(root=True)
        style.write_png(whole, tmp_path / "figure.png")
    texts = [text.get_text().replace("\n", " ") for text in whole.findobj(Text)]
    if any("[red]" in text for text in texts):
        assert any("$\\frac$" in text for text in texts)
    assert max(map(len, texts)) < 400
    assert matplotlib.rcParams["text.parse_math"] is True  # the user's own setting
