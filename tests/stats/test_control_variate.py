"""Regression on controls. Witnesses: formulas written out by hand, least squares, simulation."""

import numpy as np
import pytest
from scipy.stats import binom, t

from sim.stats.control_variate import adjusted, net_gain


def some(n=12, m=60, q=1, seed=5, slope=2.0, sd=1.0):
    dice = np.random.default_rng(seed)
    x, z = dice.normal(3.0, 2.0, (n, q)), dice.normal(3.0, 2.0, (m, q))
    return 7.0 + slope * (x[:, 0] - 3.0) + sd * dice.normal(size=n), x, z


def test_one_control_is_the_textbook_formula():
    """Written out in sums: b = Sxy / Sxx, the residual variance, both parts, Satterthwaite."""
    y, x, z = some()
    n, m, c, further = len(y), len(z), x[:, 0], z[:, 0]
    sxx = sum((a - c.mean()) ** 2 for a in c)
    slope = sum((a - c.mean()) * (b - y.mean()) for a, b in zip(c, y, strict=True)) / sxx
    away = further.mean() - c.mean()
    left = sum((b - y.mean() - slope * (a - c.mean())) ** 2 for a, b in zip(c, y, strict=True)) / (
        n - 2
    )
    here = left * (1 / n + away**2 / sxx)
    there = slope**2 * further.var(ddof=1) / m
    degrees = (here + there) ** 2 / (here**2 / (n - 2) + there**2 / (m - 1))
    half = t.ppf(0.975, degrees) * (here + there) ** 0.5

    found = adjusted(y, x, z)
    assert found.mean == pytest.approx(y.mean() + slope * away, rel=1e-12)
    assert found.half_width == pytest.approx(half, rel=1e-9)
    assert (found.lower + found.upper) / 2 == pytest.approx(found.mean, rel=1e-12)
    assert found.degrees == pytest.approx(degrees, rel=1e-12)
    assert found.variance_ratio == pytest.approx(y.var(ddof=1) / n / (here + there), rel=1e-12)
    assert (found.n, found.further, found.controls) == (n, m, 1)


def test_with_a_known_mean_it_is_the_intercept_of_the_regression_on_controls_about_it():
    """Lavenberg and Welch: the intercept and its standard error, on n - q - 1 degrees."""
    y, x, _ = some(n=15, q=3)
    known = np.array([3.1, 2.9, 3.2])
    further = np.vstack([known, known])  # no spread: as good as known
    design = np.column_stack([np.ones(15), x - known])
    coefficients, squares, *_ = np.linalg.lstsq(design, y, rcond=None)
    error = (squares[0] / 11 * np.linalg.inv(design.T @ design)[0, 0]) ** 0.5

    found = adjusted(y, x, further)
    assert found.mean == pytest.approx(coefficients[0], rel=1e-10)
    assert found.degrees == pytest.approx(11)
    assert found.half_width == pytest.approx(t.ppf(0.975, 11) * error, rel=1e-8)


@pytest.mark.parametrize(("n", "m", "correlation"), [(8, 40, 0.95), (20, 400, 0.99), (10, 60, 0.0)])
def test_its_mean_is_the_mean_and_its_interval_holds_it(n, m, correlation):
    """Ten thousand studies of correlated normals with the mean 0."""
    dice, studies = np.random.default_rng(11), 10_000
    found = []
    for _ in range(studies):
        x, z, e = dice.normal(size=(n, 1)), dice.normal(size=(m, 1)), dice.normal(size=n)
        y = correlation * x[:, 0] + (1 - correlation**2) ** 0.5 * e
        found.append(adjusted(y, x, z))
    means = np.array([one.mean for one in found])
    assert abs(means.mean()) < 4 * means.std() / studies**0.5
    held = sum(one.lower <= 0 <= one.upper for one in found)
    assert binom.ppf(0.0001, studies, 0.94) < held < binom.ppf(0.9999, studies, 0.96)
    # E[1/n + d'(X'X)^-1 d] of normals with q = 1, and the further replications' part
    share = correlation**2
    expected = (1 - share) * (1 / n + (1 / n + 1 / m) / (n - 3)) + share / m
    assert means.var() == pytest.approx(expected, rel=0.08)


def test_controls_that_tell_nothing_cost_degrees_of_freedom_and_say_so():
    y, x, z = some(slope=0.0, n=10)
    found = adjusted(y, x, z)
    assert found.variance_ratio < 1
    assert net_gain(found.variance_ratio, 0.5) == pytest.approx(found.variance_ratio / 1.5)


def test_where_nothing_is_left_only_the_further_replications_are_unsure():
    y, x, z = some(sd=0.0)
    found = adjusted(y, x, z)
    assert found.mean == pytest.approx(7.0 + 2 * (z.mean() - 3.0))
    assert found.degrees == pytest.approx(len(z) - 1)
    assert found.half_width == pytest.approx(t.ppf(0.975, 59) * 2 * z.std(ddof=1) / len(z) ** 0.5)


def test_constant_and_repeated_controls_are_not_used():
    y, x, z = some()
    plain = adjusted(y, x, z)
    same = adjusted(
        y, np.column_stack([np.full(12, 4.0), x, 3 * x + 1]),
        np.column_stack([np.full(60, 4.0), z, 3 * z + 1]),
    )  # fmt: skip
    assert same == plain
    assert adjusted(y, np.full((12, 1), 4.0), np.full((60, 1), 4.0)) is None


def test_what_is_not_defined_is_left_out():
    y, x, z = some()
    holes = adjusted(np.append(y, [np.nan, 1.0]), np.vstack([x, [[1.0], [np.nan]]]), z)
    assert holes == adjusted(y, x, z)
    assert adjusted(y, x, np.vstack([z, [[np.nan]]])) == adjusted(y, x, z)


@pytest.mark.parametrize(
    "change",
    [
        lambda y, x, z: (np.full(12, 3.0), x, z),  # all equal
        lambda y, x, z: (np.append(y[:-1], np.inf), x, z),  # not reached
        lambda y, x, z: (y[:1], x[:1], z),  # one replication
        lambda y, x, z: (y[:3], x[:3], z),  # q + 2
        lambda y, x, z: (y, x, z[:1]),  # the further mean has no spread
        lambda y, x, z: (np.full(12, np.nan), x, z),
        lambda y, x, z: (y, np.full((12, 1), np.nan), z),
    ],
)
def test_where_it_cannot_be_said_it_is_not(change):
    assert adjusted(*change(*some())) is None


def test_the_least_that_can_be_told_has_one_degree_of_freedom_more_than_controls():
    y, x, z = some()
    assert adjusted(y[:4], x[:4], z).degrees >= 2


def test_limits_stay_within_the_possible():
    y, x, z = some(n=5, sd=4.0)
    free, cut = adjusted(y, x, z), adjusted(y, x, z, possible=(6.9, 7.0))
    assert free.lower < 6.9
    assert free.upper > 7.0
    assert (cut.lower, cut.upper) == (6.9, 7.0)


def test_shapes_that_do_not_fit_are_refused():
    y, x, z = some()
    with pytest.raises(ValueError, match="controls of shapes"):
        adjusted(y, x[:-1], z)
    with pytest.raises(ValueError, match="controls of shapes"):
        adjusted(y, x, np.column_stack([z, z]))
