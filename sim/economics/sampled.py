"""Costs and effects of draws, replications and scenarios: what every question here is asked of.

The unit of inference is the draw. A draw's value is the mean of a few replications, so it holds the
parameters of the draw and what is left of chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats


@dataclass(frozen=True, eq=False)
class Sampled:
    """Costs and effects, each of shape (draws, replications, scenarios), all finite.

    Draw d and its replications are the same people and the same chance in every scenario.
    """

    names: tuple[str, ...]
    costs: Floats
    effects: Floats

    def __post_init__(self) -> None:
        """Refuse shapes that do not belong together, and what is not finite."""
        if self.costs.shape != self.effects.shape or self.costs.ndim != 3:
            raise ValueError("costs and effects are (draws, replications, scenarios), both alike")
        if self.costs.shape[2] != len(self.names) or not self.costs.size:
            raise ValueError("each scenario has a name, and there is one draw at least")
        if not (np.isfinite(self.costs).all() and np.isfinite(self.effects).all()):
            raise ValueError("costs and effects are finite")

    @property
    def draws(self) -> int:
        """The number of draws of the parameters."""
        return int(self.costs.shape[0])

    @property
    def replications(self) -> int:
        """The number of replications of each draw."""
        return int(self.costs.shape[1])

    @cached_property
    def cost(self) -> Floats:
        """The mean cost of each draw, shape (draws, scenarios)."""
        return np.asarray(self.costs.mean(axis=1))

    @cached_property
    def effect(self) -> Floats:
        """The mean effect of each draw, shape (draws, scenarios)."""
        return np.asarray(self.effects.mean(axis=1))

    def net_benefit(self, wtp: float) -> Floats:
        """Give the net monetary benefit of each draw, (draws, scenarios): wtp x effect - cost."""
        return wtp * self.effect - self.cost

    def net_benefits(self, wtp: float) -> Floats:
        """Give that of each replication, shape (draws, replications, scenarios)."""
        return wtp * self.effects - self.costs


def sampled(draws: pd.DataFrame, cost: str = "cost", effect: str = "qalys") -> Sampled:
    """Read a table of columns scenario, draw and maybe replication, `cost` and `effect`.

    Scenarios stand in the order of the table. Raises ValueError where one lacks a draw that another
    has.
    """
    table = draws if "replication" in draws.columns else draws.assign(replication=1)
    names = tuple(dict.fromkeys(table["scenario"].astype(str)))
    wide = table.pivot(
        index=["draw", "replication"], columns="scenario", values=[cost, effect]
    ).sort_index()
    sizes = wide.groupby(level="draw").size().to_numpy()
    if len(set(sizes.tolist())) != 1 or wide.isna().to_numpy().any():
        raise ValueError("every scenario has every draw, with as many replications")
    shape = (len(sizes), int(sizes[0]), len(names))
    return Sampled(names, *(_block(wide[what], names, shape) for what in (cost, effect)))


def _block(wide: Any, names: Sequence[str], shape: tuple[int, int, int]) -> Floats:
    block: Floats = wide[list(names)].to_numpy(dtype=np.float64).reshape(shape)
    return block
