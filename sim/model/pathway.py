"""The pathway: one patient, from referral to discharge. The heart of the model; read it aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.clinic.clinic import Clinic, Infusion
from sim.clinic.visit import AHEAD, BLOCKED, CANCELLED, NO_SHOW, VisitRow
from sim.clinic.waiting_list import Request
from sim.clock import Clock, Process
from sim.model.ratings import RemoteRatings
from sim.model.record import Record
from sim.people.patient import Patient
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
    regimen: Regimen,
    phases: Callable[[Patient], tuple[Phase, ...]],
    clinic: Clinic,
    record: Record,
) -> Process:
    """Each patient's course begins on the minute of referral, with the phases that are theirs."""
    for patient in patients:
        if patient.referred > clock.now:
            yield patient.referred
        course = Pathway(clock, patient, regimen, phases(patient), clinic, record)
        clock.begin(course.of_treatment())


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
        hours = regimen.ratings.hours_after_infusion
        delays = [whole_minutes(after * MINUTES_PER_HOUR) for after in hours]
        self.ratings = RemoteRatings(patient, self.chart, record, delays)
        self.appointments = 0  # that could be kept or missed
        self.put_off = 0  # how many were put off, which counts as neither
        self.again_from = 0  # minute from which the next appointment is wished for
        self.lost = False  # missed one and will not come again

    def of_treatment(self) -> Process:
        """Follow the patient from order to order, until discharge (a process)."""
        patient, record = self.patient, self.record
        self.begins()
        while isinstance(order := next_order(self.phases, self.chart), Order):
            if order.kind == "booster":
                patient.enters_maintenance(self.clock.now)
            visit = record.ordered(patient.number, order, self.clock.now)
            yield from self.at_home(order, visit)
            if visit.status == AHEAD:
                yield from self.in_the_clinic(order, visit)
            record.over(visit)
            if reason := self.leaves_after(order, visit):
                order = Discharge(reason)
                break
        record.discharged(patient.number, self.clock.now, order.reason)
        self.ends()

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

    def at_home(self, order: Order, visit: VisitRow) -> Process:
        """Make an appointment and wait for it, until it is time to go, or it is missed."""
        patient, reception = self.patient, self.clinic.reception
        visit.wished = max(order.due, self.again_from)
        if by_appointment := reception.needs_appointment(order):
            rated, leaves = self.chart.newest_rating, patient.leaves
            wish = Request(
                patient.number, patient.preferred_time, order, rated, self.again_from, leaves
            )
            if (booked := reception.at_once(wish)) is None:
                booked = yield from reception.later(wish)
        else:
            booked = reception.without_appointment(order, self.again_from)
        visit.booked = booked
        silent = by_appointment and patient.in_maintenance
        if booked is None or (patient.leaves <= booked and not silent):
            yield from self.wait(until=patient.leaves)
            visit.status = CANCELLED
        elif not by_appointment:
            yield from self.wait(until=booked)
        elif patient.leaves <= booked:  # has stopped, and simply does not come
            yield from self.wait(until=booked)
            visit.status = NO_SHOW
            reception.ended(patient.number, booked, NO_SHOW)
        else:
            yield from self.keep_or_miss(order, booked, visit)

    def keep_or_miss(self, order: Order, booked: int, visit: VisitRow) -> Process:
        """Come to the appointment, more or less in time; or miss it, or call it off."""
        patient, number = self.patient, self.appointments
        if days := patient.days_put_off(number + self.put_off, booked):
            self.puts_off(booked, days, visit)
            return
        self.appointments += 1
        fate = patient.fate(number, booked, order.kind == "assessment")
        if fate == "comes":
            yield from self.wait(until=booked + patient.late_minutes(number))
            return
        known = booked if fate == "misses" else booked - patient.notice_minutes
        yield from self.wait(until=max(known, self.clock.now))
        visit.status = NO_SHOW if fate == "misses" else CANCELLED
        self.again_from = midnight_of(booked) + MINUTES_PER_DAY
        if fate == "misses":
            self.again_from = patient.again_from(number, self.again_from)
            self.lost = not patient.comes_again(number)
        self.clinic.reception.ended(patient.number, booked, visit.status)

    def puts_off(self, booked: int, days: float, visit: VisitRow) -> None:
        """Ask for a later day: no sooner than the day after, or so many days later."""
        self.put_off += 1
        visit.status = CANCELLED
        self.again_from = midnight_of(booked) + max(MINUTES_PER_DAY, minutes_of(days))
        self.clinic.reception.ended(self.patient.number, booked, CANCELLED)

    def wait(self, until: int) -> Process:
        """Stay at home until a minute, and be rated by protocol meanwhile."""
        self.ratings.up_to(until)
        if until > self.clock.now:
            yield until

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
            infused = yield from self.infusion(order, visit)
            if infused is None:
                return
            seen, ended = infused
            self.feel(order, ended, visit)
        else:
            use = self.chart.count(order.kind)
            seen = yield from self.clinic.talk(patient.number, use, order.kind, visit)
        self.chart.add(Visit(order.kind, seen, rated, order.interval_days))

    def infusion(self, order: Order, visit: VisitRow) -> Infusion:
        """Be infused in the clinic or take a dose at home; gives when it began and ended."""
        if order.prescription and order.prescription.home:
            return self.clinic.at_home(visit)
        patient = self.patient
        return (yield from self.clinic.infusion(patient.number, patient.infusions, visit))

    def feel(self, order: Order, ended: int, visit: VisitRow) -> None:
        """The infusion takes effect; from its end the protocol's delays are counted."""
        assert order.prescription is not None
        route, dose, _ = order.prescription
        visit.bioavailability = self.patient.infused(ended, route, dose)
        self.ratings.after_infusion(ended)
