"""The pathway: one patient, from referral to discharge. The heart of the model; read it aloud."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

from sim.clinic.clinic import Clinic
from sim.clinic.visit import AHEAD, BLOCKED, CANCELLED, IN_PROGRESS, NO_SHOW, VisitRow
from sim.clinic.waiting_list import Request
from sim.clock import Clock, Process, Sleeper, Until
from sim.model.ratings import RemoteRatings
from sim.model.record import Record
from sim.people.patient import FOREVER, Patient
from sim.policy.chart import Chart, Visit
from sim.policy.orders import INFUSIONS, Discharge, Order
from sim.policy.regimen import Phase, Regimen, next_order
from sim.units import (
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
    midnight_of,
    minutes_of,
    whole_minutes,
)


def referrals(
    clock: Clock,
    patients: Iterator[Patient],
    begun: Callable[[Patient], Pathway],
) -> Process:
    """Each patient's course begins on the minute of referral."""
    for patient in patients:
        if patient.referred > clock.now:
            yield patient.referred
        clock.begin(begun(patient).of_treatment())


class Coming(NamedTuple):
    """How long a patient stays at home, and whether they come then."""

    until: int  # minute
    status: str  # AHEAD for who comes, else what becomes of the visit
    again_from: int = 0  # minute from which the next appointment is wished for, if changed


