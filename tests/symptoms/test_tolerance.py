"""Loss of effect with repeated dosing.

Witnesses: a plain loop that sums over all earlier infusions, the formula as it was before there was
tolerance, and limits that must hold exactly. The solver of differential equations is another:
tests/verification/test_ode.py.
"""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwritten import kinetics_with
from sim.symptoms.relief import (
    Kinetics,
    State,
    dose_of,
    infused,
    infused_left,
    infusions,
    relief,
    without_tolerance,
)
from sim.symptoms.trajectory import relief_at, segments
from sim.units import MINUTES_PER_DAY

DAY = MINUTES_PER_DAY
ONSET = 0.6 / 24

kinetics = kinetics_with(
    plasticity=st.sampled_from([0.0, 3.0]),
    tolerance=st.floats(0.01, 10),
    tolerance_days=st.floats(1, 2000),
)
series = st.lists(
    st.tuples(st.integers(1, 60 * DAY), st.one_of(st.just(0.0), st.floats(0.01, 5))),
    min_size=1,
    max_size=10,
)  # minutes since the infusion before, and impulse; 0 is without the drug
LATER = st.integers(0, 400 * DAY)


def plain(kinetics, given, later):
    """Relief so many minutes after the last infusion, in days, by loops and sums alone."""
    a_fast, a_slow, tau_fast, tau_slow, ceiling, p, k, recovery = kinetics
    day, fast, slow, earlier = 0.0, 0.0, 0.0, []
    for gap, impulse in given:
        day += gap / DAY
        fast, slow = fast * exp(-gap / DAY / tau_fast), slow * exp(-gap / DAY / tau_slow)
        units = sum(exp(-(day - before) / recovery) for before in earlier)
        push = impulse / (1 + k * units)
        if impulse:
            earlier.append(day)
        bare = fast, slow
        slow = 1 - (1 - slow) * exp(-a_slow * push * (1 + p * fast))
        fast = 1 - (1 - fast) * exp(-a_fast * push)
    days = later / DAY

    def level(fast, slow):
        return ceiling * (
            1 - (1 - fast * exp(-days / tau_fast)) * (1 - slow * exp(-days / tau_slow))
        )

    waiting = exp(-days / ONSET)
    return (1 - waiting) * level(fast, slow) + waiting * level(*bare)


def after(kinetics, given):
    state = State(since=0)
    for gap, impulse in given:
        state = infused(kinetics, state, state.since + gap, impulse, ONSET)
    return state


@given(kinetics, series, LATER)
def test_relief_is_that_of_a_plain_loop_over_all_earlier_infusions(kinetics, given, later):
    state = after(kinetics, given)
    expected = plain(kinetics, given, later)
    assert relief(kinetics, state, state.since + later) == pytest.approx(expected, abs=1e-12)


@given(kinetics, series, LATER)
def test_a_cohort_at_once_has_the_relief_of_the_plain_loop(kinetics, given, later):
    """Two people: one has all of the infusions, the other but the last."""
    ends = np.cumsum([gap for gap, _ in given])
    impulses = np.array([impulse for _, impulse in given])
    both = kinetics._replace(tau_slow=np.full(2, kinetics.tau_slow), ceiling=np.full(2, 0.7))
    who = np.repeat([0, 1], [len(given), len(given) - 1])
    table = segments(
        both,
        who,
        np.concatenate([ends, ends[:-1]]),
        np.concatenate([impulses, impulses[:-1]]),
        np.full(len(who), ONSET),
    )
    found = relief_at(both, table, np.array([0, 1]), np.full(2, ends[-1] + later))
    shared = kinetics._replace(ceiling=0.7)
    assert found[0] == pytest.approx(plain(shared, given, later), abs=1e-12)
    shorter = plain(shared, given[:-1], later + given[-1][0]) if given[:-1] else 0.0
    assert found[1] == pytest.approx(shorter, abs=1e-12)


@given(kinetics, series, LATER)
def test_relief_with_tolerance_is_never_more_than_without_at_any_time(kinetics, given, later):
    free = without_tolerance(kinetics)
    assert free.tolerance == 0
    for number in range(1, len(given) + 1):
        bound, ours = after(free, given[:number]), after(kinetics, given[:number])
        gap = given[number][0] if number < len(given) else later
        for minute in np.linspace(ours.since, ours.since + gap, 7).astype(int).tolist():
            most = relief(free, bound, minute)
            assert relief(kinetics, ours, minute) <= most + 1e-12


@given(kinetics, st.integers(0, 60 * DAY), st.floats(0.01, 5), LATER)
def test_after_the_first_infusion_relief_is_the_same_to_the_bit(kinetics, gap, impulse, later):
    free = without_tolerance(kinetics)
    ours, theirs = after(kinetics, [(gap, impulse)]), after(free, [(gap, impulse)])
    assert ours[:6] == theirs[:6]
    assert relief(kinetics, ours, gap + later) == relief(free, theirs, gap + later)


