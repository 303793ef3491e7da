"""A capacity answer as tables, and its folder of files."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd

from sim.config.steps import RangeValue
from sim.experiment.folder import Replaces
from sim.experiment.store import write_folder
from sim.planning.buildup import BuildUp, erlang_c_table
from sim.planning.findings import Findings
from sim.planning.relaxing import CAPACITIES, relaxed_in_words, staff_of
from sim.planning.tries import Key, Point, Tried
from sim.stats.intervals import t_interval

UNLIMITED = "unlimited"
TRIED, _REPLICATIONS = "capacity.csv", "capacity_replications.csv"


def tried_table(answer: Findings) -> pd.DataFrame:
    """Give one row a value tried, in order of what was relaxed and of the values.

    `share` with Wilson's limits; the mean of each quantity over the replications run with its t
    interval, infinite where one did not reach it, and empty where it was not defined.
    """
    return pd.DataFrame([
        {
            "relaxed": relaxed_in_words(key[0]),
            **_capacities(answer, key, tried),
            **({"cost": _cost(answer, key[1])} if answer.prices else {}),
            **_verdict(answer, key, tried),
            **_quantities(answer, tried),
        }
        for key, tried in _in_order(answer)
    ])  # fmt: skip


def replications(answer: Findings) -> pd.DataFrame:
    """Give one row a value, replication and quantity."""
    rows = [
        {
            "relaxed": relaxed_in_words(key[0]),
            **_capacities(answer, key, tried),
            "replication": number,
            "quantity": target.quantity,
            "value": value,
            "met": target.met(value),
        }
        for key, tried in _in_order(answer)
        for number, row in enumerate(tried.values, 1)
        for target, value in zip(answer.targets, row, strict=True)
    ]
    return pd.DataFrame(rows)


def _in_order(answer: Findings) -> list[tuple[Key, Tried]]:
    """Give what was simulated by what was relaxed, then by value."""
    found = [(key, tried) for key, tried in answer.found.items() if tried.values]
    return sorted(found, key=lambda one: (relaxed_in_words(one[0][0]), [v for _, v in one[0][1]]))


def _capacities(answer: Findings, key: Key, tried: Tried) -> dict[str, RangeValue | str]:
    """Give what was varied, then chairs, nurses and prescribers, whatever was varied."""
    relaxed, point = key
    columns: dict[str, RangeValue | str] = {of.path: dict(point)[of.path] for of in answer.varied}
    for name, path in CAPACITIES.items():
        number = staff_of(tried.scenario.clinic, name)
        if path not in columns or name in relaxed:
            columns[path] = UNLIMITED if number is None else number
    return columns


def queues(answer: Findings, filling: BuildUp) -> pd.DataFrame | None:
    """Set Erlang C's wait at the demand of the time measured beside the simulated quantities.

    One row a number of chairs tried. None where chairs are not what was varied, or the demand in
    the time measured is not known.
    """
    shown = answer.otherwise or answer
    demand = _demand(answer, filling)
    if [of.path for of in answer.varied] != ["clinic.chairs"] or demand is None:
        return None
    rows = tried_table(shown)
    rows = rows[rows["relaxed"] == relaxed_in_words(shown.relaxed)].drop_duplicates("clinic.chairs")
    found = erlang_c_table(filling, demand, [int(number) for number in rows["clinic.chairs"]])
    found.insert(1, "infusions_per_week", demand)
    return found.assign(**{t.quantity: rows[t.quantity].to_numpy() for t in answer.targets})


def _demand(answer: Findings, filling: BuildUp) -> float | None:
    """Infusions a week that people would need in the time measured, if nobody had to wait.

    Not known where the clinic begins with a caseload of its own, which is neither new nor level,
    and where each year has parameters of its own.
    """
    if answer.uncertainty is not None:
        return None
    if answer.when == "steady":
        own = answer.scenario.start.kind == "file"
        return filling.level.mean if filling.level and not own else None
    return filling.mean_of(0, max(1, answer.days // 7))


def _cost(answer: Findings, point: Point) -> float:
    return float(sum(answer.prices[path] * value for path, value in point))


def _verdict(answer: Findings, key: Key, tried: Tried) -> dict[str, object]:
    share, met, n = tried.share, tried.met, len(tried.values)
    rule = answer.rule
    judged = "fails" if rule.fails(met, n) else "passes" if rule.passes(met, n) else "passes so far"
    if answer.cut and not answer.cut.answered and not rule.done(met, n):
        judged = "undecided"
    if answer.shown.answered == key:
        judged = "answer"
    return {
        "verdict": judged,
        "met": met,
        "replications": n,
        "share": share.mean,
        "lower": share.lower,
        "upper": share.upper,
    }


def _quantities(answer: Findings, tried: Tried) -> dict[str, float]:
    """Mean and limits of each quantity; NaN where it has none, so that columns stay numbers."""
    columns: dict[str, float] = {}
    for place, target in enumerate(answer.targets):
        values = np.array([row[place] for row in tried.values])
        known = values[~np.isnan(values)]
        found = t_interval(known) if len(known) else None
        name = target.quantity
        columns[name] = found.mean if found else nan
        for end in ("lower", "upper"):
            limit = getattr(found, end, None)
            columns[f"{name} {end}"] = nan if limit is None else limit
    return columns


def write_capacity(
    answer: Findings,
    folder: str | Path,
    more: Mapping[str, pd.DataFrame] | None = None,
    overwrite: Replaces = None,
) -> Path:
    """Write capacity.csv, capacity_replications.csv, more tables and, last, the manifest."""
    tables = {TRIED: tried_table(answer), _REPLICATIONS: replications(answer), **(more or {})}
    return write_folder(folder, tables, answer.manifest, overwrite)
