"""The tornado: each uncertain parameter at its 5 % and 95 % quantile, all else at its default.

Every end is simulated on the same replications as the base, so a swing is a paired difference. What
goes with a parameter of the joint posterior moves along (`sim.sensitivity.ridge`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.model.scenario import Scenario
from sim.sensitivity.at_points import (
    OF_QUANTITY,
    InputPoint,
    Quantity,
    Question,
    Simulated,
    simulated,
    unchanged,
)
from sim.sensitivity.inputs import HIGH_QUANTILE, LOW_QUANTILE, Inputs, UncertainInput
from sim.stats.intervals import Bounds, holm, mean_interval, paired

_SURE = 0.05
APART, MAYBE, NOT_APART, NO_CHANGE = "apart", "maybe", "not apart", "no change"
"""Whether a change is told from chance: by Holm, without Holm only, not; or there is none."""
_ENDS = {"low": LOW_QUANTILE, "high": HIGH_QUANTILE}
TORNADO_COLUMNS = [
    *OF_QUANTITY, "parameter", "parameter_unit", "default", "low_5", "high_95",
    "base", "base_lower", "base_upper",
    "at_low", "at_low_lower", "at_low_upper", "at_high", "at_high_lower", "at_high_upper",
    "change_low", "change_low_lower", "change_low_upper",
    "change_high", "change_high_lower", "change_high_upper",
    "swing", "p_value", "p_adjusted", "told", "replications",
]  # fmt: skip


def tornado_points(question: Question) -> Simulated:
    """Simulate the base and both ends of each parameter, in order."""
    inputs, replications = question.inputs, tuple(range(1, question.replications + 1))
    points = [InputPoint({"parameter": "", "end": "base"}, unchanged, replications)]
    points += [
        InputPoint(
            {"parameter": one.path, "end": end}, partial(_at_end, inputs, one.path, u), replications
        )
        for one in inputs.listed
        for end, u in _ENDS.items()
    ]
    return simulated(question, points, least=3)


def _at_end(inputs: Inputs, path: str, uniform: float, scenario: Scenario) -> Mapping[str, object]:
    return inputs.one_at_a_time(scenario, {path: uniform})


def tornado_table(found: Simulated, quantities: list[Quantity]) -> pd.DataFrame:
    """Give one row a quantity and parameter whose ends are both simulated, the widest swing first.

    `swing` is the largest minus the least of the means at the base and the ends. `p_value` is twice
    the smaller one of both ends' paired tests, `p_adjusted` Holm's over the parameters
    that change anything.
    """
    whole = (len(found.points) - 1) // 2
    inputs = found.question.inputs.listed[:whole]
    blocks = [_block(quantity, inputs, found.of(quantity)) for quantity in quantities]
    return pd.concat(blocks, ignore_index=True)[TORNADO_COLUMNS]


def _block(quantity: Quantity, inputs: tuple[UncertainInput, ...], values: Floats) -> pd.DataFrame:
    base = values[0]
    level = limits_of(base, quantity.bounds)
    rows = []
    for place, one in enumerate(inputs):
        row = quantity.row
        row |= {
            "parameter": one.path, "parameter_unit": one.unit, "default": one.default,
            "low_5": one.low, "high_95": one.high, "replications": len(base),
            **_named("base", level),
        }  # fmt: skip
        tests, means = [], [level[0]]
        for end, at in zip(_ENDS, (1 + 2 * place, 2 + 2 * place), strict=True):
            there = limits_of(values[at], quantity.bounds)
            change = paired(values[at], base)
            row |= _named(f"at_{end}", there)
            row |= _named(f"change_{end}", (change.difference, change.lower, change.upper))
            tests.append(change.p_value)
            means.append(there[0])
        known = [p for p in tests if p is not None]
        row["p_value"] = min(1.0, 2 * min(known)) if known else np.nan
        row["swing"] = max(means) - min(means)
        row["same"] = bool((values[1 + 2 * place : 3 + 2 * place] == base).all())
        rows.append(row)
    table = numeric(pd.DataFrame(rows), TORNADO_COLUMNS)
    table["p_adjusted"] = holm_of_changes(table["p_value"], table["same"])
    table["told"] = [apart_or_not(row, ("low", "high")) for row in table.to_dict("records")]
    ordered = table.sort_values("swing", ascending=False, kind="stable")
    return ordered.drop(columns="same")


def holm_of_changes(p_values: pd.Series[Any], same: pd.Series[Any]) -> Floats:
    """Adjust by Holm's method over the rows that change anything: of others there is no doubt."""
    none = same.to_numpy(dtype=bool)
    adjusted = holm(np.where(none, np.nan, p_values.to_numpy(dtype=float)))
    return np.where(none & p_values.notna().to_numpy(), 1.0, adjusted)


def apart_or_not(row: Mapping[Any, Any], ends: tuple[str, ...]) -> str:
    """Say whether a row's changes are told from chance; nothing where there is one replication."""
    if row["same"]:
        return NO_CHANGE
    if np.isnan(row["p_value"]):
        return ""
    if row["p_adjusted"] < _SURE:
        return APART
    clear = [
        row[f"change_{end}_lower"] > 0 or row[f"change_{end}_upper"] < 0 for end in ends
    ]  # fmt: skip
    return MAYBE if any(clear) else NOT_APART


def limits_of(values: Floats, bounds: Bounds) -> tuple[float, float | None, float | None]:
    """Give the mean of replications and the limits of its 95 % interval."""
    found = mean_interval(values, possible=bounds)
    return found.mean, found.lower, found.upper


def _named(name: str, limits: tuple[float | None, float | None, float | None]) -> dict[str, Any]:
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), limits, strict=True))


_TEXTS = {*OF_QUANTITY, "parameter", "parameter_unit", "told", "replications"}


def numeric(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Make the columns that hold numbers hold numbers, NaN where there is none."""
    own = [name for name in columns if name in table.columns and name not in _TEXTS]
    return table.astype(dict.fromkeys(own, float))
