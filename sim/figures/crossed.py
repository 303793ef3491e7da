"""Policy by capacity: both kinds of days over the number of chairs, the best policy marked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.figures import style
from sim.figures.readings import finite, whiskers


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
        style.sample(counted) + " Ring: best mean at that number of chairs; at the top its "
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
    ax.margins(y=0.14)
    ax.set_ylim(0, None, auto=None)
    style.finish(ax)
