"""Named distributions against scipy.stats, which this package does not use itself."""

from typing import Any

import numpy as np
import pytest
import scipy.stats
from pydantic import TypeAdapter, ValidationError

from sim.config.value import Value, parameter
from sim.distributions import Constant, Distribution, Duration, Lognormal

DISTRIBUTION: TypeAdapter[Any] = TypeAdapter(Distribution)
DURATION: TypeAdapter[Any] = TypeAdapter(Duration)
U = np.linspace(0.0005, 0.9995, 1999)

SIGMA = np.sqrt(np.log1p(0.4**2))
WITNESSES = {
    "uniform": ({"low": 3, "high": 8}, scipy.stats.uniform(3, 5)),
    "triangular": ({"low": 2, "mode": 3, "high": 9}, scipy.stats.triang(1 / 7, 2, 7)),
    "normal": ({"mean": 40, "sd": 7}, scipy.stats.norm(40, 7)),
    "normal from 0": ({"mean": 5, "sd": 9, "low": 0}, scipy.stats.truncnorm(-5 / 9, np.inf, 5, 9)),
    "normal up to 6": (
        {"mean": 5, "sd": 9, "high": 6},
        scipy.stats.truncnorm(-np.inf, 1 / 9, 5, 9),
    ),
    "normal between": (
        {"mean": 5, "sd": 1, "low": 4.5, "high": 7},
        scipy.stats.truncnorm(-0.5, 2, 5, 1),
    ),
    "normal in its upper tail": (
        {"mean": 0, "sd": 1, "low": 5, "high": 6},
        scipy.stats.truncnorm(5, 6),
    ),
    "lognormal": (
        {"mean": 50, "cv": 0.4},
        scipy.stats.lognorm(SIGMA, scale=50 / np.sqrt(1 + 0.4**2)),
    ),
    "lognormal by median": ({"median": 20, "sigma": 0.7}, scipy.stats.lognorm(0.7, scale=20)),
    "exponential": ({"mean": 120}, scipy.stats.expon(scale=120)),
    "gamma": ({"mean": 30, "cv": 0.5}, scipy.stats.gamma(4, scale=7.5)),
    "gamma of wide spread": ({"mean": 30, "cv": 2}, scipy.stats.gamma(0.25, scale=120)),
    "erlang": ({"mean": 30, "shape": 3}, scipy.stats.gamma(3, scale=10)),
    "weibull": ({"scale": 12, "shape": 1.7}, scipy.stats.weibull_min(1.7, scale=12)),
    "empirical": (
        {"values": [7, 1, 4], "weights": [1, 5, 2]},
        scipy.stats.rv_discrete(values=([1, 4, 7], [0.625, 0.25, 0.125])),
    ),
    "empirical of equal shares": (
        {"values": [1, 2, 4, 4]},
        scipy.stats.rv_discrete(values=([1, 2, 4], [0.25, 0.25, 0.5])),
    ),
}
NAMES = pytest.mark.parametrize("name", WITNESSES)


def named(name: str, **more: float) -> Any:
    return DISTRIBUTION.validate_python({"kind": name.split()[0], **WITNESSES[name][0], **more})


@NAMES
def test_quantiles_are_those_of_scipy_stats(name):
    np.testing.assert_allclose(named(name).quantile(U), WITNESSES[name][1].ppf(U), rtol=1e-9)


@NAMES
def test_the_expectation_is_the_mean_of_scipy_stats(name):
    assert named(name).expectation() == pytest.approx(WITNESSES[name][1].mean(), rel=1e-9)


@NAMES
def test_the_longest_is_a_quantile_of_scipy_stats(name):
    assert named(name).longest(0.9) == pytest.approx(WITNESSES[name][1].ppf(0.9), rel=1e-9)
    assert named(name).longest() == pytest.approx(WITNESSES[name][1].ppf(0.95), rel=1e-9)


@NAMES
def test_no_uniform_gives_an_infinite_draw(name):
    edges = named(name).quantile([0.0, 1.0])
    assert np.isfinite(edges).all()
    assert edges[0] <= named(name).quantile(0.5) <= edges[1]


@NAMES
def test_an_offset_moves_every_draw(name):
    moved, plain = named(name, offset=2.5), named(name)
    np.testing.assert_allclose(moved.quantile(U), plain.quantile(U) + 2.5)
    assert moved.expectation() == pytest.approx(plain.expectation() + 2.5)


@NAMES
def test_a_floor_lifts_the_draws_below_it_after_the_offset(name):
    plain = named(name)
    floor = float(plain.quantile(0.4)) + 1.0
    lifted = named(name, offset=1.0, at_least=floor)
    np.testing.assert_array_equal(lifted.quantile(U), np.maximum(plain.quantile(U) + 1.0, floor))


