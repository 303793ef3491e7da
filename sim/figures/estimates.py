"""Readings of a results table that several figures share: means and intervals, and their gaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.arrays import Floats
from sim.experiment.results import Results
from sim.figures import style
from sim.stats.intervals import Bounds, t_interval

_BOUNDS = ["mean", "lower", "upper"]
_MOST_BANDS = 8
MEDIANS = ["median", "median_lower", "median_upper"]


def estimates(results: Results, measure: str) -> pd.DataFrame:
    """Look up mean, lower and upper of one measure for every scenario, in the order of the study.

    Where some replication of any scenario did not reach the measure they are the medians of all,
    which can be compared; `medians_told` says so. NaN stands for what has no place on an axis: not
    measured, not reached, or no interval.
    """
    rows = results.summary([measure]).set_index("scenario").reindex(results.names)
    if (rows["not_reached"] > 0).any():
        rows = rows[MEDIANS].set_axis(_BOUNDS, axis="columns")
    return finite(rows[_BOUNDS])


def medians_told(results: Results, measures: Sequence[str]) -> str:
    """Say which of these measures are shown as medians, and why; nothing where none is."""
    summary = results.summary(measures)
    missed = summary[summary["not_reached"] > 0]
    told = [
        f"{style.title(str(measure))}: medians, as it was not reached in up to "
        f"{rows['not_reached'].max()} of {rows['replications'].max()} replications; "
        "limits that were not reached are not drawn."
        for measure, rows in missed.groupby("measure", sort=False)
    ]
    return " ".join(told)


def finite(table: pd.DataFrame) -> pd.DataFrame:
    """Turn every entry that is not a finite number into NaN."""
    numbers = table.apply(pd.to_numeric, errors="coerce").astype(float)
    found: pd.DataFrame = numbers.where(np.isfinite(numbers))
    return found


def bands(
    table: pd.DataFrame, x: str, value: str, possible: Bounds = (0.0, np.inf)
) -> pd.DataFrame:
    """Average a column over replications: one row (scenario, x, mean, lower, upper) per point.

    Limits stay in what is `possible`: scores and counts are never negative. A replication without a
    finite value at a point is left out there; a point that none has is left out of the table.
    """
    kept = table[np.isfinite(table[value].astype(float))]
    rows = []
    for keys, values in kept.groupby(["scenario", x], sort=False)[value]:
        found = t_interval(values.to_numpy(dtype=float), possible=possible)
        rows.append((*keys, found.mean, found.lower, found.upper))
    drawn = pd.DataFrame(rows, columns=["scenario", x, *_BOUNDS])
    return drawn.assign(**{name: finite(drawn[[name]])[name] for name in _BOUNDS})


def band(ax: Axes, x: Floats, rows: pd.DataFrame, colour: str) -> None:
    """Shade between the limits of one line's points."""
    lower, upper = (rows[name].to_numpy(dtype=float) for name in ("lower", "upper"))
    ax.fill_between(x, lower, upper, color=colour, alpha=0.15, lw=0)


def has_bands(results: Results) -> bool:
    """Tell whether the bands of all scenarios can be seen: those of more would hide one another."""
    return len(results.names) <= _MOST_BANDS


def bands_told(results: Results) -> str:
    """Say what lines and bands rest on, or that there are too many lines for bands."""
    if has_bands(results) or results.replications < 2:
        return style.sample_note(results.replications, "bands")
    return f"Means over {results.replications} replications, no bands, as there are many lines."


def whiskers(table: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Give the lengths below and above each mean, as matplotlib's error bars want them."""
    low = table["mean"] - table["lower"]
    high = table["upper"] - table["mean"]
    return np.vstack([low.to_numpy(dtype=float), high.to_numpy(dtype=float)])
