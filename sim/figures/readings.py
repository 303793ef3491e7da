"""Readings of a results table that several figures share: means and intervals, and their gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiment.results import Results
from sim.stats.intervals import t_interval

BOUNDS = ["mean", "lower", "upper"]


def estimates(results: Results, measure: str) -> pd.DataFrame:
    """Look up mean, lower and upper of one measure for every scenario, in the order of the study.

    NaN stands for what has no place on an axis: not measured, not reached, or no interval.
    """
    summary = results.summary([measure])
    rows = summary.set_index("scenario")
    return finite(rows.reindex(results.names)[BOUNDS])


def finite(table: pd.DataFrame) -> pd.DataFrame:
    """Turn every entry that is not a finite number into NaN."""
    numbers = table.apply(pd.to_numeric, errors="coerce").astype(float)
    found: pd.DataFrame = numbers.where(np.isfinite(numbers))
    return found


def bands(table: pd.DataFrame, x: str, value: str) -> pd.DataFrame:
    """Average a column over replications: one row (scenario, x, mean, lower, upper) per point.

    A replication without a finite value at a point is left out there; a point that no replication
    has is left out of the table.
    """
    kept = table[np.isfinite(table[value].astype(float))]
    rows = []
    for keys, values in kept.groupby(["scenario", x], sort=False)[value]:
        found = t_interval(values.to_numpy(dtype=float))
        rows.append((*keys, found.mean, found.lower, found.upper))
    drawn = pd.DataFrame(rows, columns=["scenario", x, *BOUNDS])
    return drawn.assign(**{name: finite(drawn[[name]])[name] for name in BOUNDS})


def whiskers(table: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Give the lengths below and above each mean, as matplotlib's error bars want them."""
    low = table["mean"] - table["lower"]
    high = table["upper"] - table["mean"]
    return np.vstack([low.to_numpy(dtype=float), high.to_numpy(dtype=float)])
