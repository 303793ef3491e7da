"""Measures of attendance: who kept appointments, and what became of the series."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import Bools
from sim.outcomes.measures import Direction, Measure, share
from sim.outcomes.reading import Reading
from sim.units import MINUTES_PER_DAY, NEVER


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
        "cancelled_share", "share", "lower", "booked visits called off at short notice, or by "
        "people who left treatment", _with_status("cancelled"),
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
        "appointments_moved_per_week", "appointments per week", "none", "of a series, made anew "
        "as an earlier visit was missed or late", _moved, of_people=False,
    ),
)  # fmt: skip
