"""Booster policies: as curves, by number of chairs, as predictions, and scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import NullFormatter

from sim.experiment.results import Results
from sim.figures import style
from sim.figures.estimates import estimates, finite, medians_told, whiskers
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.measures import DAYS_WELL
from sim.study.beside import STANDS_ON, WELL, untreated_beside
from sim.study.frontier import ANCHORS, frontier
from sim.study.prediction import accuracy

_NOTE = (
    "One curve a kind of policy, swept over its main setting. Below: paired difference from the "
    "curve of the fixed policies at the same number of infusions."
)


@style.styled
def curves(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw one curve a kind of policy: days well above, the gain over fixed boosters below."""
    table = frontier(results)
    figure = figure or style.new_figure(9.5, 6.6)
    axes = style.panels(figure, 2, 2, sharex=True)
    looks = style.looks(dict.fromkeys(table["kind"]))
    for column, measure in enumerate(DAYS_WELL):
        part = table[table["measure"] == measure]
        _draw(axes[:, column], part, looks)
        axes[0, column].set_title(style.title(measure))
        axes[1, column].set_xlabel("infusions per referred patient-year")
    axes[0, 0].set_ylabel("days per referred patient-year")
    axes[1, 0].set_ylabel("gain over fixed boosters\nat equal infusions (days)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper")
    style.heading(figure, "Booster policies as curves, on the same patients")
    note = f"{style.sample_note(results.replications)} {_NOTE}"
    style.footnote(figure, f"{note} {untreated_beside(results.summary(STANDS_ON))}".rstrip())
    return axes


def _draw(axes: Any, part: pd.DataFrame, looks: dict[str, style.Look]) -> None:
    for kind, look in looks.items():
        rows = part[part["kind"] == kind].sort_values("infusions")
        marks: dict[str, Any] = {
            "color": look.colour, "linestyle": look.line, "marker": look.marker,
        }  # fmt: skip
        axes[0].plot(rows["infusions"], rows["days"], label=style.spoken(kind), **marks)
        rows = rows[rows["replications"] > 0]
        if kind not in ANCHORS and len(rows):
            error = [rows["difference"] - rows["lower"], rows["upper"] - rows["difference"]]
            axes[1].errorbar(rows["infusions"], rows["difference"], yerr=error, capsize=3, **marks)
    axes[1].axhline(0, color=style.GREY, linewidth=1)
    for ax in axes:
        style.finish(ax)


@style.styled
def policy_capacity(table: pd.DataFrame, figure: FigureBase | None = None) -> style.Panels:
    """Draw a crossed study's table: one column a measure, one row a level of the third factor.

    At each number of chairs the best mean is ringed, with its probability of being the best and
    how many policies are not told apart from the best.
    """
    measures, levels = (list(dict.fromkeys(table[name])) for name in ("measure", "level"))
    figure = figure or style.new_figure(4.6 * len(measures) + 1.4, 1.2 + 3.2 * len(levels))
    axes = style.panels(figure, len(levels), len(measures), sharex=True)
    for row, level in zip(axes, levels, strict=True):
        for ax, measure in zip(row, measures, strict=True):
            chosen = table[(table["measure"] == measure) & (table["level"] == level)]
            _curves(ax, chosen)
            ax.set_title(style.title(measure) + (f": {style.spoken(level)}" if level else ""))
            ax.set_ylabel(style.unit_label(measure))
    for ax in axes[-1]:
        ax.set_xlabel("Chairs")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper")
    style.heading(figure, "Days well by booster policy and number of chairs")
    counted = int(table["replications"].min()) if len(table) else 0
    style.footnote(
        figure,
        style.sample_note(counted) + " Ring: best mean at that number of chairs; at the top its "
        "probability of being the best (paired), and of how many policies, itself included, the "
        "best cannot be told at 95 %, allowing for its having been chosen.",
    )
    return axes


def _curves(ax: Axes, rows: pd.DataFrame) -> None:
    chairs = list(dict.fromkeys(rows["chairs"]))
    places = {number: place for place, number in enumerate(chairs)}
    policies = list(dict.fromkeys(rows["policy"]))
    span = 0.06 * (len(policies) - 1)
    for place, (policy, look) in enumerate(style.looks(policies).items()):
        own = rows[rows["policy"] == policy].reset_index(drop=True)
        limits = finite(own[["mean", "lower", "upper"]])
        aside = 0.12 * place - span
        x = [places[number] + aside for number in own["chairs"]]
        ax.errorbar(x, limits["mean"], whiskers(limits), color=look.colour, marker=look.marker,
                    ls=look.line, lw=1.2, ms=4, capsize=2, label=style.spoken(policy))  # fmt: skip
        for at, best, mean in zip(x, own["best"], own["mean"], strict=True):
            if best:
                ax.plot([at], [mean], "o", ms=11, mfc="none", mec="black", mew=1.2)
    for row in rows[rows["best"]].to_dict("records"):
        if np.isnan(row["p_best"]):
            continue
        rivals = rows[(rows["chairs"] == row["chairs"]) & rows["may_be_best"]]
        told = f"{row['p_best']:.2f}\nof {len(rivals)}"
        ax.annotate(told, (places[row["chairs"]], 1.0), ha="center", va="bottom",
                    xycoords=("data", "axes fraction"), xytext=(0, -18), fontsize=7.5,
                    textcoords="offset points", color=style.GREY)  # fmt: skip
    ax.set_xticks(list(places.values()), [str(number) for number in chairs])
    highest = finite(rows[["mean", "upper"]]).max().max()
    ax.set_ylim(0, highest / 0.84 if highest > 0 else None)  # what is told stands above the marks
    style.finish(ax)


