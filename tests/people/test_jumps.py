"""Days that are jumped to have the law of days that are lived. Witnesses: theory, day by day."""

from math import exp

import numpy as np
import pytest
from scipy.stats import norm

from sim.people.behaviour import Behaviour
from sim.people.cohort import drawn
from sim.people.fluctuation import Fluctuation
from sim.people.jumps import Jumps
from sim.people.population import Population
from sim.streams import Streams
from sim.symptoms.parameters import Symptoms

SYMPTOMS = Symptoms.model_validate(
    {"own_course": {"worsening_per_year": 3.0, "remission_per_year": 2.0}}
)
STREAMS = Streams(3, 2)
PEOPLE = 20_000
COHORT = drawn(Population(), SYMPTOMS, Behaviour(), STREAMS, np.zeros(PEOPLE, np.int64))
EVERYBODY = np.arange(PEOPLE)


def on(day):
    return np.full(PEOPLE, day)


def test_drift_and_noise_have_their_spread_and_the_drift_its_memory():
    jumps = Jumps(SYMPTOMS, COHORT, STREAMS)
    jumps.seen(EVERYBODY, on(40))
    early = jumps.seen(EVERYBODY, on(100))
    late = jumps.seen(EVERYBODY, on(114))
    assert late.drift.std() == pytest.approx(SYMPTOMS.drift_sd, rel=0.02)
    assert late.noise.std() == pytest.approx(SYMPTOMS.rating_sd, rel=0.02)
    shared = np.corrcoef(early.drift, late.drift)[0, 1]
    assert shared == pytest.approx(exp(-14 / SYMPTOMS.drift_days), abs=0.02)
    assert abs(np.corrcoef(early.noise, late.noise)[0, 1]) < 4 / PEOPLE**0.5
    assert abs(np.corrcoef(late.drift, late.noise)[0, 1]) < 4 / PEOPLE**0.5


def test_the_day_of_referral_is_the_one_enrolment_depended_on():
    today = Jumps(SYMPTOMS, COHORT, STREAMS).seen(EVERYBODY, on(0))
    assert (today.drift == COHORT.first_drift).all()
    assert (today.noise == COHORT.first_noise).all()
    assert not today.lost.any()
    assert not today.own.any()


def test_episodes_come_and_last_as_day_by_day():
    """Shares on three days, and of those in an episode how many still are ten days later."""
    jumps, lived = Jumps(SYMPTOMS, COHORT, STREAMS), Fluctuation(SYMPTOMS, COHORT, STREAMS)
    before = None
    for day in (20, 90, 100):
        jumped, daily = jumps.seen(EVERYBODY, on(day)), lived.seen(EVERYBODY, on(day))
        for name in ("lost", "own"):
            mine, theirs = getattr(jumped, name) > 0, getattr(daily, name) > 0
            assert alike(mine, theirs), (day, name)
            if day == 100:
                known = [getattr(one, name) > 0 for one in before]
                assert alike(mine[known[0]], theirs[known[1]]), "still in it"
                assert alike(mine[~known[0]], theirs[~known[1]]), "newly in it"
        assert {*np.unique(jumped.lost)} == {*np.unique(daily.lost)}
        before = jumped, daily


def alike(mine, theirs):
    """Two shares that differ by less than chance does once in ten thousand times."""
    share = np.concatenate([mine, theirs]).mean()
    error = (share * (1 - share) * (1 / len(mine) + 1 / len(theirs))) ** 0.5
    return abs(mine.mean() - theirs.mean()) < norm.ppf(1 - 0.5e-4) * error


def test_a_glance_goes_on_from_the_newest_day_seen_before_it():
    jumps = Jumps(SYMPTOMS, COHORT, STREAMS)
    first, second = jumps.seen(EVERYBODY, on(30)), jumps.seen(EVERYBODY, on(60))
    for day, seen in ((30, first), (60, second)):
        again = jumps.glances(EVERYBODY, on(day))
        assert all((a == b).all() for a, b in zip(again, seen, strict=True))
    between = jumps.glances(EVERYBODY, on(44))
    keep = exp(-14 / SYMPTOMS.drift_days)
    assert np.corrcoef(first.drift, between.drift)[0, 1] == pytest.approx(keep, abs=0.02)
    left = between.drift - keep * first.drift
    assert left.std() == pytest.approx(SYMPTOMS.drift_sd * (1 - keep**2) ** 0.5, rel=0.02)


def test_a_glance_leaves_no_trace():
    looked, not_looked = (Jumps(SYMPTOMS, COHORT, STREAMS) for _ in range(2))
    for jumps in (looked, not_looked):
        jumps.seen(EVERYBODY, on(30))
    looked.glances(EVERYBODY, on(200))
    again = looked.glances(EVERYBODY, on(30)), not_looked.glances(EVERYBODY, on(30))
    assert all((a == b).all() for a, b in zip(*again, strict=True))


def test_all_of_a_days_fluctuation_at_once_is_that_of_single_people():
    """Witness: the scalar way."""
    lived = Fluctuation(SYMPTOMS, COHORT, STREAMS)
    who, day = np.array([3, 700, 3, 12_000]), np.array([0, 5, 130, 64])
    found = lived.seen(who, day)
    for place, (person, one) in enumerate(zip(who.tolist(), day.tolist(), strict=True)):
        single = lived.drift(person, one), lived.noise(person, one), *lived.own(person, one)
        assert tuple(column[place] for column in found) == single
