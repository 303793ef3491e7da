"""A two-way map: a quantity on a grid of two parameters, and its differences from the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from sim.config.errors import ScenarioError
from sim.config.steps import read_values
from sim.model.scenario import Scenario
from sim.sensitivity.alternatives import check_not_of_all, told_of, varied_by_study
from sim.sensitivity.at_points import (
    OF_QUANTITY,
    InputPoint,
    Quantity,
    Question,
    Simulated,
    simulated,
    unchanged,
)
from sim.sensitivity.inputs import Inputs, all_inputs
from sim.sensitivity.one_at_a_time import holm_of_changes, limits_of, numeric
from sim.stats.intervals import paired

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of an uncertain parameter that is named without values."""
_MOST_CELLS = 400
MAP_COLUMNS = [
    *OF_QUANTITY, "path_1", "value_1", "path_2", "value_2", "mean", "lower", "upper", "base",
    "difference", "difference_lower", "difference_upper", "p_value", "p_adjusted", "told",
    "replications",
]  # fmt: skip
_EXAMPLE = "clinic.chairs=2..5, referrals.per_week=3..6:0.5 or symptoms.c50"


@dataclass(frozen=True)
class MapAxis:
    """A path and its values; with the quantiles that they are, where these were asked for."""

    path: str
    values: tuple[float, ...]
    quantiles: tuple[float, ...] = ()


def read_axes(texts: Sequence[str], scenarios: Mapping[str, Scenario]) -> tuple[MapAxis, MapAxis]:
    """Read the two axes of a map, as they are written; raises ScenarioError."""
    if len(texts) != 2:
        raise ScenarioError(
            f"map: give two paths with their values, not {len(texts)}, each with --map, such as "
            "--map clinic.chairs=2..5 --map referrals.per_week=3..6."
        )
    inputs, any_of = all_inputs(scenarios), next(iter(scenarios.values()))
    first, second = (_axis(text, inputs, any_of) for text in texts)
    if first.path == second.path:
        raise ScenarioError(f"map: {first.path} is given twice; give two paths.")
    if len(first.values) * len(second.values) > _MOST_CELLS:
        raise ScenarioError(f"map: more than {_MOST_CELLS} cells are too many; raise the steps.")
    check_not_of_all("map", (first.path, second.path))
    for axis in (first, second):
        if varied_by_study(axis.path, scenarios):
            raise ScenarioError(
                f"map: {axis.path} is what the study itself varies, so it cannot be changed for "
                "all of its scenarios at once; map another path, or a scenario."
            )
    return first, second


def _axis(text: str, inputs: Inputs, scenario: Scenario) -> MapAxis:
    if "=" in text:
        path, values = read_values(text.replace("..", ":"), _EXAMPLE)
        if len(values) < 2 or len(set(values)) < len(values):
            raise ScenarioError(f'map "{text}": give two or more values, each once.')
        return MapAxis(path, tuple(sorted(values)))
    known = {one.path: one for one in inputs.listed}
    if text not in known:
        raise ScenarioError(
            f'map "{text}": without values this must be an uncertain parameter that the scenario '
            f"leaves at its default; or give its values, such as {_EXAMPLE}."
        )
    there = [inputs.one_at_a_time(scenario, {text: uniform})[text] for uniform in QUANTILES]
    return MapAxis(text, tuple(there), QUANTILES)


def map_simulated(question: Question, axes: tuple[MapAxis, MapAxis]) -> Simulated:
    """Simulate the base and every cell, the second path going through its values first."""
    replications = tuple(range(1, question.replications + 1))
    one, other = axes
    inputs = all_inputs(question.scenarios)
    points = [InputPoint({"cell_1": float("nan"), "cell_2": float("nan")}, unchanged, replications)]
    points += [
        InputPoint(
            {"cell_1": one.values[i], "cell_2": other.values[j]},
            partial(_cell, inputs, axes, (i, j)), replications,
        )
        for i in range(len(one.values))
        for j in range(len(other.values))
    ]  # fmt: skip
    return simulated(question, points, least=2)


def _cell(
    inputs: Inputs, axes: tuple[MapAxis, MapAxis], at: tuple[int, int], scenario: Scenario
) -> dict[str, object]:
    uniforms = {a.path: a.quantiles[i] for a, i in zip(axes, at, strict=True) if a.quantiles}
    found: dict[str, object] = {**inputs.one_at_a_time(scenario, uniforms)}
    return found | {a.path: a.values[i] for a, i in zip(axes, at, strict=True) if not a.quantiles}


def map_table(
    found: Simulated, axes: tuple[MapAxis, MapAxis], quantities: list[Quantity]
) -> pd.DataFrame:
    """Give one row a quantity and cell: mean, and paired difference from the base.

    `p_adjusted` is Holm's over the cells.
    """
    one, other = axes
    blocks = []
    for quantity in quantities:
        values, rows = found.of(quantity), []
        base = float(values[0].mean())
        for point, column in zip(found.points[1:], values[1:], strict=True):
            change = paired(column, values[0])
            mean = limits_of(column, quantity.bounds)
            row = quantity.row
            row |= {
                "path_1": one.path, "value_1": point.about["cell_1"],
                "path_2": other.path, "value_2": point.about["cell_2"],
                "mean": mean[0], "lower": mean[1], "upper": mean[2], "base": base,
                "difference": change.difference, "difference_lower": change.lower,
                "difference_upper": change.upper, "p_value": change.p_value,
                "replications": len(column), "same": bool((column == values[0]).all()),
            }  # fmt: skip
            rows.append(row)
        table = numeric(pd.DataFrame(rows), _NUMBERS)
        table["p_adjusted"] = holm_of_changes(table["p_value"], table["same"])
        table["told"] = told_of(table)
        blocks.append(table)
    return pd.concat(blocks, ignore_index=True)[MAP_COLUMNS]


_NUMBERS = [
    "value_1", "value_2", "mean", "lower", "upper", "base", "difference", "difference_lower",
    "difference_upper", "p_value",
]  # fmt: skip
