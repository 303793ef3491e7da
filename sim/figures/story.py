"""One patient's timeline: symptoms day by day, ratings, every infusion, and what came late."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.config.names import safe_name
from sim.figures import style
from sim.report.dates import in_words
from sim.scales import GAD7_HIGHEST, WELL_BELOW
from sim.story.course import Course, ToldVisit
from sim.units import MINUTES_PER_DAY, NEVER

LANE = GAD7_HIGHEST + 2.2  # points: where infusions stand, above the scale
VISITS = GAD7_HIGHEST + 4.4  # points: where visits without an infusion stand
TOP = GAD7_HIGHEST + 6
_TRUE, _RATED = "#8C8C8C", "#000000"
_MARKS: dict[str, tuple[str, str]] = {  # kind of a visit: colour and marker
    "induction": ("#0072B2", "v"),
    "booster": ("#D55E00", "^"),
    "assessment": ("#009E73", "s"),
    "evaluation": ("#009E73", "D"),
}
_MISSED = "x"
UNKNOWN = ("#CC79A7", "P")
_NAMES = {"induction": "infusion of an induction"}


@style.styled
def timeline(
    courses: Sequence[tuple[str, Course]], figure: FigureBase | None = None
) -> style.Panels:
    """Draw the course of one patient under one or more scenarios, one panel each, by date.

    A line leads from the day on which a late infusion was due to the day on which it was given;
    the shaded stretch is the wait for the first one. A cross among the visits above is one missed
    or called off.
    """
    figure = figure or style.new_figure(10, 0.9 + 2.9 * len(courses))
    axes = style.panels(figure, len(courses), 1, sharex=True, sharey=True)
    for (name, course), ax in zip(courses, axes[:, 0], strict=True):
        _panel(ax, course)
        ax.set_title(style.spoken(name))
    first = courses[0][1]
    number, referred = first.replication.replication, in_words(first.date(first.referred))
    style.heading(figure, f"Patient {first.patient}, referred {referred} (replication {number})")
    _key(figure, [course for _, course in courses])
    return axes


def draw(courses: Sequence[tuple[str, Course]], folder: Path) -> Path:
    """Store the timeline as a PNG in a folder, which is made, and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with style.detached():
        figure = timeline(courses)[0, 0].get_figure(root=True)
    assert isinstance(figure, Figure)
    return style.write_png(figure, folder / f"{file_name(courses)}.png")


def file_name(courses: Sequence[tuple[str, Course]]) -> str:
    """Name the file after patient, replication and scenarios: `patient-7-r1-every_4_weeks`."""
    first = courses[0][1]
    names = "-vs-".join(safe_name(name) for name, _ in courses)
    return f"patient-{first.patient}-r{first.replication.replication}-{names}"


# ---------------------------------------------------------------------- one panel


def _panel(ax: Axes, course: Course) -> None:
    days, scores = daily(course)
    start = np.datetime64(course.replication.scenario.first_day, "m")
    ax.plot(_dates(start, days), scores, color=_TRUE, lw=1)
    ax.axhline(WELL_BELOW, **style.CUT_OFF)
    _wait(ax, course, start)
    rated = [(course.referred, course.baseline)]
    rated += [(visit.arrived, visit.rated_before) for visit in course.rated]
    when, points = (np.array(values) for values in zip(*rated, strict=True))
    ax.plot(_dates(start, when), points, "o", color=_RATED, ms=3.2)
    for visit in course.visits:
        if visit.kind != "rating":
            _mark(ax, course, visit, start)
    for visit in missed_visits(course):
        colour, _ = _MARKS.get(visit.kind, UNKNOWN)
        ax.plot(_dates(start, [visit.booked]), [VISITS], _MISSED, color=colour, ms=5)
    _ending(ax, course, start)
    ax.set(ylim=(-0.5, TOP), yticks=(0, 5, 10, 15, 20), ylabel="GAD-7 (points)")
    ax.set_xlim(*_dates(start, extent(course)))
    locator: Any = AutoDateLocator(minticks=5, maxticks=14)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    ax.tick_params(labelbottom=True)
    style.finish(ax)


