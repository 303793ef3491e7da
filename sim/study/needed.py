"""How many replications a wanted half-width will take, told from a pilot."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.experiment.results import Results
from sim.stats.precision import Needed, needed_for

NEEDED = [
    "reference", "scenario", "measure", "unit", "wanted", "pilot", "half_width", "replications",
    "replications_upper",
]  # fmt: skip


def replications_needed(
    results: Results,
    measure: str,
    half_width: float,
    reference: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Tell of every scenario how many replications its interval needs to be as narrow as wanted.

    With a `reference` it is the interval of the paired difference from it. `half_width` is what
    the `pilot` replications gave (in the measure's unit, before limits beyond the possible are cut
    off), `replications` how many it takes if their variance is the true one, and
    `replications_upper` how many at most if that is at its upper 95 % limit (of normal values). All
    are empty where there is no interval: one replication, or a measure that was not reached.
    Raises ScenarioError for a measure or a reference that is not there, and for no half-width.
    """
    if not 0 < half_width < np.inf:
        raise ScenarioError(f"half_width: {half_width} is no number above 0.")
    _check(results, measure, reference)
    rows = results.metrics[results.metrics["measure"] == measure]
    table = rows.pivot(index="replication", columns="scenario", values="value").astype(float)
    table = table.reindex(columns=results.names)
    found = []
    for name in results.names:
        if name == reference:
            continue
        values = table[name].to_numpy()
        if reference is not None:
            pair = table[[name, reference]].dropna().to_numpy()
            infinite = np.isinf(pair).any(axis=1)
            values = np.full(len(pair), np.inf)
            np.subtract(pair[:, 0], pair[:, 1], out=values, where=~infinite)
        about = (reference or "", name, measure, results.unit(measure), half_width)
        found.append((*about, *_told(needed_for(values, half_width, level), values)))
    numbers = dict.fromkeys(NEEDED[6:], float)
    return pd.DataFrame(found, columns=NEEDED).astype(numbers)


def _told(found: Needed | None, values: Floats) -> tuple[int, *tuple[float | None, ...]]:
    pilot = int((~np.isnan(values)).sum())
    if found is None:
        return pilot, None, None, None
    return pilot, found.half_width, found.central, found.upper


def _check(results: Results, measure: str, reference: str | None) -> None:
    there = [str(name) for name in results.metrics["measure"].unique()]
    if measure not in there:
        raise ScenarioError(f'measure: there is no "{measure}" here.{nearest(measure, there)}')
    if reference is not None and reference not in results.names:
        raise ScenarioError(
            f'reference: there is no scenario "{reference}".{nearest(reference, results.names)}'
        )
