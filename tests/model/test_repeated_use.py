"""Tolerance in a whole run. Witness: the same people without it; the record; a plain loop."""

from math import exp

import numpy as np
import pytest

import sim
from sim.model.replication import recruited
from sim.model.without_clinic import ConsolidatingCourse, dose_given
from sim.people.fluctuation import Fluctuation
from sim.report.assumptions import describe
from sim.streams import Streams
from sim.units import MINUTES_PER_DAY, NEVER

ON = {"symptoms.tolerance": 0.4, "symptoms.tolerance_days": 120.0}
SAME_VISITS = {  # nothing that happens depends on how people are
    "policy.evaluation": {"kind": "none"},
    "policy.boosters": {"kind": "fixed", "every_days": 14, "give_up_after": "never"},
}
DAYS = np.arange(0, 360, 5)


def run(changes, days=365):
    return sim.replicate(sim.Scenario().override({"run.days": days} | changes), seed=3)


def same(ours, theirs):
    """Whether two runs have the same record, to the byte."""
    tables = ("visits", "discharges", "appointments")
    return all(
        (column == getattr(theirs, table)[name]).all()
        for table in tables
        for name, column in getattr(ours, table).items()
    )


@pytest.fixture(scope="module")
def usual():
    return run(SAME_VISITS)


@pytest.fixture(scope="module")
def tolerant():
    return run(SAME_VISITS | ON)


@pytest.mark.parametrize("more", [{}, {"symptoms.plasticity": 1.0}])
def test_the_record_and_the_reading_of_it_tell_the_same_scores(more):
    replication = run(ON | more | {"policy.boosters": {"kind": "adaptive"}})
    visits = replication.visits
    rows = np.flatnonzero(visits["arrived"] != NEVER)
    who, minute = visits["patient"][rows].astype(np.int64), visits["arrived"][rows]
    relief = replication.relief_at(who, minute)
    day = (minute - replication.patients.referred[who]) // MINUTES_PER_DAY
    pairs = zip(who.tolist(), day.tolist(), strict=True)
    drift = np.array([replication.fluctuation.drift(*pair) for pair in pairs])
    score = np.clip(replication.patients.untreated[who] * (1 - relief) + drift, 0, 21)
    assert score == pytest.approx(visits["true_before"][rows], abs=1e-9)


def test_the_same_people_come_on_the_same_minutes_and_have_less_relief(usual, tolerant):
    for name, column in tolerant.patients.columns().items():
        assert (column == usual.patients.columns()[name]).all(), name
    for name in ("patient", "kind", "arrived", "infusion_end"):
        assert (tolerant.visits[name] == usual.visits[name]).all()
    with_it, without = tolerant.relief(DAYS), usual.relief(DAYS)
    assert np.nanmax(with_it - without) <= 1e-12
    assert np.nanmean(with_it[:, -20:]) < np.nanmean(without[:, -20:]) - 0.03


def test_only_the_course_of_the_drug_is_touched_and_not_the_reference(usual, tolerant):
    (given, reference), (free, same_reference) = tolerant.courses, usual.courses
    for ours, theirs in zip(reference, same_reference, strict=True):
        assert (ours == theirs).all()
    assert (reference.tolerance == 0).all()
    assert given.tolerance.max() > 3
    assert given.fast.sum() < free.fast.sum()


def test_until_the_second_infusion_nothing_differs(usual, tolerant):
    visits = usual.visits
    begun = visits["infusion_start"] != NEVER
    starts = np.full((len(usual.patients), 2), usual.horizon)
    for who in range(len(usual.patients)):
        mine = np.sort(visits["infusion_end"][begun & (visits["patient"] == who)])[:2]
        starts[who, : len(mine)] = np.where(mine == NEVER, usual.horizon, mine)
    who = np.arange(len(usual.patients))
    minute = np.minimum(starts.max(axis=1), usual.horizon) - 1
    assert (usual.relief_at(who, minute) == tolerant.relief_at(who, minute)).all()


@pytest.mark.parametrize("boosters", ["adaptive", "fixed"])
def test_a_placebo_is_not_touched_by_tolerance(boosters):
    placebo = {"policy.treatment.placebo": True, "policy.boosters": {"kind": boosters}}
    ours, theirs = run(placebo | ON), run(placebo)
    assert same(ours, theirs)
    assert np.array_equal(ours.trajectory(DAYS), theirs.trajectory(DAYS), equal_nan=True)


@pytest.mark.parametrize("more", [{}, {"symptoms.plasticity": 1.0}])
def test_off_leaves_every_byte_whatever_the_time_of_recovery(more):
    ours, theirs = run(more | {"symptoms.tolerance_days": 3.0}), run(more)
    assert same(ours, theirs)
    assert np.array_equal(ours.trajectory(DAYS), theirs.trajectory(DAYS), equal_nan=True)


def test_it_is_told_when_it_is_on_and_not_when_it_is_off():
    on, off = (
        " ".join(describe(sim.Scenario().override(some)).split()).split("Every parameter")[0]
        for some in (ON, {})
    )
    assert "Tolerance: the drug's push is divided by 1 + 0.4 x the number of earlier" in on
    assert "(time constant 120 days)" in on
    assert "olerance" not in off


def test_a_third_state_consolidates_what_tolerance_leaves():
    """Witness: the third state by a plain loop, person by person."""
    scenario = sim.Scenario().override(
        ON | {"referrals": {"kind": "cohort", "patients": 8}, "symptoms.drug_share": 1.0}
    )
    cohort, gain, gap = recruited(scenario, seed=1), 0.3, 5
    fluctuation = Fluctuation(scenario.symptoms, cohort, Streams(1, 1))
    course = ConsolidatingCourse(cohort, scenario.symptoms, fluctuation, gain)
    dose = dose_given(cohort, scenario.symptoms, scenario.policy.treatment)
    for number in range(6):
        course.infuse(dose, number * gap * MINUTES_PER_DAY)
    fit = scenario.symptoms.calibrated()
    last = 5 * gap * MINUTES_PER_DAY
    found = course.relief(last + 30 * MINUTES_PER_DAY)
    for who in range(8):
        tau, push = cohort.tau_slow[who], dose.impulse[who]
        fast = slow = third = 0.0
        for number in range(6):
            units = sum(exp(-gap * (number - earlier) / 120) for earlier in range(number))
            left = push / (1 + 0.4 * units)
            fast, slow = fast * exp(-gap / fit.tau_fast_days), slow * exp(-gap / tau)
            third *= exp(-gap / 365)
            third = 1 - (1 - third) * exp(-gain * left * slow)
            fast = 1 - (1 - fast) * exp(-fit.a_fast * left)
            slow = 1 - (1 - slow) * exp(-fit.a_slow * left)
        states = (
            fast * exp(-30 / fit.tau_fast_days),
            slow * exp(-30 / tau),
            third * exp(-30 / 365),
        )
        expected = cohort.ceiling[who] * (1 - np.prod([1 - state for state in states]))
        assert found[who] == pytest.approx(expected, abs=1e-12)