class Pathway:
    """What one patient, the clinic and the record have to do with each other."""

    def __init__(
        self,
        clock: Clock,
        patient: Patient,
        regimen: Regimen,
        phases: tuple[Phase, ...],
        clinic: Clinic,
        record: Record,
    ) -> None:
        self.clock = clock
        self.patient = patient
        self.phases = phases
        self.usual_care = regimen.usual_care
        self.clinic = clinic
        self.record = record
        later = regimen.booster_treatment or regimen.treatment
        self.chart = Chart(
            patient.referred,
            patient.baseline,
            regimen.treatment.for_weight(patient.weight),
            later.for_weight(patient.weight),
            patient.comorbid,
            patient.known_until,
        )
        self.ratings = RemoteRatings(patient, self.chart, record, delays_of(regimen))
        self.appointments = 0  # that could be kept or missed
        self.put_off = 0  # how many were put off, which counts as neither
        self.again_from = 0  # minute from which the next appointment is wished for
        self.lost = False  # missed one and will not come again
        self.ahead: VisitRow | None = None  # the newest visit that was waited for at home
        self.until = 0  # minute up to which it is
        self.stands_until = FOREVER  # minute at which the clinic or the policy may change
        self.asleep: Sleeper | None = None
        self.over = False

    def of_treatment(self) -> Process:
        """Follow the patient from order to order, until discharge (a process of the clock)."""
        patient, record, clock = self.patient, self.record, self.clock
        self.asleep = clock.active
        self.begins()
        while isinstance(order := next_order(self.phases, self.chart), Order):
            if order.kind == "booster":
                patient.enters_maintenance(clock.now)
            visit = record.ordered(patient.number, order, clock.now)
            visit.booked = booked = yield from self.books(order, visit)
            coming = self.at_home(order, booked, visit)
            self.waits_at_home(visit, coming.until)
            while coming.until > clock.now and (yield coming.until):  # called by the clinic
                visit.booked = booked = yield from self.books(order, visit)
                coming = self.at_home(order, booked, visit)
                self.waits_at_home(visit, coming.until)
            if coming.status == AHEAD:
                yield from self.in_the_clinic(order, visit)
            else:
                self.stays_away(booked, coming, visit)
            record.over(visit)
            if reason := self.leaves_after(order, visit):
                order = Discharge(reason)
                break
        record.discharged(patient.number, clock.now, order.reason)
        self.over = True
        self.ends()

    def waits_at_home(self, visit: VisitRow, until: int) -> None:
        """Wait up to a minute, if nothing changes before; ratings of that time are sent."""
        self.ahead, self.until = visit, until
        self.ratings.up_to(until if until < self.stands_until else self.stands_until)

    @property
    def is_at_home(self) -> bool:
        """Whether a visit is waited for at home, an appointment made."""
        return self.ahead is not None and self.ahead.status == AHEAD

    def stands(self, until: int) -> None:
        """Know that nothing changes before a minute."""
        self.stands_until = until
        if self.is_at_home:
            self.ratings.up_to(min(self.until, until))

    def stops(self, horizon: int) -> None:
        """Have the run end: who waits for an appointment has sent ratings all the same."""
        visit = self.ahead
        if not self.over and not self.is_at_home and (visit is None or visit.status != IN_PROGRESS):
            self.ratings.up_to(horizon - 1)

    def goes_by(self, regimen: Regimen, phases: tuple[Phase, ...]) -> None:
        """Order by other rules, routes and doses from now on; what is ordered stands."""
        later, weight = regimen.booster_treatment or regimen.treatment, self.patient.weight
        self.phases = phases
        self.chart.prescription = regimen.treatment.for_weight(weight)
        self.chart.maintenance = later.for_weight(weight)
        self.ratings.follow(delays_of(regimen))

    def is_called(self) -> None:
        """Be called at home by the clinic, which cannot keep the appointment that is waited for."""
        assert self.asleep is not None
        self.asleep = self.asleep.wake_early(True)

    def begins(self) -> None:
        """Be referred: patience begins where people wait for appointments, usual care by policy."""
        if self.usual_care == "from_referral":
            self.patient.begins_usual_care(self.clock.now)
        if self.clinic.reception.by_appointment:
            self.patient.awaits_treatment()

    def ends(self) -> None:
        """Be discharged: a place is free for another, and ratings by protocol go on to the last."""
        self.clinic.reception.discharged(self.patient.number)
        if self.usual_care == "after_discharge":
            self.patient.begins_usual_care(self.clock.now)
        self.ratings.to_the_last()

    def leaves_after(self, order: Order, visit: VisitRow) -> str:
        """Say why treatment ends with this visit, kept or not; nothing when it goes on."""
        patient, status = self.patient, visit.status
        if status in (CANCELLED, NO_SHOW):
            if patient.leaves <= self.clock.now:
                return "stopped maintenance" if patient.in_maintenance else "left the waiting list"
            return "lost to follow-up" if self.lost else ""
        if status == BLOCKED:
            return "blocked"
        return "withdrew" if order.kind == "induction" and patient.withdraws() else ""

    def books(self, order: Order, visit: VisitRow) -> Generator[Until, Any, int | None]:
        """Make an appointment, if need be from the waiting list; None when the patient left it."""
        patient, reception = self.patient, self.clinic.reception
        visit.wished = max(order.due, self.again_from)
        if not reception.needs_appointment(order):
            return reception.without_appointment(order, self.again_from)
        rated, leaves = self.chart.newest_rating, patient.leaves
        wish = Request(
            patient.number, patient.preferred_time, order, rated, self.again_from, leaves
        )
        if (booked := reception.at_once(wish)) is not None:
            return booked
        return (yield from reception.later(wish))

    def at_home(self, order: Order, booked: int | None, visit: VisitRow) -> Coming:
        """Wait for the appointment, until it is time to go, or it is missed."""
        patient, by_appointment = self.patient, self.clinic.reception.needs_appointment(order)
        silent = by_appointment and patient.in_maintenance
        if booked is None or (patient.leaves <= booked and not silent):
            return Coming(patient.leaves, CANCELLED)
        if not by_appointment:
            return Coming(booked, AHEAD)
        if patient.leaves <= booked:  # has stopped, and simply does not come
            return Coming(booked, NO_SHOW)
        return self.keep_or_miss(order, booked)

    def keep_or_miss(self, order: Order, booked: int) -> Coming:
        """Come to the appointment, more or less in time; or miss it, or call it off."""
        patient, number = self.patient, self.appointments
        if days := patient.days_put_off(number + self.put_off, booked):
            self.put_off += 1
            later = max(MINUTES_PER_DAY, minutes_of(days))  # no sooner than the day after
            return Coming(self.clock.now, CANCELLED, midnight_of(booked) + later)
        self.appointments += 1
        fate = patient.fate(number, booked, order.kind == "assessment")
        if fate == "comes":
            return Coming(booked + patient.late_minutes(number), AHEAD)
        tomorrow = midnight_of(booked) + MINUTES_PER_DAY
        if fate == "calls_off":
            known = max(booked - patient.notice_minutes, self.clock.now)
            return Coming(known, CANCELLED, tomorrow)
        self.lost = not patient.comes_again(number)
        return Coming(booked, NO_SHOW, patient.again_from(number, tomorrow))

    def stays_away(self, booked: int | None, coming: Coming, visit: VisitRow) -> None:
        """Miss the appointment, or give it back."""
        visit.status = coming.status
        self.again_from = coming.again_from or self.again_from
        if booked is not None and (coming.again_from or coming.status == NO_SHOW):
            self.clinic.reception.ended(self.patient.number, booked, coming.status)

    def in_the_clinic(self, order: Order, visit: VisitRow) -> Process:
        """Be rated on arrival, and be seen or infused."""
        patient = self.patient
        self.clinic.arrive(patient.number, visit)
        if order.kind == "rating":
            self.ratings.ordered(visit, self.clock.now)
            return
        visit.true_before, rated = patient.scores(self.clock.now)
        visit.rated_before = rated
        patient.learns(self.clock.now, rated)
        if order.kind in INFUSIONS:
            infused: tuple[int, int] | None
            if order.prescription is not None and order.prescription.home:
                infused = self.clinic.at_home(visit)
            else:
                use = patient.infusions
                infused = yield from self.clinic.infusion(patient.number, use, visit)
            if infused is None:
                return
            seen, ended = infused
            self.feel(order, ended, visit)
        else:
            use = self.chart.count(order.kind)
            seen = yield from self.clinic.talk(patient.number, use, order.kind, visit)
        self.chart.add(Visit(order.kind, seen, rated, order.interval_days))

    def feel(self, order: Order, ended: int, visit: VisitRow) -> None:
        """The infusion takes effect; from its end the protocol's delays are counted."""
        assert order.prescription is not None
        route, dose, _ = order.prescription
        visit.bioavailability = self.patient.infused(ended, route, dose)
        self.ratings.after_infusion(ended)


def delays_of(regimen: Regimen) -> list[int]:
    """Give the minutes after an infusion's end at which ratings by protocol fall due."""
    hours = regimen.ratings.hours_after_infusion
    return [whole_minutes(after * MINUTES_PER_HOUR) for after in hours]
