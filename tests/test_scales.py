"""Every definition of the GAD-7 on hand-made courses (witness: the table of definitions)."""

import numpy as np
import pytest

from sim.scales import (
    clipped,
    improvement,
    is_day_below_10,
    is_day_in_response,
    is_partial,
    is_remission,
    is_response,
    latent_relapse,
    observed_relapse,
    points_to_relapse,
    relapse_from,
    response_held,
)
from sim.units import minutes_of

DAY = 1440


def test_a_rating_of_exactly_half_the_baseline_is_a_response():
    assert is_response(7, 14)
    assert not is_response(8, 14)
    assert is_response(7, 15)
    assert not is_response(8, 15)
    assert not is_response(16, 15)


def test_partial_response_begins_at_25_percent():
    assert is_partial(12, 16)
    assert not is_partial(13, 16)
    assert is_partial(11, 15)  # 26.7 %
    assert not is_partial(12, 15)  # 20 %


def test_remission_is_below_5():
    assert is_remission(4)
    assert not is_remission(5)


def test_improvement_is_negative_for_those_who_got_worse():
    assert improvement(18, 12) == pytest.approx(-0.5)


def test_response_is_held_from_a_relief_of_one_half():
    assert response_held(0.5)
    assert not response_held(0.4999)


def test_a_day_below_10_need_not_be_a_day_in_response():
    assert is_day_below_10(9.9)
    assert not is_day_below_10(10.0)
    assert is_day_in_response(7.0, 14.0)
    assert not is_day_in_response(9.0, 14.0), "below 10, but not half as bad as untreated"
    assert not is_day_in_response(10.0, 20.0), "half as bad as untreated, but not below 10"


def test_definitions_of_days_read_arrays():
    scores, untreated = np.array([6.0, 9.0, 12.0]), np.array([14.0, 14.0, 21.0])
    assert is_day_below_10(scores).tolist() == [True, True, False]
    assert is_day_in_response(scores, untreated).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("course", "relapse"),
    [
        ([0.0, 0.2, 0.29], None),  # never responded, so cannot relapse
        ([0.2, 0.5, 0.4, 0.31, 0.30], None),  # 0.30 is not below 0.30
        ([0.2, 0.5, 0.4, 0.29, 0.1], 3),
        ([0.6, 0.2, 0.7, 0.1], 1),  # only the first counts
        ([], None),
    ],
)
def test_latent_relapse_is_the_first_fall_below_030_after_050(course, relapse):
    assert latent_relapse(course) == relapse


def test_one_high_rating_alone_is_no_observed_relapse():
    ratings = [(0, 14), (7 * DAY, 6), (14 * DAY, 13), (21 * DAY, 7)]
    assert observed_relapse(ratings, baseline=14) is None


def test_two_high_ratings_within_7_days_are_an_observed_relapse_at_the_second():
    ratings = [(0, 14), (7 * DAY, 6), (14 * DAY, 13), (20 * DAY, 12)]
    assert observed_relapse(ratings, baseline=14) == 20 * DAY


def test_seven_days_to_the_minute_confirm_and_a_minute_more_does_not():
    first = [(0, 14), (7 * DAY, 6), (14 * DAY, 13)]
    assert observed_relapse([*first, (21 * DAY, 12)], baseline=14) == 21 * DAY
    assert observed_relapse([*first, (21 * DAY + 1, 12)], baseline=14) is None


def test_a_confirmation_after_more_than_7_days_only_raises_a_new_suspicion():
    ratings = [(7 * DAY, 6), (14 * DAY, 13), (22 * DAY, 12), (28 * DAY, 13)]
    assert observed_relapse(ratings, baseline=14) == 28 * DAY


def test_there_is_no_observed_relapse_without_an_observed_response():
    assert observed_relapse([(0, 14), (1 * DAY, 14), (2 * DAY, 14)], baseline=14) is None


def test_a_rating_points_to_relapse_only_if_high_and_hardly_better():
    assert points_to_relapse(12, 14)
    assert not points_to_relapse(9, 11), "below 10"
    assert not points_to_relapse(12, 16), "25 % better"


def test_scores_stay_on_the_scale():
    assert clipped(-1.0) == 0
    assert clipped(25.0) == 21
    assert clipped(np.array([-1.0, 5.0, 30.0])).tolist() == [0, 5, 21]


def test_days_become_whole_minutes_rounded_half_up():
    assert minutes_of(19.6) == 28224
    assert minutes_of(0.5 / 1440) == 1


def test_the_least_rating_that_points_to_relapse_is_the_first_that_does():
    """Witness: every rating of every baseline, one after another."""
    baselines = np.arange(1, 22)
    for baseline, least in zip(baselines.tolist(), relapse_from(baselines).tolist(), strict=True):
        for rated in range(22):
            assert points_to_relapse(rated, baseline) == (rated >= least)
