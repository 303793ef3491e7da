"""Patients on their way through the clinic, frame by frame, by vidigi: one page without a network.

Snapshots are taken while the clinic is open or somebody is still in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.clinic.clinic_table import RESOURCES
from sim.config.errors import ScenarioError
from sim.config.names import visible
from sim.events.animation_log import animation_log
from sim.events.animation_page import (
    CAPS,
    ICONS,
    QUEUEING,
    ROOM,
    Drawn,
    beautified,
    others_told,
    page_of,
)
from sim.events.event_log import event_table, recorded
from sim.events.of_run import (
    chosen_scenario,
    place_of_export,
    simulated_again,
)
from sim.experiment.exported import Exported, check_export, write_export
from sim.experiment.store import read_results
from sim.model.eras import calendar_of
from sim.model.replication import Replication
from sim.report.dates import in_words
from sim.units import MINUTES_PER_DAY, MINUTES_PER_WEEK

FRAME_STEPS = (5, 10, 15, 20, 30, 60, 120, 240)
"""Minutes between frames that are chosen from."""
USUAL_FRAMES, MOST_FRAMES = (48, 180), 1500
POINTS = 30_000
"""People times frames that are chosen at most: three megabytes beside the five of plotly."""


@dataclass(frozen=True)
class DaysShown:
    """Whole days, counted from midnight of the start date: from `first` up to before `end`."""

    first: int
    end: int


def animate_run(
    folder: Path,
    scenario: str | None = None,
    replication: int = 1,
    window: DaysShown | None = None,
    every: int | None = None,
    out: Path | None = None,
    overwrite: bool = False,
) -> Exported:
    """Write the animation of some days of a replication as a page.

    `every` is the number of minutes between frames. Raises ScenarioError for days that the run
    does not have or in which there is nobody, and for more frames than a browser takes.
    """
    vidigi = _vidigi()
    results = read_results(folder)
    name = chosen_scenario(results, scenario)
    path = out or place_of_export(folder, name, replication, ".html")
    check_export(path, overwrite)
    run = simulated_again(results, name, replication)
    window = _within(run, window)
    begin, end = (run.scenario.opens + day * MINUTES_PER_DAY for day in (window.first, window.end))
    log, chairs, prescribers = animation_log(run, event_table(recorded(run, name)), begin, end)
    people = log.loc[log["entity_kind"] == "patient", "entity_id"].nunique()
    if not people:
        raise ScenarioError(
            f"{folder}: nobody is in treatment or waits for it on days {window.first} to "
            f"{window.end - 1} of {name}, replication {replication}; choose others with --days."
        )
    drawable = min(people, sum(CAPS.values()) + chairs)
    usual = min(max(POINTS // drawable, USUAL_FRAMES[0]), USUAL_FRAMES[1])
    step, frames = _frames(run, begin, end, every, usual)
    seen = _snapshots(vidigi[0], log, frames)
    together = seen[seen["entity_kind"] == "patient"].groupby(["event", "snapshot_time"])
    full = {str(k): int(most) for k, most in together["rank"].max().groupby("event").max().items()}
    clinic = run.scenario.clinic
    unlimited = [what for what in RESOURCES if clinic.staffed(what) is None]
    drawn = Drawn(chairs, prescribers, unlimited, len(frames) if step else 0, full)
    figure = beautified(_figure(vidigi, seen, drawn, run), drawn)
    days = _days_told(run, begin, end)
    page = page_of(figure, f"{visible(name)}, replication {replication}", drawn, days)
    write_export(path, lambda part: part.write_text(page, encoding="utf-8"), overwrite)
    told = (
        f"{name}, replication {replication}: {people} patients, {days}, {len(frames)} frames, "
        + (f"one every {step} minutes" if step else "as the clinic is closed all the time")
    )
    return Exported(path, told)


def _vidigi() -> Any:
    try:
        from vidigi import animation, prep, utils
    except ImportError as missing:
        raise ScenarioError(
            "The animation is made by vidigi, which is not installed; add it with: "
            "pip install 'ketasim[animation]'. `ketasim export` needs nothing more."
        ) from missing
    return prep, animation, utils


def _within(run: Replication, window: DaysShown | None) -> DaysShown:
    """Give the days asked for, else the last whole week of the run."""
    days = run.scenario.run.days
    if window is None:
        last = days - days % 7 if days >= 7 else days
        return DaysShown(max(0, last - 7), last)
    if not 0 <= window.first < window.end <= days:
        raise ScenarioError(
            f"--days, --weeks: this run has the days 0 to {days - 1}, and not all of "
            f"{window.first} to {window.end - 1}."
        )
    return window


def _frames(
    run: Replication, begin: int, end: int, every: int | None, usual: int
) -> tuple[int, list[int]]:
    """Give the minutes between frames, and the minute of each, in which somebody may be there.

    `usual` frames are not exceeded where it is not said how often. 0 minutes and two frames where
    the clinic is closed all the time.
    """
    visits = run.visits
    came, gone = visits["arrived"], np.maximum(visits["left"], visits["chair_free"])
    spans = calendar_of(run.scenario).open_intervals(begin, end)
    late = (gone > begin) & (came >= 0) & (came < end) & (visits["seated"] >= 0)
    spans += list(zip(came[late].tolist(), gone[late].tolist(), strict=True))
    found: list[int] = []
    for step in [every] if every else FRAME_STEPS:
        marks = np.zeros((end - begin) // step + 2, dtype=bool)
        for since, until in spans:
            first, last = (since - begin) // step, -(-(until - begin) // step)
            marks[max(0, first) : max(0, last) + 1] = True
        found = [begin + step * int(place) for place in np.flatnonzero(marks)]
        found = [minute for minute in found if minute < end]
        if len(found) < 2:
            return 0, [begin, end - 1]
        if len(found) <= usual:
            break
    if len(found) > MOST_FRAMES:
        fewer = -(-step * len(found) // usual)
        raise ScenarioError(
            f"--every: {len(found):,} frames are more than a browser takes (at most "
            f"{MOST_FRAMES:,}); give --every {fewer} or fewer days."
        )
    return step, found


def _snapshots(prep: Any, log: pd.DataFrame, frames: Sequence[int]) -> pd.DataFrame:
    """Take vidigi's snapshots at the frames, which it is given as one minute after another."""
    minutes = np.array(frames)
    known = set(log["event"])
    most = {place: cap for place, cap in CAPS.items() if place in known and place != ROOM}
    seen: pd.DataFrame = prep.reshape_for_animations(
        log.assign(time=np.searchsorted(minutes, log["time"].to_numpy(), side="left")),
        every_x_time_units=1,
        limit_duration=len(frames) - 1,
        step_snapshot_max=CAPS[ROOM],
        step_snapshot_max_overrides=most,
    )
    number = seen["snapshot_time"].to_numpy(dtype=np.int64)
    inside = number < len(frames)
    return seen[inside].assign(snapshot_time=minutes[number[inside]])


