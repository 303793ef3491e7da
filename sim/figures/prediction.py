"""Predicted against true day of return, as the predictive policy sees more of a patient."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import FigureBase
from matplotlib.ticker import NullFormatter

from sim.analysis.prediction import accuracy
from sim.figures import style

SEEN = (1, 4, 12)  # boosters


@style.styled
def prediction(table: pd.DataFrame, figure: FigureBase | None = None) -> style.Panels:
    """Draw predicted against true days after the 1st, 4th and 12th booster, and the error.

    `table` is that of `sim.analysis.prediction.predictions`.
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
