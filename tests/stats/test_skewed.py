"""Witnesses: a plain loop over samples, simulated coverage, and Student's t where it is right."""

from math import inf, sqrt

import numpy as np
import pytest

from sim.stats import skewed
from sim.stats.intervals import mean_interval, paired, t_interval
from sim.stats.summaries import summarised

WAITS = np.array([3.1, 4.0, 2.2, 5.1, 3.3, 30.4, 4.4, 2.9, 6.0, 3.8])


def test_the_scores_are_those_of_a_plain_loop_over_the_same_samples():
    counts = np.random.default_rng(skewed._SEED).multinomial(10, np.full(10, 0.1), skewed.SAMPLES)
    plain = []
    for count in counts:
        sample = np.repeat(WAITS, count)
        error = sample.std(ddof=1) / sqrt(10)
        plain.append(abs(sample.mean() - WAITS.mean()) / error)
    assert skewed.scores(WAITS) == pytest.approx(np.sort(plain))


def test_skewed_values_have_a_wider_interval_that_says_so():
    plain, found = t_interval(WAITS), mean_interval(WAITS)
    assert found.method == "bootstrap-t"
    assert found.half_width > skewed.WIDER * plain.half_width
    assert found.mean - found.lower == pytest.approx(found.upper - found.mean)
    assert mean_interval(WAITS, possible=(0.0, inf)).lower == 0


def test_well_behaved_values_keep_student_s_interval_to_the_bit():
    values = np.random.default_rng(1).normal(100, 10, 20)
    plain, found = t_interval(values), mean_interval(values)
    assert (found.lower, found.upper, found.method) == (plain.lower, plain.upper, "t")


def test_mostly_equal_values_are_marked_as_too_narrow():
    assert mean_interval([0.0] * 9 + [3.0]).method == "few values"
    assert mean_interval([0.0] * 3 + [3.0]).method == "few values"
    assert mean_interval([0.0] * 10).method == "all equal"
    assert mean_interval([5.0]).method == ""


def test_the_same_values_give_the_same_bytes_whatever_was_asked_before():
    first = summarised(WAITS)
    skewed._weights.cache_clear()
    summarised(np.arange(30.0))
    assert summarised(WAITS) == first


def test_skewed_means_are_covered_more_often_than_by_student_s_t():
    rng = np.random.default_rng(2)
    drawn = rng.lognormal(0, 1.2, (600, 10))
    truth = np.exp(1.2**2 / 2)
    t, own = (
        np.mean([i.lower <= truth <= i.upper for i in map(method, drawn)])
        for method in (t_interval, mean_interval)
    )
    assert t < 0.85
    assert own > t + 0.05


def test_normal_means_are_covered_as_often_as_they_say():
    drawn = np.random.default_rng(3).normal(0, 1, (800, 10))
    held = np.mean([i.lower <= 0 <= i.upper for i in map(mean_interval, drawn)])
    assert held == pytest.approx(0.955, abs=0.02)


def test_a_skewed_difference_is_as_wide_as_its_mean_interval():
    d = paired(WAITS, np.zeros(10))
    alone = mean_interval(WAITS)
    assert (d.lower, d.upper, d.method) == (alone.lower, alone.upper, "bootstrap-t")
    assert 1 / (skewed.SAMPLES + 1) <= d.p_value <= 1
