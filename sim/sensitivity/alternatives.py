"""Scenario and structural alternatives beside a scenario, on the same people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from sim.config.errors import ScenarioError
from sim.config.listing import entries
from sim.config.names import visible
from sim.config.overrides import meet, parse_assignment
from sim.model.scenario import Scenario
from sim.sensitivity.alternatives_known import OtherAssumption, known_alternatives
from sim.sensitivity.at_points import (
    OF_QUANTITY,
    InputPoint,
    Quantity,
    Question,
    Simulated,
    simulated,
    unchanged,
)
from sim.sensitivity.one_at_a_time import apart_or_not, holm_of_changes, limits_of, numeric
from sim.stats.intervals import paired

ALTERNATIVE_COLUMNS = [
    *OF_QUANTITY, "alternative", "meaning", "mean", "lower", "upper", "difference",
    "difference_lower", "difference_upper", "p_value", "p_adjusted", "method", "told",
    "replications",
]  # fmt: skip
_OF_BASE = "as it is"
_GIVEN_BY = {"run.seed": "--seed", "run.replications": "--replications"}
_BETWEEN = re.compile(r",(?![^\[{(]*[\]})])(?=\s*[a-z_]+(?:\.[a-z_0-9]+)+\s*=)")
"""A comma before the next path, outside of brackets."""


def read_alternative(text: str) -> tuple[str, dict[str, object]]:
    """Read `NAME=path=value, path=value` as a name and changes; raises ScenarioError."""
    name, equals, rest = (part.strip() for part in text.partition("="))
    name = visible(name.strip("\"'"))
    if not (name and equals and "=" in rest):
        raise ScenarioError(
            f'alternative "{text}": write a name and what it changes, such as '
            '"two chairs=clinic.chairs=2, clinic.nurses=1".'
        )
    return name, dict(parse_assignment(part) for part in _BETWEEN.split(rest.strip("\"'")))


def fitting_alternatives(question: Question) -> tuple[list[OtherAssumption], list[str]]:
    """Give the alternatives that change something here and can be had, and say which cannot.

    One's own come first, and their faults are raised.
    """
    own = [OtherAssumption(name, _in_words(c), c) for name, c in (question.own or {}).items()]
    for one in own:
        check_not_of_all("alternative", one.changes)
        for scenario in question.compared.values():
            scenario.override(one.changes)
    found, said = list(own), []
    for one in known_alternatives():
        if why := _hindrance(one, question.compared):
            said.append(f"{one.name} is left out: {why}")
        elif _differs(one, question.compared) and one.name not in (question.own or {}):
            found.append(one)
    return found, said


def check_not_of_all(asked: str, paths: Iterable[str]) -> None:
    """Refuse what is the same at all points, as they treat the same people on the same dice."""
    for path in paths:
        if path in _GIVEN_BY:
            raise ScenarioError(
                f"{asked}: {path} is the same for everything that is compared, so that it is the "
                f"same people's; give it with {_GIVEN_BY[path]} for all."
            )


def _in_words(changes: Mapping[str, object]) -> str:
    return ", ".join(f"{path} = {value}" for path, value in changes.items())


def _hindrance(one: OtherAssumption, scenarios: Mapping[str, Scenario]) -> str:
    """Say why an alternative cannot be had for all scenarios; nothing where it can."""
    for path in one.changes:
        if varied_by_study(path, scenarios):
            return f"{path} is what the study itself varies."
    of_people = any(path.startswith("population.") for path in one.changes)
    if of_people and any(scenario.population.file is not None for scenario in scenarios.values()):
        return "the people are those of a file."
    for scenario in scenarios.values():
        try:
            scenario.override(one.changes)
        except ScenarioError as fault:
            return " ".join(str(fault).split())
    return ""


def varied_by_study(path: str, scenarios: Mapping[str, Scenario]) -> bool:
    """Tell whether scenarios differ in what stands at, above or below a path."""
    seen = [
        {at: value for at, value in _standing(scenario).items() if meet(at, path)}
        for scenario in scenarios.values()
    ]
    return any(one != seen[0] for one in seen[1:])


@lru_cache(maxsize=64)
def _standing(scenario: Scenario) -> dict[str, Any]:
    """Give every value of a scenario by path."""
    return {entry.path: entry.value for entry in entries(scenario)}


def _differs(one: OtherAssumption, scenarios: Mapping[str, Scenario]) -> bool:
    """Whether it changes a value that is in force, and not only writes down a default."""
    for scenario in scenarios.values():
        here = _standing(scenario)
        given = {f"symptoms.{k}": v for k, v in scenario.symptoms.calibrated()._asdict().items()}
        if any((here.get(p) if here.get(p) is not None else given.get(p)) != value
               for p, value in one.changes.items()):  # fmt: skip
            return True
    return False


def alternatives_simulated(question: Question, listed: Sequence[OtherAssumption]) -> Simulated:
    """Simulate the scenarios as they are, and under each alternative in turn."""
    replications = tuple(range(1, question.replications + 1))
    points = [InputPoint({"alternative": _OF_BASE}, unchanged, replications)]
    points += [
        InputPoint({"alternative": one.name}, partial(_changed, one), replications)
        for one in listed
    ]
    return simulated(question, points, least=2)


def _changed(one: OtherAssumption, scenario: Scenario) -> Mapping[str, object]:
    return one.changes


def alternatives_table(
    found: Simulated, listed: Sequence[OtherAssumption], quantities: list[Quantity]
) -> pd.DataFrame:
    """Give one row a quantity and alternative, as it is first: mean, and difference from that.

    Differences are paired; `p_adjusted` is Holm's over the alternatives.
    """
    named = [OtherAssumption(_OF_BASE, "nothing changed", {}), *listed][: len(found.points)]
    blocks = []
    for quantity in quantities:
        values, rows = found.of(quantity), []
        for one, column in zip(named, values, strict=True):
            change = paired(column, values[0])
            of_base = one is named[0]
            mean = limits_of(column, quantity.bounds)
            apart = (change.difference, change.lower, change.upper, change.p_value)
            row = quantity.row
            row |= {"alternative": one.name, "meaning": one.meaning}
            row |= dict(zip(("mean", "lower", "upper"), mean, strict=True))
            row |= dict(
                zip(
                    ("difference", "difference_lower", "difference_upper", "p_value"),
                    [None] * 4 if of_base else apart,
                    strict=True,
                )
            )
            row |= {"method": "" if of_base else change.method, "replications": len(column)}
            rows.append(row | {"same": bool((column == values[0]).all())})
        blocks.append(_adjusted(pd.DataFrame(rows)))
    return pd.concat(blocks, ignore_index=True)[ALTERNATIVE_COLUMNS]


_NUMBERS = [
    "mean", "lower", "upper", "difference", "difference_lower", "difference_upper", "p_value",
]  # fmt: skip


def _adjusted(table: pd.DataFrame) -> pd.DataFrame:
    table = numeric(table, _NUMBERS)
    table["p_adjusted"] = holm_of_changes(table["p_value"], table["same"])
    table["told"] = told_of(table)
    return table


def told_of(table: pd.DataFrame) -> list[str]:
    """Say of each row whether its difference is told from chance; nothing of the base's."""
    ends = {f"change_d_{end}": f"difference_{end}" for end in ("lower", "upper")}
    return [
        "" if np.isnan(row["difference"])
        else apart_or_not(row | {new: row[old] for new, old in ends.items()}, ("d",))
        for row in table.to_dict("records")
    ]  # fmt: skip
