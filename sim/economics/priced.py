"""What a study was simulated on, in money and health: terms, and draws from its measures.

Everything is read from tables and a manifest, so a folder answers as a study does that was
simulated just now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.economics.sampled import Sampled, sampled
from sim.outcomes.cost_measures import ITEMS_OF
from sim.report.numbers_told import money

PERSPECTIVES = tuple(ITEMS_OF)
QALYS = "qalys_per_patient"
USUAL_WTP = 50_000.0
"""A threshold that is told beside the study's own."""
MOST_WTP = 10_000_000.0


@dataclass(frozen=True)
class Terms:
    """On what terms costs and health are counted; the same in all scenarios of a study."""

    perspective: str
    willingness_to_pay: float
    discount_costs: float
    discount_qalys: float
    currency: str
    price_year: int
    utility: str

    def money(self, amount: float) -> str:
        """Write an amount of money, to three digits."""
        return money(amount, self.currency)


def terms_of(described: Mapping[str, Any], perspective: str | None = None) -> Terms:
    """Read the terms from the scenarios of a manifest; refuse what is no comparison of choices.

    Calibrations that differ are two states of the world and not two choices, and so are ways of
    valuing health. Raises ScenarioError for these, for an unknown perspective, and for scenarios
    of an earlier version, which had no costs.
    """
    if perspective is not None and perspective not in PERSPECTIVES:
        raise ScenarioError(
            f'--perspective: "{perspective}" is not allowed; it must be '
            f"{', '.join(PERSPECTIVES)}." + nearest(perspective, PERSPECTIVES)
        )
    resolved = {name: entry["resolved"] for name, entry in described.items()}
    tables = [one.get("economics") for one in resolved.values()]
    if None in tables:
        raise ScenarioError(
            "these results are of an earlier version, which counted no costs and QALYs; simulate "
            "the study again with ketasim economics."
        )
    which = sorted({str(one["symptoms"]["calibration"]) for one in resolved.values()})
    if len(which) > 1:
        raise ScenarioError(
            f"the scenarios differ in their calibration ({', '.join(which)}), which nobody can "
            "choose: what is best would be said of a choice that there is not. Give "
            "economics one at a time, with --set symptoms.calibration=trial."
        )
    if any(one != tables[0] for one in tables):
        raise ScenarioError(
            "the scenarios differ in their table economics, so they are not valued alike and "
            "cannot be compared; set it in the base or with --set."
        )
    own: dict[str, Any] = tables[0] or {}
    return Terms(
        perspective or own["perspective"], float(own["willingness_to_pay"]),
        float(own["discount_costs"]), float(own["discount_qalys"]), str(own["currency"]),
        int(own["price_year"]), str(own["utility"]),
    )  # fmt: skip


def thresholds_of(terms: Terms, wtp: Sequence[float] | None = None) -> list[float]:
    """Give the thresholds to tell of in rising order; 50,000 and the study's own unless given."""
    asked = [float(one) for one in wtp or (USUAL_WTP, terms.willingness_to_pay)]
    for one in asked:
        if not 0 <= one <= MOST_WTP:
            raise ScenarioError(
                f"--wtp: {one:g} is not allowed; it must be from 0 to {MOST_WTP:,.0f} "
                f"{terms.currency} a QALY."
            )
    return sorted(set(asked))


def cost_measure(item: str) -> str:
    """Name the measure of an item of costs, or of the costs of a perspective."""
    return f"{item}_cost_per_patient"


def costs_and_qalys(metrics: pd.DataFrame, perspective: str) -> tuple[Sampled, list[int]]:
    """Give costs and QALYs of all draws in which every scenario has them, and the draws left out.

    A replication in which nobody was referred has neither. Raises ScenarioError where fewer than
    two draws are left, or where the measures are not in the table at all.
    """
    measures = {cost_measure(perspective): "cost", QALYS: "qalys"}
    rows = metrics[metrics["measure"].isin(list(measures))]
    if not set(measures) <= set(rows["measure"]):
        raise ScenarioError(
            f"there is no {' or '.join(sorted(set(measures) - set(rows['measure'])))} in these "
            "results: nobody was referred, or they are of an earlier version; simulate the study "
            "again with ketasim economics."
        )
    rows = rows.assign(measure=rows["measure"].map(measures))
    wide = rows.pivot(index=["scenario", "draw", "replication"], columns="measure", values="value")
    whole = wide[np.isfinite(wide.to_numpy(dtype=np.float64)).all(axis=1)].reset_index()
    names = list(dict.fromkeys(metrics["scenario"]))
    each = metrics.groupby("draw")["replication"].nunique()
    there = whole.groupby("draw").size()
    kept = [int(d) for d in each.index if there.get(d, 0) == each[d] * len(names)]
    if len(kept) < 2:
        raise ScenarioError(
            "costs and QALYs are defined in fewer than two draws, as nobody was referred in the "
            "others; simulate longer, or more referrals."
        )
    order = {name: place for place, name in enumerate(names)}
    whole = whole[whole["draw"].isin(kept)].sort_values("scenario", key=lambda s: s.map(order))
    return sampled(whole), [int(d) for d in each.index if d not in set(kept)]


def draw_means(metrics: pd.DataFrame, measure: str, draws: Sequence[int] | None = None) -> Any:
    """Give the mean of a measure in each draw: a table of draws by scenarios, empty cells as 0.

    An item that a replication does not have cost nothing in it.
    """
    rows = metrics[metrics["measure"] == measure]
    if draws is not None:
        rows = rows[rows["draw"].isin(list(draws))]
    return rows.groupby(["draw", "scenario"])["value"].mean().unstack("scenario").fillna(0.0)


def parameters_by_draw(parameters: pd.DataFrame, draws: Sequence[int]) -> dict[str, Floats]:
    """Give each parameter that was drawn, by dotted path: its value in each of the draws.

    A parameter that some scenarios set themselves is that of the others, which share its draws.
    """
    first = parameters.drop_duplicates(["path", "draw"])
    wide = first.pivot(index="draw", columns="path", values="value").reindex(list(draws))
    order = list(dict.fromkeys(parameters["path"]))
    return {path: wide[path].to_numpy(dtype=np.float64) for path in order}
