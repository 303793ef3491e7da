"""Differences from the reference within groups of people, and between groups: both paired."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.experiment.results import Results
from sim.outcomes.catalogue import possible_difference
from sim.stats.intervals import paired

SUBGROUP_EFFECTS = [
    "reference", "scenario", "by", "group", "patients", "difference", "lower", "upper",
    "replications", "missing", "against", "contrast", "contrast_lower", "contrast_upper",
]  # fmt: skip
_NO_CONTRAST: tuple[object, ...] = ("", np.nan, np.nan, np.nan)
EVERYONE = ""
"""What stands for a split and its group in the row of all people together."""


def subgroup_effects(
    results: Results, measure: str, reference: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Pair every scenario with the reference in each group, and each group with the first one.

    A row of everybody, then one a group, for every scenario. `difference` is the scenario minus
    the reference in that group, replication by replication, with its interval. `contrast` is that
    of the group minus that of the group named `against`, the first of the same split that is large
    enough, and its interval alone says whether groups differ; no adjustment is made for there being
    several. A group without a finite value in some replication of either scenario has numbers of
    neither kind: `missing` counts those replications. `patients` is its mean number.
    """
    reference = reference or results.reference
    if reference is None or reference not in results.names:
        raise ScenarioError(
            f"reference: name one of the scenarios {', '.join(results.names)}."
            + nearest(reference or "", results.names)
        )
    table = results.subgroups[results.subgroups["measure"] == measure]
    rows = [
        row
        for scenario in results.names
        if scenario != reference
        for row in _rows(results, table, measure, reference, scenario, level)
    ]
    found = pd.DataFrame(rows, columns=SUBGROUP_EFFECTS)
    numbers = ["difference", "lower", "upper", "contrast", "contrast_lower", "contrast_upper"]
    return found.astype(dict.fromkeys(numbers, float))


def _rows(
    results: Results, table: pd.DataFrame, measure: str, reference: str, scenario: str, level: float
) -> Iterator[tuple[object, ...]]:
    metrics, count = results.metrics[results.metrics["measure"] == measure], results.replications
    about = (reference, scenario)

    def both(rows: pd.DataFrame) -> tuple[Floats, Floats]:
        ours, theirs = (
            _by_replication(rows[rows["scenario"] == name], count) for name in (scenario, reference)
        )
        return ours, theirs

    everybody = _effect(*both(metrics), measure, level)
    yield (*about, EVERYONE, EVERYONE, np.nan, *everybody, *_NO_CONTRAST)
    groups = table[["by", "group"]].drop_duplicates().itertuples(index=False)
    first: dict[str, tuple[str, Floats]] = {}
    for by, group in groups:
        of = table[(table["by"] == by) & (table["group"] == group)]
        ours, theirs = both(of)
        people = float(of[of["scenario"] == reference]["patients"].sum()) / count
        effect, contrast = _effect(ours, theirs, measure, level), _NO_CONTRAST
        if effect[-1] == 0 and by not in first:
            first[by] = group, ours - theirs
        elif effect[-1] == 0:
            against, other = first[by]
            found = paired(ours - theirs, other, level)
            contrast = (against, found.difference, found.lower, found.upper)
        yield (*about, by, group, people, *effect, *contrast)


def _by_replication(rows: pd.DataFrame, count: int) -> Floats:
    """Give the values of replications 1 to `count`, NaN where there is none."""
    values: Floats = np.full(count, np.nan)
    values[rows["replication"].to_numpy(dtype=int) - 1] = rows["value"]
    return values


def _effect(
    ours: Floats, theirs: Floats, measure: str, level: float
) -> tuple[float | None, float | None, float | None, int, int]:
    """Give difference, limits, replications, and in how many of them one of the two is missing."""
    missing = int((~np.isfinite(ours) | ~np.isfinite(theirs)).sum())
    if missing:
        return None, None, None, len(ours), missing
    found = paired(ours, theirs, level, possible_difference(measure))
    return found.difference, found.lower, found.upper, len(ours), 0