def _figure(vidigi: Any, seen: pd.DataFrame, drawn: Drawn, run: Replication) -> Any:
    """Have vidigi place everybody, and animate it."""
    prep, animation, utils = vidigi
    places = utils.create_event_position_df(
        [utils.EventPosition(**place) for place in drawn.places]
    )
    placed = prep.generate_animation_df(
        seen,
        places,
        custom_entity_icon_list=["●"],
        step_snapshot_reveal_pop_in=True,
        **QUEUEING,
        **drawn.seating,
    )
    own = placed["icon"] == "●"
    placed.loc[own, "icon"] = placed.loc[own, "stage"].map(ICONS).fillna("●")
    others = placed["icon"].str.startswith("+ ")
    placed.loc[others, "icon"] = placed.loc[others, "icon"].map(others_told)
    return animation.generate_animation(
        placed, places, scenario={"chairs": drawn.chairs, "prescribers": drawn.prescribers},
        simulation_time_unit="minutes", time_display_units="%a %d %B %Y, %H:%M",
        start_date=run.scenario.first_day.isoformat(), custom_hover_data=["hover"],
        hover_text_entity="%{customdata[0]}<extra></extra>", display_stage_labels=False,
        **drawn.look,
    )  # fmt: skip


def _days_told(run: Replication, begin: int, end: int) -> str:
    calendar = calendar_of(run.scenario)
    first, last = calendar.date_of(begin), calendar.date_of(end - 1)
    return in_words(first) if first == last else f"{in_words(first)} to {in_words(last)}"


def window_of(days: str | None, weeks: str | None) -> DaysShown | None:
    """Read `--days 10:16` or `--weeks 2:3`: the first and the last, counted from 0."""
    if days and weeks:
        raise ScenarioError("--days and --weeks: give one of these options.")
    text, option = (days, "--days") if days else (weeks, "--weeks")
    if text is None:
        return None
    parts = text.split(":")
    if len(parts) > 2 or not all(part.strip().isdecimal() for part in parts):
        raise ScenarioError(
            f'{option}: "{text}" must be a number, or the first and the last such as 10:16, '
            "counted from 0 (the start date)."
        )
    first, last = int(parts[0]), int(parts[-1])
    if last < first:
        raise ScenarioError(f'{option}: "{text}" ends before it begins.')
    size = 1 if days else MINUTES_PER_WEEK // MINUTES_PER_DAY
    return DaysShown(first * size, (last + 1) * size)