SEEN = (1, 4, 12)  # boosters


@style.styled
def prediction(table: pd.DataFrame, figure: FigureBase | None = None) -> style.Panels:
    """Draw predicted against true days after the 1st, 4th and 12th booster, and the error.

    `table` is that of `sim.study.prediction.predictions`.
    """
    figure = figure or style.new_figure(9.5, 3.2)
    axes = style.panels(figure, 1, len(SEEN) + 1)
    for ax, seen in zip(axes[0], SEEN, strict=False):
        part = table[table["boosters"] == seen]
        ax.plot([1, 365], [1, 365], color=style.GREY, linewidth=1)
        ax.scatter(part["true_days"], part["predicted_days"], s=9, alpha=0.6,
                   color=style.COLOURS[0])  # fmt: skip
        ax.set(xscale="log", yscale="log", xlim=(0.9, 400), ylim=(0.9, 400))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter(NullFormatter())
        ax.set_title(f"After {seen} booster{'s' if seen > 1 else ''}")
        ax.set_xlabel("true days to return")
        style.finish(ax)
    axes[0, 0].set_ylabel("predicted days")
    told = accuracy(table, SEEN[-1])
    last = axes[0, -1]
    last.plot(told["boosters"], told["median_error_days"], marker="o", color=style.COLOURS[1])
    last.set(ylim=(0, None), xlabel="boosters seen", ylabel="median error (days)")
    last.set_title("Error")
    style.finish(last)
    style.heading(figure, "The predictive policy learns the patient: day of return")
    style.footnote(
        figure,
        "One dot a patient of one replication; line: equal. The truth is the patient's own score "
        "without drift, if no other infusion followed. Both within 1 to 365 days. Right: median of "
        f"the same people, those with at least {SEEN[-1]} boosters.",
    )
    return axes


ARROWS = {"lower": "← better", "higher": "better →", "none": ""}
SIDE_BY_SIDE_NOTE = (
    "The dotted line is the first row. All treat the same patients: paired differences, which are "
    "surer than these bars, are in comparison.csv."
)


@style.styled
def side_by_side(
    results: Results,
    measures: Sequence[str],
    heading: str = "",
    figure: FigureBase | None = None,
) -> style.Panels:
    """Draw the scenarios as rows, the reference first, and their means in a panel a measure.

    Gives the axes, shape (measures,). The bars are 95 % intervals over replications; an arrow
    says which way is better.
    """
    names = sorted(results.names, key=lambda name: name != results.reference)
    figure = figure or style.new_figure(2.0 + 2.1 * len(measures), 1.7 + 0.36 * len(names))
    axes = style.panels(figure, 1, len(measures), sharey=True)[0]
    for measure, ax in zip(measures, axes, strict=True):
        _panel(ax, estimates(results, measure), measure, names)
    axes[0].set_yticks(range(len(names)), [style.spoken(name) for name in names])
    axes[0].invert_yaxis()
    style.heading(figure, heading or "The same patients under each scenario")
    medians = medians_told(results, measures)
    untreated = untreated_beside(results.summary(STANDS_ON)) if WELL in measures else ""
    notes = (style.sample_note(results.replications), SIDE_BY_SIDE_NOTE, medians, untreated)
    style.footnote(figure, " ".join(filter(None, notes)))
    return axes  # type: ignore[no-any-return]


def _panel(ax: Axes, table: pd.DataFrame, measure: str, names: Sequence[str]) -> None:
    direction = CATALOGUE[measure].direction if measure in CATALOGUE else "none"
    ax.set_title(style.wrapped(style.title(measure), 20), fontsize=9)
    ax.set_xlabel(f"{style.unit_label(measure, 22)}\n{ARROWS[direction]}")
    for place, name in enumerate(names):
        row: Any = table.loc[name]
        if np.isnan(row["mean"]):
            continue
        if place == 0:
            ax.axvline(row["mean"], color=style.GREY, lw=1, ls=":")
        error = [[row["mean"] - row["lower"]], [row["upper"] - row["mean"]]]
        ax.errorbar(
            [row["mean"]], [place], xerr=error, capsize=2.5, marker="o",
            color=style.GREY if place == 0 else style.COLOURS[0],
        )  # fmt: skip
    style.finish(ax)
    ax.set_xlim(left=min(0.0, ax.get_xlim()[0]) if direction == "lower" else None)
