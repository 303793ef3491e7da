"""A cohort's relief: the same as patient by patient, and crossings found where a fine scan does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.symptoms.relief import Kinetics, State, infused, relief
from sim.symptoms.trajectory import (
    days_until_below,
    peak_days,
    relief_after,
    relief_at,
    segment_at,
    segment_starts,
    segments,
)
from sim.units import MINUTES_PER_DAY

DAY = MINUTES_PER_DAY
ONSETS = (0.6 / 24, 1.5 / 24, 30 / 24)


def cohort(seed, patients=5, plasticity=0.0):
    """Random people with 0 to 6 infusions each: their kinetics, segments and infusions."""
    rng = np.random.default_rng(seed)
    kinetics = Kinetics(
        a_fast=rng.uniform(0.1, 0.8),
        a_slow=rng.uniform(0.1, 0.8),
        tau_fast=rng.uniform(3, 8),
        tau_slow=rng.lognormal(4, 0.7, patients),
        ceiling=rng.uniform(0.2, 0.95, patients),
        plasticity=plasticity,
    )
    number = rng.integers(0, 7, patients)
    number[0], number[-1] = 0, 6
    who = np.repeat(np.arange(patients), number)
    when = np.concatenate([np.cumsum(rng.integers(DAY, 40 * DAY, n)) for n in number])
    impulse = rng.lognormal(0, 0.8, len(who))
    onset = rng.choice(ONSETS, len(who))
    return kinetics, segments(kinetics, who, when, impulse, onset), (who, when, impulse, onset)


def one_by_one(kinetics, infusions, patient, minute):
    """Relief of one patient at one minute, by the scalar form."""
    own = kinetics._replace(
        tau_slow=float(kinetics.tau_slow[patient]), ceiling=float(kinetics.ceiling[patient])
    )
    state = State(since=0)
    for who, when, impulse, onset in zip(*infusions, strict=True):
        if who == patient and when <= minute:
            state = infused(own, state, int(when), float(impulse), float(onset))
    return relief(own, state, int(minute))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.5]))
def test_a_cohort_at_once_gives_what_its_patients_give_one_by_one(seed, plasticity):
    kinetics, table, infusions = cohort(seed, plasticity=plasticity)
    minutes = np.random.default_rng(seed + 1).integers(0, 300 * DAY, 12)
    found = relief_at(kinetics, table, np.arange(5)[:, None], minutes[None, :])
    expected = [[one_by_one(kinetics, infusions, who, at) for at in minutes] for who in range(5)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_times_may_come_in_any_order_and_shape():
    kinetics, table, _ = cohort(3)
    who, when = np.array([[4, 1], [0, 4]]), np.array([[90, 3], [5, 200]]) * DAY
    found = relief_at(kinetics, table, who, when)
    assert found.shape == (2, 2)
    for at in np.ndindex(2, 2):
        assert found[at] == relief_at(kinetics, table, who[at], when[at])


def test_the_minute_an_infusion_ends_belongs_to_its_own_segment():
    _, table, (who, when, *_) = cohort(4)
    starts = segment_starts(table.patient, table.since)
    rows = segment_at(starts, who, when)
    assert (table.since[rows] == when).all()
    assert (table.since[segment_at(starts, who, when - 1)] < when).all()


def test_a_patient_without_infusions_has_no_relief_at_any_time():
    kinetics, table, _ = cohort(5)
    assert (relief_at(kinetics, table, np.zeros(4, int), np.array([0, 1, DAY, 10**7])) == 0).all()


def test_a_cohort_without_any_infusion_has_no_relief():
    kinetics, _, _ = cohort(6)
    none = np.array([], dtype=np.int64)
    table = segments(kinetics, none, none, np.array([]), np.array([]))
    assert (relief_at(kinetics, table, np.arange(5), np.full(5, 100)) == 0).all()


def given_rows(table):
    """Rows of segments that an infusion began."""
    return np.flatnonzero(table.since > 0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_peak_found_is_the_highest_of_a_fine_scan(seed):
    kinetics, table, _ = cohort(seed)
    rows = given_rows(table)
    peaks = peak_days(kinetics, table, rows)
    highest = relief_after(kinetics, table, rows, peaks)
    for days in np.linspace(0, 12, 600):
        scanned = relief_after(kinetics, table, rows, np.full(len(rows), days))
        assert (scanned <= highest + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6))
def test_the_crossing_day_found_agrees_with_a_fine_scan(seed, level):
    kinetics, table, _ = cohort(seed)
    rows = given_rows(table)
    found = days_until_below(kinetics, table, rows, level)
    grid = np.linspace(0, max(1.0, found.max() * 1.1), 4001)
    step = grid[1]
    for row, days in zip(rows, found, strict=True):
        course = relief_after(kinetics, table, np.full(len(grid), row), grid)
        above = np.flatnonzero(course > level)
        if len(above) == 0:  # the scan may miss a peak narrower than its step
            assert days <= step + 1e-9
        else:
            assert grid[above[-1]] - 1e-9 <= days <= grid[above[-1]] + step + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6))
def test_relief_is_at_the_level_where_it_is_said_to_cross_it(seed, level):
    kinetics, table, _ = cohort(seed)
    rows = given_rows(table)
    days = days_until_below(kinetics, table, rows, level)
    crossing = days > 0
    at = relief_after(kinetics, table, rows[crossing], days[crossing])
    np.testing.assert_allclose(at, level, atol=1e-9)
    never = rows[~crossing]
    peak = relief_after(kinetics, table, never, peak_days(kinetics, table, never))
    assert (peak <= level + 1e-9).all()


def test_a_level_that_is_never_reached_is_crossed_on_day_0():
    kinetics, table, _ = cohort(7)
    rows = given_rows(table)
    assert (days_until_below(kinetics, table, rows, 0.999) == 0).all()


@pytest.mark.parametrize("patients", [1, 3])
def test_segments_come_sorted_by_patient_and_time_with_one_before_any_infusion(patients):
    _, table, (who, *_) = cohort(8, patients)
    assert len(table.since) == patients + len(who)
    key = list(zip(table.patient.tolist(), table.since.tolist(), strict=True))
    assert key == sorted(key)
    assert (np.bincount(table.patient[table.since < 0]) == 1).all()
