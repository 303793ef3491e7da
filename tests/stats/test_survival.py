"""Witnesses: tables worked by hand, scipy.stats.ecdf, and the plain mean without censoring."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.stats.survival import kaplan_meier, km_quantile, restricted_mean, survival_at

# Freireich's leukaemia trial (1963), 6-mercaptopurine arm, weeks in remission: the textbook case.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_leukaemia_trial_has_its_textbook_curve():
    times, survival = kaplan_meier(WEEKS, SEEN)
    assert times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert survival == pytest.approx(published, abs=5e-4)
    assert km_quantile(WEEKS, SEEN, 0.5) == 23  # the published median
    assert km_quantile(WEEKS, SEEN, 0.6) == inf


def test_a_person_censored_at_an_event_time_is_still_at_risk_there():
    # by hand: at 2 three are at risk and one event, so 2/3; at 5 one at risk and one event
    times, survival = kaplan_meier([2, 2, 5], [True, False, True])
    assert times.tolist() == [2, 5]
    assert survival == pytest.approx([2 / 3, 0])


def test_a_median_that_is_met_exactly_counts_despite_rounding():
    # 10 people, 1 event a day: S = 0.9 * 8/9 * 7/8 * 6/7 * 5/6, which rounds to above a half
    days = np.arange(1, 11)
    assert km_quantile(days, np.ones(10), 0.5) == 5


def test_without_events_nothing_is_reached():
    times, survival = kaplan_meier([3, 4], [False, False])
    assert times.size == survival.size == 0
    assert km_quantile([3, 4], [False, False], 0.1) == inf
    assert restricted_mean([3, 4], [False, False], 10) == 10
    assert survival_at([3, 4], [False, False], 100) == 1


def test_nobody_at_risk_has_an_empty_curve_and_no_numbers():
    assert kaplan_meier([], [])[0].size == 0
    for call in (
        lambda: km_quantile([], [], 0.5),
        lambda: restricted_mean([], [], 5),
        lambda: survival_at([], [], 5),
    ):
        with pytest.raises(ValueError, match="nobody"):
            call()


def test_survival_steps_down_at_the_event_and_not_before():
    assert survival_at([2, 4], [True, True], 1.999) == 1
    assert survival_at([2, 4], [True, True], 2) == 0.5
    assert survival_at([2, 4], [True, False], 99) == 0.5


def test_the_restricted_mean_by_hand():
    # S = 1 until 2, 2/3 until 5, then 0: 2 + 3 * 2/3 = 4; to 3 only: 2 + 2/3
    assert restricted_mean([2, 2, 5], [True, False, True], 10) == pytest.approx(4)
    assert restricted_mean([2, 2, 5], [True, False, True], 3) == pytest.approx(2 + 2 / 3)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40), st.floats(1, 500))
def test_uncensored_the_area_is_the_plain_mean_up_to_the_limit(durations, limit):
    area = restricted_mean(durations, [True] * len(durations), limit)
    assert area == pytest.approx(np.minimum(durations, limit).mean(), rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60))
def test_the_curve_is_that_of_scipy(people):
    durations = np.array([d for d, _ in people], dtype=float)
    observed = np.array([seen for _, seen in people])
    times, survival = kaplan_meier(durations, observed)
    sample = stats.CensoredData(uncensored=durations[observed], right=durations[~observed])
    witness = stats.ecdf(sample).sf
    assert survival == pytest.approx(witness.evaluate(times), abs=1e-12)


@pytest.mark.parametrize(
    ("durations", "observed"),
    [([1.0, 2.0], [True]), ([nan], [True]), ([-1.0], [True]), ([[1.0]], [[True]])],
)
def test_durations_that_are_none_are_refused(durations, observed):
    with pytest.raises(ValueError, match="duration"):
        kaplan_meier(durations, observed)


def test_quantiles_and_limits_outside_their_range_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        km_quantile([1.0], [True], 1.0)
    with pytest.raises(ValueError, match="limit"):
        restricted_mean([1.0], [True], inf)