@given(kinetics, series, st.floats(0.01, 5), LATER)
def test_infusions_without_the_drug_leave_no_tolerance(kinetics, given, impulse, later):
    """Placebo only: the same as without tolerance. Then the drug: as if it were the first."""
    placebo = [(gap, 0.0) for gap, _ in given]
    state = after(kinetics, placebo)
    assert state == after(without_tolerance(kinetics), placebo)
    assert relief(kinetics, state, state.since + later) == 0
    assert (
        infused(kinetics, state, state.since + 99, impulse, ONSET)[1:6]
        == (infused(kinetics, State(since=0), 99, impulse, ONSET)[1:6])
    )


@given(kinetics, series, LATER)
def test_the_non_specific_part_of_a_placebo_is_the_same_with_tolerance(kinetics, given, later):
    """The reference course is given the usual impulse at every visit, by the reference kinetics."""
    visits, free = [(gap, 1.0) for gap, _ in given], without_tolerance(kinetics)
    reference, actual = after(free, visits), after(kinetics, [(gap, 0.0) for gap, _ in given])
    minute = reference.since + later
    drug, other = relief(kinetics, actual, minute), relief(free, reference, minute)
    assert infusions(drug, other, 0.6) == pytest.approx(0.4 * plain(free, visits, later), abs=1e-12)


def yesterday(kinetics, state, minute, impulse):
    """State after an infusion as the formula stood before there was tolerance."""
    days = (minute - state.since) / DAY
    fast, slow = (
        state.fast * exp(-days / kinetics.tau_fast),
        state.slow * exp(-days / kinetics.tau_slow),
    )
    slow_push = kinetics.a_slow * impulse * (1 + kinetics.plasticity * fast)
    fast_gain, slow_gain = 1 - exp(-kinetics.a_fast * impulse), 1 - exp(-slow_push)
    return State(
        minute, fast + (1 - fast) * fast_gain, slow + (1 - slow) * slow_gain, fast, slow, ONSET
    )


@given(kinetics, series)
def test_off_every_bit_of_the_state_is_that_of_yesterdays_formula(kinetics, given):
    off = kinetics._replace(tolerance=0.0)
    state = before = State(since=0)
    for gap, impulse in given:
        minute = state.since + gap
        quick = dose_of(off, impulse, ONSET)
        assert (quick.added is None) == (off.plasticity > 0), "the fast way, where it was"
        left = exp(-gap / DAY / off.tau_fast), exp(-gap / DAY / off.tau_slow)
        fast_way = infused_left(off, state, minute, *left, quick)
        state = infused(off, state, minute, impulse, ONSET)
        before = yesterday(off, before, minute, impulse)
        assert state == before == fast_way


def test_with_no_recovery_the_nth_infusion_has_an_nth_of_its_push_at_a_tolerance_of_one():
    person = Kinetics(0.4, 0.3, 5.4, 1e12, 0.7, 0.0, 1.0, 1e12)
    state, kept = State(since=0), 1.0
    for number in range(1, 9):
        state = infused(person, state, number * 7 * DAY, 1.0, ONSET)
        kept *= exp(-0.3 / number)
        assert state.slow == pytest.approx(1 - kept, abs=1e-9)
        assert state.tolerance == pytest.approx(number)


def test_who_has_recovered_before_the_next_infusion_knows_no_tolerance():
    person = Kinetics(0.4, 0.3, 5.4, 90.0, 0.7, 0.0, 5.0, 0.01)
    weekly = [(7 * DAY, 1.0)] * 6
    assert after(person, weekly)[:6] == after(without_tolerance(person), weekly)[:6]


def test_an_infusion_of_many_is_that_of_each():
    """People infused last at minutes of their own, with other tolerance: witness, one by one."""
    shape = Kinetics(0.8, 0.2, 5.4, 90.0, 0.7, 0.5, 0.3, 120.0)
    since, impulse = np.array([0, 3000, 70_000]), np.array([0.0, 0.7, 2.0])
    fast, slow, units = np.array([[0.1, 0.3, 0.0], [0.4, 0.0, 0.9], [0.0, 2.5, 7.0]])
    many = State(since, fast, slow, fast, slow, ONSET, units)
    days = (90_000 - since) / DAY
    left = np.exp(-days / 5.4), np.exp(-days / 90.0)
    found = infused_left(shape, many, 90_000, *left, dose_of(shape, impulse, ONSET, np.exp), np.exp)
    for one in range(3):
        mine = State(since[one], fast[one], slow[one], fast[one], slow[one], ONSET, units[one])
        expected = infused(shape, mine, 90_000, impulse[one], ONSET)
        for name in ("fast", "slow", "fast_before", "slow_before", "tolerance"):
            assert getattr(found, name)[one] == pytest.approx(getattr(expected, name), abs=1e-15)
