"""What is published, as data: targets, and what is held out (witness: the page, and counting)."""

import csv
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.evidence.model_validation import computed
from sim.evidence.objective import Objective
from sim.evidence.published import read_published, shipped, to_fit
from sim.experiment.task import Task
from sim.model.scenario import Scenario

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"
BEFORE = {"C1", "C2", "C3", "C4", "C6", "C7a", "C8"}  # targets from the beginning
CORRECTED = {"C5", "C7b-28", "C7b-56"}  # likewise, but read wrongly until 2026-11-30
TARGETS = {"withdrawn", "continued", "drug-midazolam"}  # new, chosen on that day before any fit
OF_SETTINGS = {"not-six", "eighth-marketscan", "days-to-eighth"}  # likewise


@pytest.fixture(scope="module")
def rows():
    with shipped().open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_what_is_fitted_to_and_what_is_held_out_is_as_was_chosen_before_any_fit(rows):
    use = {row["id"]: row["use"] for row in rows}
    assert {name for name, what in use.items() if what == "target"} == BEFORE | CORRECTED | TARGETS
    assert {name for name, what in use.items() if what == "setting"} == OF_SETTINGS
    new = set(use) - CORRECTED - BEFORE
    assert len((TARGETS | OF_SETTINGS) & new) < len(new) / 2
    page = PAGE.read_text(encoding="utf-8")
    for name in new | CORRECTED:
        chosen = "held out" if use[name] == "held_out" else "target"
        assert f"| {name} | {chosen} |" in page, name


def test_every_row_says_where_it_comes_from_and_how_sure_it_is(rows):
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        for column in ("definition", "window", "route", "counted", "source", "doi_or_pmid"):
            assert row[column], (row["id"], column)
        assert row["how_sure"]
        if row["topic"] != "attendance":
            assert row["definition"].startswith(("rated", "latent")), row["id"]


def test_every_row_is_understood(rows):
    found = read_published(shipped())
    assert [result.use for result in found] == [row["use"] for row in rows]
    known = {result.name: result for result in found}
    assert known["withdrawn"].arms[0].placebo_boosters
    assert known["C5"].arms[0].home
    assert known["C7b-28"].reading.kind == "response"  # at one rating then
    assert known["not-six"].people.setting == "self_pay_clinic"
    assert known["days-to-eighth"].people.setting == "public_service"


def test_the_command_says_what_each_row_is_for(tmp_path):
    options = ["--people", "100", "--replications", "2", "--jobs", "1", "--no-figures"]
    done = CliRunner().invoke(app, ["validate", *options, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    for use in ("target", "held_out", "setting"):
        assert use in done.output


def test_a_fit_has_nothing_that_is_held_out_or_needs_a_clinic(rows):
    """Witness: the file, row by row."""
    found = to_fit(read_published(shipped()))
    assert [result.name for result in found] == [
        row["id"] for row in rows if row["use"] == "target"
    ]
    assert not any(arm.clinic for result in found for arm in result.arms)
    for which in ("trial", "community"):
        objective = Objective(which, "afterwards", people=200)
        assert {target.name for target in objective.targets} == {
            result.name for result in found if result.set in ("both", which)
        }
        assert np.isfinite(objective.model(objective.start())).all()


EXPECTED = {  # row: what its answer must lie within, by set
    "withdrawn": {"trial": (0.35, 0.60), "community": (0.35, 0.60)},
    "continued": {"trial": (0.15, 0.45), "community": (0.15, 0.45)},
    "remitters-12-months": {"community": (0.55, 0.90)},
    "C7b-28": {"community": (0.65, 0.90)},
    "C7b-56": {"community": (0.45, 0.75)},
    "midazolam-day-1": {"trial": (0.10, 0.45), "community": (0.10, 0.45)},
}


@pytest.mark.parametrize("calibration", ["trial", "community"])
def test_what_comes_after_treatment_is_as_published(calibration):
    """Witness: the papers; two of the rows are held out of every fit."""
    rows = [row for row in read_published(shipped()) if calibration in EXPECTED.get(row.name, ())]
    task = Task(calibration, Scenario().override({"symptoms.calibration": calibration}), 5, 1)
    answers = computed(task, tuple(rows), 4000)[: len(rows)]
    for row, value in zip(rows, answers, strict=True):
        low, high = EXPECTED[row.name][calibration]
        assert low <= value <= high, (row.name, value)
    assert len(rows) == sum(calibration in sets for sets in EXPECTED.values())
