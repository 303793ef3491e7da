"""The catalogue: every outcome measure by name. A new measure is one function and one entry."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from types import MappingProxyType

from sim.outcomes.attendance import ATTENDANCE
from sim.outcomes.bounds import BOUNDS
from sim.outcomes.capacity import CAPACITY
from sim.outcomes.clinical import CLINICAL
from sim.outcomes.economic import ECONOMIC
from sim.outcomes.measures import Measure
from sim.outcomes.service import SERVICE

CATALOGUE: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (*CLINICAL, *BOUNDS, *SERVICE, *ATTENDANCE, *CAPACITY, *ECONOMIC)
    }
)
"""Cannot be added to from outside, as no worker would know: give `run` measures of your own."""


def possible(measure: str) -> tuple[float, float]:
    """Give the least and the largest value of a measure that can be; anything for one unknown."""
    return CATALOGUE[measure].possible if measure in CATALOGUE else (-inf, inf)


def possible_difference(measure: str) -> tuple[float, float]:
    """Give likewise the bounds of a difference of two values of a measure."""
    low, high = possible(measure)
    return low - high, high - low
