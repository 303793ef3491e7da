"""Booster policies as curves: days well against infusions, and the gain at equal infusions."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import FigureBase

from sim.analysis.frontier import ANCHORS, DAYS, frontier
from sim.experiment.results import Results
from sim.figures import style

NOTE = (
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
    for column, measure in enumerate(DAYS):
        part = table[table["measure"] == measure]
        _draw(axes[:, column], part, looks)
        axes[0, column].set_title(style.title(measure))
        axes[1, column].set_xlabel("infusions per referred patient-year")
    axes[0, 0].set_ylabel("days per referred patient-year")
    axes[1, 0].set_ylabel("gain over fixed boosters\nat equal infusions (days)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper")
    style.heading(figure, "Booster policies as curves, on the same patients")
    style.footnote(figure, f"{style.sample(results.replications)} {NOTE}")
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
