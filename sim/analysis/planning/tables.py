"""A capacity answer as tables, and its folder of files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.buildup import BuildUp, erlang_c
from sim.analysis.planning.findings import Findings
from sim.analysis.planning.relaxing import in_words
from sim.analysis.planning.tries import Point, Relaxed, Rule, Tried
from sim.config.errors import ScenarioError
from sim.experiment.store import MANIFEST, prepare
from sim.stats.intervals import t_interval

KIND = "capacity"
TRIED, REPLICATIONS = "capacity.csv", "capacity_replications.csv"


def table(answer: Findings) -> pd.DataFrame:
    """Give one row a value tried, in order of what was relaxed and of the values.

    `share` with Wilson's limits; the mean of each quantity over the replications run with its t
    interval, infinite where one did not reach it, and empty where it was not defined.
    """
    rule = Rule(answer.confidence, answer.wanted)
    rows = [
        {
            "relaxed": in_words(relaxed),
            **dict(point),
            **({"cost": _cost(answer, point)} if answer.prices else {}),
            **_verdict(answer, relaxed, point, tried, rule),
            **_quantities(answer, tried),
        }
        for (relaxed, point), tried in answer.found.items()
        if tried.values
    ]
    paths = [of.path for of in answer.varied]
    found = pd.DataFrame(rows)
    return found.sort_values(["relaxed", *paths], ignore_index=True)


def replications(answer: Findings) -> pd.DataFrame:
    """Give one row a value, replication and quantity."""
    rows = [
        {
            "relaxed": in_words(relaxed),
            **dict(point),
            "replication": number,
            "quantity": target.quantity,
            "value": value,
            "met": target.met(value),
        }
        for (relaxed, point), tried in answer.found.items()
        for number, row in enumerate(tried.values, 1)
        for target, value in zip(answer.targets, row, strict=True)
    ]
    paths = [of.path for of in answer.varied]
    found = pd.DataFrame(rows)
    return found.sort_values(["relaxed", *paths, "replication"], ignore_index=True, kind="stable")


def queues(answer: Findings, filling: BuildUp) -> pd.DataFrame | None:
    """Set Erlang C's wait at the demand of the time measured beside the simulated quantities.

    One row a number of chairs tried. None where chairs are not what was varied, or the demand in
    the time measured is not known.
    """
    shown = answer.otherwise or answer
    demand = _demand(answer, filling)
    if [of.path for of in answer.varied] != ["clinic.chairs"] or demand is None:
        return None
    rows = table(shown)
    rows = rows[rows["relaxed"] == in_words(shown.relaxed)]
    found = erlang_c(filling, demand, [int(number) for number in rows["clinic.chairs"]])
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


def _verdict(
    answer: Findings, relaxed: Relaxed, point: Point, tried: Tried, rule: Rule
) -> dict[str, object]:
    share, met, n = tried.share, tried.met, len(tried.values)
    judged = "fails" if rule.fails(met, n) else "passes" if rule.passes(met) else "passes so far"
    here = answer.otherwise if relaxed and answer.otherwise else answer
    if here.passing == point and here.relaxed == relaxed:
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


def ready(folder: str | Path) -> Path:
    """Make the folder and prove that it can be written; other results in it are not mixed in."""
    folder = Path(folder)
    if (folder / MANIFEST).exists() and not _ours(folder):
        raise ScenarioError(
            f"{folder}: this folder holds other results; give another folder with --out."
        )
    return prepare(folder)


def write(
    answer: Findings, folder: str | Path, more: Mapping[str, pd.DataFrame] | None = None
) -> Path:
    """Write capacity.csv, capacity_replications.csv, more tables and, last, the manifest."""
    folder = ready(folder)
    tables = {TRIED: table(answer), REPLICATIONS: replications(answer), **(more or {})}
    for file, rows in tables.items():
        rows.to_csv(folder / file, index=False, lineterminator="\n", encoding="utf-8")
    text = json.dumps(dict(answer.manifest), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return folder


def _ours(folder: Path) -> bool:
    try:
        found: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("kind") == KIND
