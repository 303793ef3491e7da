"""What each factor of a design does: headline measures down, factors across."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.experiment.results import Results
from sim.figures import style
from sim.figures.estimates import finite
from sim.outcomes.catalogue import headline_among
from sim.study.beside import UNTREATED
from sim.study.by_factor import SLOPE, by_factor, design_of

MOST_ROWS = 5
SHOWN_FIRST = (
    "days_in_response", "days_below_10", "clinic_wait_first_infusion_days", "infusions_per_patient",
    "chair_utilisation",
)  # fmt: skip
"""Measures that are drawn where results have them; others of the headline take empty places."""
_ENDS = ["effect", "effect_lower", "effect_upper"]


@style.styled
def main_effects(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw the main effects of a design: change from a factor's first level, or along its slope.

    All panels of a measure have one scale, so that factors can be compared by eye.
    """
    factors = design_of(results)["factors"]
    measures = _measures(results)
    effects = by_factor(results, measures)
    size = (1.6 + 2.4 * len(factors), 1.4 + 1.7 * max(1, len(measures)))
    figure = figure or style.new_figure(max(6.0, min(size[0], 16.0)), size[1])
    axes = style.panels(figure, max(1, len(measures)), len(factors), sharex="col", sharey="row")
    for row, measure in enumerate(measures):
        for column, entry in enumerate(factors):
            ax = axes[row, column]
            here = (effects["measure"] == measure) & (effects["factor"] == entry["path"])
            _panel(ax, effects[here], entry)
            style.in_per_cent(ax.yaxis, measure, symbol="")
            style.finish(ax)
            if row == len(measures) - 1:
                ax.set_xlabel(style.wrapped(entry["short"].replace("_", " "), 26))
        axes[row, 0].set_ylabel(_label(measure))
    if not measures:
        style.empty(axes[0, 0])
    style.heading(figure, "Main effects: change with each factor, over all others")
    style.footnote(figure, _note(results))
    return axes


def is_design(results: Results) -> bool:
    """Tell whether results are of a design, whose factors have effects."""
    return bool(results.manifest.get("design"))


def _measures(results: Results) -> list[str]:
    found = set(results.metrics["measure"]) - {UNTREATED}
    headline = headline_among(found)
    first = [name for name in SHOWN_FIRST if name in found]
    several = [*first, *(name for name in headline if name not in first)]
    effects = by_factor(results, several)
    drawn = finite(effects[["effect"]]).assign(measure=effects["measure"]).dropna()
    told = set(drawn["measure"])
    return [name for name in several if name in told][:MOST_ROWS]


def _label(measure: str) -> str:
    unit = style.difference_unit(measure, 24)
    return f"{style.wrapped(style.title(measure), 24)}\n({unit})"


def _panel(ax: Axes, rows: pd.DataFrame, entry: dict[str, Any]) -> None:
    ax.axhline(0, **style.CUT_OFF)
    if rows.empty:
        return
    if rows["level"].iloc[0] == SLOPE:
        _slope(ax, rows, entry)
        return
    found = finite(rows[_ENDS]).to_numpy(copy=True)
    middle, low, high = found.T
    middle[0] = 0.0  # the first level's difference from itself
    place = np.arange(len(rows))
    numbers = all(not isinstance(level, str) for level in entry["levels"])
    x = np.array(entry["levels"], dtype=float) if numbers else place
    form: Any = {"color": style.COLOURS[0], "marker": "o", "ls": "-" if numbers else "none"}
    ax.errorbar(x, middle, np.vstack([middle - low, high - middle]), capsize=2.5, **form)
    names = [f"{level:g}" if numbers else _short(str(level)) for level in entry["levels"]]
    if len(names) <= 8:
        slanted: Any = {"rotation": 25, "ha": "right", "rotation_mode": "anchor"}
        ax.set_xticks(x, names, **(slanted if max(map(len, names)) > 7 else {}))
    if not numbers:
        ax.set_xlim(-0.5, len(names) - 0.5)


def _slope(ax: Axes, rows: pd.DataFrame, entry: dict[str, Any]) -> None:
    low, high = (
        (entry["low"], entry["high"])
        if "low" in entry
        else (min(entry["levels"]), max(entry["levels"]))
    )
    middle, least, most = (high - low) * finite(rows[_ENDS]).to_numpy()[0]
    levels = entry.get("levels", ())
    if 0 < len(levels) <= 8:
        ax.set_xticks(levels, [f"{level:g}" for level in levels])
    ax.plot([low, high], [0, middle], color=style.COLOURS[0])
    if np.isfinite([least, most]).all():
        ax.fill_between([low, high], [0, least], [0, most], color=style.COLOURS[0], alpha=0.2, lw=0)


def _short(name: str) -> str:
    words = name.replace("_", " ")
    return words if len(words) <= 16 else f"{words[:15]}…"


def _note(results: Results) -> str:
    design = design_of(results)
    what = "from the factor's first level"
    if design["kind"] != "grid":
        what = f"along the fitted slope, or {what}"
    many = f"{design['points']} points, {results.replications} replications"
    if results.replications < 2:
        return f"Change {what}; {design['points']} points, one replication: no intervals."
    return f"Change {what}; {many}; bars and bands: 95 % intervals, paired by replication."
