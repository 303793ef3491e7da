"""Capacity measures: how busy chairs and staff are, and what runs on after closing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from sim.clinic.clinic_table import STAFF
from sim.clinic.rota import Resource
from sim.outcomes.measures import Direction, Measure, share
from sim.outcomes.reading import Reading
from sim.units import MINUTES_PER_DAY, NEVER


def _utilisation(resource: Resource) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        minutes = reading.work.of_all[resource]
        return None if minutes is None else share(*minutes)

    return read


def _late_minutes(reading: Reading) -> list[int] | None:
    """Minutes by which the last patient left after closing, of each day with visits.

    Below 0 when the last left before closing; who is still there at the horizon leaves then. None
    for a clinic that never closes.
    """
    if reading.calendar.always:
        return None
    visits = reading.visits
    seen = (visits["chair"] != NEVER) | (visits["prescriber"] != NEVER)
    left = np.where(visits["left"] == NEVER, reading.horizon, visits["left"])
    rows = np.flatnonzero(seen & (left >= reading.begin))
    last: dict[int, int] = {}
    for came, gone in zip(visits["arrived"][rows].tolist(), left[rows].tolist(), strict=True):
        day = came // MINUTES_PER_DAY
        last[day] = max(last.get(day, 0), gone)
    closing = reading.calendar.closing
    return [gone - closing(day * MINUTES_PER_DAY) for day, gone in last.items()]


def _overtime(reading: Reading) -> float | None:
    late = _late_minutes(reading)
    if late is None:
        return None
    return (sum(max(0, minutes) for minutes in late) + _into_breaks(reading)) / reading.weeks


def _into_breaks(reading: Reading) -> int:
    """Minutes by which patients who came in a stretch of a day stay on in the break after it."""
    breaks = [
        (day * MINUTES_PER_DAY + closes, day * MINUTES_PER_DAY + opens)
        for day in range(reading.begin // MINUTES_PER_DAY, -(-reading.horizon // MINUTES_PER_DAY))
        for (_, closes), (opens, _) in pairwise(reading.calendar.openings(day))
    ]
    if not breaks:
        return 0
    visits = reading.visits
    seen = (visits["chair"] != NEVER) | (visits["prescriber"] != NEVER)
    came = visits["arrived"][seen]
    left = np.where(visits["left"] == NEVER, reading.horizon, visits["left"])[seen]
    total = 0
    for begins, ends in breaks:
        there = (came < begins) & (left > begins)
        total += min(ends, int(left[there].max(initial=begins))) - begins
    return total


def _in_time(reading: Reading) -> float | None:
    late = _late_minutes(reading)
    return share(sum(minutes <= 0 for minutes in late), len(late)) if late else None


def _in_breaks(reading: Reading) -> float | None:
    if not any(stretch.clinic.rota for stretch in reading.stretches):
        return None
    work = reading.work
    minutes = sum(work.beyond_duty[staff] - work.after_hours(staff) for staff in STAFF)
    return minutes / reading.weeks


def _capacity(
    name: str,
    unit: str,
    direction: Direction,
    definition: str,
    read: Callable[[Reading], float | None],
    headline: bool = False,
) -> Measure:
    return Measure(name, unit, direction, definition, "record", "service", read, headline, False)


CAPACITY = (
    _capacity(
        "chair_utilisation", "share", "none",
        "minutes of opening hours that chairs were taken (turnover included), of all minutes that "
        "chairs were in order in opening hours; never above 1", _utilisation("chairs"),
        headline=True,
    ),
    _capacity(
        "nurse_utilisation", "share", "none",
        "minutes that nurses were needed, of those that nurses were on duty in opening hours: at "
        "each minute as many as there are tasks one to one, or as the patients take of their "
        "attention (1 / chairs_per_nurse each), whichever is more; never above 1",
        _utilisation("nurses"),
    ),
    _capacity(
        "prescriber_utilisation", "share", "none", "likewise of prescribers",
        _utilisation("prescribers"),
    ),
    _capacity(
        "overtime_minutes_per_week", "minutes per week", "lower",
        "minutes by which the last patient of a day leaves after closing, and of the hours before "
        "a break into the break, summed over the days",
        _overtime, headline=True,
    ),
    _capacity(
        "days_ended_in_time_share", "share", "higher",
        "days on which the last patient left by closing, of all days with visits", _in_time,
    ),
    _capacity(
        "work_in_breaks_minutes_per_week", "minutes per week", "lower",
        "minutes of opening hours that nurses and prescribers worked beyond the rota, because what "
        "is under way is finished; only with a rota", _in_breaks,
    ),
)  # fmt: skip
