"""The answer on costs and health of a study under many sets of parameters: tables and sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from sim.economics.choosing import (
    acceptability,
    best_of,
    expected_loss,
    held_back,
    probability_best,
    resampled_information,
)
from sim.economics.cost_tables import (
    budget_by_draw,
    budget_impact,
    cost_items,
    economics_table,
    mean_over_draws,
    plane_table,
)
from sim.economics.parameter_groups import evppi_table
from sim.economics.priced import (
    Terms,
    costs_and_qalys,
    parameters_by_draw,
    terms_of,
    thresholds_of,
)
from sim.economics.sampled import Sampled
from sim.experiment.uncertainty import Uncertain
from sim.stats.intervals import wilson

KIND_OF_ECONOMICS = "economics"
NET_BENEFIT = (
    "wtp", "scenario", "net_benefit", "lower", "upper", "best", "against", "difference",
    "difference_lower", "difference_upper", "probability_best", "probability_lower",
    "probability_upper", "expected_loss", "evpi", "evpi_lower", "evpi_upper", "evpi_held_back",
)  # fmt: skip
_STEPS, _LEAST_END = 40, 200_000.0


@dataclass(frozen=True, eq=False)
class CostEffectiveness:
    """Costs and QALYs of every draw, and all that follows from them at some thresholds."""

    found: Uncertain
    terms: Terms
    thresholds: tuple[float, ...]
    of: Sampled
    without: tuple[int, ...]  # draws in which some scenario has no costs or QALYs

    @property
    def reference(self) -> str | None:
        """The scenario that others are compared with, None of a single one."""
        return self.found.reference if len(self.of.names) > 1 else None

    @cached_property
    def draws(self) -> list[int]:
        """The numbers of the draws that count."""
        return [d for d in range(1, self.found.draws + 1) if d not in set(self.without)]

    @cached_property
    def economics(self) -> pd.DataFrame:
        """One row a scenario: costs, QALYs, differences, and where it stands."""
        return economics_table(self.of, self.reference, self.terms)

    @cached_property
    def net_benefit(self) -> pd.DataFrame:
        """One row a threshold and scenario, with intervals."""
        rows = [row for wtp in self.thresholds for row in _benefits(self.of, wtp)]
        return pd.DataFrame(rows, columns=list(NET_BENEFIT))

    @cached_property
    def acceptability(self) -> pd.DataFrame:
        """One row a willingness to pay of a grid and scenario."""
        end = max(_LEAST_END, 2 * max(self.thresholds))
        grid = {*np.linspace(0, end, _STEPS + 1).tolist(), *self.thresholds}
        return acceptability(self.of, sorted(grid))

    @cached_property
    def _evppi(self) -> tuple[pd.DataFrame, list[str]]:
        values = parameters_by_draw(self.found.parameters, self.draws)
        return evppi_table(self.of, values, self.terms, self.thresholds)

    @property
    def evppi(self) -> pd.DataFrame:
        """One row a threshold and parameter or group: what knowing it is worth, and chance."""
        return self._evppi[0]

    @property
    def too_many_for_draws(self) -> list[str]:
        """Groups with more parameters than so few draws can tell of."""
        return self._evppi[1]

    @cached_property
    def cost_items(self) -> pd.DataFrame:
        """One row a scenario, perspective and item."""
        return cost_items(self.found.metrics, self.of.names, self.draws, self.terms)

    @cached_property
    def plane(self) -> pd.DataFrame:
        """One row a scenario and draw."""
        return plane_table(self.of, self.reference, self.draws)

    @cached_property
    def budget_draws(self) -> pd.DataFrame:
        """One row a scenario, draw, year and item; empty where no budget was kept."""
        return budget_by_draw(self.found.budget)

    @cached_property
    def budget_impact(self) -> pd.DataFrame:
        """One row a scenario, perspective and year."""
        return budget_impact(self.budget_draws, self.reference, self.terms)

    @property
    def patients_per_year(self) -> float | None:
        """People referred a year (365 days), mean over scenarios; None where none were counted."""
        rows = self.budget_draws[self.budget_draws["item"] == "patients"]
        if not len(rows):
            return None
        years = rows.groupby(["scenario", "year"])["days"].max().groupby("scenario").sum() / 365
        people = rows.groupby(["scenario", "draw"])["amount"].sum().groupby("scenario").mean()
        return float((people / years).mean())

    def tables(self) -> dict[str, Callable[[], pd.DataFrame]]:
        """Give what makes the tables that are worked out of the measures, by file name."""
        found: dict[str, Callable[[], pd.DataFrame]] = {
            "economics.csv": lambda: self.economics,
            "cost_items.csv": lambda: self.cost_items,
            "plane.csv": lambda: self.plane,
        }
        if len(self.of.names) > 1:
            found |= {
                "net_benefit.csv": lambda: self.net_benefit,
                "acceptability.csv": lambda: self.acceptability,
                "evppi.csv": lambda: self.evppi,
            }
        if len(self.found.budget):
            found["budget_impact.csv"] = lambda: self.budget_impact
        return found

    def measured(self) -> dict[str, pd.DataFrame]:
        """Give the tables of what was simulated, by file name: enough to answer again."""
        own = {"budget_draws.csv": self.budget_draws} if len(self.found.budget) else {}
        return self.found.measured() | own


def _benefits(of: Sampled, wtp: float) -> list[tuple[Any, ...]]:
    """Give the rows of one threshold; who is best stands against the next, others against it."""
    benefit = of.net_benefit(wtp)
    mean, probability = benefit.mean(axis=0), probability_best(benefit)
    loss, best = expected_loss(benefit), best_of(benefit.mean(axis=0))
    several = len(of.names) > 1
    order = np.argsort(-mean, kind="stable")
    low, high = resampled_information(of, wtp) if several else (nan, nan)
    held = held_back(of.net_benefits(wtp))
    rows = []
    for place, name in enumerate(of.names):
        against, apart = "", (nan, nan, nan)
        if several:
            other = int(order[0] if place != order[0] else order[1])
            against, apart = of.names[other], mean_over_draws(benefit[:, place] - benefit[:, other])
        share = wilson(min(max(probability[place] * of.draws, 0.0), of.draws), of.draws)
        rows.append(
            (wtp, name, *mean_over_draws(benefit[:, place]), bool(best[place]) and several,
             against, *apart, probability[place], share.lower, share.upper, loss[place],
             loss.min(), low, high, nan if held is None else held)
        )  # fmt: skip
    return rows


def cost_effectiveness(
    found: Uncertain,
    wtp: Sequence[float] | None = None,
    perspective: str | None = None,
) -> CostEffectiveness:
    """Put costs against QALYs in a study under uncertain parameters, as `propagate` gives it.

    `wtp` are thresholds in money a QALY (50,000 and the study's `economics.willingness_to_pay`
    unless given); `perspective` is payer, provider or societal (the study's unless given). Raises
    ScenarioError for scenarios that are no choices among which to decide, such as two calibrations.
    """
    terms = terms_of(found.manifest["scenarios"], perspective)
    thresholds = thresholds_of(terms, wtp)
    of, without = costs_and_qalys(found.metrics, terms.perspective)
    return CostEffectiveness(found, terms, tuple(thresholds), of, tuple(without))
