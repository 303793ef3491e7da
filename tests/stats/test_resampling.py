"""Who is the best, by resampling. Witnesses: a plain loop, theory, and cases without chance."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from sim.stats.resampling import drawn_means, on_front, paired_means, shares_best


def test_means_of_samples_have_the_mean_and_the_error_of_the_mean():
    x = np.random.default_rng(1).normal(5, 2, 50)
    means = drawn_means([x])[:, 0]
    assert means.mean() == pytest.approx(x.mean(), abs=4 * means.std() / sqrt(len(means)))
    assert means.std() == pytest.approx(x.std() / sqrt(50), rel=0.05)


def test_a_constant_difference_is_the_same_in_every_sample():
    x = np.random.default_rng(2).normal(0, 9, 30)
    means = drawn_means([x, x + 1, x[:12] - 2])
    assert np.allclose(means[:, 1] - means[:, 0], 1)
    assert np.allclose(means[:, 2] - means[:, 0], -2)
    assert paired_means([x, x + 1, x[:12] - 2]) == pytest.approx(x.mean() + np.array([0, 1, -2]))


def test_the_probability_of_being_the_best_is_that_of_the_normal_law():
    dice = np.random.default_rng(3)
    apart = dice.normal(0, 1, 200)
    apart += 0.08 - apart.mean()
    best, within = shares_best(drawn_means([np.zeros(200), apart]), 0.05)
    error = apart.std() / sqrt(200)
    assert best[1] == pytest.approx(norm.cdf(0.08 / error), abs=0.03)
    assert within[0] == pytest.approx(norm.cdf((0.05 - 0.08) / error), abs=0.03)
    assert best.sum() == pytest.approx(1)


def test_equals_share_the_samples():
    x = np.random.default_rng(4).normal(0, 1, 20)
    best, within = shares_best(drawn_means([x, x.copy(), x - 5]))
    assert best == pytest.approx([0.5, 0.5, 0])
    assert list(within) == [1, 1, 0]


def dominated(points, place):
    own = points[place]
    return any(
        all(a >= b for a, b in zip(other, own, strict=True)) and tuple(other) != tuple(own)
        for other in points
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_front_is_that_of_a_plain_loop(seed):
    points = np.random.default_rng(seed).integers(0, 5, (12, 3)).astype(float)
    expected = [not dominated(points, place) for place in range(12)]
    assert list(on_front(points)) == expected
    assert (on_front(np.stack([points, -points]))[0] == expected).all()
