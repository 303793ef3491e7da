"""What else could bind: each capacity without limit, or twice the opening hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.analysis.planning.ranges import WEEKLY_HOURS, hours_changes, weekly_hours
from sim.clinic.hours import Hours
from sim.clinic.rota import Resource
from sim.clinic.table import STAFF
from sim.model.scenario import Scenario

CAPACITIES: dict[Resource, str] = {
    "chairs": "clinic.chairs",
    "nurses": "clinic.nurses",
    "prescribers": "clinic.prescribers",
}
"""Resources by the word for them, and the path that `"unlimited"` goes to."""

HOURS = "opening hours"
LONGER = 2  # times the opening hours, as far as a day has hours


def relaxable(scenario: Scenario, varied: Iterable[str]) -> tuple[str, ...]:
    """List the capacities that are limited and not varied."""
    held = set(varied)
    return tuple(
        name
        for name, path in CAPACITIES.items()
        if path not in held and scenario.clinic.staffed(name) is not None
    )


def hours_can_grow(scenario: Scenario, varied: Iterable[str]) -> bool:
    """Tell whether opening longer is possible and not what is varied."""
    fixed = isinstance(scenario.clinic.hours, Hours)
    return fixed and not any(p == WEEKLY_HOURS or p.startswith("clinic.hours") for p in varied)


def without(scenario: Scenario, resources: Iterable[str]) -> Scenario:
    """Give the scenario without the limits of some resources."""
    relaxed = set(resources)
    changes: dict[str, object] = dict(staff_as_it_is(scenario)) if "chairs" in relaxed else {}
    if HOURS in relaxed:
        changes |= _longer(scenario)
    changes |= {path: "unlimited" for name, path in CAPACITIES.items() if name in relaxed}
    return scenario.override(changes) if changes else scenario


def staff_as_it_is(scenario: Scenario) -> dict[str, object]:
    """Hold staff that follow the chairs at their number, so that only the chairs change."""
    numbers = {CAPACITIES[staff]: scenario.clinic.staffed(staff) for staff in STAFF}
    return {path: "unlimited" if number is None else number for path, number in numbers.items()}


def in_words(resources: Iterable[str]) -> str:
    """Say what is relaxed: "unlimited nurses and unlimited prescribers"."""
    told = [f"{LONGER} times the {HOURS}" if n == HOURS else f"unlimited {n}" for n in resources]
    return " and ".join(told)


def _longer(scenario: Scenario) -> Mapping[str, object]:
    open_days = sum(minutes > 0 for minutes in scenario.clinic.open_minutes())
    return hours_changes(scenario, min(LONGER * weekly_hours(scenario), 24 * open_days))
