"""Every command, study and piece of Python of the how-to, but short, with few replications."""

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "howto_designs.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ketasim (.+)$", TEXT, flags=re.MULTILINE)
SHORT = ["--replications", "1", "--jobs", "1", "-q", "--no-figures"]
FEW = ["--set", "run.days=40"]
SLOW = ["--set", "run.days=350", "--set", "referrals.per_week=0.5", "--set",
        "start.history_days=182"]  # fmt: skip


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_of_the_how_to_runs(number, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    given = shlex.split(COMMANDS[number])
    few = SLOW if "run.warmup_days=auto" in given else FEW
    done = CliRunner().invoke(app, [*given, *SHORT, *few, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    results = sim.read_results(tmp_path / "out")
    assert ("warm_up" in results.manifest) is (few is SLOW)
    if few is FEW:
        written = pd.read_csv(tmp_path / "out" / "by_factor.csv", keep_default_na=False)
        assert set(written["factor"]) == {
            entry["path"] for entry in results.manifest["design"]["factors"]
        }


def test_the_study_of_the_how_to_is_a_study(tmp_path, monkeypatch):
    (text,) = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    path = tmp_path / "study.toml"
    path.write_text(text.replace("first_year.toml", str(ROOT / "scenarios" / "first_year.toml")))
    study = sim.read_study(path)
    assert len(study.scenarios) == 13
    assert len(study.design["factors"]) == 4


def test_the_python_of_the_how_to_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    real = sim.read_study
    few = {"run.days": 40, "run.replications": 1}
    monkeypatch.setattr(sim, "read_study", lambda path: real(path, few), raising=False)
    exec(compile(code, "howto_designs.md", "exec"), {})
    assert "every 8 weeks" in capsys.readouterr().out


def test_the_shipped_design_is_what_the_how_to_says_of_it():
    study = sim.read_study(ROOT / "scenarios" / "design.toml")
    assert (len(study.scenarios), study.reference) == (13, "base")
    assert study.design["kind"] == "latin_hypercube"
    chairs = [point["clinic.chairs"] for point in study.design["scenarios"].values()]
    assert [chairs.count(n) for n in (2, 3, 4)] == [4, 4, 4]
