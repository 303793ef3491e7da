"""Changing referral rates (witnesses: a plain loop over the calendar, and the Poisson law)."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim import Scenario
from sim.config.errors import ScenarioError
from sim.people.referrals import Poisson
from sim.streams import Purpose, Streams

MONDAY = date(2026, 1, 5)
SEASONS = (0.5, 0.8, 1.0, 1.2, 1.5, 1.0, 0.3, 0.3, 1.4, 1.2, 1.0, 0.6)
SUMMER = {"from": date(2026, 6, 10), "until": date(2026, 9, 20), "factor": 0.25}
CHANGING = Poisson(per_week=30, growth_per_year=0.4, seasonality=SEASONS, shocks=(SUMMER,))


def minutes(referrals, start=MONDAY, days=728, replication=1):
    return referrals.minutes(Streams(1, replication), start, days)


def by_plain_loop(per_week, growth, seasons, shock, days):
    """Expected referrals by calendar month, one day after another."""
    months = {}
    for n in range(days):
        day = MONDAY + timedelta(days=n)
        if day.weekday() < 5:
            rate = per_week / 5 * (1 + growth) ** (n / 365.25) * seasons[day.month - 1]
            if shock["from"] <= day <= shock["until"]:
                rate *= shock["factor"]
            months[day.year, day.month] = months.get((day.year, day.month), 0) + rate
    return months


def counted(when):
    dates = (np.datetime64(MONDAY) + when // 1440).astype("datetime64[M]")
    return {
        (int(str(month)[:4]), int(str(month)[5:])): int(number)
        for month, number in zip(*np.unique(dates, return_counts=True), strict=True)
    }


def test_months_have_the_numbers_that_growth_season_and_shock_say():
    runs = 60
    expected = by_plain_loop(30, 0.4, SEASONS, SUMMER, 728)
    found = [counted(minutes(CHANGING, replication=r)) for r in range(1, runs + 1)]
    total = np.array([sum(run.get(month, 0) for run in found) for month in expected])
    mean = np.array(list(expected.values())) * runs
    chi_square = float(((total - mean) ** 2 / mean).sum())
    assert 0.001 < stats.chi2(len(mean)).cdf(chi_square) < 0.999
    assert CHANGING.expected(MONDAY, 728) == pytest.approx(mean.sum() / runs)


def test_the_number_of_a_run_is_poisson_whatever_changes():
    expected = CHANGING.expected(MONDAY, 364)
    counts = [len(minutes(CHANGING, days=364, replication=r)) for r in range(300)]
    assert np.mean(counts) == pytest.approx(expected, abs=3 * np.sqrt(expected / 300))
    dispersion = np.var(counts, ddof=1) / expected * 299
    assert 0.005 < stats.chi2(299).cdf(dispersion) < 0.995


@pytest.mark.parametrize("when", ["weekdays", "clock"])
@pytest.mark.parametrize("start", [date(2026, 1, day) for day in range(5, 12)])
def test_a_constant_rate_needs_no_table_of_days(when, start):
    """Time as a formula: weeks of office time, of which the first one may be partly over."""
    found = minutes(Poisson(per_week=7, when=when), start)
    uniform = Streams(1, 1).generator(Purpose.REFERRAL_GAP).random(2000)
    weeks = np.cumsum(-np.log1p(-uniform)) / 7
    if when == "clock":
        formula = weeks * 7 * 1440
    else:
        nth = np.floor(weeks * 5) + min(start.weekday(), 5)
        day = np.floor(nth / 5) * 7 + nth % 5 - start.weekday()
        formula = day * 1440 + 540 + (weeks * 5 % 1) * 480
    expected = np.floor(formula[formula < 728 * 1440]).astype(int)
    assert found.tolist() == expected.tolist()


@settings(max_examples=60, deadline=None)
@given(
    per_week=st.floats(0.5, 20),
    growth=st.floats(-0.5, 1),
    factor=st.floats(0, 3),
    seasons=st.lists(st.floats(0.1, 3), min_size=12, max_size=12),
    more=st.floats(0, 2),
    which=st.sampled_from(["rate", "growth", "shock", "season"]),
)
def test_a_higher_rate_never_makes_the_nth_referral_later(
    per_week, growth, factor, seasons, more, which
):
    def law(extra):
        return Poisson(
            per_week=per_week + (extra if which == "rate" else 0),
            growth_per_year=growth + (extra if which == "growth" else 0),
            seasonality=tuple(s + (extra if which == "season" else 0) for s in seasons),
            shocks=(SUMMER | {"factor": factor + (extra if which == "shock" else 0)},),
        )

    few, many = minutes(law(0.0)), minutes(law(more))
    assert len(many) >= len(few)
    assert (many[: len(few)] <= few).all()


def test_nobody_is_referred_on_days_of_factor_0():
    closed = minutes(Poisson(per_week=100, shocks=(SUMMER | {"factor": 0.0},)))
    dates = np.datetime64(MONDAY) + closed // 1440
    shut = (dates >= np.datetime64(SUMMER["from"])) & (dates <= np.datetime64(SUMMER["until"]))
    assert not shut.any()
    assert (dates == np.datetime64("2026-09-21")).any(), "the Monday after it is a day as others"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"referrals.seasonality": [1.0] * 11}, ["referrals.seasonality", "11", "12"]),
        ({"referrals.seasonality": [0.0] * 12}, ["referrals.seasonality", "0"]),
        (
            {"referrals.shocks": [{"from": "2026-05-01", "until": "2026-04-01", "factor": 1.0}]},
            ["referrals.shocks", "2026-04-01", "before"],
        ),
        (
            {"referrals.shocks": [{"from": "2026-05-01", "til": "2026-06-01", "factor": 1.0}]},
            ["referrals.shocks", "until"],
        ),
        ({"referrals.growth_per_year": -1.0}, ["referrals.growth_per_year"]),
    ],
)
def test_an_impossible_change_is_named(changes, words):
    with pytest.raises(ScenarioError) as fault:
        Scenario().override(changes)
    for word in words:
        assert word in str(fault.value)


def test_more_people_than_fit_are_refused_before_they_are_drawn():
    with pytest.raises(ScenarioError, match="growth"):
        minutes(Poisson(per_week=1000, growth_per_year=10), days=7300)
