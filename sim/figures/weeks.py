"""Weeks of a clinic: one of the chair plan, as a planner would draw it, and years of filling up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import FigureBase
from matplotlib.patches import Patch

from sim.clinic.hours import Calendar
from sim.figures import style
from sim.model.eras import calendar_of, in_force
from sim.model.replication import Replication
from sim.planning.buildup import LEVEL, WEEKS_A_YEAR, BuildUp
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, NEVER

_KINDS = {"induction": 0, "booster": 1, "reinduction": 2}  # places in style.COLOURS
_STAGES = {  # the column that ends a stage, and how much of the kind's colour it shows
    "prepare": ("prepared", 0.45),
    "infuse": ("infusion_end", 1.0),
    "monitor": ("ready", 0.65),
    "discharge": ("left", 0.3),
    "turnover": ("chair_free", 0.0),
}
OPEN = "#EEF3F7"
Rows = dict[str, Any]
"""Columns of the sessions that are drawn."""
_TURNOVER: Any = {"facecolor": "white", "edgecolor": "#7F7F7F", "hatch": "//////", "lw": 0}


@style.styled
def chair_plan(
    replication: Replication, week: int | None = None, figure: FigureBase | None = None
) -> style.Panels:
    """Draw who sat in which chair in one week, day by day.

    Weeks count from the start date, from 1, after any history; default: the last whole one.

    One panel a day that was open or used, one row a chair; blocks by stage, coloured by the kind of
    visit.
    """
    week = week or max(1, (replication.horizon - replication.scenario.opens) // MINUTES_PER_WEEK)
    rows = _rows(replication, week)
    days = _days(replication, week, rows)
    chairs = _chairs(replication, rows)
    height = 1.5 + len(days) * (0.35 + 0.17 * chairs)
    figure = figure or style.new_figure(9.5, max(3.0, height))
    axes: style.Panels = style.panels(figure, len(days), 1, sharex=True)[:, 0]
    for ax, day in zip(axes, days, strict=True):
        _day(ax, replication, day, chairs, rows)
    low, high = _span(replication, days, rows)
    axes[-1].set_xlim(low, high)
    axes[-1].set_xticks(np.arange(np.ceil(low), high + 0.01), minor=False)
    axes[-1].set_xticklabels([f"{int(hour)}:00" for hour in axes[-1].get_xticks()])
    axes[-1].set_xlabel("Time of day")
    figure.supylabel("Chair", fontsize=9)
    _legend(figure, rows)
    counted = "1 chair" if chairs == 1 else f"{chairs} chairs"
    style.heading(figure, f"The chair plan of week {week}: {counted}")
    return axes


def _days(replication: Replication, week: int, rows: Rows) -> list[int]:
    calendar = _calendar(replication)
    begin = replication.scenario.opens // MINUTES_PER_DAY + (week - 1) * 7
    used = set((rows["seated"] // MINUTES_PER_DAY).tolist())
    found = [d for d in range(begin, begin + 7) if calendar.opening(d) or d in used]
    return found or [begin]


def _calendar(replication: Replication) -> Calendar:
    return calendar_of(replication.scenario)


def _rows(replication: Replication, week: int) -> Rows:
    """Give the sessions that began in a week after the start date, in chairs."""
    visits = replication.visits
    seated = visits["seated"]
    chosen = (visits["chair"] != NEVER) & (seated != NEVER)
    chosen &= (seated - replication.scenario.opens) // MINUTES_PER_WEEK == week - 1
    return {name: column[chosen] for name, column in visits.items()}


def _chairs(replication: Replication, rows: Rows) -> int:
    most = int(rows["chair"].max(initial=1))
    end = int(rows["seated"].max(initial=0))
    chairs = in_force(replication.scenario, end).clinic.chairs
    return max(chairs, most) if isinstance(chairs, int) else most


def _day(ax: Axes, replication: Replication, day: int, chairs: int, rows: Rows) -> None:
    calendar, midnight = _calendar(replication), day * MINUTES_PER_DAY
    for opening in calendar.openings(day):
        ax.axvspan(*(minute / MINUTES_PER_HOUR for minute in opening), color=OPEN, lw=0, zorder=0)
    today = np.flatnonzero(rows["seated"] // MINUTES_PER_DAY == day)
    for row in today:
        _session(ax, {name: column[row] for name, column in rows.items()}, midnight,
                 replication.horizon)  # fmt: skip
    ax.set(ylim=(chairs + 0.6, 0.4), yticks=range(1, chairs + 1))
    ax.set_title(f"{calendar.date_of(midnight):%A %d %B}", fontsize=8.5, pad=2)
    ax.grid(axis="y", visible=False)
    style.finish(ax)
    ax.tick_params(axis="y", labelsize=7, length=0)


def _session(ax: Axes, visit: dict[str, Any], midnight: int, horizon: int) -> None:
    """Draw one session as blocks from stage to stage; one not over at the horizon ends there."""
    colour = style.COLOURS[_KINDS.get(str(visit["kind"]), 3)]
    ends = [visit["seated"], *(visit[column] for column, _ in _STAGES.values())]
    ends = [horizon if end == NEVER else end for end in ends]
    for (begin, end), (_, depth) in zip(pairwise(ends), _STAGES.values(), strict=True):
        if end > begin:
            left, right = ((minute - midnight) / MINUTES_PER_HOUR for minute in (begin, end))
            form = {"color": _shade(colour, depth), "lw": 0} if depth else _TURNOVER
            ax.barh(visit["chair"], right - left, left=left, height=0.78, zorder=2, **form)


def _shade(colour: str, depth: float) -> tuple[float, float, float]:
    red, green, blue = (1 - depth * (1 - part) for part in to_rgb(colour))
    return red, green, blue


def _span(replication: Replication, days: list[int], rows: Rows) -> tuple[float, float]:
    calendar = _calendar(replication)
    openings = [opening for day in days if (opening := calendar.opening(day))]
    free = np.where(rows["chair_free"] == NEVER, rows["seated"], rows["chair_free"])
    ends = (free - rows["seated"] // MINUTES_PER_DAY * MINUTES_PER_DAY).tolist()
    begins = (rows["seated"] % MINUTES_PER_DAY).tolist()
    low = min([opening[0] for opening in openings] + begins, default=9 * MINUTES_PER_HOUR)
    high = max([opening[1] for opening in openings] + ends, default=17 * MINUTES_PER_HOUR)
    return low / MINUTES_PER_HOUR - 0.1, high / MINUTES_PER_HOUR + 0.1


def _legend(figure: FigureBase, rows: Rows) -> None:
    kinds = set(rows["kind"].tolist())
    shown = [kind for kind in _KINDS if kind in kinds]
    handles = [Patch(color=style.COLOURS[_KINDS[kind]], label=kind) for kind in shown]
    grey = "#404040"
    handles += [Patch(color=_shade(grey, d), label=stage) for stage, (_, d) in _STAGES.items() if d]
    handles += [Patch(label="turnover", **_TURNOVER), Patch(color=OPEN, label="open")]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=8,
                  handlelength=1.2, columnspacing=1.2)  # fmt: skip


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
    _chairs_busy(axes[0], build)
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


def _chairs_busy(ax: Axes, build: BuildUp) -> None:
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
