"""The pathway: one patient, from referral to discharge. The heart of the model; read it aloud."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any

from simpy import Environment, Event

from sim.clinic.clinic import Clinic, Infusion
from sim.clinic.visit import AHEAD, BLOCKED, CANCELLED, DONE, MISSED, NO_SHOW, Visit
from sim.clinic.waiting_list import Request
from sim.model.history import Past
from sim.model.record import Record
from sim.people.patient import Patient
from sim.policy.chart import Chart
from sim.policy.chart import Visit as Seen
from sim.policy.orders import INFUSIONS, Discharge, Order
from sim.policy.regimen import Phase, Regimen, next_order
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, NEVER, midnight_of, whole_minutes

Process = Generator[Event, Any, None]


def referrals(
    env: Environment,
    patients: Iterator[Patient],
    regimen: Regimen,
    clinic: Clinic,
    record: Record,
    pasts: Mapping[int, Past],
) -> Process:
    """Each patient's course begins on the minute of referral; some have a past by script."""
    usual = regimen.phases()
    for patient in patients:
        if patient.referred > env.now:
            yield env.timeout(patient.referred - env.now)
        past = pasts.get(patient.number)
        phases = past.taken_up(patient, usual) if past else usual
        env.process(Course(env, patient, regimen, phases, clinic, record).of_treatment())


def own_phase(phase: Phase, patient: Patient, regimen: Regimen) -> Phase:
    """Read every word of a policy of the user's own; take the others at theirs.

    An analysis may hand each patient a phase of their own, as an oracle must know whom it treats.
    No policy of `sim.policy` has such a method; it is for bounds, never for practice.
    """
    own = getattr(phase, "for_patient", None)
    return regimen.heard(phase, None if own is None else own(patient))


