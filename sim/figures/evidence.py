"""Published results beside the model's: one line a result, on the scale of its own band."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import FigureBase

from sim.figures import style

_NOTE = (
    "0 is the lower and 1 the upper end of the published band; a diamond is the published value. "
    "Points: the model, with 95 % of simulation error; thin: 90 % with uncertain parameters."
)


@style.styled
def validation(table: pd.DataFrame, figure: FigureBase | None = None) -> Any:
    """Draw every result that has a band; give the axes."""
    reached = table.replace([np.inf], np.nan)  # a median that was not reached has no place
    rows = reached.dropna(subset=["low", "high", "model"])
    names = list(dict.fromkeys(rows["id"]))
    figure = figure or style.new_figure(8.5, 1.8 + 0.34 * len(names))
    axes = np.ravel(style.panels(figure, 1, 1))[0]
    axes.axvspan(0, 1, color="#E5E5E5", zorder=0)
    looks = style.looks(dict.fromkeys(rows["calibration"]))
    for offset, (which, look) in enumerate(looks.items()):
        part = rows[rows["calibration"] == which]
        width = part["high"] - part["low"]
        y = np.array([names.index(name) for name in part["id"]]) + 0.22 * (offset - 0.5)
        place = (part["model"] - part["low"]) / width
        for lower, upper, line in (
            ("model_low_90", "model_high_90", 0.9),
            ("model_lower", "model_upper", 2.4),
        ):
            axes.hlines(y, (part[lower] - part["low"]) / width, (part[upper] - part["low"]) / width,
                        color=look.colour, linewidth=line)  # fmt: skip
        axes.plot(place, y, linestyle="", color=look.colour, marker=look.marker, label=which)
        axes.plot((part["published"] - part["low"]) / width, y, linestyle="", color=style.GREY,
                  marker="D", markersize=3.5, markerfacecolor="white")  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("place within the published band")
    axes.legend(loc="best")
    style.finish(axes)
    style.heading(figure, "Published results and the model")
    style.footnote(figure, _NOTE)
    return axes
