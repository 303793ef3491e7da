"""A forecast as referrals (witness: the file itself, week by week)."""

from datetime import date

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.experiment.provenance import check_files, described
from sim.people.referrals import FromFile
from sim.report.people import referred
from sim.streams import Streams

MONDAY = date(2026, 1, 5)
WEEKS = [3, 0, 7, 12, 1]


def saved(folder, numbers=WEEKS, weeks=None, heading="week,referrals"):
    path = folder / "forecast.csv"
    weeks = range(len(numbers)) if weeks is None else weeks
    rows = [f"{week},{number}" for week, number in zip(weeks, numbers, strict=True)]
    path.write_text("\n".join([heading, *rows]) + "\n")
    return str(path)


def by_week(law, start=MONDAY, weeks=12, replication=1):
    when = law.minutes(Streams(1, replication), start, 7 * weeks)
    assert (np.diff(when) >= 0).all()
    return np.bincount(when // (7 * 1440), minlength=weeks)


@pytest.mark.parametrize(
    ("beyond", "later"),
    [
        ("last", [1, 1, 1, 1, 1, 1, 1]),
        ("repeat", [3, 0, 7, 12, 1, 3, 0]),
        ("none", [0, 0, 0, 0, 0, 0, 0]),
    ],
)
@pytest.mark.parametrize("start", [MONDAY, date(2026, 1, 8), date(2026, 1, 11)])
def test_an_exact_forecast_is_met_every_week(tmp_path, beyond, later, start):
    law = FromFile(file=saved(tmp_path), exact=True, beyond=beyond)
    for replication in range(1, 6):
        assert by_week(law, start, replication=replication).tolist() == WEEKS + later


def test_around_a_forecast_the_mean_of_each_week_is_the_forecast(tmp_path):
    law = FromFile(file=saved(tmp_path, [3.5, 0, 7.25, 12, 1]), beyond="none")
    runs = 400
    found = sum(by_week(law, weeks=6, replication=r) for r in range(runs)) / runs
    expected = np.array([3.5, 0, 7.25, 12, 1, 0])
    assert (np.abs(found - expected) <= 4 * np.sqrt(expected / runs)).all()
    assert law.expected(MONDAY, 42) == pytest.approx(23.75)


def test_weeks_named_by_their_mondays_are_those_of_the_calendar(tmp_path):
    mondays = ["2025-12-29", "2026-01-05", "2026-01-12", "2026-01-19"]
    law = FromFile(file=saved(tmp_path, [10, 4, 6, 2], mondays), exact=True, beyond="none")
    assert by_week(law, weeks=5).tolist() == [4, 6, 2, 0, 0], "the run starts in the second week"
    thursday = law.minutes(Streams(1, 1), date(2026, 1, 1), 21)
    assert (thursday < 4 * 1440).sum() == 4, "Thursday and Friday are two fifths of the week's 10"
    assert ((thursday >= 4 * 1440) & (thursday < 11 * 1440)).sum() == 4


@pytest.mark.parametrize("exact", [False, True])
def test_a_higher_forecast_makes_no_referral_later(tmp_path, exact):
    few = FromFile(file=saved(tmp_path), exact=exact).minutes(Streams(1, 1), MONDAY, 90)
    more = FromFile(file=saved(tmp_path, [4, 2, 7, 15, 1]), exact=exact)
    many = more.minutes(Streams(1, 1), MONDAY, 90)
    assert (many[: len(few)] <= few).all()


def complaint(path, **options):
    with pytest.raises(ScenarioError) as fault:
        FromFile(file=path, **options).minutes(Streams(1, 1), MONDAY, 28)
    return str(fault.value)


def test_all_faults_are_told_by_row_and_column(tmp_path):
    said = complaint(saved(tmp_path, ["3", "-1", "many", "2"], ["0", "1", "3", "4"]))
    assert "3 faults in the forecast of referrals" in said
    assert 'row 3, referrals = "-1"' in said
    assert 'row 4, referrals = "many"' in said
    assert 'row 4, week is "3" where 2 should come next' in said


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        (["2026-01-06", "2026-01-13"], "Tuesday"),
        (["2026-01-05", "2026-01-19"], "2026-01-12 should come next"),
        (["2026-01-12", "2026-01-19"], "after run.start_date"),
        (["1", "2"], "0 should come next"),
    ],
)
def test_weeks_must_follow_one_another(tmp_path, weeks, words):
    assert words in complaint(saved(tmp_path, [1, 2], weeks))


def test_exactly_half_a_person_cannot_be_referred(tmp_path):
    assert "whole number" in complaint(saved(tmp_path, [1, 2.5]), exact=True)


def test_headings_and_empty_forecasts_are_refused(tmp_path):
    said = complaint(saved(tmp_path, heading="week,referals"))
    assert '"referals" is not known. Did you mean "referrals"?' in said
    assert "nobody" in complaint(saved(tmp_path, [0, 0]))
    assert "no such file" in complaint(str(tmp_path / "none.csv"))


def test_a_forecast_lies_beside_its_scenario_and_is_checked_when_that_is_read(tmp_path):
    saved(tmp_path)
    file = tmp_path / "own.toml"
    file.write_text('[referrals]\nkind = "file"\nfile = "forecast.csv"\nexact = true\n')
    scenario = sim.read_scenario(file)
    assert len(sim.replicate(scenario.override({"run.days": 28}), 1).patients) == 22
    saved(tmp_path, ["x"])
    with pytest.raises(ScenarioError, match=r"referrals\.file"):
        sim.read_scenario(file)


