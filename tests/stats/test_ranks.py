"""Witnesses: scipy's tests, the binomial distribution, and simulated coverage."""

from math import inf, nan

import numpy as np
import pytest
from scipy import stats

from sim.stats.ranks import compared, median_interval
from sim.stats.summaries import summarised


@pytest.mark.parametrize("n", [6, 9, 10, 20, 41])
def test_the_limits_of_a_median_are_the_order_statistics_of_the_binomial(n):
    values = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))
    interval = median_interval(values)
    # scipy inverts the same test: limits of the 0.5 quantile
    witness = stats.quantile_test(values, p=0.5).confidence_interval(0.95)
    k = int(interval.lower) - 1
    assert (interval.lower, interval.upper) == (k + 1, n - k)
    assert 2 * stats.binom.cdf(k, n, 0.5) <= 0.05 < 2 * stats.binom.cdf(k + 1, n, 0.5)
    assert (witness.low, witness.high) == (interval.lower, interval.upper)


def test_fewer_than_six_values_have_a_median_and_no_interval():
    interval = median_interval([1.0, 2.0, 3.0, 4.0, inf])
    assert (interval.mean, interval.lower, interval.upper) == (3, None, None)


def test_a_median_between_a_number_and_not_reached_is_not_reached():
    assert median_interval([1.0, inf]).mean == inf
    assert median_interval([1.0, 2.0, inf]).mean == 2


@pytest.mark.parametrize("values", [[], [nan, 1.0], [-inf, inf]])
def test_what_has_no_median_is_refused(values):
    with pytest.raises(ValueError, match="median"):
        median_interval(values)


def test_the_median_of_values_not_reached_is_covered_as_often_as_it_says():
    rng = np.random.default_rng(5)
    drawn = rng.exponential(1.0, (2000, 12))
    drawn[drawn > 2] = inf
    held = [(i.lower <= np.log(2) <= i.upper) for i in map(median_interval, drawn)]
    exact = 1 - 2 * stats.binom.cdf(2, 12, 0.5)
    assert np.mean(held) == pytest.approx(exact, abs=0.02)


def test_pairs_are_compared_by_order_with_not_reached_as_the_largest():
    a = [3.0, inf, 5.0, 6.0, inf, 1.0, 9.0]
    b = [1.0, 4.0, 5.0, inf, inf, 0.0, 2.0]
    found = compared(a, b)
    assert (found.n, found.higher, found.lower) == (7, 4, 1)
    assert found.superiority.mean == 5 / 7  # two ties count half
    assert found.p_value == pytest.approx(stats.binomtest(4, 5).pvalue)


def test_a_pair_that_neither_reached_leaves_open_what_it_decides():
    d = np.arange(1.0, 8.0)
    decided = compared([*d, inf], [*np.zeros(7), inf])
    assert decided.median is None  # 4 or 5, by what the last pair would have been
    assert (decided.median_lower, decided.median_upper) == (-inf, inf)
    assert compared([1.0, 1.0, 1.0, inf], [0.0, 0.0, 0.0, inf]).median == 1


def test_the_sign_test_is_right_under_no_difference():
    rng = np.random.default_rng(6)
    p = []
    for _ in range(1500):
        a, b = rng.exponential(size=(2, 15))
        a[a > 1.5], b[b > 1.5] = inf, inf
        p.append(compared(a, b).p_value)
    assert np.mean(np.array(p) <= 0.05) <= 0.05


def test_a_summary_says_what_can_be_said_of_any_values():
    assert summarised([]).told == (None, None, None)
    assert summarised([nan, 3.0]).told == (3, None, None)
    assert summarised([inf]).told == (inf, None, None)
    told = summarised([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, inf, nan])
    assert (told.statistic, told.n, told.not_reached) == ("median", 7, 1)
    assert told.told == (4, 1, inf)
    assert summarised([1.0, 2.0]).statistic == "mean"
