"""Witnesses: scipy.stats, published worked examples, and simulation of the coverage."""

from math import inf, nan

import numpy as np
import pytest
from scipy import stats

from sim.stats.intervals import holm, paired, t_interval, wilson

A = [12.1, 14.3, 11.8, 15.0, 13.2, 12.7]
B = [10.9, 13.8, 10.1, 14.6, 12.9, 11.0]


def test_the_t_interval_is_that_of_scipy():
    interval = t_interval(A, level=0.9)
    lower, upper = stats.t.interval(0.9, len(A) - 1, np.mean(A), stats.sem(A))
    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), rel=1e-12)
    assert interval.half_width == pytest.approx((upper - lower) / 2)
    assert interval.n == 6


def test_one_replication_has_a_mean_and_no_interval():
    interval = t_interval([3.0])
    assert (interval.mean, interval.lower, interval.upper) == (3.0, None, None)
    assert interval.half_width is None


def test_equal_values_have_an_interval_of_no_width():
    interval = t_interval([0.1] * 7)
    assert interval.lower == interval.upper == interval.mean == pytest.approx(0.1)


def test_a_measure_not_reached_once_has_an_infinite_mean_and_no_interval():
    interval = t_interval([3.0, inf])
    assert (interval.mean, interval.lower, interval.upper, interval.n) == (inf, None, None, 2)


@pytest.mark.parametrize("values", [[], [nan], [[1.0, 2.0]], [inf, -inf]])
def test_values_that_are_no_replications_are_refused(values):
    with pytest.raises(ValueError, match=r"value|replications|inf"):
        t_interval(values)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_confidence_level_outside_0_to_1_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        t_interval(A, level)


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (7, 20), (20, 20), (1, 1)])
def test_the_wilson_interval_is_that_of_scipy(successes, n):
    interval = wilson(successes, n)
    witness = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert (interval.lower, interval.upper) == pytest.approx((witness.low, witness.high))
    assert interval.mean == successes / n


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_has_no_wilson_interval(successes, n):
    with pytest.raises(ValueError, match="share"):
        wilson(successes, n)


def test_a_paired_difference_is_the_paired_t_test_of_scipy():
    result = paired(A, B)
    witness = stats.ttest_rel(A, B)
    assert result.p_value == pytest.approx(witness.pvalue, rel=1e-10)
    limits = witness.confidence_interval(0.95)
    assert (result.lower, result.upper) == pytest.approx((limits.low, limits.high))
    assert result.correlation == pytest.approx(stats.pearsonr(A, B).statistic)
    assert result.difference == pytest.approx(np.mean(A) - np.mean(B))


def test_the_unpaired_half_width_is_that_of_welch():
    limits = stats.ttest_ind(A, B, equal_var=False).confidence_interval(0.95)
    assert paired(A, B).unpaired_half_width == pytest.approx((limits.high - limits.low) / 2)


def test_the_variance_gain_is_the_number_of_replications_that_pairing_saved():
    a, b = np.array(A), np.array(B)
    expected = (a.var(ddof=1) + b.var(ddof=1)) / (a - b).var(ddof=1)
    assert paired(A, B).variance_gain == pytest.approx(expected)


def test_identical_scenarios_differ_by_nothing_for_sure():
    result = paired(A, A)
    assert (result.difference, result.lower, result.upper, result.p_value) == (0, 0, 0, 1)
    assert result.variance_gain == inf


def test_a_difference_within_rounding_is_no_difference():
    result = paired([0.1 + 0.2, 1.1 + 2.2, 5.0], [0.3, 3.3, 5.0])
    assert (result.difference, result.p_value) == (0, 1)


def test_a_constant_difference_is_certain():
    result = paired([2.0, 3.0, 5.0], [1.0, 2.0, 4.0])
    assert (result.difference, result.lower, result.upper, result.p_value) == (1, 1, 1, 0)


def test_without_any_variance_there_is_no_correlation_and_no_gain():
    result = paired([1.0, 1.0], [1.0, 1.0])
    assert (result.correlation, result.variance_gain, result.unpaired_half_width) == (None, None, 0)


def test_one_pair_has_a_difference_and_no_interval():
    result = paired([3.0], [1.0])
    assert (result.difference, result.n) == (2.0, 1)
    assert result.lower is result.upper is result.p_value is None


def test_pairs_of_which_one_was_not_reached_have_no_difference_but_a_count():
    result = paired([3.0, inf, 2.0], [1.0, 1.0, inf])
    assert (result.difference, result.lower, result.p_value, result.n) == (None, None, None, 1)


def test_unequal_numbers_of_replications_make_no_pairs():
    with pytest.raises(ValueError, match="pairs"):
        paired([1.0, 2.0], [1.0])


def test_nine_in_ten_intervals_cover_the_true_difference():
    rng = np.random.default_rng(1)
    common = rng.normal(size=(2000, 8))
    a, b = common + rng.normal(1, 0.3, common.shape), common + rng.normal(0, 0.3, common.shape)
    results = [paired(x, y, level=0.9) for x, y in zip(a, b, strict=True)]
    covered = np.mean([r.lower <= 1 <= r.upper for r in results])
    assert covered == pytest.approx(0.9, abs=0.02)


def test_holm_gives_the_numbers_of_r():
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_is_never_above_one_and_never_below_the_raw_value():
    p = np.random.default_rng(2).random(50)
    adjusted = holm(p)
    assert (adjusted >= p).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def test_holm_does_not_count_what_was_not_tested():
    assert holm([0.02, nan, 0.04]) == pytest.approx([0.04, nan, 0.04], nan_ok=True)
    assert holm([]).size == 0
    assert np.isnan(holm([nan, nan])).all()
