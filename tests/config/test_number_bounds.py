"""Every number of a scenario has an upper bound that a person could mean; beyond it is a paragraph.

The witness is the JSON Schema, which pydantic makes of the very types that validate.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from sim.config.bounds import FURTHEST
from sim.config.errors import ScenarioError
from sim.config.schema import json_schema
from sim.config.validation import validated
from sim.distributions import Duration
from sim.model.scenario import Scenario

DURATION: TypeAdapter[Any] = TypeAdapter(Duration)


def numbers(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if node.get("type") in ("number", "integer"):
            yield path, node
        for key, inner in node.items():
            yield from numbers(inner, f"{path}/{key}")
    if isinstance(node, list):
        for place, inner in enumerate(node):
            yield from numbers(inner, f"{path}/{place}")


def test_every_number_has_an_upper_bound() -> None:
    found = list(numbers(json_schema(Scenario)))
    assert len(found) > 150
    free = [path for path, node in found if not {"maximum", "exclusiveMaximum"} & node.keys()]
    assert free == []


def test_every_number_has_a_lower_bound() -> None:
    free = [
        path
        for path, node in numbers(json_schema(Scenario))
        if not {"minimum", "exclusiveMinimum"} & node.keys()
    ]
    assert free == []


OVERFLOWING = [
    {"kind": "lognormal", "median": 40, "sigma": 66},
    {"kind": "lognormal", "median": 40, "sigma": 1e300},
    {"kind": "lognormal", "mean": 40, "cv": 1e300},
    {"kind": "gamma", "mean": 40, "cv": 1e-300},
    {"kind": "gamma", "mean": 40, "cv": 1e300},
    {"kind": "weibull", "scale": 40, "shape": 1e-300},
    {"kind": "uniform", "low": -1e308, "high": 1e308},
    {"kind": "exponential", "mean": 1e19},
    {"kind": "erlang", "mean": 40, "shape": 10**9},
    {"kind": "empirical", "values": [1e19]},
    {"kind": "constant", "value": 1e12},
]


@pytest.mark.parametrize("written", OVERFLOWING, ids=str)
def test_a_distribution_that_overflows_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DURATION.validate_python(written)


EXTREME = [
    {"kind": "lognormal", "median": FURTHEST, "sigma": 3},
    {"kind": "lognormal", "mean": FURTHEST, "cv": 20},
    {"kind": "gamma", "mean": FURTHEST, "cv": 0.001},
    {"kind": "gamma", "mean": FURTHEST, "cv": 20},
    {"kind": "weibull", "scale": FURTHEST, "shape": 0.2},
    {"kind": "weibull", "scale": FURTHEST, "shape": 100},
    {"kind": "exponential", "mean": FURTHEST},
    {"kind": "erlang", "mean": FURTHEST, "shape": 10_000},
    {"kind": "uniform", "low": 0, "high": FURTHEST},
    {"kind": "triangular", "low": 0, "mode": 1, "high": FURTHEST},
    {"kind": "normal", "mean": FURTHEST, "sd": FURTHEST, "low": 0},
]


@pytest.mark.parametrize("written", EXTREME, ids=str)
def test_within_the_bounds_every_draw_is_a_finite_minute(written: dict[str, Any]) -> None:
    """Drawn at the ends of what a uniform can be; a minute has to fit into 63 bits."""
    duration = DURATION.validate_python(written)
    with np.errstate(all="raise", under="ignore"):
        draws = duration.quantile(np.array([0.0, 1e-12, 0.5, 1 - 1e-12, 1.0]))
        mean = duration.expectation()
    assert np.isfinite(draws).all()
    assert (draws < 2**62).all()
    assert (draws >= 0).all()
    assert 0 <= mean < 2**62


def test_a_spread_in_per_cent_draws_a_hint() -> None:
    wrong = {"clinic": {"session": {"monitor_minutes": {"kind": "lognormal", "median": 40}}}}
    wrong["clinic"]["session"]["monitor_minutes"]["sigma"] = 66  # type: ignore[assignment]
    with pytest.raises(
        ScenarioError, match=r"spread of the logarithm, such as 0.66, and not per c"
    ):
        validated(Scenario, wrong)
