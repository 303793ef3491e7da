"""What is said against a scenario before it is run (witness: the calendar, by hand)."""

import re

import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.report.assumptions import describe
from sim.report.cautions import holidays_of_another_year


@pytest.mark.parametrize(
    ("start", "days", "holidays", "said"),
    [
        ("2026-01-05", 730, (), None),
        ("2026-01-05", 730, ("2026-12-25", "2027-12-25"), None),  # four days of 2028 are too few
        ("2026-01-05", 730, ("2025-12-25",), "of 2025, .* it has no holidays in 2026 to 2027"),
        ("2026-01-05", 730, ("2026-12-25",), "no holidays in 2027"),
        ("2026-01-05", 30, ("2026-12-25",), None),  # the year is right, though no day falls in it
        ("2026-01-05", 30, ("2024-12-25", "2027-12-25"), "of 2024 and 2027, .* in 2026"),
        ("2026-11-01", 365, ("2027-12-25",), "from 1 November 2026 to 31 October 2027: .* in 2026"),
    ],
)
def test_holidays_of_another_year_than_the_run_draw_a_caution(start, days, holidays, said):
    changes = {"run.start_date": start, "run.days": days, "clinic.holidays": holidays}
    scenario = sim.Scenario().override(changes)
    cautions = holidays_of_another_year(scenario)
    assert len(cautions) == (said is not None)
    for caution in cautions:
        assert re.search(said, caution)
        assert " ".join(caution.split()) in " ".join(describe(scenario).split())


def test_a_caution_stands_above_the_table_of_a_run(tmp_path):
    command = [
        "run", "scenarios/base.toml", "--set", "clinic.holidays=[2025-12-25]", "--set",
        "run.days=20", "--replications", "2", "--jobs", "1", "--no-figures", "--out",
        str(tmp_path / "run"),
    ]  # fmt: skip
    printed = CliRunner().invoke(app, command).output
    assert printed.index("Caution: The holidays are of 2025") < printed.index("chair utilisation")


def test_dates_are_described_as_dates():
    days = {"first_day": "2026-08-03", "last_day": "2026-08-14"}
    scenario = sim.Scenario().override(
        {
            "clinic.holidays": ("2026-12-25",),
            "clinic.closures": [days],
            "clinic.chairs_out": [days],
            "clinic.staff_away": [{"staff": "nurses", **days}],
        }
    )
    text = " ".join(describe(scenario).split())
    assert "datetime" not in text
    assert "from Monday 5 January 2026" in text
    assert "clinic.holidays = [2026-12-25]" in text
    assert "clinic.closures = [{ first_day = 2026-08-03, last_day = 2026-08-14 }]" in text
    for said in (
        "Closed from 3 August 2026 to 14 August 2026.",
        "1 of the nurses away from 3 August 2026 to 14 August 2026.",
        "1 chair(s) out of order from 3 August 2026 to 14 August 2026.",
        "Closed on 1 holiday(s): 25 December 2026.",
    ):
        assert said in text
