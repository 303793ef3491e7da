"""The closed form of one patient's relief: its bounds, its shape and the plasticity window.

The solver of differential equations is the other witness: tests/verification/test_ode.py.
"""

from math import exp

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handwritten import kinetics_with
from sim.symptoms.relief import Kinetics, State, infused, relief, together
from sim.units import MINUTES_PER_DAY

DAY = MINUTES_PER_DAY
COMMUNITY = Kinetics(0.417, 0.374, 5.4, 91.9, 0.71)

kinetics = kinetics_with(
    plasticity=st.sampled_from([0.0, 0.5, 3.0]),
    tolerance=st.sampled_from([0.0, 0.0, 0.4]),
    tolerance_days=st.floats(1, 1000),
)
onsets = st.sampled_from([0.6 / 24, 1.5 / 24, 30 / 24])
series = st.lists(
    st.tuples(st.integers(1, 60 * DAY), st.floats(0.01, 5)), min_size=1, max_size=10
)  # minutes since the infusion before, and impulse


def after(kinetics, infusions, onset_days=0.025):
    """State after infusions at these gaps."""
    state = State(since=0)
    for gap, impulse in infusions:
        state = infused(kinetics, state, state.since + gap, impulse, onset_days)
    return state


def weekly(kinetics, number, every_days, impulse=1.0):
    return after(kinetics, [(int(every_days * DAY), impulse)] * number)


def test_nobody_has_relief_before_the_first_infusion():
    assert relief(COMMUNITY, State(since=0), 10**6) == 0.0


def test_one_infusion_of_impulse_one_gives_what_the_formula_says_by_hand():
    state = infused(COMMUNITY, State(since=0), 0, 1.0, 0.025)
    fast, slow = 1 - exp(-0.417), 1 - exp(-0.374)
    assert (state.fast, state.slow) == pytest.approx((fast, slow))
    ten_days = 0.71 * (1 - (1 - fast * exp(-10 / 5.4)) * (1 - slow * exp(-10 / 91.9)))
    assert relief(COMMUNITY, state, 10 * DAY) == pytest.approx(ten_days, abs=1e-12)


def test_relief_of_two_states_is_either_alone_when_the_other_is_nothing():
    assert together(0.8, 0.5, 0.0) == together(0.8, 0.0, 0.5) == pytest.approx(0.4)
    assert together(0.8, 1.0, 0.3) == pytest.approx(0.8)


@given(kinetics, series, onsets, st.integers(0, 400 * DAY))
def test_relief_stays_between_nothing_and_the_ceiling(kinetics, infusions, onset, later):
    state = after(kinetics, infusions, onset)
    assert -1e-12 <= relief(kinetics, state, state.since + later) <= kinetics.ceiling + 1e-12


@given(kinetics, series, onsets)
def test_the_end_of_an_infusion_changes_no_score_by_itself(kinetics, infusions, onset):
    before = after(kinetics, infusions, onset)
    minute = before.since + 60 * DAY  # by then the onset before is complete
    newest = infused(kinetics, before, minute, 1.3, onset)
    assert relief(kinetics, newest, minute) == pytest.approx(
        relief(kinetics, before, minute), abs=1e-9
    )


@given(kinetics, series, onsets)
def test_relief_rises_to_one_peak_and_falls_from_there_on(kinetics, infusions, onset):
    """Unless the dose adds less at first than fades: to a nearly full state, next to nothing."""
    state = after(kinetics, infusions, onset)
    course = [relief(kinetics, state, state.since + minute) for minute in range(0, 30 * DAY, 30)]
    assume(course[1] > course[0])
    steps = np.diff(course)
    falling = int(np.argmax(course))
    assert (steps[falling:] <= 1e-12).all()


@given(kinetics, series)
def test_two_thirds_of_the_newest_gain_are_felt_after_one_time_constant_of_onset(kinetics, before):
    onset_days = 2 / 24
    old = after(kinetics, before, onset_days)
    minute = old.since + 30 * DAY
    new = infused(kinetics, old, minute, 1.0, onset_days)
    at = minute + 120
    left = exp(-120 / DAY / kinetics.tau_fast), exp(-120 / DAY / kinetics.tau_slow)
    full = together(kinetics.ceiling, new.fast * left[0], new.slow * left[1])
    bare = together(kinetics.ceiling, new.fast_before * left[0], new.slow_before * left[1])
    felt = (relief(kinetics, new, at) - bare) / (full - bare)
    assert felt == pytest.approx(1 - exp(-1), abs=1e-6)