def test_a_changed_forecast_is_not_simulated_again(tmp_path):
    scenario = sim.Scenario().override({"referrals": {"kind": "file", "file": saved(tmp_path)}})
    manifest = described({"a": scenario})["a"]
    assert set(manifest["files"]) == {"referrals.file"}
    check_files(scenario, manifest)
    saved(tmp_path, [1, 2])
    with pytest.raises(ScenarioError, match="not the forecast of referrals"):
        check_files(scenario, manifest)
    assert described({"a": scenario})["a"]["digest"] != manifest["digest"]


def test_the_words_name_the_file_and_what_follows_it(tmp_path):
    scenario = sim.Scenario().override({"referrals": {"kind": "file", "file": saved(tmp_path)}})
    said = referred(scenario)
    assert "forecast.csv forecasts for 5 weeks" in said
    assert "the number of the last one holds" in said


# ---------------------------------------------------------------- month by month

MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]
COUNTS = [31, 0, 22, 44]


def by_month(folder, months=MONTHS, numbers=COUNTS, **options):
    path = saved(folder, numbers, months, "month,referrals")
    return FromFile(file=path, **options)


def in_months(law, start, days, replication=1):
    """Count the referrals of each calendar month, by their dates."""
    minutes = law.minutes(Streams(1, replication), start, days)
    dates = np.datetime64(start) + minutes // 1440
    names, counts = np.unique(dates.astype("datetime64[M]"), return_counts=True)
    return dict(zip(names.astype(str).tolist(), counts.tolist(), strict=True))


@pytest.mark.parametrize("months", [MONTHS, [f"{month}-01" for month in MONTHS]])
@pytest.mark.parametrize("when", ["weekdays", "clock"])
def test_an_exact_forecast_by_months_is_met_every_calendar_month(tmp_path, months, when):
    law = by_month(tmp_path, months, exact=True, when=when, beyond="none")
    for replication in range(1, 4):
        found = in_months(law, date(2026, 1, 1), 200, replication)
        assert found == {"2026-01": 31, "2026-03": 22, "2026-04": 44}
    assert law.expected(date(2026, 1, 1), 200) == pytest.approx(97)


@pytest.mark.parametrize(
    ("beyond", "later"), [("last", {"2026-05": 44, "2026-06": 44}), ("repeat", {"2026-05": 31})]
)
def test_after_the_last_month_its_number_holds_or_all_begin_again(tmp_path, beyond, later):
    law = by_month(tmp_path, exact=True, beyond=beyond)
    found = in_months(law, date(2026, 1, 1), 181)  # until the end of June
    assert {month: found[month] for month in found if month > "2026-04"} == later


def test_a_months_number_is_spread_over_its_own_weekdays(tmp_path):
    """By the calendar: January 2026 has 22 weekdays, March 22, and the 10th of each a number."""
    law = by_month(tmp_path, when="weekdays", beyond="none")
    assert law.expected(date(2026, 1, 1), 2) == pytest.approx(2 / 22 * 31)  # Thursday, Friday
    assert law.expected(date(2026, 3, 1), 2) == pytest.approx(1 / 22 * 22)  # Sunday, Monday
    around = by_month(tmp_path, when="clock")
    assert around.expected(date(2026, 4, 16), 15) == pytest.approx(22)


def test_a_run_may_start_in_the_middle_of_a_month_but_not_before_the_first(tmp_path):
    law = by_month(tmp_path, exact=True, when="clock", beyond="none")
    assert set(in_months(law, date(2026, 3, 16), 60)) == {"2026-03", "2026-04"}
    with pytest.raises(ScenarioError, match="the forecast begins on 2026-01-01, after"):
        law.expected(date(2025, 12, 31), 60)


def test_the_usual_rate_is_that_of_the_first_three_months(tmp_path):
    law = by_month(tmp_path)
    assert law.usual_per_week() == pytest.approx((31 + 0 + 22) / (31 + 28 + 31) * 7)


@pytest.mark.parametrize(
    ("months", "numbers", "words"),
    [
        (
            ["2026-01", "2026-03"],
            [1, 2],
            'row 3, month is "2026-03" where 2026-02 should come next',
        ),
        (["2025-12", "2025-13"], [1, 2], 'month is "2025-13" where 2026-01 should come next'),
        (["2026-01-05"], [1], 'row 2, month is "2026-01-05"; months are written 2026-03'),
        (["January"], [1], 'row 2, month is "January"; months are written'),
        (["2026-01", ""], [1, 2], "row 3, month is empty where 2026-02"),
        (["2026-01"], [-1], 'referrals = "-1" is not possible'),
        (["2026-01"], [0], "nobody is referred in any month"),
    ],
)
def test_months_that_cannot_be_are_told(tmp_path, months, numbers, words):
    with pytest.raises(ScenarioError) as caught:
        by_month(tmp_path, months, numbers).forecast()
    assert words in str(caught.value)


def test_weeks_and_months_in_one_file_are_refused(tmp_path):
    path = tmp_path / "both.csv"
    path.write_text("week,month,referrals\n0,2026-01,3\n")
    with pytest.raises(ScenarioError, match="a column week or a column month, not both"):
        FromFile(file=str(path)).forecast()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (by_month, "for 4 months, 97 referrals in all; after them nobody is referred. In the 59 "
         "days of this run 31 are expected."),
        (lambda folder, **options: FromFile(file=saved(folder), **options), "for 5 weeks, 23 "
         "referrals in all; after them nobody is referred. In the 59 days of this run 23 are"),
    ],
)  # fmt: skip
def test_describe_says_how_many_referrals_are_expected(tmp_path, make, words):
    law = make(tmp_path, beyond="none")
    scenario = sim.Scenario().override({"run.start_date": date(2026, 1, 1), "run.days": 59})
    table = {"kind": "file", "file": law.file, "beyond": "none"}
    assert words in referred(scenario.override({"referrals": table}))
