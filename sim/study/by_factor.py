"""What each factor of a design does: its levels, averaged over all others.

The replication is the unit: in each one the points are averaged (a grid) or fitted by least squares
(a hypercube), and only what that gives has an interval. A main effect is true of the points
together; `explained` says how much of what lies between them main effects tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.experiment.results import Results
from sim.outcomes.catalogue import CATALOGUE, possible
from sim.stats.intervals import PairedDifference, holm, paired
from sim.stats.summaries import Summary, summarised

BY_FACTOR = [
    "factor", "level", "against", "measure", "unit", "points", "mean", "lower", "upper",
    "effect", "effect_lower", "effect_upper", "p_value", "p_adjusted", "replications",
    "not_reached", "method", "explained",
]  # fmt: skip
_NUMBERS = [*BY_FACTOR[6:14], "explained"]
SLOPE = "slope"
"""What stands as level where the row tells of a factor's slope."""
_ROUNDING = 1e-9  # of a measure: a slope that changes it by less over all points is none


class Effect(NamedTuple):
    """One row before it is summarised; arrays over replications."""

    factor: str
    level: str
    against: str
    points: int
    level_mean: Floats | None  # of a slope: none
    change: tuple[Floats, Floats] | None  # its difference is the effect; none of a first level


def design_of(results: Results) -> dict[str, Any]:
    """Give the design that a manifest holds; refuse results that have none."""
    design = results.manifest.get("design")
    if design and not _is_whole(design):
        raise ScenarioError(
            "The design in this manifest was changed after the run, so its factors cannot be read; "
            "run the study again."
        )
    if not design:
        raise ScenarioError(
            "These results are of no design, so they have no factors; write a [design] into the "
            "study, or compare with --vary."
        )
    found: dict[str, Any] = design
    return found


def _is_whole(design: Any) -> bool:
    """Tell whether every scenario has a level of every factor, as `run` writes it."""
    try:
        named = [entry["path"] for entry in design["factors"]]
        levels = [{"levels", "low"} & set(entry) for entry in design["factors"]]
        return all(levels) and all([*of] == named for of in design["scenarios"].values())
    except (KeyError, TypeError, AttributeError):
        return False


def design_table(results: Results) -> pd.DataFrame:
    """Give one row a point: the scenario, and a column with the level of each factor."""
    design = design_of(results)
    named = [entry["path"] for entry in design["factors"]]
    rows = [(name, *(of[path] for path in named)) for name, of in design["scenarios"].items()]
    return pd.DataFrame(rows, columns=["scenario", *named])


def with_factors(results: Results) -> pd.DataFrame:
    """Give the metrics (scenario, replication, measure, value) with a column for each factor.

    To be grouped by any of them in a notebook. The base, where it is the reference, is no point.
    """
    table: pd.DataFrame = design_table(results).merge(results.metrics, on="scenario", how="inner")
    return table