def missed_visits(course: Course) -> list[ToldVisit]:
    """Give the appointments that were missed or called off, by the end of the run."""
    horizon = course.replication.horizon
    return [visit for visit in course.all_visits if visit.missed and 0 <= visit.booked < horizon]


def extent(course: Course) -> tuple[int, int]:
    """Give the minutes at which the axis begins, just before referral, and ends with the run.

    It is at least two weeks long, so that its ticks are days and not hours.
    """
    end = course.replication.horizon
    begin = min(course.referred, end - 14 * MINUTES_PER_DAY)
    return begin - (end - begin) // 100, end


def daily(course: Course) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the minutes of the noons from referral to the horizon, and the true score at each."""
    first = course.noon(0)
    noons = np.arange(first, course.replication.horizon, MINUTES_PER_DAY)
    since = (noons - course.referred) / MINUTES_PER_DAY
    if not len(noons):
        return noons, np.zeros(0)
    return noons, course.replication.trajectory(since)[course.patient]


def _wait(ax: Axes, course: Course, start: np.datetime64) -> None:
    first = course.infusions[0].seen if course.infusions else course.discharged
    until = course.replication.horizon if first == NEVER else first
    begin, end = _dates(start, [course.referred, until])
    ax.axvspan(begin, end, color="#F0E442", alpha=0.25, lw=0)


def _mark(ax: Axes, course: Course, visit: ToldVisit, start: np.datetime64) -> None:
    colour, marker = _MARKS.get(visit.kind, UNKNOWN)
    height = LANE if visit.given else VISITS
    seen, due = _dates(start, [visit.seen, visit.due])
    if visit.kind == "booster" and course.delay(visit).days:
        ax.plot([due, seen], [height, height], color=colour, lw=1.2)
        ax.plot([due], [height], "|", color=colour, ms=8)
    ax.plot([seen], [height], marker, color=colour, ms=5)


def _ending(ax: Axes, course: Course, start: np.datetime64) -> None:
    if course.discharged == NEVER:
        return
    (when,) = _dates(start, [course.discharged])
    ax.axvline(when, color=style.GREY, lw=1, ls=":")
    late = course.discharged - course.referred > (course.replication.horizon - course.referred) / 2
    side: Any = {"ha": "right", "xytext": (-4, 0)} if late else {"ha": "left", "xytext": (4, 0)}
    ax.annotate(
        course.reason, (when, TOP), va="top", fontsize=8, color=style.GREY,
        textcoords="offset points", **side,
    )  # fmt: skip


def _dates(start: np.datetime64, minutes: Sequence[int] | NDArray[Any]) -> NDArray[Any]:
    return start + np.asarray(minutes, dtype="timedelta64[m]")


# ---------------------------------------------------------------------- the key


def _key(figure: FigureBase, courses: Sequence[Course]) -> None:
    kinds = dict.fromkeys(visit.kind for course in courses for visit in course.visits)
    late = any(
        visit.kind == "booster" and course.delay(visit).days
        for course in courses
        for visit in course.visits
    )
    handles: list[Any] = [
        Line2D([], [], color=_TRUE, lw=1),
        Line2D([], [], color=_RATED, marker="o", ls="none", ms=3.2),
        Line2D([], [], **style.CUT_OFF),
        Patch(color="#F0E442", alpha=0.25, lw=0),
    ]
    names = [
        "true GAD-7 at noon",
        "as rated",
        f"cut-off at {WELL_BELOW}",
        "wait for the first infusion",
    ]
    for kind in kinds:
        if kind != "rating":
            colour, marker = _MARKS.get(kind, UNKNOWN)
            handles.append(Line2D([], [], color=colour, marker=marker, ls="none", ms=5))
            names.append(_NAMES.get(kind, kind.replace("_", " ")))
    if late:
        handles.append(
            Line2D([], [], color=_MARKS["booster"][0], marker="|", ms=8, lw=1.2, markevery=[0])
        )
        names.append("late: from the day due to the day given")
    if any(missed_visits(course) for course in courses):
        handles.append(Line2D([], [], color=style.GREY, marker=_MISSED, ls="none", ms=5))
        names.append("missed or called off")
    figure.legend(handles, names, loc="outside lower left", ncols=5, fontsize=8)
