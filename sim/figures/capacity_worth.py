"""What capacity is worth: limits lifted and hours added in money, and the best policy by both."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from sim.figures import style
from sim.figures.estimates import finite
from sim.figures.gallery import Each, save_all
from sim.planning.margins import NOW
from sim.planning.policy_by_capacity import PolicyByCapacity
from sim.planning.worth_of_capacity import CapacityWorth
from sim.report.numbers_told import money
from sim.study.ranking_words import probability_in_words

_ENDS = ["difference", "lower", "upper"]


@style.styled
def capacity_worth(found: CapacityWorth, figure: FigureBase | None = None) -> style.Panels:
    """Draw the net benefit of every limit lifted (left) and of an hour more of each (right).

    The price of such an hour stands beside it as a vertical stroke, where it is not in the costs.
    """
    names = max(found.limits["scenario"].nunique(), found.hours["scenario"].nunique(), 1)
    figure = figure or style.new_figure(10.5, 2.0 + 0.62 * names)
    axes = style.panels(figure, 1, 2)
    economics = found.results.scenarios[NOW].economics
    hourly = found.hours[["scenario", "quantity", "willingness_to_pay", "price_per_hour"]].assign(
        **{end: found.hours[f"{end}_per_hour"] for end in _ENDS}
    )
    for ax, table, what in (
        (axes[0, 0], found.limits, "a year of the whole clinic"),
        (axes[0, 1], hourly, "for each hour added"),
    ):
        _rows(ax, table, found.thresholds, economics.currency)
        ax.set_xlabel(f"net benefit gained, {economics.currency} {what}")
    axes[0, 0].set_title("Limits lifted")
    axes[0, 1].set_title("One more of each, per hour")
    if found.perspective != "provider":
        _prices(axes[0, 1], hourly)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    handles, labels = (handles, labels) if handles else axes[0, 1].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside right upper")
    style.heading(figure, "What capacity is worth")
    style.footnote(
        figure,
        f"{style.sample_note(found.results.replications)} Paired with the clinic as it is, on the "
        f"same people; costs of the {found.perspective}."
        + (" Stroke: what the hour costs the clinic." if found.perspective != "provider" else ""),
    )
    return axes


def _rows(ax: Axes, table: pd.DataFrame, thresholds: tuple[float, ...], currency: str) -> None:
    rows = table[table["quantity"] == "net_benefit"]
    names = list(dict.fromkeys(rows["scenario"]))
    if not names:
        style.empty(ax, "nothing to lift or to add")
        return
    looks = style.looks([f"{limit:g}" for limit in thresholds])
    for place, (limit, look) in enumerate(zip(thresholds, looks.values(), strict=True)):
        own = rows[rows["willingness_to_pay"] == limit].set_index("scenario").loc[names]
        middle, low, high = finite(own[_ENDS].reset_index(drop=True)).to_numpy().T
        y = np.arange(len(names)) + 0.22 * (place - (len(thresholds) - 1) / 2)
        form: Any = {"color": look.colour, "marker": look.marker, "ls": "none", "capsize": 2.5}
        told = f"{money(limit, currency)} a QALY"
        ax.errorbar(middle, y, xerr=np.vstack([middle - low, high - middle]), label=told, **form)
    ax.axvline(0, **style.CUT_OFF)
    ax.set_yticks(range(len(names)), [style.wrapped(name, 22) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.xaxis.set_major_locator(MaxNLocator(5))
    style.finish(ax)


def _prices(ax: Axes, table: pd.DataFrame) -> None:
    prices = table.drop_duplicates("scenario")["price_per_hour"].to_numpy(dtype=float)
    for place, price in enumerate(prices):
        if np.isfinite(price):
            ax.plot([price, price], [place - 0.35, place + 0.35], color="black", lw=2)


@style.styled
def best_by_capacity(found: PolicyByCapacity, figure: FigureBase | None = None) -> Axes:
    """Draw which policy is best at each capacity (across) and threshold (up), and how surely.

    A cell has the colour of the policy with the largest mean; it is pale where others may be best.
    """
    table = found.table
    values, limits = (sorted(set(table[name])) for name in ("value", "willingness_to_pay"))
    figure = figure or style.new_figure(2.6 + 1.75 * len(values), 1.9 + 0.95 * len(limits))
    ax = figure.subplots()
    policies = list(dict.fromkeys(table["scenario"]))
    looks = style.looks(policies)
    currency = next(iter(found.results.scenarios.values())).economics.currency
    for row in table[table["best"]].to_dict("records"):
        x, y = values.index(row["value"]), limits.index(row["willingness_to_pay"])
        place = table[(table["value"] == row["value"])
                      & (table["willingness_to_pay"] == row["willingness_to_pay"])]  # fmt: skip
        rivals = int(place["may_be_best"].sum()) - 1
        colour = looks[row["scenario"]].colour
        ax.add_patch(_cell(x, y, colour, 0.25 if rivals else 0.6))
        sure = "" if np.isnan(row["p_best"]) else probability_in_words(row["p_best"])
        told = f"{sure}\nor {rivals} other{'s' if rivals > 1 else ''}" if rivals else sure
        name = style.wrapped(style.spoken(row["scenario"])[:40], 16)
        ax.text(x, y, f"{name}\n{told}".strip(), ha="center", va="center", fontsize=7.5)
    ax.set(xlim=(-0.5, len(values) - 0.5), ylim=(-0.5, len(limits) - 0.5))
    ax.set_xticks(range(len(values)), [f"{value:g}" for value in values])
    ax.set_yticks(range(len(limits)), [money(limit, currency) for limit in limits])
    ax.grid(False)
    ax.set_xlabel(str(table["path"].iloc[0]))
    ax.set_ylabel("a QALY may cost")
    style.finish(ax)
    style.heading(figure, "The policy with most net benefit")
    many = int(table["replications"].min())
    how = "One replication: nothing is told apart." if many < 2 else (
        f"Means over {many} replications, costs of the {found.perspective}. Number: how surely "
        "its mean is the largest. Pale: so many others are not told apart from the best at 95 %."
    )  # fmt: skip
    style.footnote(figure, how)
    return ax


def _cell(x: float, y: float, colour: str, alpha: float) -> Rectangle:
    return Rectangle((x - 0.5, y - 0.5), 1, 1, fc=colour, alpha=alpha, ec="white", lw=2)


def draw_worth(found: CapacityWorth, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw what capacity is worth into a folder of figures."""
    return save_all({"capacity_worth": partial(capacity_worth, found)}, folder, each)


def draw_policies(found: PolicyByCapacity, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw the best policy at each capacity likewise."""
    return save_all({"best_by_capacity": partial(best_by_capacity, found)}, folder, each)