def by_factor(
    results: Results, measures: Sequence[str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Give the main effects of a design: a row a factor, level and measure.

    Of a grid: `mean` is over the points with that level, `effect` its paired difference from the
    factor's first level (`against`). Of a hypercube or Sobol points a factor of numbers has one row
    (`level` is "slope"), whose `effect` is the change of the measure with 1 more of the factor, the
    others held equal (least squares); other factors have a row a level, adjusted likewise.
    A replication counts where all points have the measure, and a measure that some point never
    has is left out. `p_adjusted` is Holm's over all effects on a measure. `explained` is the share
    of the variance between the points' means that the main effects tell together.
    Raises ScenarioError for results of no design and for an unknown measure.
    """
    points = design_table(results).set_index("scenario")
    there = [str(name) for name in results.metrics["measure"].unique()]
    for name in measures or ():
        if name not in there:
            raise ScenarioError(f'measure: there is no "{name}" here.{nearest(name, there)}')
    ordered = [m for m in CATALOGUE if m in there] + [m for m in there if m not in CATALOGUE]
    design = design_of(results)
    rows = [
        row
        for measure in (ordered if measures is None else measures)
        for row in _rows(results, points, design, measure, level)
    ]
    table = pd.DataFrame(rows, columns=BY_FACTOR)
    return table.astype(dict.fromkeys(_NUMBERS, float))


def _rows(
    results: Results, points: pd.DataFrame, design: dict[str, Any], measure: str, level: float
) -> Iterator[tuple[Any, ...]]:
    of = results.metrics[results.metrics["measure"] == measure]
    wide = of.pivot(index="scenario", columns="replication", values="value")
    values = wide.reindex(index=points.index).dropna(axis=1).to_numpy(dtype=float)
    if not values.size:
        return
    grid = design["kind"] == "grid"
    fit = _averaged(points, design, values) if grid else _fitted(points, design, values)
    effects, explained = fit
    told = [_summaries(effect, measure, level) for effect in effects]
    adjusted = holm(np.array([e.p_value for _, e in told if e], dtype=float)).tolist()
    unit = results.unit(measure)
    missed = int((~np.isfinite(values)).any(axis=0).sum())
    for effect, (mean, change) in zip(effects, told, strict=True):
        named = (effect.factor, effect.level, effect.against, measure, unit, effect.points)
        levels = (mean.mean, mean.lower, mean.upper) if mean else (None, None, None)
        method = (change or mean or Summary(0, 0, None)).method
        if change:
            limits = (change.difference, change.lower, change.upper, change.p_value)
            tested = (*limits, adjusted.pop(0))
        else:
            tested = (None,) * 5
        yield *named, *levels, *tested, values.shape[1], missed, method, explained


def _summaries(
    effect: Effect, measure: str, level: float
) -> tuple[Summary | None, PairedDifference | None]:
    mean = None
    if effect.level_mean is not None:
        mean = summarised(effect.level_mean, level, possible(measure))
    return mean, paired(*effect.change, level) if effect.change else None


def _averaged(
    points: pd.DataFrame, design: dict[str, Any], values: Floats
) -> tuple[list[Effect], float | None]:
    """Average over the points of each level; `values` has shape (points, replications)."""
    effects: list[Effect] = []
    told, grand = values.mean(axis=1), values.mean()
    predicted = np.full(len(values), grand)
    for entry in design["factors"]:
        column = points[entry["path"]]
        first: Floats | None = None
        for named in entry["levels"]:
            here = (column == named).to_numpy()
            mean = values[here].mean(axis=0)
            change = None if first is None else (mean, first)
            against = "" if first is None else str(entry["levels"][0])
            effects.append(
                Effect(entry["path"], str(named), against, int(here.sum()), mean, change)
            )
            first = mean if first is None else first
            if np.isfinite(grand):
                predicted[here] += told[here].mean() - grand
    return effects, _explained(told, predicted)


def _fitted(
    points: pd.DataFrame, design: dict[str, Any], values: Floats
) -> tuple[list[Effect], float | None]:
    """Fit all factors at once by least squares, in each replication.

    Where points are too few to tell the factors apart, or a value was not reached, no effects.
    """
    columns, spans = [np.ones(len(values))], []
    for entry in design["factors"]:
        made = _columns(points[entry["path"]], entry)
        spans.append(slice(len(columns), len(columns) + len(made)))
        columns += made
    x = np.column_stack(columns)
    if np.linalg.matrix_rank(x) < x.shape[1] or not np.isfinite(values).all():
        return [], None
    fit = np.linalg.lstsq(x, values, rcond=None)[0]
    fit[1:][np.abs(fit[1:]) * np.ptp(x[:, 1:], axis=0)[:, None] <= _ROUNDING * np.abs(values).max(
        axis=0)] = 0.0  # fmt: skip
    effects: list[Effect] = []
    for entry, span in zip(design["factors"], spans, strict=True):
        path, column = entry["path"], points[entry["path"]]
        if _has_slope(entry):
            slope = fit[span][0]
            change = (slope, np.zeros_like(slope))
            effects.append(Effect(path, SLOPE, "", len(values), None, change))
            continue
        middle = x.mean(axis=0)
        middle[span] = 0.0
        first = middle @ fit
        for number, named in enumerate(entry["levels"]):
            mean = first + (fit[span][number - 1] if number else 0.0)
            many = int((column == named).sum())
            against = str(entry["levels"][0]) if number else ""
            two = (mean, first) if number else None
            effects.append(Effect(path, str(named), against, many, mean, two))
    return effects, _explained(values.mean(axis=1), x @ fit.mean(axis=1))


def _has_slope(entry: dict[str, Any]) -> bool:
    return all(not isinstance(level, str) for level in entry.get("levels", ()))


def _columns(column: pd.Series[Any], entry: dict[str, Any]) -> list[Floats]:
    """Give a factor's columns of the model: its numbers from their middle, or a mark a level."""
    if _has_slope(entry):
        numbers = column.to_numpy(dtype=float)
        return [numbers - numbers.mean()]
    return [(column == level).to_numpy().astype(float) for level in entry["levels"][1:]]


def _explained(told: Floats, predicted: Floats) -> float | None:
    """Share of the variance between points' means that is predicted; None without any."""
    if not np.isfinite(told).all():
        return None
    between = float(((told - told.mean()) ** 2).sum())
    if between <= (_ROUNDING * float(np.abs(told).max())) ** 2 * len(told):
        return None
    return 1 - float(((told - predicted) ** 2).sum()) / between