class Course:
    """What one patient, the clinic and the record have to do with each other."""

    def __init__(
        self,
        env: Environment,
        patient: Patient,
        regimen: Regimen,
        phases: tuple[Phase, ...],
        clinic: Clinic,
        record: Record,
    ) -> None:
        self.env: Any = env  # whose clock holds whole minutes
        self.patient = patient
        self.phases = tuple(own_phase(phase, patient, regimen) for phase in phases)
        self.usual_care = regimen.usual_care
        self.delays = [
            whole_minutes(hours * MINUTES_PER_HOUR)
            for hours in regimen.ratings.hours_after_infusion
        ]
        self.clinic = clinic
        self.record = record
        later = regimen.booster_treatment or regimen.treatment
        self.chart = Chart(
            patient.referred,
            patient.baseline,
            regimen.treatment.for_weight(patient.weight),
            later.for_weight(patient.weight),
            patient.comorbid,
        )
        self.ratings_due: list[int] = []
        self.asked = 0  # remote ratings that a policy ordered
        self.rows = 0  # visits written down, missed ones included
        self.appointments = 0  # that could be kept or missed
        self.again_from = 0  # minute from which the next appointment is wished for
        self.lost = False  # missed one and will not come again

    def of_treatment(self) -> Process:
        """Follow the patient from order to order, until discharge (a SimPy process)."""
        patient, clinic = self.patient, self.clinic
        if self.usual_care == "from_referral":
            patient.begins_usual_care(self.env.now)
        if clinic.reception.by_appointment:
            patient.awaits_treatment()
        while isinstance(order := next_order(self.phases, self.chart), Order):
            if order.kind == "booster":
                patient.enters_maintenance(self.env.now)
            visit = self.written_down(order)
            yield from self.appointment(order, visit)
            if visit.status == AHEAD:
                yield from self.in_the_clinic(order, visit)
            self.record.over(visit)
            if reason := self.end_after(order, visit):
                order = Discharge(reason)
                break
        clinic.reception.discharged(patient.number)
        self.record.discharged(patient.number, self.env.now, order.reason)
        if self.usual_care == "after_discharge":
            patient.begins_usual_care(self.env.now)
        self.rate_remotely(until=max(self.ratings_due, default=0))

    def written_down(self, order: Order) -> Visit:
        """Open the row of a visit in the record."""
        self.rows += 1
        return self.record.ordered(self.patient.number, self.rows, order, self.env.now)

    def end_after(self, order: Order, visit: Visit) -> str:
        """Say why treatment ends with this visit, kept or not; nothing when it goes on."""
        patient, status = self.patient, visit.status
        if status in (CANCELLED, NO_SHOW):
            if patient.leaves <= self.env.now:
                return "stopped maintenance" if patient.in_maintenance else "left the waiting list"
            return "lost to follow-up" if self.lost else ""
        if status == BLOCKED:
            return "blocked"
        return "withdrew" if order.kind == "induction" and patient.withdraws() else ""

    def appointment(self, order: Order, visit: Visit) -> Process:
        """Make an appointment and wait for it at home, until it is time to go, or it is missed."""
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
            yield from self.at_home(until=patient.leaves)
            visit.status = CANCELLED
        elif not by_appointment:
            yield from self.at_home(until=booked)
        elif patient.leaves <= booked:  # has stopped, and simply does not come
            yield from self.at_home(until=booked)
            visit.status = NO_SHOW
            reception.ended(patient.number, booked, NO_SHOW)
        else:
            yield from self.keep_or_miss(order, booked, visit)

    def keep_or_miss(self, order: Order, booked: int, visit: Visit) -> Process:
        """Come to the appointment, more or less in time; or miss it, or call it off."""
        patient, number = self.patient, self.appointments
        self.appointments += 1
        fate = patient.fate(number, booked, order.kind == "assessment")
        if fate == "comes":
            yield from self.at_home(until=booked + patient.late_minutes(number))
            return
        known = booked if fate == "misses" else booked - patient.notice_minutes
        yield from self.at_home(until=max(known, self.env.now))
        visit.status = NO_SHOW if fate == "misses" else CANCELLED
        self.again_from = midnight_of(booked) + MINUTES_PER_DAY
        if fate == "misses":
            self.again_from = patient.again_from(number, self.again_from)
            self.lost = not patient.comes_again(number)
        self.clinic.reception.ended(patient.number, booked, visit.status)

    def at_home(self, until: int) -> Process:
        """Wait for the appointment, and rate by protocol meanwhile."""
        if self.ratings_due:
            self.rate_remotely(until)
        if until > self.env.now:
            yield self.env.timeout(until - self.env.now)

    def in_the_clinic(self, order: Order, visit: Visit) -> Process:
        """Be rated on arrival, and be seen or infused."""
        patient = self.patient
        self.clinic.arrive(patient.number, visit)
        if order.kind == "rating":
            self.rate_or_miss(visit)
            return
        visit.true_before, rated = patient.scores(self.env.now)
        visit.rated_before = rated
        if order.kind in INFUSIONS:
            infused = yield from self.infusion(order, visit)
            if infused is None:
                return
            seen, ended = infused
            self.feel(order, ended, visit)
        else:
            use = self.chart.count(order.kind)
            seen = yield from self.clinic.talk(patient.number, use, order.kind, visit)
        self.chart.add(Seen(order.kind, seen, rated, order.interval_days))

    def rate_or_miss(self, visit: Visit) -> None:
        """A remote rating that a policy ordered; some are never sent."""
        visit.left = self.env.now
        self.asked += 1
        if self.patient.misses_rating(self.asked):
            visit.status = MISSED
            self.chart.add(Seen("missed", self.env.now, NEVER))
        else:
            visit.true_before, rated = self.patient.scores(self.env.now)
            visit.rated_before, visit.status = rated, DONE
            self.chart.add(Seen("rating", self.env.now, rated))

    def infusion(self, order: Order, visit: Visit) -> Infusion:
        """Be infused in the clinic or take a dose at home; gives when it began and ended."""
        if order.prescription and order.prescription.home:
            return self.clinic.at_home(visit)
        patient = self.patient
        return (yield from self.clinic.infusion(patient.number, patient.infusions, visit))

    def feel(self, order: Order, ended: int, visit: Visit) -> None:
        """The infusion takes effect; from its end the protocol's delays are counted."""
        assert order.prescription is not None
        route, dose, _ = order.prescription
        visit.bioavailability = self.patient.infused(ended, route, dose)
        if self.delays:
            self.ratings_due = [ended + delay for delay in self.delays]

    def rate_remotely(self, until: int) -> None:
        """Write down the ratings that fall due before the patient is next seen.

        A rating is a fact of patient and minute alone, so it needs no event of its own.
        """
        while self.ratings_due and self.ratings_due[0] <= until:
            minute = self.ratings_due.pop(0)
            order = Order("rating", minute, minute)
            visit = self.written_down(order)
            visit.true_before, rated = self.patient.scores(minute)
            visit.rated_before, visit.status = rated, DONE
            visit.arrived = visit.left = minute
            self.record.over(visit)
            self.chart.add(Seen("rating", minute, rated))
