"""Figures of money: costs by item, the budget by year, and what knowing a parameter is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.figures import style

_ALL = "all"
_HATCHES = ("", "////", "....", "\\\\\\\\", "xx", "oo")
_ROW = 0.3  # inches
_MOST_ROWS, _MOST_YEARLY = 14, len(style.COLOURS)
_LABEL = 30  # letters in a line


def _money(axis: Any) -> None:
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))


@style.styled
def costs_by_item(
    table: pd.DataFrame,
    figure: FigureBase | None = None,
    *,
    perspectives: Sequence[str] | None = None,
) -> style.Panels:
    """Draw what a patient costs by item: a panel a perspective, a bar a scenario.

    `table` is cost_items.csv. Perspectives share items, so their bars must not be added up.
    """
    shown = list(perspectives or dict.fromkeys(table["perspective"]))
    names = list(dict.fromkeys(table["scenario"]))
    labels = [style.wrapped(style.spoken(name), _LABEL) for name in names]
    lines = sum(label.count("\n") + 1 for label in labels)
    figure = figure or style.new_figure(3.0 + 3.1 * len(shown), 2.9 + _ROW * lines)
    axes = style.panels(figure, 1, len(shown), sharey=True)
    for ax, perspective in zip(axes.flat, shown, strict=True):
        _stacked(ax, table[table["perspective"] == perspective], names)
        ax.set_title(perspective)
        ax.set_xlabel(f"{table['currency'].iloc[0]} a patient")
    axes[0, 0].set_yticks(range(len(names)), labels)
    axes[0, 0].set_ylim(len(names) - 0.4, -0.6)
    style.heading(figure, "What a patient costs, by whose costs are counted")
    style.footnote(
        figure, "Expected values over all draws, discounted. At the end of a bar: all items."
    )
    return axes


def _stacked(ax: Axes, rows: pd.DataFrame, names: Sequence[str]) -> None:
    wide = rows.pivot(index="scenario", columns="item", values="mean").reindex(list(names))
    items = [item for item in dict.fromkeys(rows["item"]) if item != _ALL]
    left = np.zeros(len(names))
    places = np.arange(len(names))
    for k, item in enumerate(items):
        width = wide[item].fillna(0.0).to_numpy()
        ax.barh(places, width, left=left, height=0.64, color=style.COLOURS[k % 8],
                hatch=_HATCHES[k % 6], edgecolor="white", lw=0.5,
                label=style.spoken(item))  # fmt: skip
        left = left + width
    for place, total in zip(places, left, strict=True):
        ax.annotate(f"{total:,.0f}", (total, place), xytext=(3, 0), textcoords="offset points",
                    va="center", fontsize=7.5)  # fmt: skip
    ax.set_xlim(0, max(float(left.max()) * 1.2, 1e-9))
    _money(ax.xaxis)
    ax.grid(visible=False, axis="y")
    style.finish(ax)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.6 / (0.9 + _ROW * max(2, len(names)))),
              fontsize=7.5, ncols=2, frameon=False)  # fmt: skip


@style.styled
def budget_by_year(
    table: pd.DataFrame, figure: FigureBase | None = None, *, perspective: str = "payer"
) -> style.Panels:
    """Draw what the clinic's patients cost in each year, and how much more than the reference.

    `table` is budget_impact.csv. Bars are 95 % intervals of the expected value. Of many scenarios
    the first are drawn.
    """
    rows = table[table["perspective"] == perspective]
    names = list(dict.fromkeys(rows["scenario"]))
    drawn = names[:_MOST_YEARLY]
    compared = bool(rows["difference"].notna().any())
    figure = figure or style.new_figure(9.6 if compared else 6.2, 4.2)
    axes = style.panels(figure, 1, 2 if compared else 1)
    looks, years = style.looks(names), sorted({int(year) for year in rows["year"]})
    for ax, what in zip(axes.flat, ("amount", "difference"), strict=False):
        for place, name in enumerate(drawn):
            aside = 0.5 * ((place + 0.5) / len(drawn) - 0.5)
            _yearly(ax, rows[rows["scenario"] == name], what, looks[name], aside, name)
        ax.set_xticks(years, [_year_label(rows, year) for year in years])
        ax.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        ax.grid(visible=False, axis="x")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        style.finish(ax)
    axes[0, 0].set_title(f"{perspective.capitalize()}: money in the year", fontsize=9)
    axes[0, 0].set_ylabel(str(table["currency"].iloc[0]))
    axes[0, 0].set_ylim(bottom=0)
    if compared:
        base = next(
            (n for n in names if rows[rows["scenario"] == n]["difference"].isna().all()), ""
        )
        axes[0, 1].axhline(0, color=style.GREY, lw=1)
        axes[0, 1].set_title(style.wrapped(f"More than {style.spoken(base)}", 40), fontsize=9)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", fontsize=8)
    style.heading(figure, "Budget by year")
    left_out = len(names) - len(drawn)
    more = f" {left_out} more scenarios stand in budget_impact.csv." if left_out else ""
    style.footnote(
        figure,
        f"Everybody together, not discounted; bars: 95 % intervals, paired on the right.{more}",
    )
    return axes


def _yearly(
    ax: Axes, rows: pd.DataFrame, what: str, look: style.Look, aside: float, name: str
) -> None:
    known = rows[rows[what].notna()].sort_values("year")
    if not len(known):
        return
    x = known["year"].to_numpy(dtype=np.float64) + aside
    ax.plot(x, known[what], look.marker, color=look.colour, ms=6,
            label=style.wrapped(style.spoken(name), 26))  # fmt: skip
    ax.vlines(x, known[f"{what}_lower"], known[f"{what}_upper"], color=look.colour, lw=1.6)


def _year_label(rows: pd.DataFrame, year: int) -> str:
    days = int(rows.loc[rows["year"] == year, "days"].max())
    return f"year {year}" if days >= 365 else f"year {year}\n({days} days)"


@style.styled
def worth_of_knowing(
    table: pd.DataFrame,
    figure: FigureBase | None = None,
    *,
    wtp: Sequence[float] | None = None,
    currency: str = "US$",
) -> style.Panels:
    """Draw what knowing a group of parameters, or a single one, would be worth, beside chance.

    `table` is evppi.csv; a panel a threshold. A filled bar goes beyond the tick: more than the
    largest of its kind gives once the draws are permuted. The first groups and parameters are
    drawn.
    """
    shown = [float(one) for one in wtp or dict.fromkeys(table["wtp"])]
    rows = _first_rows(table[table["wtp"].isin(shown)])
    labels = [
        style.wrapped(name, 34) if kind == "group" else name.replace(".", ".\n", len(name) // 34)
        for kind, name in rows
    ]
    lines = sum(label.count("\n") + 1 for label in labels)
    figure = figure or style.new_figure(3.4 + 2.9 * len(shown), 1.7 + 0.27 * lines)
    axes = style.panels(figure, 1, len(shown), sharey=True)
    for ax, one in zip(axes.flat, shown, strict=True):
        part = table[table["wtp"] == one].to_dict("records")
        found = {(row["kind"], row["parameter"]): row for row in part}
        for place, key in enumerate(rows):
            if key in found:
                _bar(ax, place, found[key])
        groups = sum(kind == "group" for kind, _ in rows)
        if 0 < groups < len(rows):
            ax.axhline(groups - 0.5, color=style.GREY, lw=0.8)
        ax.set_xlim(0, max(1.0, ax.get_xlim()[1]))
        _money(ax.xaxis)
        ax.grid(visible=False, axis="y")
        ax.set_title(f"at {one:,.0f} a QALY", fontsize=9)
        ax.set_xlabel(f"{currency} a patient")
        style.finish(ax)
    axes[0, 0].set_yticks(range(len(rows)), labels)
    axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    style.heading(figure, "What knowing it before choosing would be worth (EVPPI)")
    style.footnote(
        figure,
        "Above: groups of parameters; below: single ones. Tick: the largest that chance gives to "
        "any of its kind in 95 of 100 cases; filled bars go beyond it.",
    )
    return axes


def _first_rows(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Choose groups, then single parameters, the most valuable first."""
    found: list[tuple[str, str]] = []
    for kind in ("group", "parameter"):
        peaks = table[table["kind"] == kind].groupby("parameter", sort=False)["evppi"].max()
        order = peaks.sort_values(ascending=False, kind="stable")
        found += [(kind, str(name)) for name in order.index[: _MOST_ROWS // 2]]
    return found


def _bar(ax: Axes, place: int, row: dict[Any, Any]) -> None:
    sure = bool(row["more_than_chance"])
    colour = style.COLOURS[0]
    ax.barh(place, row["evppi"], height=0.6, facecolor=colour if sure else "white",
            edgecolor=colour, lw=1)  # fmt: skip
    ax.plot([row["chance_of_all"]] * 2, [place - 0.4, place + 0.4], color="black", lw=1.6)
