"""The how-to on changes, as a reader would follow it, and the study that it is about."""

import re
import shlex
import tomllib
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.model.changes import MAY_CHANGE

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "howto_changes.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ketasim (.+)$", TEXT, flags=re.MULTILINE)
FEW = ["--replications", "2", "--jobs", "1", "--quiet", "--set", "referrals.per_week=2"]
WEEK_OF_JULY = 177 // 7


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_of_the_how_to_runs(number, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    arguments = shlex.split(COMMANDS[number])
    if arguments[0] == "compare":
        arguments += [*FEW, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    if arguments[0] == "compare":
        assert (tmp_path / "out" / "figures" / "caseload.png").exists()
    else:
        assert "From 1 July 2026: clinic.chairs = 4 (before: 3)" in " ".join(done.output.split())


def test_the_study_of_the_how_to_is_the_one_that_is_shipped():
    (text,) = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    shipped = tomllib.loads((ROOT / "scenarios" / "futures.toml").read_text(encoding="utf-8"))
    assert {key: shipped[key] for key in ("base", "reference", "variants")} == tomllib.loads(text)


def test_every_path_of_the_table_may_change():
    rows = [line.split("|")[2] for line in TEXT.splitlines() if line.startswith("| ")][1:]
    told = set()
    for row in rows:
        table = ""
        for path in re.findall(r"`([^`]+)`", row):
            path = path.removesuffix(".…")
            table = path.rsplit(".", 1)[0] if path[0] != "." else table
            told.add(path if path[0] != "." else table + path)
    assert len(told) > 25
    for path in told:
        assert any(f"{path}.".startswith(f"{allowed}.") for allowed in MAY_CHANGE), path


def test_the_three_futures_of_the_shipped_study_have_one_history():
    """Week by week as the results have it; in the shortage nothing is infused in July."""
    study = sim.read_study(ROOT / "scenarios" / "futures.toml", {"referrals.per_week": 2})
    results = sim.run(study.scenarios, replications=1, seed=1, reference=study.reference, jobs=1)
    weeks = dict(iter(results.weeks.groupby("scenario")))
    assert set(weeks) == {"as_it_is", "fourth_chair", "shortage"}
    columns = ["infusions", "census", "waiting", "chair_utilisation"]
    ours = weeks["as_it_is"][columns].to_numpy()
    for rows in weeks.values():
        before = rows[columns].to_numpy()[:WEEK_OF_JULY]
        assert np.array_equal(before, ours[:WEEK_OF_JULY])
    july = weeks["shortage"]["infusions"].to_numpy()[WEEK_OF_JULY + 1 : WEEK_OF_JULY + 5]
    assert july.tolist() == [0, 0, 0, 0]
    assert ours[WEEK_OF_JULY + 1 : WEEK_OF_JULY + 5, 0].min() > 0
