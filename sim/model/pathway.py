"""The pathway: one patient, from referral to discharge. The heart of the model; read it aloud."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any

from simpy import Environment, Event

from sim.clinic.clinic import Clinic
from sim.clinic.visit import (
    ARRIVED,
    BIOAVAILABILITY,
    BLOCKED,
    BOOKED,
    CANCELLED,
    DONE,
    INFUSION_END,
    INFUSION_START,
    LEFT,
    MISSED,
    RATED_BEFORE,
    SEATED,
    STATUS,
    TRUE_BEFORE,
    Row,
)
from sim.model.history import Past
from sim.model.record import Record
from sim.people.patient import Patient
from sim.policy.chart import Chart, Visit
from sim.policy.orders import INFUSIONS, Discharge, Order
from sim.policy.regimen import Phase, Regimen, next_order
from sim.units import MINUTES_PER_HOUR, NEVER, whole_minutes

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


def own_phase(phase: Phase, patient: Patient) -> Phase:
    """Let an analysis hand each patient a phase of their own: an oracle must know whom it treats.

    No policy of `sim.policy` has such a method; it is for bounds, never for practice.
    """
    own = getattr(phase, "for_patient", None)
    return phase if own is None else own(patient)


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
        self.phases = tuple(own_phase(phase, patient) for phase in phases)
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

    @property
    def visits(self) -> int:
        """How many visits and ratings have been so far."""
        return len(self.chart.visits)

    def of_treatment(self) -> Process:
        """Follow the patient from order to order, until discharge (a SimPy process)."""
        patient, clinic = self.patient, self.clinic
        if self.usual_care == "from_referral":
            patient.begins_usual_care(self.env.now)
        while isinstance(order := next_order(self.phases, self.chart), Order):
            if order.kind == "booster":
                patient.enters_maintenance(self.env.now)
            visit = self.record.ordered(patient.number, self.visits + 1, order, self.env.now)
            visit[BOOKED] = clinic.book(patient.number, patient.preferred_time, order)
            yield from self.at_home(until=min(visit[BOOKED], patient.leaves))
            if patient.leaves <= visit[BOOKED]:
                visit[STATUS] = CANCELLED
                order = Discharge("stopped maintenance")
                break
            yield from self.in_the_clinic(order, visit)
            if visit[STATUS] == BLOCKED:
                order = Discharge("blocked")
                break
            if order.kind == "induction" and patient.withdraws():
                order = Discharge("withdrew")
                break
        clinic.cancel(patient.number)
        self.record.discharged(patient.number, self.env.now, order.reason)
        if self.usual_care == "after_discharge":
            patient.begins_usual_care(self.env.now)
        self.rate_remotely(until=max(self.ratings_due, default=0))

    def at_home(self, until: int) -> Process:
        """Wait for the appointment, and rate by protocol meanwhile."""
        self.rate_remotely(until)
        if until > self.env.now:
            yield self.env.timeout(until - self.env.now)

    def in_the_clinic(self, order: Order, visit: Row) -> Process:
        """Be rated on arrival, and be seen or infused."""
        patient = self.patient
        self.clinic.arrive(patient.number, visit)
        visit[TRUE_BEFORE], visit[RATED_BEFORE] = patient.scores(self.env.now)
        if order.kind in INFUSIONS:
            if order.prescription and order.prescription.home:
                self.clinic.at_home(visit)
            else:
                yield from self.clinic.infusion(patient.number, patient.infusions, visit)
            if visit[STATUS] == BLOCKED:
                return
            self.feel(order, visit)
            seen = visit[INFUSION_START]
        elif order.kind == "rating":
            self.rate_or_miss(visit)
            return
        else:
            use = self.chart.count(order.kind)
            yield from self.clinic.talk(patient.number, use, order.kind, visit)
            seen = visit[SEATED]
        self.chart.add(Visit(order.kind, seen, visit[RATED_BEFORE], order.interval_days))

    def rate_or_miss(self, visit: Row) -> None:
        """A remote rating that a policy ordered; some are never sent."""
        visit[LEFT] = self.env.now
        self.asked += 1
        if self.patient.misses_rating(self.asked):
            visit[STATUS], visit[TRUE_BEFORE], visit[RATED_BEFORE] = MISSED, NEVER, NEVER
            self.chart.add(Visit("missed", self.env.now, NEVER))
        else:
            visit[STATUS] = DONE
            self.chart.add(Visit("rating", self.env.now, visit[RATED_BEFORE]))

    def feel(self, order: Order, visit: Row) -> None:
        """The infusion takes effect; from its end the protocol's delays are counted."""
        assert order.prescription is not None
        route, dose, _ = order.prescription
        visit[BIOAVAILABILITY] = self.patient.infused(visit[INFUSION_END], route, dose)
        if self.delays:
            self.ratings_due = [visit[INFUSION_END] + delay for delay in self.delays]

    def rate_remotely(self, until: int) -> None:
        """Write down the ratings that fall due before the patient is next seen.

        A rating is a fact of patient and minute alone, so it needs no event of its own.
        """
        while self.ratings_due and self.ratings_due[0] <= until:
            minute = self.ratings_due.pop(0)
            order = Order("rating", minute, minute)
            visit = self.record.ordered(self.patient.number, self.visits + 1, order, self.env.now)
            visit[TRUE_BEFORE], visit[RATED_BEFORE] = self.patient.scores(minute)
            visit[ARRIVED] = visit[LEFT] = minute
            visit[STATUS] = DONE
            self.chart.add(Visit("rating", minute, visit[RATED_BEFORE]))
