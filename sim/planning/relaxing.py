"""What else could bind: each capacity without limit, or twice the opening hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sim.clinic.clinic_table import STAFF, ClinicTable
from sim.clinic.hours import Hours
from sim.clinic.rota import Resource
from sim.config.names import listed
from sim.model.scenario import Scenario
from sim.planning.ranges import WEEKLY_HOURS, hours_changes, weekly_hours

CAPACITIES: dict[str, str] = {
    "chairs": "clinic.chairs",
    "nurses": "clinic.nurses",
    "prescribers": "clinic.prescribers",
}
"""Resources by the word for them, and the path that `"unlimited"` goes to."""

OPENING_HOURS = "opening hours"
LONGER = 2  # times the opening hours, as far as a day has hours


def staff_of(clinic: ClinicTable, resource: str) -> int | None:
    """Give how many a clinic has of a resource named in CAPACITIES; None: no limit."""
    return clinic.staffed(cast(Resource, resource))


def limited(scenario: Scenario) -> tuple[str, ...]:
    """List the capacities that have a limit."""
    return tuple(name for name in CAPACITIES if staff_of(scenario.clinic, name) is not None)


def own(paths: Iterable[str]) -> tuple[str, ...]:
    """List the capacities that are themselves what is varied."""
    varied = set(paths)
    return tuple(name for name, path in CAPACITIES.items() if path in varied)


def relaxable(scenario: Scenario, varied: Iterable[str]) -> tuple[str, ...]:
    """List the capacities that are limited and not varied."""
    held = own(varied)
    return tuple(name for name in limited(scenario) if name not in held)


def hours_can_grow(scenario: Scenario, varied: Iterable[str]) -> bool:
    """Tell whether opening longer is possible and not what is varied."""
    fixed = isinstance(scenario.clinic.hours, Hours)
    return fixed and not any(p == WEEKLY_HOURS or p.startswith("clinic.hours") for p in varied)


def without(scenario: Scenario, resources: Iterable[str]) -> Scenario:
    """Give the scenario without the limits of some resources."""
    relaxed = set(resources)
    changes: dict[str, object] = dict(staff_as_it_is(scenario)) if "chairs" in relaxed else {}
    if OPENING_HOURS in relaxed:
        changes |= _longer(scenario)
    changes |= {path: "unlimited" for name, path in CAPACITIES.items() if name in relaxed}
    return scenario.override(changes) if changes else scenario


def staff_as_it_is(scenario: Scenario) -> dict[str, object]:
    """Hold staff that follow the chairs at their number, so that only the chairs change."""
    numbers = {CAPACITIES[staff]: scenario.clinic.staffed(staff) for staff in STAFF}
    return {path: "unlimited" if number is None else number for path, number in numbers.items()}


def relaxed_in_words(resources: Sequence[str]) -> str:
    """Say what is relaxed: "unlimited nurses and prescribers with twice the opening hours"."""
    names = [name for name in resources if name != OPENING_HOURS]
    told = [f"unlimited {listed(names)}"] if names else []
    told += [f"twice the {OPENING_HOURS}"] if OPENING_HOURS in resources else []
    return " with ".join(told)


def _longer(scenario: Scenario) -> Mapping[str, object]:
    open_days = sum(minutes > 0 for minutes in scenario.clinic.open_minutes())
    return hours_changes(scenario, min(LONGER * weekly_hours(scenario), 24 * open_days))
