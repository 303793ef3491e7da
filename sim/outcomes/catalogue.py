"""The catalogue: every outcome measure by name. A new measure is one function and one entry.

`measure` takes all of them off one replication: what a worker sends home.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import inf, isnan
from types import MappingProxyType

from sim.config.errors import ScenarioError
from sim.outcomes.attendance import ATTENDANCE
from sim.outcomes.capacity import CAPACITY
from sim.outcomes.clinical import CLINICAL
from sim.outcomes.cost_measures import COSTS
from sim.outcomes.economic import ECONOMIC
from sim.outcomes.interval_bounds import BOUNDS
from sim.outcomes.measures import Measure
from sim.outcomes.reading import Reading
from sim.outcomes.service import SERVICE


def measure(reading: Reading, own: Sequence[Measure] = ()) -> dict[str, float]:
    """Take every measure of a replication, in the catalogue's order, then those of one's own.

    A measure that is not defined (an empty group, an unlimited capacity) is left out; infinity
    means that a quantile of a wait was not reached by the horizon.
    """
    values = {name: entry.read(reading) for name, entry in CATALOGUE.items()}
    values |= {entry.name: read_own(entry, reading) for entry in own}
    return {name: float(value) for name, value in values.items() if value is not None}


def read_own(own: Measure, reading: Reading) -> float | None:
    """Read a measure of the user's own; what goes wrong in it is told by its name."""
    try:
        value = own.read(reading)
        number = None if value is None else float(value)
    except Exception as fault:
        raise ScenarioError(
            f'measures: "{own.name}" failed with {type(fault).__name__}: {fault}.'
        ) from fault
    if number is not None and isnan(number):
        raise ScenarioError(
            f'measures: "{own.name}" gave NaN; it must give a number, or None where there is none.'
        )
    return number


CATALOGUE: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (*CLINICAL, *BOUNDS, *SERVICE, *ATTENDANCE, *CAPACITY, *ECONOMIC, *COSTS)
    }
)
"""Cannot be added to from outside, as no worker would know: give `run` measures of your own."""


def headline_among(found: Collection[str]) -> list[str]:
    """List those of these measures that are headlines, in the catalogue's order."""
    return [name for name, entry in CATALOGUE.items() if entry.headline and name in found]


def unit(measure: str) -> str:
    """Give the unit of a measure, or nothing for one that is not in the catalogue."""
    return CATALOGUE[measure].unit if measure in CATALOGUE else ""


def title_of(measure: str) -> str:
    """Give a measure's name in words, which of a response say whose it is."""
    return own_words(measure) or measure.replace("_", " ")


def own_words(measure: str) -> str:
    """Give the words of a measure whose name would not say of whom it is; nothing for others."""
    return CATALOGUE[measure].words if measure in CATALOGUE else ""


def possible(measure: str) -> tuple[float, float]:
    """Give the least and the largest value of a measure that can be; anything for one unknown."""
    return CATALOGUE[measure].possible if measure in CATALOGUE else (-inf, inf)


def possible_difference(measure: str) -> tuple[float, float]:
    """Give likewise the bounds of a difference of two values of a measure."""
    low, high = possible(measure)
    return low - high, high - low
