"""What a year of a capacity costs, to choose between mixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sim.clinic.clinic_table import STAFF
from sim.clinic.rota import Resource
from sim.clinic.staff import PerChairs
from sim.config.errors import ScenarioError, nearest
from sim.model.scenario import Scenario
from sim.planning.ranges import Range, weekly_hours
from sim.planning.relaxing import CAPACITIES
from sim.planning.tries import Point
from sim.units import DAYS_PER_YEAR

WEEKS_PER_YEAR = DAYS_PER_YEAR / 7


def costs(
    scenario: Scenario, varied: Sequence[Range], given: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Price one more of each varied capacity for a year (US$).

    What is given counts; else the scenario's own prices of chairs and of hours of staff, on duty in
    all opening hours; a path without a price is refused. A chair brings the part of a nurse that
    follows it, unless nurses are varied too.
    """
    given = dict(given or {})
    paths = [of.path for of in varied]
    for path in given:
        if path not in paths:
            raise ScenarioError(
                f"cost: {path} is not varied; varied are {', '.join(paths)}.{nearest(path, paths)}"
            )
    return {path: given[path] if path in given else _usual(scenario, path, paths) for path in paths}


def cost_of(prices: Mapping[str, float]) -> Callable[[Point], float]:
    """Give the function that prices a point."""
    return lambda point: float(sum(prices[path] * value for path, value in point))


def read_cost(text: str) -> tuple[str, float]:
    """Read `clinic.chairs=20000`."""
    path, _, written = (part.strip() for part in text.partition("="))
    try:
        cost = float(written.replace("_", ""))
    except ValueError:
        cost = -1.0
    if not path or not 0 <= cost < float("inf"):
        raise ScenarioError(
            f'cost "{text}": write a path and US$ a year, such as clinic.chairs=20000.'
        )
    return path, cost


def _usual(scenario: Scenario, path: str, varied: Sequence[str]) -> float:
    name = {path: name for name, path in CAPACITIES.items()}.get(path)
    if name == "chairs":
        return scenario.clinic.prices.chair_year + sum(
            _staff_year(scenario, staff) / number.chairs_each
            for staff in STAFF
            if isinstance(number := getattr(scenario.clinic, staff), PerChairs)
            and CAPACITIES[staff] not in varied
        )
    if name in STAFF:
        return _staff_year(scenario, name)
    raise ScenarioError(
        f"cost: a mix of two needs a price of {path}; give it in US$ a year for one more, such as "
        f"--cost {path}=1000."
    )


def _staff_year(scenario: Scenario, staff: Resource) -> float:
    return scenario.clinic.prices.wage(staff) * weekly_hours(scenario) * WEEKS_PER_YEAR
