"""In which parameters two scenarios differ, in one line."""

from __future__ import annotations

from typing import Any

from sim.config.listing import entries
from sim.config.names import listed
from sim.config.words import literal
from sim.model.eras import in_force
from sim.model.scenario import Scenario
from sim.policy.regimen import Regimen
from sim.story.course import Course
from sim.story.wording import number

MOST = 6


def different_settings(one: Scenario, other: Scenario) -> str:
    """List the parameters in which two scenarios differ, with both values; empty for none.

    Of a table whose kind differs the kind alone is named, as the rest of it has no counterpart.
    """
    ours, theirs = (
        {entry.path: entry.value for entry in entries(scenario)} for scenario in (one, other)
    )
    paths = [path for path in dict.fromkeys([*ours, *theirs]) if ours.get(path) != theirs.get(path)]
    tables = tuple(path.removesuffix("kind") for path in paths if path.endswith(".kind"))
    told = [
        f"{path} ({_value(ours.get(path))} and {_value(theirs.get(path))})"
        for path in paths
        if path.endswith(".kind") or not path.startswith(tables)
    ]
    more = len(told) - MOST
    return listed(told[:MOST] + ([f"{number(more)} more"] if more > 0 else []))


def policy_at(course: Course, place: int) -> Regimen:
    """Give the policy by which a visit was ordered, or by which there was no such visit any more.

    `place` is the visit's among all of the course.
    """
    visits = course.all_visits
    decided = [visits[place].ordered] if place < len(visits) else [course.referred]
    if place >= len(visits):
        decided += [minute for one in visits for minute in (one.ordered, one.left)]
    return in_force(course.replication.scenario, max(decided)).policy


def _value(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else literal(value)
