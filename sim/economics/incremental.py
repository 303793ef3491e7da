"""The incremental table: who is dominated, who lies on the efficient line, and at which ratio.

Each scenario on the line is compared with the next cheaper one on it. A scenario is *dominated* by
one that costs no more and gains no less, one of them strictly; *extendedly dominated* where some
mix of two others does so; *equal* where another before it has the same cost and the same effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np
import pandas as pd

from sim.arrays import Floats

EFFICIENT, DOMINATED, EXTENDEDLY, EQUAL = (
    "on the line", "dominated", "extendedly dominated", "equal",
)  # fmt: skip
INCREMENTAL = (
    "scenario", "cost", "qalys", "status", "against", "increment_cost", "increment_qalys", "icer",
)  # fmt: skip
_ROUNDING = 1e-12
"""Differences below this share of the values compared are rounding, and count as none."""


@dataclass(frozen=True)
class Quadrant:
    """Where a difference lies on the plane, and whether a ratio says anything there."""

    words: str
    has_ratio: bool


def quadrant(cost: float, effect: float) -> Quadrant:
    """Tell where differences of cost and effect lie; a ratio has a meaning only in two of four."""
    costs = "costs the same" if cost == 0 else "costs more" if cost > 0 else "costs less"
    gains = "gains the same" if effect == 0 else "gains more" if effect > 0 else "gains less"
    return Quadrant(f"{costs}, {gains}", cost * effect > 0)


def incremental(names: Sequence[str], cost: Floats, effect: Floats) -> pd.DataFrame:
    """Give the incremental table, the cheapest first (of equal cost the one that gains most).

    `cost` and `effect` are the expected values, one a scenario. `against` names whom a scenario
    on the line is compared with, or who dominates it (of a mix, both). A ratio stands only on the
    line, where costs and effects both rise.
    """
    cost, effect = (np.asarray(_snapped(one), dtype=np.float64) for one in (cost, effect))
    order = sorted(range(len(names)), key=lambda i: (cost[i], -effect[i], i))
    best: list[int] = []
    rows: dict[int, tuple[object, ...]] = {}
    for i in order:  # whoever costs less, or as much and gains more, has come before
        above = [j for j in best if effect[j] >= effect[i]]
        if above and cost[above[0]] == cost[i] and effect[above[0]] == effect[i]:
            rows[i] = (EQUAL, str(names[above[0]]), nan, nan, nan)
        elif above:
            rows[i] = (DOMINATED, str(names[above[0]]), nan, nan, nan)
        else:
            best.append(i)
    line = _line(best, cost, effect)
    for i in set(best) - set(line):
        left = max((j for j in line if cost[j] <= cost[i]), key=lambda j: effect[j])
        right = min((j for j in line if effect[j] >= effect[i]), key=lambda j: effect[j])
        rows[i] = (EXTENDEDLY, f"{names[left]} and {names[right]}", nan, nan, nan)
    for before, i in zip([None, *line], line, strict=False):
        if before is None:
            rows[i] = (EFFICIENT, "", nan, nan, nan)
        else:
            more, gain = cost[i] - cost[before], effect[i] - effect[before]
            rows[i] = (EFFICIENT, str(names[before]), more, gain, more / gain)
    return pd.DataFrame(
        [(str(names[i]), float(cost[i]), float(effect[i]), *rows[i]) for i in order],
        columns=list(INCREMENTAL),
    )


def _snapped(values: Floats) -> Floats:
    """Give values that differ by rounding alone one value."""
    found = np.array(values, dtype=np.float64)
    size = float(np.abs(found).max(initial=0.0))
    order = np.argsort(found, kind="stable")
    for before, i in pairwise(order):
        if found[i] - found[before] <= _ROUNDING * size:
            found[i] = found[before]
    return found


def _line(best: Sequence[int], cost: Floats, effect: Floats) -> list[int]:
    """Keep of those not dominated, cheapest first, whom no mix of two others dominates."""
    line: list[int] = []
    for i in best:
        while len(line) > 1 and _ratio(line[-2], line[-1], cost, effect) > _ratio(
            line[-1], i, cost, effect
        ):
            line.pop()
        line.append(i)
    return line


def _ratio(a: int, b: int, cost: Floats, effect: Floats) -> float:
    return float((cost[b] - cost[a]) / (effect[b] - effect[a]))
