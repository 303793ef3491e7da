"""From relief to the true score and the rating, on and beyond the ends of the scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.symptoms.relief import rated_score, true_score


def test_without_relief_and_drift_the_true_score_is_the_untreated_one():
    assert true_score(14.5, 0.0, 0.0) == 14.5


def test_half_relief_halves_the_score_and_drift_is_added_on_top():
    assert true_score(14.0, 0.5, 1.25) == 8.25


@given(untreated=st.floats(0, 21), relief=st.floats(0, 1), drift=st.floats(-40, 40))
def test_the_true_score_never_leaves_the_scale(untreated, relief, drift):
    assert 0 <= true_score(untreated, relief, drift) <= 21


@given(untreated=st.floats(0, 21), relief=st.floats(0, 1), more=st.floats(0, 1))
def test_more_relief_never_means_a_higher_score(untreated, relief, more):
    assert true_score(untreated, max(relief, more), 0.5) <= true_score(untreated, relief, 0.5)


@pytest.mark.parametrize(
    ("true", "noise", "rated"),
    [(9.5, 0.0, 10), (9.49, 0.0, 9), (10.0, -0.5, 10), (0.2, -3.0, 0), (20.0, 4.0, 21), (7, 0, 7)],
)
def test_a_rating_is_rounded_half_up_and_kept_on_the_scale(true, noise, rated):
    assert rated_score(true, noise) == rated


@given(true=st.floats(0, 21), noise=st.floats(-30, 30))
def test_a_rating_is_a_whole_number_from_0_to_21(true, noise):
    rated = rated_score(true, noise)
    assert isinstance(rated, int)
    assert 0 <= rated <= 21
