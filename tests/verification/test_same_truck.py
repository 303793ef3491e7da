"""Common random numbers: whatever the policy, the same people are hit by the same truck."""

import numpy as np
import pytest

from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.streams import Purpose, Streams
from sim.symptoms.relief import rated_score

SPREAD = {  # every stage random, so that every draw can be told from another
    "run.days": 300,
    "clinic.session.infuse_minutes": {"kind": "uniform", "low": 30, "high": 60},
    "clinic.session.discharge_minutes": {"kind": "exponential", "mean": 10},
    "clinic.assessment_minutes": {"kind": "lognormal", "mean": 60, "cv": 0.3},
    "clinic.evaluation_minutes": {"kind": "gamma", "mean": 30, "cv": 0.5},
}
ONE = {"policy.boosters": {"kind": "fixed", "every_days": 14}}
OTHER = {"policy.boosters": {"kind": "adaptive"}, "policy.induction.days": "thrice_weekly"}
SMALLER = ONE | {"clinic.chairs": 2, "clinic.nurses": 1, "clinic.booking.series": "one_by_one"}

STAGES = {
    "prepare": ("prepare_start", "prepared"),
    "infuse": ("infusion_start", "infusion_end"),
    "monitor": ("infusion_end", "ready"),
    "discharge": ("discharge_start", "left"),
    "turnover": ("left", "chair_free"),
}


def run(changes, seed=1):
    return replicate(Scenario().override(SPREAD | changes), seed)


@pytest.fixture(scope="module", params=[OTHER, SMALLER], ids=["another policy", "another clinic"])
def pair(request):
    return run(ONE), run(request.param)


def by_use(replication, kinds, begin, end):
    """Minutes of a stage by patient and number of the visit among those of these kinds."""
    visits = replication.visits
    uses, found = {}, {}
    for row in np.flatnonzero(np.isin(visits["kind"], kinds) & (visits["arrived"] >= 0)):
        patient = int(visits["patient"][row])
        use = uses[patient] = uses.get(patient, -1) + 1
        if visits[begin][row] >= 0 and visits[end][row] >= 0:
            found[patient, use] = visits[end][row] - visits[begin][row]
    return found


def shared(one, other, at_least=100):
    keys = one.keys() & other.keys()
    assert len(keys) > at_least
    return [(one[key], other[key]) for key in sorted(keys)]


def test_traits_and_referral_times_are_identical(pair):
    one, other = pair
    for name, column in one.patients.columns().items():
        np.testing.assert_array_equal(other.patients.columns()[name], column, err_msg=name)


def test_the_courses_do_differ_so_that_the_rest_means_something(pair):
    one, other = pair
    assert len(one.visits["kind"]) != len(other.visits["kind"])


@pytest.mark.parametrize("stage", STAGES)
def test_the_kth_infusion_of_a_patient_takes_the_same_minutes(pair, stage):
    one, other = (by_use(run, ["induction", "booster"], *STAGES[stage]) for run in pair)
    pairs = shared(one, other)
    assert all(a == b for a, b in pairs)
    assert len({a for a, _ in pairs}) > 5


@pytest.mark.parametrize("kind", ["assessment", "evaluation"])
def test_the_kth_talk_of_a_patient_takes_the_same_minutes(pair, kind):
    one, other = (by_use(run, [kind], "seated", "left") for run in pair)
    assert all(a == b for a, b in shared(one, other, 50))


def drifts(replication):
    """Drift by patient and day, worked out from the true scores of the record."""
    visits, people = replication.visits, replication.patients
    found = {}
    for row in np.flatnonzero(visits["arrived"] >= 0):
        who, true = int(visits["patient"][row]), visits["true_before"][row]
        days = (visits["arrived"][row] - people.referred[who]) / 1440
        if 0 < true < 21:  # else the scale has cut it off
            relief = replication.relief([days])[who, 0]
            found[who, int(days)] = true - people.untreated[who] * (1 - relief)
    return found


def test_the_drift_of_a_patient_on_a_day_is_the_same(pair):
    one, other = (drifts(run) for run in pair)
    found = np.array(shared(one, other, 30))
    np.testing.assert_allclose(found[:, 0], found[:, 1], atol=1e-9)


def test_the_rating_noise_of_a_patient_on_a_day_is_the_same(pair):
    noise = pair[0].fluctuation.noise
    for replication in pair:
        visits = replication.visits
        for row in np.flatnonzero(visits["arrived"] >= 0):
            who = int(visits["patient"][row])
            day = int(visits["arrived"][row] - replication.patients.referred[who]) // 1440
            expected = rated_score(visits["true_before"][row], noise(who, day))
            assert visits["rated_before"][row] == expected


def test_a_longer_run_refers_the_same_people_and_then_more():
    short, long = run(ONE).patients.columns(), run(ONE | {"run.days": 400}).patients.columns()
    assert len(long["age"]) > len(short["age"])
    for name, column in short.items():
        np.testing.assert_array_equal(long[name][: len(column)], column, err_msg=name)


def test_another_replication_or_seed_is_another_truck():
    scenario = Scenario().override({"run.days": 60})
    ages = [
        replicate(scenario, seed, number).patients.age[:5]
        for seed, number in [(1, 1), (1, 2), (2, 1)]
    ]
    assert len({tuple(age) for age in ages}) == 3
    assert (
        len({tuple(Streams(*key).uniform_per_patient(Purpose.AGE, 3)) for key in [(1, 2), (2, 1)]})
        == 2
    )
