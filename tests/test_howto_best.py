"""Every command of the how-to runs as it is written, but with few and short replications."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.experiment.enough import read_condition

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "howto_best.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ketasim (.+)$", TEXT, flags=re.MULTILINE)
SHORT = ["--jobs", "1", "-q", "--no-figures", "--set", "run.days=15",
         "--set", "referrals.per_week=2"]  # fmt: skip
MOST = {"run": ["--at-most", "15"], "compare": ["--at-most", "15"]}
WRITTEN = {"run": "summary.csv", "compare": "comparison.csv"}


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_of_the_how_to_runs(number, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    arguments = shlex.split(COMMANDS[number])
    command = arguments[0]
    several = arguments.count("--measure") > 1
    fewer = ["--replications", "3"] if several else MOST.get(command, [])
    if "--delta" in arguments:
        fewer = ["--at-most", "10"]
    out = ["--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*arguments, *SHORT, *fewer, *out])
    assert done.exit_code == 0, done.output
    written = WRITTEN.get(command, "pareto.csv" if several else "best.csv")
    assert (tmp_path / "out" / written).exists()


def test_the_how_to_has_commands_and_its_conditions_are_conditions():
    assert [command.split()[0] for command in COMMANDS].count("best") == 3
    assert len(COMMANDS) == 5
    listed = re.findall(r"^\| `([^`]+<=[^`]+)` \|", TEXT, flags=re.MULTILINE)
    assert len(listed) == 3
    for text in listed:
        assert str(read_condition(text)).replace('"', "") == text


def test_the_python_of_the_how_to_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    real = sim.read_study
    short = {"run.days": 15, "referrals.per_week": 2}
    monkeypatch.setattr(sim, "read_study", lambda path: real(path, short), raising=False)
    exec(compile(code, "howto_best.md", "exec"), {})
    said = capsys.readouterr().out
    assert "replications_upper" in said
    assert "nough: " in said