@NAMES
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_the_expectation_over_a_floor_is_that_of_scipy_stats_within_a_thousandth(name, share):
    witness = WITNESSES[name][1]
    floor = float(named(name).quantile(share))
    # E[max(X, c)] = c + integral of P(X > x) from c up
    grid = np.linspace(floor, float(witness.ppf(1 - 1e-12)), 400_001)
    middle = (grid[1:] + grid[:-1]) / 2
    expected = floor + float(witness.sf(middle).sum()) * (grid[1] - grid[0])
    assert named(name, at_least=floor).expectation() == pytest.approx(expected, rel=1e-3)


def test_a_number_is_a_constant():
    constant = DISTRIBUTION.validate_python(40)
    assert constant == Constant(value=40)
    np.testing.assert_array_equal(constant.quantile([0.1, 0.9]), [40.0, 40.0])
    assert constant.expectation() == constant.longest() == 40.0


def test_one_uniform_gives_one_draw_of_any_shape():
    assert named("gamma").quantile(np.full((3, 2), 0.5)).shape == (3, 2)
    assert Constant(value=1).quantile(np.full((3, 2), 0.5)).shape == (3, 2)


def test_values_of_no_weight_never_occur():
    odd = DISTRIBUTION.validate_python(
        {"kind": "empirical", "values": [9, 1, 5, -3], "weights": [0, 1, 1, 0]}
    )
    assert set(odd.quantile(np.linspace(0, 1, 101))) == {1.0, 5.0}


def test_a_distribution_says_itself_in_words():
    assert str(Lognormal(mean=40, cv=0.2)) == "lognormal (mean 40, cv 0.2)"
    assert str(named("uniform", offset=5)) == "uniform (low 3, high 8, offset 5)"
    assert str(named("empirical")) == "empirical (values 7, 1, 4, weights 1, 5, 2)"
    assert str(Constant(value=40)) == "40"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"kind": "uniform", "low": 3, "high": 3}, r"low \(3\) must be below high \(3\)"),
        ({"kind": "triangular", "low": 3, "mode": 2, "high": 5}, "must rise in this order"),
        ({"kind": "normal", "mean": 3, "sd": 0}, "greater than 0"),
        ({"kind": "normal", "mean": 3, "sd": 1, "low": 5, "high": 4}, "leave nothing"),
        ({"kind": "normal", "mean": 3, "sd": 1, "low": 50}, "leave nothing"),
        ({"kind": "lognormal", "mean": 3}, "either mean and cv, or median and sigma"),
        ({"kind": "lognormal", "mean": 3, "sigma": 1}, "either mean and cv"),
        ({"kind": "lognormal", "mean": 3, "cv": 1, "median": 3}, "either mean and cv"),
        ({"kind": "lognormal", "mean": 3, "cv": 1, "median": 3, "sigma": 1}, "either mean"),
        ({"kind": "exponential", "mean": 0}, "greater than 0"),
        ({"kind": "gamma", "mean": 3, "cv": 0}, "greater than or equal to 0.001"),
        ({"kind": "erlang", "mean": 3, "shape": 1.5}, "valid integer"),
        ({"kind": "weibull", "scale": -3, "shape": 1}, "greater than 0"),
        ({"kind": "empirical", "values": []}, "at least 1 item"),
        ({"kind": "empirical", "values": [1, 2], "weights": [1]}, "one weight for each"),
        ({"kind": "empirical", "values": [1, 2], "weights": [1, -1]}, "greater than or equal to 0"),
        ({"kind": "empirical", "values": [1, 2], "weights": [0, 0]}, "above 0"),
        ({"kind": "exponential", "mean": float("inf")}, "finite"),
        (True, "valid dictionary"),
    ],
)
def test_impossible_distributions_are_refused(given, complaint):
    with pytest.raises(ValidationError, match=complaint):
        DISTRIBUTION.validate_python(given)


@pytest.mark.parametrize(
    "given",
    [
        -1,
        {"kind": "normal", "mean": 3, "sd": 2},
        {"kind": "uniform", "low": -1, "high": 2},
        {"kind": "exponential", "mean": 3, "offset": -1},
        {"kind": "normal", "mean": 3, "sd": 2, "at_least": -1},
    ],
)
def test_a_duration_is_never_negative(given):
    with pytest.raises(ValidationError, match="a duration must not be negative"):
        DURATION.validate_python(given)


@pytest.mark.parametrize(
    "given",
    [
        0,
        {"kind": "normal", "mean": 3, "sd": 2, "low": 0},
        {"kind": "normal", "mean": 3, "sd": 2, "at_least": 0},
        {"kind": "normal", "mean": 100, "sd": 1},
        {"kind": "exponential", "mean": 3, "offset": -1, "at_least": 0},
        {"kind": "uniform", "low": 0, "high": 1},
    ],
)
def test_a_duration_may_be_zero(given):
    assert DURATION.validate_python(given).quantile(0.0) >= 0


def test_a_field_takes_a_number_as_default_and_stays_hashable():
    class Session(Value):
        infuse_minutes: Duration = parameter(40, "infusion", unit="min")

    assert Session().infuse_minutes == Constant(value=40)
    spread = {"kind": "empirical", "values": [30, 40]}
    assert hash(Session(infuse_minutes=spread)) == hash(Session(infuse_minutes=spread))
