"""Every command of the how-to runs as it is written, but with few and short replications."""

import re
import runpy
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.planning.targets import read_target

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "howto_capacity.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ketasim (.+)$", TEXT, flags=re.MULTILINE)
SHORT = ["--when", "first-year", "--days", "60", "--replications", "2", "--jobs", "1", "-q",
         "--no-figures", "--set", "behaviour.stopping_days=30"]  # fmt: skip


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_of_the_how_to_runs(number, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    arguments = [*shlex.split(COMMANDS[number]), *SHORT, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "capacity.csv").exists()


def test_the_how_to_has_commands_and_its_targets_are_targets():
    assert len(COMMANDS) >= 7
    listed = re.findall(r"^\| `([^`]+[<>]=[^`]+)` \|", TEXT, flags=re.MULTILINE)
    assert len(listed) == 7
    for text in listed:
        assert str(read_target(text))


def test_the_python_of_the_how_to_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    real = sim.capacity
    few = {"replications": 2, "days": 60, "when": "first-year", "jobs": 1}
    monkeypatch.setattr(sim, "capacity", lambda *given: real(*given, **few), raising=False)
    exec(compile(code, "howto_capacity.md", "exec"), {})


def test_the_script_that_crosses_policies_with_chairs_is_short_and_runs(monkeypatch, tmp_path):
    script = ROOT / "scenarios" / "policy_capacity.py"
    assert len(script.read_text().splitlines()) <= 40
    from sim.study import crossed

    real = crossed.crossed

    def fewer(scenario, policies, levels, **options):
        small = scenario.override({"run.days": 60, "start": {"kind": "empty"}})
        some = {name: policies[name] for name in list(policies)[:2]}
        asked = dict.fromkeys(list(levels)[1:2], levels["induction_first"])
        return real(small, some, chairs=[2, 3], levels=asked, replications=2, jobs=1)

    monkeypatch.setattr(crossed, "crossed", fewer)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    folder = tmp_path / "results" / "policy_capacity_script"
    assert (folder / "policy_capacity.csv").exists()
    assert (folder / "figures" / "policy_capacity.png").exists()
