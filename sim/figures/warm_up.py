"""How a warm-up was found: weekly series averaged over replications, and what MSER-5 cuts off."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.experiment.results import Results
from sim.experiment.warmup import SERIES
from sim.figures import style
from sim.stats.mser import BATCH, batch_means

_CUT: Any = {"color": style.GREY, "lw": 1.2, "ls": (0, (4, 3))}
_WEEK = 7  # days
MOST_LINES = 8
"""Scenarios that are drawn: the first ones, as many as there are colours."""


@style.styled
def warm_up(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw each series week by week (pale), its means of five weeks, and the warm-up's end.

    The dashed line is the end of the warm-up, the same in all panels; a mark on the axis is where
    MSER-5 cuts the series by itself (of several scenarios the last).
    """
    found = results.manifest.get("warm_up")
    if not found:
        raise ScenarioError(
            'The warm-up of these results was given and not found (run.warmup_days = "auto").'
        )
    names = [name for name in results.names if name in found["found"]][:MOST_LINES]
    series = [s for s in SERIES if any(s in found["found"][name] for name in names)]
    figure = figure or style.new_figure(8.5, 1.4 + 1.7 * len(series))
    axes: style.Panels = style.panels(figure, len(series), 1, sharex=True)[:, 0]
    weeks = found["days"] / _WEEK
    pilots = results.weeks[results.weeks["replication"] <= found["replications"]]
    for ax, name in zip(axes, series, strict=True):
        for label, look in style.looks(names).items():
            mean = pilots[pilots["scenario"] == label].groupby("week")[name].mean()
            _line(ax, mean.to_numpy(dtype=float), look, style.spoken(label))
        ax.axvline(weeks, **_CUT)
        own = max(of[name]["weeks"] for of in found["found"].values() if name in of)
        ax.plot([own], [0], "^", color="black", ms=7, clip_on=False, zorder=5)
        ax.set_title(SERIES[name].capitalize())
        ax.set_ylim(0, None)
        ax.set_xlim(0, None)
        style.finish(ax)
    axes[-1].set_xlabel("Week since the start of the run")
    if len(names) > 1:
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=min(4, len(names)))
    style.heading(figure, f"Warm-up of {found['days']} days, found by {found['method']}")
    style.footnote(figure, _note(results, found))
    return axes


def found_warm_up(results: Results) -> bool:
    """Tell whether the warm-up was found by the run itself."""
    return bool(results.manifest.get("warm_up")) and not results.weeks.empty


def _line(ax: Axes, mean: Floats, look: style.Look, label: str) -> None:
    ax.plot(np.arange(len(mean)) + 0.5, mean, color=look.colour, alpha=0.35, lw=0.8)
    batches = batch_means(mean)
    middle = (np.arange(len(batches)) + 0.5) * BATCH
    ax.plot(middle, batches, color=look.colour, ls=look.line, lw=1.8, label=label)


def _note(results: Results, found: dict[str, Any]) -> str:
    drawn = min(results.replications, found["replications"])
    few = "" if drawn == found["replications"] else f" (of which this run has {drawn}: drawn here)"
    return (
        f"Pale: weekly means over {found['replications']} replications{few}; bold: means of "
        f"{BATCH} weeks. Dashed: the end of the warm-up; triangle: where the series by itself "
        "would be cut."
    )
