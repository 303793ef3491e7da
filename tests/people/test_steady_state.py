"""Those already there in a steady state (witnesses: Little's law and the Poisson law)."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from sim.people.behaviour import Behaviour
from sim.people.population import Population
from sim.people.start import (
    SteadyState,
    already_there,
    days_until,
    expected_in_maintenance,
    mean_stay_days,
    share_reached,
)
from sim.streams import Streams
from sim.symptoms.parameters import Symptoms

MONDAY = date(2026, 1, 5)
DAY = 1440


def there(start=None, per_week=4.0, behaviour=None, replication=1, date_=MONDAY, when="weekdays"):
    streams = Streams(1, replication).aside()
    whom = Population(), Symptoms(), behaviour or Behaviour()
    return already_there(start or SteadyState(), per_week, when, *whom, streams, date_)


def test_95_percent_of_the_steady_state_take_about_eight_years():
    assert days_until(Behaviour(), 0.95) / 365.25 == pytest.approx(8.09, abs=0.01)
    assert share_reached(Behaviour(), 395) == pytest.approx(0.33, abs=1e-12)
    assert share_reached(Behaviour(), days_until(Behaviour(), 0.8)) == pytest.approx(0.8)


def test_the_caseload_is_littles_law():
    assert mean_stay_days(Behaviour()) == pytest.approx(986.3, abs=0.1)
    assert expected_in_maintenance(Behaviour(), 7, 0.5) == pytest.approx(986.3 / 2, abs=0.1)
    after_13_months = expected_in_maintenance(Behaviour(), 7, 0.5, 395)
    assert after_13_months == pytest.approx(0.33 * 986.3 / 2, abs=0.1)
    assert mean_stay_days(Behaviour(stopping_share=0)) == np.inf


def still_staying(people, start):
    """Those whose stay, counted from referral, is not over on the start date."""
    return int(
        (people.referred + people.days_in_maintenance * DAY > start.history_days * DAY).sum()
    )


@pytest.mark.parametrize("reached", [0.5, 0.99])
def test_the_number_still_staying_is_poisson_with_littles_mean(reached):
    start = SteadyState(reached=reached)
    expected = 4 / 7 * mean_stay_days(Behaviour()) * reached
    counts = [still_staying(there(start, replication=r), start) for r in range(150)]
    assert np.mean(counts) == pytest.approx(expected, abs=4 * np.sqrt(expected / 150))
    dispersion = np.var(counts, ddof=1) / expected * 149
    assert 0.005 < stats.chi2(149).cdf(dispersion) < 0.995


def test_a_longer_history_leaves_the_same_number():
    counts = []
    for days in (182, 364, 1092):
        start = SteadyState(history_days=days)
        counts.append(still_staying(there(start), start))
    assert len(set(counts)) == 1


def test_the_longest_standing_are_spread_over_the_first_weeks_of_the_history():
    people = there(SteadyState(history_days=364), per_week=40)
    early = people.referred[people.referred < 84 * DAY]
    by_week = np.bincount(early // (7 * DAY), minlength=12)
    assert stats.chisquare(by_week).pvalue > 0.001
    assert by_week.sum() > 0.7 * len(people)
    assert people.referred.min() >= 0
    assert (np.diff(people.referred) >= 0).all()


@pytest.mark.parametrize("day", range(5, 12))
@pytest.mark.parametrize("history_days", [200, 364])
def test_all_were_referred_in_office_hours(day, history_days):
    people = there(SteadyState(history_days=history_days), date_=date(2026, 1, day))
    first = date(2026, 1, day).toordinal() - history_days
    weekday = (people.referred // DAY + first + 6) % 7
    assert set(weekday) == {0, 1, 2, 3, 4}
    assert (people.referred % DAY).min() >= 9 * 60
    assert (people.referred % DAY).max() < 17 * 60


def test_what_is_left_of_a_stay_is_exponential_whenever_it_began():
    start = SteadyState()
    people = [there(start, per_week=20, replication=r) for r in range(5)]
    left = np.concatenate(
        [p.referred / DAY + p.days_in_maintenance - start.history_days for p in people]
    )
    assert (
        stats.kstest(left[left > 0], stats.expon(scale=mean_stay_days(Behaviour())).cdf).pvalue
        > 0.01
    )


def test_more_referrals_add_people_and_change_nobody():
    few, many = there(per_week=4), there(per_week=6)
    assert len(many) > len(few)
    known = set(many.untreated.tolist())
    recent = few.referred > 200 * DAY
    shared = np.isin(few.untreated[recent], list(known))
    assert shared.mean() > 0.9, "a stay that was over may not be over when it began later"


def test_they_share_no_draw_with_those_to_come():
    cold, aside = Streams(1, 1), Streams(1, 1).aside()
    from sim.streams import Purpose

    for purpose in Purpose:
        drawn = [s.uniforms(purpose, 0, 0).ravel() for s in (cold, aside)]
        assert not np.isin(drawn[0], drawn[1]).any()
