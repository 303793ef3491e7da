"""A clinic by the calendar: infusions against its room for them, its caseload, its waiting list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.lines import Line2D

from sim.arrays import Floats
from sim.experiment.results import Results
from sim.figures import style
from sim.figures.estimates import band, bands, bands_told, has_bands
from sim.model.eras import stretches
from sim.model.scenario import Scenario
from sim.outcomes.room import infusions_with_room
from sim.units import MINUTES_PER_WEEK

_PANELS = {  # a column of `in_treatment`, and its axis label
    "infusions": "Infusions per week",
    "treated": "In treatment (people)",
    "waiting": "Waiting list (people)",
}
MOST_ABOVE = 2.0
"""Room of more times what is drawn, and of the smallest clinic's, lies outside of the panel."""
_ROOM: Any = {"lw": 1.1, "ls": (0, (4, 2))}
_LABEL = 24  # letters of a name in a line


@style.styled
def caseload(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw infusions, people in treatment and people waiting by calendar week, a line a scenario.

    The dashed line is what the clinic has room for (`sim.outcomes.room`), and in the second panel
    the largest caseload that it takes; it steps where the scenario changes. Scenarios without
    such a limit have no line. A day on which a scenario changes is marked, with its date.
    """
    table = in_treatment(results.weeks)
    names = results.names
    figure = figure or style.new_figure(8.5, max(6.6, 1.2 + 0.24 * len(names)))
    axes: style.Panels = style.panels(figure, len(_PANELS), 1, sharex=True)[:, 0]
    for ax, (column, label) in zip(axes, _PANELS.items(), strict=True):
        _lines(ax, table, column, names, has_bands(results))
        ax.set_ylabel(label)
        style.finish(ax)
    lines = {
        "infusions": {name: infusions_with_room(one) for name, one in results.scenarios.items()},
        "treated": {name: largest_caseload(one) for name, one in results.scenarios.items()},
    }
    for ax in axes:
        ax.set_ylim(0, None, auto=None)
        _changes(ax, results, told=ax is axes[0])
    limited = [
        _limits(ax, lines[column], names)
        for ax, column in zip(axes, _PANELS, strict=True)
        if column in lines
    ]
    axes[-1].set(xlabel="Week since the start of the run", xlim=(0, None))
    _legend(figure, names, limited != ["none", "none"])
    style.heading(figure, "Infusions, caseload and waiting list by calendar week")
    style.footnote(figure, _note(results, *limited))
    return axes


def in_treatment(weeks: pd.DataFrame) -> pd.DataFrame:
    """Add who is `treated` to the weeks of a clinic: not discharged, and no more waiting."""
    return weeks.assign(treated=weeks["census"] - weeks["waiting"])


def largest_caseload(scenario: Scenario) -> Floats:
    """Give the largest caseload that the clinic takes in each whole week, NaN without a limit.

    Of a week in which it changes the one that holds at its end. Shape (weeks,).
    """
    weeks = (scenario.horizon - scenario.opens) // MINUTES_PER_WEEK
    found = np.full(weeks, np.nan)
    for stretch in stretches(scenario, scenario.opens, scenario.horizon):
        most = stretch.clinic.maximum_caseload
        since = (stretch.begin - scenario.opens) // MINUTES_PER_WEEK
        found[since:] = np.nan if most == "unlimited" else most
    return found


def _lines(ax: Axes, table: pd.DataFrame, column: str, names: list[str], shaded: bool) -> None:
    drawn = bands(table, "week", column)
    for name, look in style.looks(names).items():
        rows = drawn[drawn["scenario"] == name]
        week, mean = (rows[key].to_numpy(dtype=float) for key in ("week", "mean"))
        if shaded:
            band(ax, week, rows, look.colour)
        ax.plot(week, mean, color=look.colour, ls=look.line, lw=1.3, **_marks(look, week))
    if drawn.empty:
        style.empty(ax)


def _changes(ax: Axes, results: Results, told: bool) -> None:
    """Mark the days on which something changes in any of the scenarios, with their dates."""
    eras = {era.day: era.date for one in results.scenarios.values() for era in one.eras}
    for day, date in sorted(eras.items()):
        ax.axvline(day / 7, color=style.GREY, lw=0.9, ls=(0, (4, 3)), zorder=0)
        if told:
            where: Any = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
            said = f"{date.day} {date:%b}"
            ax.annotate(said, (day / 7, 1.0), xytext=(3, 2), fontsize=7, color=style.GREY,
                        annotation_clip=False, **where)  # fmt: skip


def _marks(look: style.Look, week: Floats) -> dict[str, Any]:
    """Mark a line now and then, and the only week of a short run, which no line would show."""
    every = max(1, len(week) // 8)
    return {"marker": look.marker, "markevery": every, "ms": 3.5}


def _limits(ax: Axes, limits: dict[str, Floats], names: list[str]) -> str:
    """Draw what there is room for: one grey line where it is the same for all, else one each.

    The panel reaches up to the lowest of them, and to others not far above what is drawn; gives
    whether there are any: "none", "some" or "some above".
    """
    found = {name: limits[name] for name in names if name in limits}
    known = {name: room for name, room in found.items() if np.isfinite(room).any()}
    shared = len(known) == len(names) and all(
        np.array_equal(room, next(iter(known.values())), equal_nan=True) for room in known.values()
    )
    if not known:
        return "none"
    looks, drawn = style.looks(names), ax.dataLim.y1
    highest = {name: float(np.nanmax(room)) for name, room in known.items()}
    for name, room in list(known.items())[: 1 if shared else None]:
        colour = style.GREY if shared else looks[name].colour
        edges = np.arange(len(room) + 1) - 0.5  # a week's value stands above its number
        ax.step(edges, np.append(room, room[-1]), where="post", color=colour, **_ROOM)
    top = max(drawn, min(highest.values()))
    top = max(top, *(one for one in highest.values() if one <= MOST_ABOVE * top), 0.0)
    ax.set_ylim(0, 1.06 * top or 1.0)
    return "some above" if max(highest.values()) > 1.06 * top else "some"


def _legend(figure: FigureBase, names: list[str], limited: bool) -> None:
    handles = [
        Line2D([], [], color=look.colour, ls=look.line, marker=look.marker, ms=4, lw=1.3,
               label=style.wrapped(style.spoken(name), _LABEL))
        for name, look in style.looks(names).items()
    ]  # fmt: skip
    if limited:
        handles.append(Line2D([], [], color=style.GREY, label="room in opening hours", **_ROOM))
    if len(handles) > 1:
        figure.legend(handles=handles, loc="outside right upper", fontsize=8)


def _note(results: Results, room: str, limit: str) -> str:
    said = [bands_told(results)]
    if room != "none":
        said.append(
            "Dashed: infusions that chairs and nurses have time for in opening hours, sessions of "
            "planned length end to end, or that are booked at most. Overtime and shorter sessions "
            "go beyond it."
        )
    if limit != "none":
        said.append("Dashed in the second panel: the largest caseload that is taken.")
    if "some above" in (room, limit):
        said.append("Dashed lines far above the others are outside of the panel.")
    said.append("In treatment: infused, not discharged. Waiting: referred, not infused yet.")
    return " ".join(said)


def has_caseload(results: Results) -> bool:
    """Tell whether there are whole weeks of a clinic, with who waits in them."""
    return {"infusions", "census", "waiting"} <= set(results.weeks) and not results.weeks.empty


CASELOAD_FIGURES: style.OfResults = {"caseload": (caseload, has_caseload)}
