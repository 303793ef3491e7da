"""How a new clinic fills: infusions and census by week until they level off."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.analysis.buildup import LEVEL, WEEKS_A_YEAR, BuildUp
from sim.figures import style

PANELS = {"infusions": "Infusions per week", "census": "Census (patients in treatment)"}


@style.styled
def build_up(build: BuildUp, figure: FigureBase | None = None) -> style.Panels:
    """Draw weekly infusions and census after opening, beside Little's law and the final level."""
    figure = figure or style.new_figure(8.5, 6.0)
    axes: style.Panels = style.panels(figure, len(PANELS), 1, sharex=True)[:, 0]
    for ax, (name, label) in zip(axes, PANELS.items(), strict=True):
        _weeks(ax, build, name)
        ax.set_ylabel(label)
        style.finish(ax)
    _levels(axes[0], build)
    _chairs(axes[0], build)
    axes[-1].set_xlabel("Years since the opening")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    style.heading(figure, f"How a new clinic fills with {build.per_week:g} referrals a week and "
                  "no limit of capacity")  # fmt: skip
    return axes


def _weeks(ax: Axes, build: BuildUp, name: str) -> None:
    weeks, blue = build.weeks, style.COLOURS[0]
    year = weeks["week"].to_numpy(dtype=float) / WEEKS_A_YEAR
    columns = [f"{name}{end}" for end in ("", "_lower", "_upper", "_band_lower", "_band_upper")]
    mean, low, high, least, most = (weeks[c].to_numpy(dtype=float) for c in columns)
    ax.fill_between(year, least, most, color=blue, alpha=0.12, lw=0, label="95 % of weeks")
    ax.fill_between(
        year, low, high, color=blue, alpha=0.35, lw=0, label="95 % interval of the mean"
    )
    ax.plot(year, mean, color=blue, label="mean of the simulated courses")
    ax.set(xlim=(0, year[-1]), ylim=(0, None))
    ax.set_xticks(np.arange(0, year[-1] + 0.01, 1 if year[-1] <= 14 else 2))


def _levels(ax: Axes, build: BuildUp) -> None:
    weeks, red, green = build.weeks, style.COLOURS[1], style.COLOURS[2]
    year = weeks["week"].to_numpy(dtype=float) / WEEKS_A_YEAR
    ax.plot(year, weeks["closed_form"], color=red, ls=(0, (6, 2)), lw=1.3, label="Little's law")
    if build.level is not None:
        ax.axhline(build.level.mean, color=green, ls=(0, (1.5, 1.5)), label="steady state")
    note: Any = {"textcoords": "offset points", "fontsize": 8, "color": style.GREY}
    arrow = {"arrowstyle": "-", "color": style.GREY, "lw": 0.8}
    first = build.in_week(WEEKS_A_YEAR)
    ax.plot([1], [first], "o", color="black", ms=5)
    ax.annotate(f"end of year one: {first:.0f} a week", (1, first), xytext=(14, -22),
                arrowprops=arrow, **note)  # fmt: skip
    if build.level_week is not None:
        at, height = build.level_week / WEEKS_A_YEAR, build.in_week(build.level_week)
        ax.plot([at], [height], "D", color="black", ms=5)
        ax.annotate(f"{100 * LEVEL:.0f} % of the steady state after {at:.1f} years",
                    (at, height), xytext=(0, -46), ha="center", arrowprops=arrow,
                    **note)  # fmt: skip


def _chairs(ax: Axes, build: BuildUp) -> None:
    """Add the same demand in chairs on the right: busy on average in all opening hours."""
    each = build.load(1.0)

    def chairs(infusions: Any) -> Any:
        return infusions * each

    def infusions(chairs: Any) -> Any:
        return chairs / each

    other = ax.secondary_yaxis("right", functions=(chairs, infusions))
    other.set_ylabel("Chairs busy on average")
    other.tick_params(labelsize=8.5, color=style.GREY)
    other.spines["right"].set_visible(True)
