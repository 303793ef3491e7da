"""The tables of costs and health: scenarios, items of costs, the plane, and the budget by year."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.economics.incremental import incremental, quadrant
from sim.economics.priced import PERSPECTIVES, Terms, cost_measure, draw_means
from sim.economics.sampled import Sampled
from sim.outcomes.cost_measures import ITEMS_OF
from sim.stats.intervals import ANY, Bounds, mean_interval

_ENDS = ("", "_lower", "_upper")
_WITH_RANGE = (*_ENDS, "_low", "_high")
ECONOMICS = (
    "scenario", *(f"{what}{end}" for what in ("cost", "qalys") for end in _WITH_RANGE),
    "reference", *(f"difference_{what}{end}" for what in ("cost", "qalys") for end in _ENDS),
    "where", "status", "against",
    *(f"increment_{what}{end}" for what in ("cost", "qalys") for end in _ENDS), "icer",
    "perspective", "currency", "draws", "replications",
)  # fmt: skip
COST_ITEMS = ("scenario", "perspective", "item", "mean", "lower", "upper", "currency")
PLANE = ("scenario", "draw", "cost", "qalys", "difference_cost", "difference_qalys")
BUDGET_IMPACT = (
    "scenario", "perspective", "year", "days", "patients", *(f"amount{end}" for end in _ENDS),
    *(f"difference{end}" for end in _ENDS), "currency",
)  # fmt: skip
BUDGET_DRAWS = ("scenario", "draw", "year", "days", "item", "amount")
ALL_ITEMS = "all"
_NOT_NEGATIVE: Bounds = (0.0, np.inf)


def mean_over_draws(values: Floats, possible: Bounds = ANY) -> tuple[float, float, float]:
    """Give the mean over draws and its 95 % limits (NaN of a single draw)."""
    found = mean_interval(values, possible=possible)
    ends = (found.lower, found.upper)
    low, high = (nan if end is None else end for end in ends)
    return found.mean, low, high


def economics_table(of: Sampled, reference: str | None, terms: Terms) -> pd.DataFrame:
    """Give one row a scenario: expected cost and QALYs, what they are more than, and the line.

    `_lower` and `_upper` are limits of the expected value, `_low` and `_high` the middle 95 % of
    the draws. Differences from the reference are paired; increments are along the efficient line.
    """
    chain = incremental(of.names, of.cost.mean(axis=0), of.effect.mean(axis=0))
    stands = {str(row["scenario"]): row for row in chain.to_dict("records")}
    rows = []
    for place, name in enumerate(of.names):
        row: dict[str, Any] = {"scenario": name, "reference": reference or ""}
        row |= dict.fromkeys(("where", "status", "against"), "")
        for what, values in (("cost", of.cost), ("qalys", of.effect)):
            own = values[:, place]
            row |= _ended(what, mean_over_draws(own, _NOT_NEGATIVE if what == "cost" else ANY))
            row[f"{what}_low"], row[f"{what}_high"] = np.quantile(own, [0.025, 0.975])
            if reference is not None and name != reference:
                base = values[:, of.names.index(reference)]
                row |= _ended(f"difference_{what}", mean_over_draws(own - base))
        if "difference_cost" in row:
            row["where"] = quadrant(row["difference_cost"], row["difference_qalys"]).words
        if len(of.names) > 1:
            row |= _on_the_line(of, place, stands[name])
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(ECONOMICS))
    return table.assign(
        perspective=terms.perspective, currency=terms.currency, draws=of.draws,
        replications=of.replications,
    )  # fmt: skip


def _on_the_line(of: Sampled, place: int, stands: dict[Any, Any]) -> dict[str, Any]:
    row = {"status": stands["status"], "against": stands["against"], "icer": stands["icer"]}
    if not np.isnan(stands["icer"]):
        before = of.names.index(stands["against"])
        for what, values in (("cost", of.cost), ("qalys", of.effect)):
            row |= _ended(
                f"increment_{what}", mean_over_draws(values[:, place] - values[:, before])
            )
    return row


def _ended(what: str, found: Sequence[float]) -> dict[str, float]:
    return {f"{what}{end}": value for end, value in zip(_ENDS, found, strict=True)}


def cost_items(
    metrics: pd.DataFrame, names: Sequence[str], draws: Sequence[int], terms: Terms
) -> pd.DataFrame:
    """Give the mean cost a patient by scenario, perspective and item, and of `all` items."""
    rows = []
    for perspective in PERSPECTIVES:
        for item in (*ITEMS_OF[perspective], ALL_ITEMS):
            means = draw_means(
                metrics, cost_measure(perspective if item == ALL_ITEMS else item), draws
            )
            for name in names:
                if name in means:
                    own = means[name].to_numpy(dtype=np.float64)
                    rows.append((name, perspective, item, *mean_over_draws(own, _NOT_NEGATIVE)))
    table = pd.DataFrame(rows, columns=list(COST_ITEMS[:-1])).assign(currency=terms.currency)
    return _in_order(table, names)


def _in_order(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Give a table's rows in the order of the scenarios, within each as they were."""
    parts = [table[table["scenario"] == name] for name in names]
    return pd.concat(parts, ignore_index=True)


