"""One patient's course, read from the record: visits in order of time, what is pending, the end."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from sim.clinic.booking_rules import NoBooking, Slots
from sim.clinic.hours import Calendar
from sim.clinic.visit import CANCELLED, NO_SHOW
from sim.config.errors import ScenarioError
from sim.model.eras import calendar_of, in_force
from sim.model.replication import Replication
from sim.outcomes.reading import Days, Reading
from sim.policy.orders import INFUSIONS
from sim.scales import is_response, observed_relapse, points_to_relapse
from sim.units import MINUTES_PER_DAY, NEVER, NOON, first_noon

Minute = int


@dataclass(frozen=True)
class ToldVisit:
    """One row of the visits table; what has not happened is NEVER."""

    row: int  # in `Replication.visits`
    kind: str
    due: Minute
    latest: Minute
    interval_days: float
    ordered: Minute
    booked: Minute
    arrived: Minute
    infusion_start: Minute
    infusion_end: Minute
    left: Minute
    route: str
    dose_mg_kg: float
    rated_before: int
    true_before: float
    status: str
    wished: Minute  # from which on it was due, or wished for again
    why: str  # the reason that the rule gave for the order

    @property
    def is_order(self) -> bool:
        """Whether somebody ordered it: all but the ratings by protocol."""
        return self.wished != NEVER

    @property
    def missed(self) -> bool:
        """Whether the patient did not come to it, or called it off."""
        return self.status in (NO_SHOW, CANCELLED)

    @property
    def happened(self) -> bool:
        """Whether the patient came, or was rated."""
        return self.arrived != NEVER

    @property
    def given(self) -> bool:
        """Whether an infusion began."""
        return self.infusion_start != NEVER

    @property
    def seen(self) -> Minute:
        """When the infusion began, else when the patient came, else the appointment's minute.

        NEVER for what has no appointment yet.
        """
        if self.given:
            return self.infusion_start
        return self.arrived if self.happened else self.booked

    @property
    def took_place(self) -> bool:
        """Whether what was ordered was begun: an infusion, or anything else on arrival."""
        return self.given if self.kind in INFUSIONS else self.happened


FIELDS = tuple(name for name in ToldVisit.__dataclass_fields__ if name != "row")


class Delay(NamedTuple):
    """By how many days a visit came after the day it was due, and what stood on those days."""

    days: int
    own: int  # after an appointment missed or called off, until another was wished for
    closed: int  # the clinic was shut
    ahead: int  # open, but sooner than appointments are made
    full: int  # open, and no appointment was free when it was booked


class Stage(NamedTuple):
    """A stretch of visits of one kind, the ratings after them, and those of the kind missed."""

    kind: str
    visits: list[ToldVisit]
    ratings: list[ToldVisit]
    missed: list[list[ToldVisit]]  # each with what it was made up for by, or the one pending, last


@dataclass(frozen=True, eq=False)
class Course:
    """What became of one patient of a replication."""

    replication: Replication
    patient: int
    visits: tuple[ToldVisit, ...]  # that took place, in order of time
    missed: tuple[ToldVisit, ...]  # missed or called off, with another of the same order after it
    pending: ToldVisit | None  # the last one ordered, if it was not begun: ahead, missed or blocked
    discharged: Minute  # or NEVER
    reason: str  # of the discharge, or ""

    @property
    def referred(self) -> Minute:
        """Minute of referral."""
        return int(self.replication.patients.referred[self.patient])

    @property
    def baseline(self) -> int:
        """GAD-7 as rated at referral."""
        return int(self.replication.patients.baseline[self.patient])

    @cached_property
    def calendar(self) -> Calendar:
        """The clinic's calendar."""
        return calendar_of(self.replication.scenario)

    def days_since_referral(self, minute: Minute) -> int:
        """Count the calendar days from the day of referral to the day of a minute."""
        return minute // MINUTES_PER_DAY - self.referred // MINUTES_PER_DAY

    def date(self, minute: Minute) -> datetime.date:
        """Calendar date of a minute."""
        return self.calendar.date_of(minute)

    @property
    def last_day(self) -> datetime.date:
        """The last day of the run."""
        return self.date(self.replication.horizon - 1)

    @property
    def infusions(self) -> tuple[ToldVisit, ...]:
        """The visits at which an infusion began."""
        return tuple(visit for visit in self.visits if visit.given)

    @property
    def orders(self) -> list[ToldVisit]:
        """The visits that were ordered and not missed, in order of time, the one pending last."""
        visits = [*self.visits, *([self.pending] if self.pending else [])]
        return [visit for visit in visits if visit.is_order]

    @cached_property
    def all_visits(self) -> list[ToldVisit]:
        """Every visit in order of time: those missed among them, the one pending last."""
        visits = sorted((*self.visits, *self.missed), key=_moment)
        return [*visits, *([self.pending] if self.pending else [])]

    def missed_before(self, visit: ToldVisit) -> list[ToldVisit]:
        """The appointments for the same order as a visit that were missed before it."""
        return [
            other
            for other in self.missed
            if (other.kind, other.due) == (visit.kind, visit.due) and other.row < visit.row
        ]

    @cached_property
    def rated(self) -> list[ToldVisit]:
        """All visits with a rating, in order of time, also one that was only come to."""
        visits = [*self.visits, *([self.pending] if self.pending else [])]
        return [visit for visit in visits if visit.rated_before != NEVER]

    @cached_property
    def response(self) -> ToldVisit | None:
        """The first visit after an infusion that was rated a response, or None."""
        for visit in self.rated:
            if self.infusions_before(visit) and is_response(visit.rated_before, self.baseline):
                return visit
        return None

    def infusions_before(self, visit: ToldVisit) -> int:
        """Count the infusions that began before a visit."""
        return sum(other.infusion_start < visit.arrived for other in self.infusions)

    def stages(self) -> Iterator[Stage]:
        """Divide the course into stretches of one kind of visit, each with the ratings around it.

        Ratings belong to the stretch that they follow; those before any visit are a stretch of
        their own, and so is what was missed and not made up for by any.
        """
        stages: list[Stage] = []
        stage = Stage("", [], [], [])
        for visit in [*self.visits, *([self.pending] if self.pending else [])]:
            missed = self.missed_before(visit)
            if visit is self.pending and not missed:
                break
            if visit.kind not in ("rating", stage.kind):
                stages.append(stage)
                stage = Stage(visit.kind, [], [], [])
            if missed:
                stage.missed.append([*missed, visit])
            if visit.kind == "rating":
                stage.ratings.append(visit)
            elif visit is not self.pending:
                stage.visits.append(visit)
        stages.append(stage)
        return (one for one in stages if any(one[1:]))

    def delay(self, visit: ToldVisit) -> Delay:
        """Tell how late a visit came, and why its days passed by.

        After an appointment that was missed the days count from the one on which another was
        wished for; those until then are the patient's own.
        """
        booking = in_force(self.replication.scenario, visit.ordered).clinic.booking
        lead = booking.lead_days if isinstance(booking, Slots) else 0
        own, passed, ahead = 0, list[int](), set[int]()
        begin = due = visit.due // MINUTES_PER_DAY
        for one in (*self.missed_before(visit), visit):
            wished = max(begin, one.wished // MINUTES_PER_DAY)
            own += wished - begin
            booked = max(wished, one.booked // MINUTES_PER_DAY)
            passed += [] if isinstance(booking, NoBooking) else range(wished, booked)
            ahead |= set(range(wished, min(booked, one.ordered // MINUTES_PER_DAY + lead)))
            begin = booked
        closed = {day for day in passed if not self.calendar.openings(day)}
        ahead &= set(passed) - closed
        full = len(passed) - len(closed) - len(ahead)
        days = max(0, visit.seen // MINUTES_PER_DAY - due)
        return Delay(days, own, len(closed), len(ahead), full)

    def beyond(self, visit: ToldVisit) -> int:
        """Count the days by which a visit came after the last day of its window."""
        return max(0, visit.seen // MINUTES_PER_DAY - visit.latest // MINUTES_PER_DAY)

    def relapse_ratings(self) -> tuple[ToldVisit, ToldVisit] | None:
        """Give the two ratings that make an observed relapse, or None without one."""
        ratings = self.rated
        pairs = ((visit.arrived, visit.rated_before) for visit in ratings)
        minute = observed_relapse(pairs, self.baseline)
        if minute is None:
            return None
        found = [
            visit
            for visit in ratings
            if visit.arrived <= minute and points_to_relapse(visit.rated_before, self.baseline)
        ]
        return found[-2], found[-1]

    @cached_property
    def tally(self) -> dict[str, int]:
        """Give this patient's row of the tallies of days (`sim.outcomes.reading.Days`)."""
        days = Reading(self.replication).days
        return {name: int(getattr(days, name)[self.patient]) for name in Days._fields}

    def noon(self, index: int) -> Minute:
        """Give the minute of the index-th noon since referral, from 0."""
        return (int(first_noon(self.referred)) + index) * MINUTES_PER_DAY + NOON


def course_of(replication: Replication, patient: int) -> Course:
    """Read the course of one patient, numbered from 0; refuse a number that nobody has."""
    patients = len(replication.patients)
    if not 0 <= patient < patients:
        raise ScenarioError(
            f"patient {patient}: there is no such patient in replication "
            f"{replication.replication}, "
            + (f"whose patients are 0 to {patients - 1}." if patients else "which has none.")
        )
    visits = _visits(replication, patient)
    begun = sorted((visit for visit in visits if visit.took_place), key=_moment)
    orders = [visit for visit in visits if visit.is_order]
    others = [visit for visit in orders if not visit.took_place]
    pending = others.pop() if others and others[-1] is orders[-1] else None
    ended = np.flatnonzero(replication.discharges["patient"] == patient)
    return Course(
        replication,
        patient,
        tuple(begun),
        tuple(others),
        pending,
        int(replication.discharges["minute"][ended[0]]) if len(ended) else NEVER,
        str(replication.discharges["reason"][ended[0]]) if len(ended) else "",
    )


def _moment(visit: ToldVisit) -> tuple[Minute, int]:
    return visit.arrived if visit.happened else visit.booked, visit.row


def _visits(replication: Replication, patient: int) -> list[ToldVisit]:
    rows: Sequence[int] = np.flatnonzero(replication.visits["patient"] == patient).tolist()
    columns: list[list[Any]] = [replication.visits[name][rows].tolist() for name in FIELDS]
    return [ToldVisit(row, *values) for row, *values in zip(rows, *columns, strict=True)]
