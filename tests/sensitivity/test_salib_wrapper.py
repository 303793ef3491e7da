"""SALib as it is used here. Witnesses: closed forms of Ishigami's, Sobol's g and linear functions.

Ishigami: S = (0.3139, 0.4424, 0), ST = (0.5576, 0.4424, 0.2437) for a = 7, b = 0.1.
"""

import numpy as np
import pytest

from sim.config.errors import ScenarioError
from sim.sensitivity import salib
from sim.sensitivity.indices import replication_of
from sim.sensitivity.salib import (
    elementary_effects,
    morris_effects,
    morris_points,
    sobol_indices,
    sobol_points,
)
from sim.sensitivity.screening import of_chance

THREE = ["x", "y", "z"]
A, B = 7.0, 0.1
V1, V2 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8
V13 = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
ALL = V1 + V2 + V13
FIRST, TOTAL = np.array([V1, V2, 0]) / ALL, np.array([V1 + V13, V2, V13]) / ALL


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Of the intervals, which are looked at in one test only."""
    monkeypatch.setattr(salib, "_RESAMPLES", 2)


def ishigami(cube):
    x, y, z = (np.pi * (2 * cube[:, :3] - 1)).T
    return np.sin(x) + A * np.sin(y) ** 2 + B * z**4 * np.sin(x)


def indices_of(function, groups, samples, seed):
    return sobol_indices(groups, function(sobol_points(groups, samples, seed)))


def error(samples):
    """Root mean square error of all six indices, over eight scrambles."""
    found = [indices_of(ishigami, THREE, samples, seed) for seed in range(1, 9)]
    parts = [(one.first - FIRST, one.total - TOTAL) for one in found]
    return float(np.sqrt(np.mean(np.square(parts))))


def test_the_indices_of_ishigami_are_the_closed_form_and_the_error_falls():
    errors = {samples: error(samples) for samples in (64, 256, 1024, 4096)}
    assert pytest.approx([0.3139, 0.4424, 0], abs=5e-5) == FIRST
    assert pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5) == TOTAL
    assert errors[64] > errors[256] > errors[1024] > errors[4096]
    assert errors[4096] < errors[64] / 8  # as samples^-1/2, or better
    assert errors[4096] < 0.006


def test_groups_have_the_indices_of_what_they_hold():
    """x and z interact with each other alone, so together they make all but y's."""
    found = indices_of(ishigami, ["both", "y", "both"], 4096, 3)
    # columns of a group need not stand together for SALib; of two groups the order is the first's
    assert found.first == pytest.approx([1 - FIRST[1], FIRST[1]], abs=0.02)
    assert found.total == pytest.approx([1 - FIRST[1], FIRST[1]], abs=0.02)


def test_the_g_function_has_its_closed_form():
    a = np.array([0.0, 1.0, 9.0])
    parts = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + parts) - 1
    total = parts * np.prod(1 + parts) / (1 + parts) / whole
    found = indices_of(
        lambda cube: np.prod((np.abs(4 * cube - 2) + a) / (1 + a), axis=1), THREE, 4096, 2
    )
    assert found.first == pytest.approx(parts / whole, abs=0.02)
    assert found.total == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_the_bar_of_chance_is_the_share_of_chance_within_its_interval(share, monkeypatch):
    """A run is Ishigami's function and noise that only its replication's number decides."""
    monkeypatch.setattr(salib, "_RESAMPLES", 300)
    groups, samples = [*THREE, "chance"], 1024
    cube, size = sobol_points(groups, samples, 5), len(groups) + 2
    starts = np.repeat(cube[::size, -1], size)
    numbers = np.repeat(np.arange(samples), size)
    replications = [
        replication_of(u, first, sample)
        for u, first, sample in zip(cube[:, -1], starts, numbers, strict=True)
    ]
    assert sorted(set(replications)) == list(range(1, 2 * samples + 1))
    noise = np.random.default_rng(1).normal(0, np.sqrt(share / (1 - share) * ALL), 2 * samples)
    found = sobol_indices(groups, ishigami(cube) + noise[np.array(replications) - 1])
    for value, half in ((found.first, found.first_half), (found.total, found.total_half)):
        assert abs(value[-1] - share) <= half[-1] + 1e-12
        assert half[-1] < 0.12
    inside = np.abs(found.total[:3] - (1 - share) * TOTAL) <= found.total_half[:3]
    assert inside.all()
    assert (found.first[-1] == 0) == (share == 0)


def test_morris_of_a_linear_function_is_its_slopes_across_the_range():
    slopes = np.array([3.0, -2.0, 0.0, 0.5])
    names = ["a", "b", "c", "d"]
    points = morris_points(names, 4, 0.05, 0.95, seed=7)
    assert points.min() >= 0.05 - 1e-12
    assert points.max() <= 0.95 + 1e-12
    found = morris_effects(names, points, points @ slopes)
    assert found.mu == pytest.approx(0.9 * slopes)
    assert found.mu_star == pytest.approx(np.abs(0.9 * slopes))
    assert found.sigma == pytest.approx(np.zeros(4), abs=1e-12)
    effects = elementary_effects(points, points @ slopes, 0.9)
    assert effects == pytest.approx(np.tile(0.9 * slopes, (4, 1)))


def test_effects_are_those_of_salib_and_replications_keep_their_axis():
    points = morris_points(THREE, 6, 0.05, 0.95, seed=1)
    values = np.stack([ishigami(points), 2 * ishigami(points)], axis=1)
    effects = elementary_effects(points, values, 0.9)
    assert effects.shape == (6, 3, 2)
    found = morris_effects(THREE, points, values[:, 0])
    assert np.abs(effects[:, :, 0]).mean(axis=0) == pytest.approx(found.mu_star)
    assert effects[:, :, 1] == pytest.approx(2 * effects[:, :, 0])


def test_one_parameter_alone_can_be_screened():
    points = morris_points(["a"], 3, 0.05, 0.95, seed=2)
    assert morris_effects(["a"], points, 5 * points[:, 0]).mu_star == pytest.approx([4.5])


def test_the_share_of_chance_is_that_of_the_noise():
    """Effects of 2 with noise of sd 1 in each of two replications: 0.5 of 4.5."""
    dice = np.random.default_rng(3)
    effects = 2 + dice.normal(0, 1, (4000, 1, 2))
    found = of_chance(effects)
    assert found["share_chance"][0] == pytest.approx(0.5 / 4.5, abs=0.01)
    nothing = dice.normal(0, 1, (10, 2000, 2))
    told = of_chance(nothing)
    assert 0.025 < np.mean(told["p_value"] < 0.05) < 0.06  # two tests, allowed for
    mu_star = np.abs(nothing.mean(axis=2)).mean(axis=0)
    assert told["chance"].mean() == pytest.approx(mu_star.mean(), rel=0.03)


def test_no_effect_has_no_chance_and_one_replication_tells_none():
    still = of_chance(np.zeros((5, 2, 2)))
    assert (still["share_chance"] == 0).all()
    assert (still["p_value"] == 1).all()
    sure = of_chance(np.full((5, 1, 2), 3.0))
    assert (sure["share_chance"][0], sure["p_value"][0]) == (0, 0)
    assert np.isnan(of_chance(np.ones((5, 2, 1)))["share_chance"]).all()


def test_without_salib_a_paragraph_says_how_to_get_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "SALib.analyze.morris", None)
    with pytest.raises(ScenarioError, match=r"pip install 'ketasim\[sensitivity\]'"):
        salib.sensitivity_package()
