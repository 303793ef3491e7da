"""Referral times: rates, hours and common random numbers (witness: the Poisson law)."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from sim.distributions import Constant
from sim.people.referrals import ClosedCohort, Interarrival, Poisson
from sim.streams import Streams

MONDAY = date(2026, 1, 5)


def minutes(referrals, start=MONDAY, days=730, replication=1):
    return referrals.minutes(Streams(1, replication), start, days)


@pytest.mark.parametrize("when", ["weekdays", "clock"])
def test_the_number_referred_is_poisson(when):
    counts = [
        len(minutes(Poisson(per_week=4, when=when), days=364, replication=r)) for r in range(300)
    ]
    assert np.mean(counts) == pytest.approx(208, abs=3 * np.sqrt(208 / 300))
    dispersion = np.var(counts, ddof=1) / 208 * 299
    assert 0.005 < stats.chi2(299).cdf(dispersion) < 0.995


@pytest.mark.parametrize("start", [date(2026, 1, day) for day in range(5, 12)])
def test_by_weekday_nobody_is_referred_at_night_or_at_the_weekend(start):
    when = minutes(Poisson(per_week=200), start, 60)
    weekday = (when // 1440 + start.weekday()) % 7
    assert set(weekday) == {0, 1, 2, 3, 4}
    assert (when % 1440).min() >= 9 * 60
    assert (when % 1440).max() < 17 * 60
    per_day = len(when) / len({(minute // 1440) for minute in when})
    assert per_day == pytest.approx(40, rel=0.15), "200 a week are 40 a weekday, from the first day"


def test_times_are_in_order_and_before_the_horizon():
    for referrals in (Poisson(), Poisson(when="clock"), ClosedCohort(patients=50, over_days=1000)):
        when = minutes(referrals)
        assert (np.diff(when) >= 0).all()
        assert when.max() < 730 * 1440


def test_twice_the_rate_refers_the_same_people_in_half_the_time():
    slow = minutes(Poisson(per_week=4, when="clock"))
    fast = minutes(Poisson(per_week=8, when="clock"))
    np.testing.assert_allclose(fast[: len(slow)], slow / 2, atol=1)


def test_a_trial_cohort_starts_at_minute_0():
    assert minutes(ClosedCohort(patients=7)).tolist() == [0] * 7


def test_constant_interarrivals_come_on_the_dot():
    when = minutes(Interarrival(minutes_between=Constant(value=60)), days=1)
    assert when.tolist() == list(range(60, 1440, 60))


def test_time_that_never_passes_is_a_fault():
    with pytest.raises(ValueError, match="never lets time pass"):
        minutes(Interarrival(minutes_between=Constant(value=0)), days=1)
