"""Measures of attendance: who kept appointments, and what became of the series."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import Bools, Ints
from sim.outcomes.measures import Direction, Measure, share
from sim.outcomes.reading import Reading
from sim.units import MINUTES_PER_DAY, NEVER

_FOLLOWED_DAYS = 182
_STARTERS = (
    f"of those whose first infusion was {_FOLLOWED_DAYS} days or more before the end of the run"
)


def _due(reading: Reading) -> Bools:
    """Mark the appointments for visits that came due after the warm-up, kept or not."""
    visits = reading.visits
    ended = np.isin(visits["status"], ("no_show", "cancelled")) | (visits["arrived"] != NEVER)
    marked: Bools = (
        ended & ~reading.of_kind("rating") & (visits["booked"] >= reading.begin)
        & (visits["booked"] < reading.horizon)
    )  # fmt: skip
    return marked


def _with_status(status: str) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        if not len(reading.replication.appointments["start"]):
            return None
        due = _due(reading)
        return share((reading.visits["status"][due] == status).sum(), due.sum())

    return read


def _discharged(reason: str) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        referred = (reading.patients.referred >= reading.begin).sum()
        who = reading.discharges["patient"][reading.discharges["reason"] == reason]
        new = reading.patients.referred[who.astype(np.int64)] >= reading.begin
        return share(new.sum(), referred)

    return read


def _span(reading: Reading) -> float | None:
    """Days from the first to the last infusion before the first evaluation, mean."""
    visits = reading.visits
    given = (visits["kind"] == "induction") & (visits["infusion_start"] != NEVER)
    seen = (visits["kind"] == "evaluation") & (visits["arrived"] != NEVER)
    last = np.full(len(reading.patients), NEVER)
    evaluated = np.full(len(reading.patients), reading.horizon)
    np.minimum.at(evaluated, visits["patient"][seen].astype(np.int64), visits["arrived"][seen])
    who, when = visits["patient"][given].astype(np.int64), visits["infusion_start"][given]
    before = when < evaluated[who]
    np.maximum.at(last, who[before], when[before])
    first = reading.first_infusion
    counted = (evaluated < reading.horizon) & (first >= reading.begin)
    days = (last[counted] - first[counted]) / MINUTES_PER_DAY
    return float(days.mean()) if len(days) else None


def _days_to(reading: Reading, nth: int, *kinds: str) -> tuple[Bools, Ints]:
    """Mark the starters who can be followed, and give each one's minutes to the nth infusion.

    NEVER for those without it in the time that all of them are followed for.
    """
    visits, first = reading.visits, reading.first_infusion
    within = _FOLLOWED_DAYS * MINUTES_PER_DAY
    counted = (first >= reading.begin) & (first != NEVER) & (first + within <= reading.horizon)
    given = visits["infusion_start"] != NEVER
    given &= reading.of_kind(*kinds) if kinds else True
    who, when = visits["patient"][given].astype(np.int64), visits["infusion_start"][given]
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    place = np.arange(len(who)) - np.searchsorted(who, who)
    minutes = np.full(len(first), NEVER)
    chosen = place == nth - 1
    minutes[who[chosen]] = when[chosen] - first[who[chosen]]
    return counted, np.where(minutes <= within, minutes, NEVER)


def _stopped_after_first(reading: Reading) -> float | None:
    counted, minutes = _days_to(reading, 2)
    return share((minutes[counted] == NEVER).sum(), counted.sum())


def _reached(nth: int, *kinds: str) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        counted, minutes = _days_to(reading, nth, *kinds)
        return share((minutes[counted] != NEVER).sum(), counted.sum())

    return read


def _days_to_eighth(reading: Reading) -> float | None:
    counted, minutes = _days_to(reading, 8)
    came = minutes[counted & (minutes != NEVER)]
    return float(came.mean()) / MINUTES_PER_DAY if len(came) else None


def _moved(reading: Reading) -> float | None:
    made = reading.replication.appointments
    if not len(made["start"]):
        return None
    moved = (made["end"] == "moved") & (made["ended"] >= reading.begin)
    return float(moved.sum()) / reading.weeks


def _measure(
    name: str,
    unit: str,
    direction: Direction,
    definition: str,
    read: Callable[[Reading], float | None],
    of_people: bool = True,
) -> Measure:
    return Measure(name, unit, direction, definition, "record", "service", read, False, of_people)


ATTENDANCE = (
    _measure(
        "no_show_share", "share", "lower", "booked visits that were missed without a word",
        _with_status("no_show"),
    ),
    _measure(
        "cancelled_share", "share", "lower", "booked visits called off at short notice, put off, "
        "or given up by people who left treatment", _with_status("cancelled"),
    ),
    _measure(
        "lost_to_follow_up_share", "share", "lower", "missed a visit before maintenance and did "
        "not come again, of those referred", _discharged("lost to follow-up"),
    ),
    _measure(
        "left_waiting_list_share", "share", "lower", "ran out of patience before the first "
        "infusion, of those referred", _discharged("left the waiting list"),
    ),
    _measure(
        "induction_span_days", "days", "none", "from the first to the last infusion before the "
        "evaluation, mean of those evaluated", _span,
    ),
    _measure(
        "stopped_after_first_share", "share", "none", "had no second infusion within "
        f"{_FOLLOWED_DAYS} days of the first, {_STARTERS}", _stopped_after_first,
    ),
    _measure(
        "finished_six_share", "share", "none", "had six infusions of the induction within "
        f"{_FOLLOWED_DAYS} days of the first, {_STARTERS} (whatever the number ordered)",
        _reached(6, "induction"),
    ),
    _measure(
        "reached_eighth_share", "share", "none", "had eight infusions of any kind within "
        f"{_FOLLOWED_DAYS} days of the first, {_STARTERS}", _reached(8),
    ),
    _measure(
        "days_to_eighth_infusion", "days", "none", "from the first to the eighth infusion, mean of "
        f"those who had eight within {_FOLLOWED_DAYS} days, {_STARTERS}", _days_to_eighth,
    ),
    _measure(
        "appointments_moved_per_week", "appointments per week", "none", "of a series, made anew "
        "as an earlier visit was missed or late", _moved, of_people=False,
    ),
)  # fmt: skip