def test_the_next_dose_completes_the_onset_of_the_one_before():
    slow_onset = 30 / 24
    first = infused(COMMUNITY, State(since=0), 0, 1.0, slow_onset)
    second = infused(COMMUNITY, first, 60, 1.0, slow_onset)
    complete = together(0.71, first.fast * exp(-60 / DAY / 5.4), first.slow * exp(-60 / DAY / 91.9))
    assert relief(COMMUNITY, second, 60) == pytest.approx(complete)
    assert relief(COMMUNITY, first, 60) < 0.1 * complete


@given(kinetics, series, st.floats(0.01, 5), st.floats(0.01, 5))
def test_a_stronger_infusion_never_gives_less_relief(kinetics, before, impulse, more):
    old = after(kinetics, before)
    at = old.since + 20 * DAY
    weak, strong = (
        infused(kinetics, old, old.since + DAY, push, 0.025) for push in (impulse, impulse + more)
    )
    assert relief(kinetics, strong, at) >= relief(kinetics, weak, at)


@given(kinetics, st.integers(1, 9))
def test_each_infusion_of_a_series_adds_relief_but_less_than_the_first(kinetics, number):
    kinetics = kinetics._replace(tolerance=0.0)  # with it the best may lie behind
    gains = np.diff([0.0, *(weekly(kinetics, n, 3.5).slow for n in range(1, number + 1))])
    assert (gains > 0).all()
    if kinetics.plasticity == 0:
        assert (gains[1:] <= gains[0] + 1e-12).all()


def test_with_the_plasticity_window_off_spacing_costs_the_slow_state_only_what_decays():
    """With p = 0 the slow state after n infusions depends on their decay and on nothing else."""
    state = weekly(COMMUNITY, 6, 14)
    kept, gain = exp(-14 / 91.9), 1 - exp(-0.374)
    slow = 0.0
    for _ in range(6):
        slow = slow * kept + (1 - slow * kept) * gain
    assert state.slow == pytest.approx(slow)


def lasting(kinetics, every_days, days_since_first=120):
    """Relief so many days after the first of six infusions."""
    state = weekly(kinetics, 6, every_days)
    return relief(kinetics, state, int((every_days + days_since_first) * DAY))


def test_without_plasticity_two_weeks_apart_lasts_longer_than_twice_weekly():
    for tau_slow in (34.6, 91.9):
        person = COMMUNITY._replace(tau_slow=tau_slow)
        assert lasting(person, 14) > lasting(person, 3.5)


def test_with_plasticity_clustering_pays_which_is_what_the_window_is_for():
    plastic = COMMUNITY._replace(plasticity=3.0)
    bonus = {
        every: weekly(plastic, 6, every).slow / weekly(COMMUNITY, 6, every).slow
        for every in (3.5, 14)
    }
    assert bonus[3.5] > bonus[14] > 1
    # the same person, the same six infusions, 30 days after the last
    relief_30_days_on = {
        every: relief(plastic, state, state.since + 30 * DAY)
        for every in (3.5, 14)
        for state in [weekly(plastic, 6, every)]
    }
    assert relief_30_days_on[3.5] > relief_30_days_on[14]


def test_with_the_plasticity_window_off_the_fast_state_does_not_touch_the_slow_gain():
    fresh = State(since=0)
    busy = State(since=0, fast=0.9)
    for p, same in ((0.0, True), (2.0, False)):
        person = COMMUNITY._replace(plasticity=p)
        gains = [infused(person, state, 0, 1.0, 0.025).slow for state in (fresh, busy)]
        assert (gains[0] == gains[1]) == same


def infusions_to(level, clearance, sensitivity=0.5):
    """How many infusions twice a week until relief a day after one first reaches a level."""
    x = 79.0 / clearance
    impulse = sensitivity * x * 2.5 / (x + 1.5)
    state, number = State(since=0), 0
    while number < 60:
        state = infused(COMMUNITY, state, state.since + int(3.5 * DAY), impulse, 0.025)
        number += 1
        if relief(COMMUNITY, state, state.since + DAY) >= level:
            return number
    return number


def test_the_number_of_infusions_to_a_level_of_relief_never_falls_with_clearance():
    needed = [infusions_to(0.45, 79 * share) for share in np.linspace(0.6, 1.5, 19)]
    assert needed == sorted(needed)
    assert needed[-1] > needed[0]


def test_a_person_of_low_sensitivity_goes_from_4_to_7_infusions_with_clearance():
    """The source text's range, between clearance 0.7 and 1.25 of typical, at relief 0.48."""
    assert infusions_to(0.48, 0.7 * 79) == 4
    assert infusions_to(0.48, 1.25 * 79) == 7
