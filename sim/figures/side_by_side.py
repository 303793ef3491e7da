"""Scenarios below one another, a panel a measure: to be read without any statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.experiment.results import Results
from sim.figures import style
from sim.figures.readings import estimates, medians_told
from sim.outcomes.catalogue import CATALOGUE

ARROWS = {"lower": "← better", "higher": "better →", "none": ""}
NOTE = (
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
    style.footnote(figure, f"{style.sample(results.replications)} {NOTE} {medians}".rstrip())
    return axes  # type: ignore[no-any-return]


def _panel(ax: Axes, table: pd.DataFrame, measure: str, names: Sequence[str]) -> None:
    direction = CATALOGUE[measure].direction if measure in CATALOGUE else "none"
    ax.set_title(style.filled(style.title(measure), 20), fontsize=9)
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
