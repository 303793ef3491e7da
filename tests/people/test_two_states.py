"""Episodes by day. Witness: the closed form of a two-state process, and geometric durations."""

from math import exp

import numpy as np
import pytest

from sim.people.two_states import TwoStates
from sim.streams import PATIENTS, Purpose, Streams

PER_YEAR, MEAN_DAYS = 6.0, 20.0
ENTERS, LEAVES = 1 - exp(-PER_YEAR / 365.25), 1 - exp(-1 / MEAN_DAYS)


def process(seed=5, per_year=PER_YEAR):
    return TwoStates(Streams(seed, 1), Purpose.WORSENING, per_year, MEAN_DAYS)


@pytest.fixture(scope="module")
def courses():
    """Twelve thousand people for 300 days, day by person."""
    made = process()
    return np.array([made.on(day, 12_000) for day in range(300)])


@pytest.mark.parametrize("day", [0, 1, 10, 63, 64, 200])
def test_the_share_in_an_episode_is_the_closed_form(courses, day):
    steady = ENTERS / (ENTERS + LEAVES)
    expected = steady * (1 - (1 - ENTERS - LEAVES) ** day)
    margin = 4 * np.sqrt(max(expected * (1 - expected), 1e-9) / 12_000)
    assert courses[day].mean() == pytest.approx(expected, abs=margin + 1e-12)


def test_stays_are_geometric(courses):
    """Of those inside a day before, b have left; of those outside, a have come."""
    before, after = courses[60:-1] == 1, courses[61:] == 1
    assert (before & ~after).sum() / before.sum() == pytest.approx(LEAVES, rel=0.02)
    assert (~before & after).sum() / (~before).sum() == pytest.approx(ENTERS, rel=0.02)
    assert (courses[101] * courses[100]).mean() == pytest.approx(
        courses[100].mean() * (1 - LEAVES), rel=0.03
    )


def test_one_day_many_days_and_one_person_tell_the_same():
    asked = np.random.default_rng(1)
    who, day = asked.integers(0, 700, 400), asked.integers(0, 400, 400)
    at = process().at(who, day)
    alone, by_day = process(), process()
    for patient, when, seen in zip(who.tolist(), day.tolist(), at.tolist(), strict=True):
        assert alone.within(patient, when) == seen
        assert by_day.on(when, 700)[patient] == seen
    wide = process().at(np.arange(3)[:, None], np.arange(5)[None, :])
    assert wide.shape == (3, 5)


def test_more_people_or_more_days_change_nobody():
    assert (process().on(90, 300) == process().on(90, PATIENTS * 4)[:300]).all()


def test_without_a_rate_nobody_is_ever_in_one():
    never = process(per_year=0.0)
    assert not never.happen
    assert not never.within(3, 100)
    assert not never.on(100, 500).any()
    assert not never.at(np.arange(9), np.arange(9)).any()


def test_other_seeds_have_other_episodes():
    assert (process(1).on(200, 5000) != process(2).on(200, 5000)).any()
