"""How long people stay while treatment helps or not (witnesses: closed forms, plain loops)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.behaviour import Behaviour, infusions_tolerated
from sim.people.settings import leaving
from sim.people.staying import Staying
from sim.people.who_comes import Attendance
from sim.streams import Streams
from sim.units import MINUTES_PER_DAY, minutes_of

DAY = MINUTES_PER_DAY
GRID = (np.arange(20_000) + 0.5) / 20_000
EVER = 10**6


def person(tolerated=EVER, days=100.0, **numbers):
    return Staying(tolerated, days, leaving("usual")._replace(**numbers))


def in_maintenance(days, factor):
    staying = person(days=days, stopping_without_response=factor)
    staying.infused()
    staying.rated(0, True)
    staying.enters_maintenance(0)
    return staying


# ---------------------------------------------------------------- stopping maintenance


def test_stays_follow_the_closed_form_of_a_hazard_that_changes_with_the_rating():
    """No response from day 30 to day 70, hazard three times as high: exp(-h integral of f)."""
    drawn = -np.log(GRID[::20]) * 60
    stops = []
    for days in drawn:
        staying = in_maintenance(days, 3.0)
        for day, response in ((30, False), (70, True)):
            if staying.stops > day * DAY:
                staying.rated(day * DAY, response)
        stops.append(staying.stops / DAY)
    used = [np.interp(stop, [0, 30, 70, 1070], [0, 30, 150, 1150]) for stop in stops]
    assert used == pytest.approx(drawn, abs=3 / DAY)  # rounded to a minute, times 3 at the most
    for day, left in ((30, 30 / 60), (50, 90 / 60), (70, 150 / 60), (100, 180 / 60)):
        assert np.mean(np.array(stops) > day) == pytest.approx(np.exp(-left), abs=1e-3)


ratings = st.lists(st.tuples(st.integers(0, 4000), st.booleans()), max_size=8)


@given(st.floats(0, 5), st.sampled_from([1.0, 1.5, 2.0, 7.25]), ratings)
def test_a_stay_is_what_a_plain_loop_over_its_minutes_uses_up(days, factor, gaps):
    staying, now, told = in_maintenance(days, factor), 0, {}
    for gap, response in gaps:
        now += gap
        told[now] = response
        if staying.stops > now:
            staying.rated(now, response)
    left, minute, responds = days * DAY, 0, True
    while left > 0:
        responds = told.get(minute, responds)
        left -= 1 if responds else factor
        minute += 1
    assert staying.stops == pytest.approx(minute, abs=1 + len(gaps) * 1e-6)


@given(st.floats(0, 1000), ratings)
def test_without_a_factor_ratings_change_nothing(days, gaps):
    staying, now = in_maintenance(days, 1.0), 0
    for gap, response in gaps:
        now += gap
        staying.rated(now, response)
        assert staying.stops == minutes_of(days)


def test_who_enters_maintenance_without_a_response_uses_the_stay_up_faster_from_the_first_day():
    staying = person(days=60, stopping_without_response=3.0)
    staying.infused()
    staying.rated(0, False)
    staying.enters_maintenance(10 * DAY)
    assert staying.stops == 30 * DAY


def test_ratings_of_a_past_use_up_nothing_of_a_stay_that_counts_from_the_opening():
    staying = person(days=60, stopping_without_response=3.0)
    staying.enters_maintenance(100 * DAY)
    staying.infused()
    staying.rated(40 * DAY, False)
    assert staying.stops == 120 * DAY
    staying.rated(80 * DAY, True)
    assert staying.stops == 160 * DAY


# ---------------------------------------------------------------- withdrawing


def given_up_after(tolerated, counts, responses):
    """After how many infusions somebody with these ratings on arrival withdraws; 0: never."""
    staying = person(tolerated, withdrawal_without_response=counts)
    for number, response in enumerate(responses, start=1):
        if response is not None:
            staying.rated(number, response)
        staying.infused()
        if staying.withdraws:
            return number
    return 0


@pytest.mark.parametrize(
    ("responses", "hazards"),
    [
        ([False] * 5, [1, 3, 3, 3, 3]),  # what was rated before the first infusion does not count
        ([False, False, True, True, False], [1, 3, 1, 1, 3]),
        ([None] * 5, [1, 1, 1, 1, 1]),  # no ratings at all: nobody knows, so nothing changes
    ],
)
def test_withdrawal_follows_the_hazard_of_the_ratings(responses, hazards):
    tolerated = infusions_tolerated(Behaviour(withdrawal_share=0.5), GRID)
    ends = np.array([given_up_after(one, 3, responses) for one in tolerated.tolist()])
    hazard = np.log(2) / 6
    for number in range(1, 6):
        gone = ((ends > 0) & (ends <= number)).mean()
        assert gone == pytest.approx(1 - np.exp(-hazard * sum(hazards[:number])), abs=1e-4)


# ---------------------------------------------------------------- after the first infusion

shares = st.floats(0, 1)


def test_those_who_stop_after_the_first_infusion_come_on_top_of_those_who_withdraw():
    tolerated = infusions_tolerated(Behaviour(first_stopping_share=0.2, withdrawal_share=0.3), GRID)
    stays = 0.7 ** (np.arange(1, 8) / 6)
    found = [(tolerated > number).mean() for number in range(1, 8)]
    assert found == pytest.approx(0.8 * stays, abs=1e-4)


@given(shares, shares, st.sampled_from([0.0, 0.04, 0.5]))
def test_a_higher_share_lets_nobody_stay_longer(one, other, withdrawal):
    low, high = sorted((one, other))
    few, many = (
        infusions_tolerated(
            Behaviour(first_stopping_share=share, withdrawal_share=withdrawal), GRID[::40]
        )
        for share in (low, high)
    )
    assert (many <= few).all()
    assert (many >= 1).all()


def test_everybody_stops_after_the_first_where_the_share_is_1_and_nobody_where_both_are_0():
    assert (infusions_tolerated(Behaviour(first_stopping_share=1.0), GRID) == 1).all()
    nobody = infusions_tolerated(Behaviour(first_stopping_share=0.0, withdrawal_share=0), GRID)
    assert (nobody > 1000).all()


# ---------------------------------------------------------------- putting visits off


def test_visits_are_put_off_as_often_and_for_as_long_as_asked():
    dice = Attendance(Behaviour(postponed_share=0.3, postponed_days=10.0), Streams(3, 1))
    days = np.array([dice.days_put_off(patient, 2) for patient in range(20_000)])
    assert (days > 0).mean() == pytest.approx(0.3, abs=0.01)
    assert days[days > 0].mean() == pytest.approx(10, abs=0.4)
    assert np.median(days[days > 0]) == pytest.approx(10 * np.log(2), abs=0.4)


def test_more_is_put_off_by_the_same_people_and_no_sooner():
    few, many = (
        Attendance(Behaviour(postponed_share=share), Streams(3, 1)) for share in (0.1, 0.4)
    )
    for patient in range(500):
        assert many.days_put_off(patient, 1) >= few.days_put_off(patient, 1)
