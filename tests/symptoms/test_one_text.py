"""Each formula stands once, for one person and for many. Witness: the arrays, person by person."""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.symptoms import relief as formulas
from sim.symptoms.relief import Kinetics, State
from sim.units import half_up

SHARES = st.lists(st.floats(0, 1), min_size=4, max_size=4)
PEOPLE = st.lists(SHARES, min_size=1, max_size=6)


def columns(people):
    return (np.array(column) for column in zip(*people, strict=True))


@given(PEOPLE, st.floats(0, 90), st.floats(0.01, 3), st.sampled_from([0.0, 0.7]))
def test_an_infusion_of_many_is_that_of_each(people, days, impulse, plasticity):
    fast, slow, ceiling, left = columns(people)
    shape = Kinetics(0.8, 0.2, 5.4, 90.0, ceiling, plasticity)
    dose = formulas.dose_of(shape, impulse, 0.5, np.exp)
    after = formulas.infused_left(shape, State(0, fast, slow), 7, left, left**2, dose, np.exp)
    many = formulas.relief_left(ceiling, after, 0.5, 0.9, np.exp(-days / 0.5))
    for place, person in enumerate(people):
        own = shape._replace(ceiling=person[2])
        alone = formulas.dose_of(own, impulse, 0.5)
        mine = formulas.infused_left(
            own, State(0, person[0], person[1]), 7, person[3], person[3] ** 2, alone
        )
        assert mine.fast == pytest.approx(after.fast[place], abs=1e-15)
        assert mine.slow == pytest.approx(after.slow[place], abs=1e-15)
        one = formulas.relief_left(person[2], mine, 0.5, 0.9, exp(-days / 0.5))
        assert one == pytest.approx(many[place], abs=1e-15)


@given(PEOPLE, st.floats(-4, 4), st.floats(-3, 3))
def test_scores_of_many_are_those_of_each(people, drift, noise):
    relief, other, _, _ = columns(people)
    untreated = 21 * other
    true = formulas.true_score(untreated, relief, drift)
    rated = formulas.rated_score(true, noise)
    assert rated.dtype == np.int64
    for place, person in enumerate(people):
        mine = formulas.true_score(21 * person[1], person[0], drift)
        assert mine == true[place]
        assert formulas.rated_score(mine, noise) == rated[place]


@given(st.floats(0, 1), st.floats(1, 100), st.lists(st.floats(0, 400), min_size=1, max_size=6))
def test_usual_care_of_many_is_that_of_each(ceiling, tau, days):
    many = formulas.usual_care(ceiling, tau, np.array(days), np.exp)
    one = [formulas.usual_care(ceiling, tau, day) for day in days]
    assert many == pytest.approx(one, abs=1e-15)


def test_halves_are_rounded_up_below_zero_too():
    assert [half_up(x) for x in (2.5, 3.5, -0.5, -1.5, 2.4)] == [3, 4, 0, -1, 2]
    assert half_up(np.array([2.5, 3.5, -0.5, -1.5, 2.4])).tolist() == [3, 4, 0, -1, 2]


def test_what_has_set_in_is_relief_of_the_two_states_alone():
    state = State(0, 0.5, 0.4, 0.2, 0.1, 0.5)
    assert formulas.relief_left(0.8, state, 0.5, 0.5, None) == pytest.approx(
        0.8 * (1 - (1 - 0.25) * (1 - 0.2))
    )
    assert formulas.relief_left(0.8, state, 1.0, 1.0, 1.0) == pytest.approx(
        0.8 * (1 - (1 - 0.2) * (1 - 0.1))
    )