def plane_table(of: Sampled, reference: str | None, draws: Sequence[int]) -> pd.DataFrame:
    """Give the costs and QALYs of each scenario and draw, and what they are more than.

    This is the table that every other one is made of, for one's own use.
    """
    parts = []
    for place, name in enumerate(of.names):
        cost, effect = of.cost[:, place], of.effect[:, place]
        part = pd.DataFrame({"draw": list(draws), "cost": cost, "qalys": effect})
        if reference is not None:
            base = of.names.index(reference)
            part["difference_cost"] = cost - of.cost[:, base]
            part["difference_qalys"] = effect - of.effect[:, base]
        parts.append(part.assign(scenario=name))
    return pd.concat(parts, ignore_index=True).reindex(columns=list(PLANE))


def budget_by_draw(budget: pd.DataFrame) -> pd.DataFrame:
    """Give the mean of each draw: scenario, draw, year, days, item and amount."""
    keys = list(BUDGET_DRAWS[:-1])
    means = budget.groupby(keys, sort=False)["amount"].mean().reset_index()
    return pd.DataFrame(means, columns=list(BUDGET_DRAWS))


def budget_impact(by_draw: pd.DataFrame, reference: str | None, terms: Terms) -> pd.DataFrame:
    """Give what the clinic's patients cost in each year, and how much more than the reference.

    Money of the year, not discounted, of everybody together; `patients` are those referred in it.
    A scenario whose year the reference does not have stands without a difference.
    """
    rows = []
    for perspective in PERSPECTIVES:
        of_view = by_draw[by_draw["item"].isin(ITEMS_OF[perspective])]
        totals = of_view.groupby(["scenario", "year", "draw"], sort=False)["amount"].sum()
        by_year: Any = totals.unstack("draw")
        for name, year in by_year.index:
            own = by_year.loc[(name, year)]
            found = [*mean_over_draws(own.dropna().to_numpy(), _NOT_NEGATIVE)]
            if reference is not None and name != reference and (reference, year) in by_year.index:
                apart = (own - by_year.loc[(reference, year)]).dropna()
                found += mean_over_draws(apart.to_numpy())
            else:
                found += [nan] * 3
            rows.append((name, perspective, year, *_of_year(by_draw, name, year), *found))
    table = pd.DataFrame(rows, columns=list(BUDGET_IMPACT[:-1]))
    table = _in_order(table, list(dict.fromkeys(by_draw["scenario"])))
    return table.assign(currency=terms.currency)


def _of_year(by_draw: pd.DataFrame, name: str, year: int) -> tuple[int, float]:
    rows = by_draw[(by_draw["scenario"] == name) & (by_draw["year"] == year)]
    return int(rows["days"].max()), float(rows.loc[rows["item"] == "patients", "amount"].mean())
