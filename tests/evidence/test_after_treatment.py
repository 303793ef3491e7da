"""What is published about the time after treatment, as data (witness: the pages, and counting)."""

import csv
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.config.errors import ScenarioError
from sim.evidence.objective import Objective
from sim.evidence.published import after_treatment, read_published, shipped, with_what_comes_after

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"
CORRECTED = {"C5", "C7b-28", "C7b-56"}  # read wrongly among the targets of the calibrations
TARGETS = {  # chosen and written down on 2026-11-30, before any fit
    *CORRECTED, "withdrawn", "continued", "drug-midazolam", "not-six", "eighth-marketscan",
    "days-to-eighth",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    with after_treatment().open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_what_is_fitted_to_and_what_is_held_out_was_chosen_before_any_fit(rows):
    use = {row["id"]: row["use"] for row in rows}
    assert {name for name, what in use.items() if what == "target"} == TARGETS
    new = set(use) - CORRECTED
    assert len(TARGETS & new) < len(new) / 2
    page = PAGE.read_text(encoding="utf-8")
    for name, what in use.items():
        assert f"| {name} | {what.replace('_', ' ')} |" in page, name


def test_every_row_says_where_it_comes_from_and_how_sure_it_is(rows):
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        for column in ("definition", "window", "route", "counted", "source", "doi_or_pmid"):
            assert row[column], (row["id"], column)
        assert row["how_sure"]
        if row["topic"] != "attendance":
            assert row["definition"].startswith(("rated", "latent")), row["id"]


def test_every_row_is_understood_and_the_targets_of_the_calibrations_are_as_they_were(rows):
    found = read_published(after_treatment())
    assert [result.use for result in found] == [row["use"] for row in rows]
    assert {result.use for result in read_published(shipped())} == {""}
    known = {result.name: result for result in found}
    assert known["withdrawn"].arms[0].placebo_boosters
    assert known["C5"].arms[0].home
    assert known["C7b-28"].reading.kind == "response"  # at one rating then


def test_the_command_reads_the_file_by_its_option(tmp_path):
    options = ["--people", "100", "--replications", "2", "--jobs", "1", "--no-figures"]
    done = CliRunner().invoke(
        app, ["validate", "--after-treatment", *options, "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0, done.output
    assert "held_out" in done.output
    both = CliRunner().invoke(app, ["validate", str(shipped()), "--after-treatment"])
    assert isinstance(both.exception, ScenarioError)
    assert "leave one of the two out" in str(both.exception)


def test_a_fit_with_what_comes_after_has_the_targets_read_right_and_nothing_held_out(rows):
    """Witness: the two files, row by row."""
    use = {row["id"]: (row["use"], row["topic"]) for row in rows}
    found = with_what_comes_after()
    names = [result.name for result in found]
    assert len(set(names)) == len(names)
    wrong = {"C5", "C7b-28", "C7b-56"}
    kept = {result.name for result in read_published(shipped())} - wrong
    fitted = {name for name, (what, topic) in use.items()
              if what == "target" and topic != "attendance"}  # fmt: skip
    assert set(names) == kept | fitted
    assert wrong < fitted
    for which in ("trial", "community"):
        objective = Objective(which, "afterwards", found, people=200)
        assert np.isfinite(objective.model(objective.start())).all()


def test_a_fit_has_one_kind_of_targets():
    options = ["calibrate", "--set", "trial", "--after-treatment", "--targets", str(shipped())]
    both = CliRunner().invoke(app, options)
    assert isinstance(both.exception, ScenarioError)
    assert "leave one of the two out" in str(both.exception)
