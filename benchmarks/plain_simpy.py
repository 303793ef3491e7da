"""The default model as a good SimPy user would plainly write it: the yardstick of `make bench`.

A process per patient, `simpy.Resource` and `simpy.Container`, one random generator that is drawn
from at the moment of use, a dataclass per visit, an appointment book of counts per slot. It takes
its parameters from a `Scenario` and no code from the model's loop, so it is a witness too: both
must give the same numbers, up to chance (tests/benchmarks). Neither slowed down nor tuned; where
two ways were equally plain the quicker one was taken (a patient's daily drift is drawn at once, the
noons are tallied with numpy after the run, a chair is turned over by its patient's process).

It covers the default model: Poisson referrals in office hours, intravenous infusions, appointments
on a grid, series booked together, formal evaluation, and no, fixed or adaptive boosters.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, fields
from math import floor
from typing import Any

import numpy as np
import simpy

from plain_parts import (
    DAY,
    AppointmentBook,
    Numbers,
    Patient,
    Visit,
    adverse_risks,
    check_covered,
    sampler,
)
from plain_people import People
from sim.model.scenario import Scenario

OFFICE_OPENS, OFFICE_MINUTES = 9 * 60, 8 * 60
LOTS = 1_000_000  # a capacity that is never reached

Process = Generator[simpy.Event, Any, Any]


@dataclass(frozen=True)
class PlainRun:
    """What the plain model leaves behind: its visits as columns, and the tallies of the noons."""

    scenario: Scenario
    patients: list[Patient]
    visits: dict[str, np.ndarray]
    discharges: list[tuple[int, int, str]]
    noons: np.ndarray  # (patients, 3): all, below 10, in response


def run_plain(scenario: Scenario, seed: int) -> PlainRun:
    """Run the plain model once."""
    check_covered(scenario)
    model = PlainModel(scenario, seed)
    model.env.process(model.referrals())
    model.env.run(until=model.horizon)
    noons = [patient.noons(model.horizon) for patient in model.patients]
    visits = {
        column.name: np.array([getattr(visit, column.name) for visit in model.visits])
        for column in fields(Visit)
    }
    return PlainRun(scenario, model.patients, visits, model.discharges, np.array(noons))


class PlainModel:
    """The clinic, its patients and their visits on one SimPy environment."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.policy, self.symptoms = scenario.policy, scenario.symptoms
        self.horizon = scenario.run.days * DAY
        self.env = simpy.Environment()
        self.rng = np.random.default_rng(seed)
        self.people = People(scenario, self.rng)
        self.dose = self.policy.treatment.dose_mg_kg or 0.5
        self.patients: list[Patient] = []
        self.visits: list[Visit] = []
        self.discharges: list[tuple[int, int, str]] = []
        self.hire()
        self.open_books()

    def hire(self) -> None:
        """Set up chairs, nurses and prescribers, and how long they are needed."""
        clinic = self.scenario.clinic
        self.places, nurses, self.talks = (
            LOTS if capacity == "unlimited" else capacity
            for capacity in (clinic.chairs, clinic.nurses, clinic.prescribers)
        )
        # One to one takes all `ratio` shares of a nurse's attention, watching takes one.
        self.ratio = clinic.chairs_per_nurse
        self.adverse_risk = adverse_risks(clinic.adverse_events)
        self.shares = nurses * self.ratio
        self.chairs = simpy.Resource(self.env, self.places)
        self.attention = simpy.Container(self.env, self.shares, self.shares)
        self.prescribers = simpy.Resource(self.env, self.talks)
        self.chair_numbers, self.nurse_numbers = Numbers(), Numbers()
        self.prescriber_numbers = Numbers()
        session = clinic.session
        self.prepare = sampler(self.rng, session.prepare_minutes)
        self.infuse = sampler(self.rng, session.infuse_minutes)
        self.monitor = sampler(self.rng, session.monitor_minutes)
        self.discharge = sampler(self.rng, session.discharge_minutes)
        self.turnover = sampler(self.rng, session.turnover_minutes)
        self.talk_minutes = {
            "assessment": sampler(self.rng, clinic.assessment_minutes),
            "evaluation": sampler(self.rng, clinic.evaluation_minutes),
        }

    def open_books(self) -> None:
        """Set up the appointment books and the lengths that are booked."""
        clinic = self.scenario.clinic
        week = list(clinic.hours.week())  # day 0 is a Monday
        grid = clinic.booking.grid_minutes
        self.lead_days = clinic.booking.lead_days
        self.chair_book = AppointmentBook(week, min(self.places, self.shares), grid)
        self.talk_book = AppointmentBook(week, self.talks, grid)
        planned = {
            "session": clinic.planned_minutes("iv"),
            "assessment": clinic.assessment_minutes.expectation(),
            "evaluation": clinic.evaluation_minutes.expectation(),
        }
        self.slots = {kind: int(-(-minutes // grid)) for kind, minutes in planned.items()}

    # ------------------------------------------------------------------ the course of treatment

    def referrals(self) -> Process:
        """Refer patients at random in office hours, Monday to Friday."""
        mean = 5 * OFFICE_MINUTES / self.scenario.referrals.per_week
        worked = 0.0  # minutes of office time
        while True:
            worked += self.rng.exponential(mean)
            days, within = divmod(worked, OFFICE_MINUTES)
            weeks, weekday = divmod(int(days), 5)
            minute = (weeks * 7 + weekday) * DAY + OFFICE_OPENS + int(within)
            yield self.env.timeout(minute - self.env.now)
            patient = self.people.new(len(self.patients), minute)
            self.patients.append(patient)
            self.env.process(self.treatment(patient))

    def treatment(self, patient: Patient) -> Process:
        """Follow one patient from referral to discharge."""
        reason = yield from self.course(patient)
        for appointment in patient.appointments:
            self.chair_book.add(appointment, self.slots["session"], -1)
        self.discharges.append((patient.number, self.env.now, reason))

    def course(self, patient: Patient) -> Process:
        """Assessment, induction, evaluation, extension, boosters; gives the reason of its end."""
        assessed = yield from self.talk(patient, "assessment", patient.referred, 14)
        induction, evaluation = self.policy.induction, self.policy.evaluation
        gaps = list(induction.gaps())
        late = induction.start_within_days
        if not (yield from self.series(patient, assessed.seated, late, gaps)):
            return "withdrew"
        rated = yield from self.evaluated(patient)
        if 2 * rated > patient.baseline and 4 * rated <= 3 * patient.baseline:
            days, late = evaluation.extend_every_days, evaluation.extend_late_days
            due, gaps = patient.last_infusion + days * DAY, [(days, late)]
            if not (yield from self.series(patient, due, late, gaps * (evaluation.extend_by - 1))):
                return "withdrew"
            rated = yield from self.evaluated(patient)
        if 2 * rated > patient.baseline:
            return "non-responder"
        if self.policy.boosters.kind == "none":
            return "completed"
        yield from self.boosters(patient, rated)
        return "stopped maintenance"

    def series(self, patient: Patient, due: int, late: int, gaps: list[tuple[int, int]]) -> Process:
        """Book infusions together and attend them; False when the patient withdraws."""
        length = self.slots["session"]
        series = self.chair_book.find_series(
            length, self.first_day(due), gaps, patient.preferred_time
        )
        for appointment in series:
            self.chair_book.add(appointment, length)
        patient.appointments = series
        for days, late_days in [(0, late), *gaps]:
            if days:
                due, late = patient.last_infusion + days * DAY, late_days
            visit = self.ordered(patient, "induction", due, late)
            yield from self.infusion(patient, visit)
            if patient.infusions >= patient.infusions_tolerated:
                return False
        return True

    def evaluated(self, patient: Patient) -> Process:
        """Be evaluated after the last infusion; gives the rating."""
        policy = self.policy.evaluation
        due = patient.last_infusion + policy.after_days * DAY
        visit = yield from self.talk(patient, "evaluation", due, policy.late_days)
        return visit.rated_before

    def boosters(self, patient: Patient, after_induction: int) -> Process:
        """Come for boosters until the patient stops."""
        policy, book, length = self.policy.boosters, self.chair_book, self.slots["session"]
        leaves = self.env.now + floor(patient.days_in_maintenance * DAY + 0.5)
        interval = policy.first_days if policy.kind == "adaptive" else policy.every_days
        while True:
            due = patient.last_infusion + floor(interval * DAY + 0.5)
            visit = self.ordered(patient, "booster", due, policy.late_days, interval)
            appointment = book.find(length, self.first_day(due), patient.preferred_time)
            book.add(appointment, length)
            patient.appointments = [appointment]
            if leaves <= book.minute(appointment):
                visit.booked = book.minute(appointment)
                yield self.env.timeout(max(0, leaves - self.env.now))
                visit.status = "cancelled"
                return
            yield from self.infusion(patient, visit)
            if policy.kind == "adaptive":
                interval = self.adapted(interval, visit.rated_before, after_induction)

    def adapted(self, interval: float, rated: int, after_induction: int) -> float:
        """Give the next interval: shorter when symptoms have returned, longer while well."""
        policy = self.policy.boosters
        if rated >= policy.high_rating or rated - after_induction >= policy.rise:
            interval *= policy.shorten
        elif rated <= policy.low_rating:
            interval *= policy.lengthen
        return min(max(interval, policy.shortest_days), policy.longest_days)

    def first_day(self, due: int) -> int:
        """Give the first day on which something due then can be booked."""
        return max(due // DAY, self.env.now // DAY + self.lead_days)

    def ordered(
        self, patient: Patient, kind: str, due: int, late_days: int, interval: float = 0.0
    ) -> Visit:
        """Write down a new visit."""
        patient.visits += 1
        latest = due + late_days * DAY
        visit = Visit(patient.number, patient.visits, kind, due, latest, self.env.now, interval)
        self.visits.append(visit)
        return visit

    # ------------------------------------------------------------------ in the clinic

    def arrival(self, patient: Patient, visit: Visit, booked: int) -> Process:
        """Stay at home until the appointment, come, and be rated."""
        visit.booked = booked
        yield self.env.timeout(booked - self.env.now)
        visit.arrived = booked
        visit.status = "in_progress"
        visit.true_before = patient.score(booked)
        visit.rated_before = self.people.rated(visit.true_before)

    def infusion(self, patient: Patient, visit: Visit) -> Process:
        """Come to the first appointment held, and be infused."""
        env, attention, symptoms = self.env, self.attention, self.symptoms
        yield from self.arrival(patient, visit, self.chair_book.minute(patient.appointments[0]))
        patient.appointments.pop(0)
        with self.chairs.request() as chair:
            yield chair
            visit.seated = env.now
            visit.chair = self.chair_numbers.take()
            yield attention.get(self.ratio)
            visit.prepare_start = env.now
            visit.nurse = self.nurse_numbers.take()
            yield env.timeout(self.prepare())
            self.nurse_numbers.give_back(visit.nurse)
            yield attention.put(self.ratio - 1)
            visit.prepared = visit.infusion_start = patient.last_infusion = env.now
            visit.route, visit.dose_mg_kg, visit.bioavailability = "iv", self.dose, 1.0
            yield env.timeout(self.infuse())
            visit.infusion_end = env.now
            exposure = self.dose / 0.5 * symptoms.reference_clearance / patient.clearance
            patient.infused(env.now, exposure, symptoms.c50)
            yield env.timeout(self.monitor() + self.adverse_minutes(patient.infusions, visit))
            visit.ready = env.now
            yield attention.put(1)
            yield attention.get(self.ratio)
            visit.discharge_start = env.now
            visit.nurse = self.nurse_numbers.take()
            yield env.timeout(self.discharge())
            self.nurse_numbers.give_back(visit.nurse)
            yield attention.put(self.ratio)
            visit.left = env.now
            visit.status = "done"
            yield env.timeout(self.turnover())
            visit.chair_free = env.now
            self.chair_numbers.give_back(visit.chair)

    def adverse_minutes(self, infusions: int, visit: Visit) -> int:
        """Throw for an adverse event at the patient's n-th infusion; gives the extra minutes."""
        events = self.scenario.clinic.adverse_events
        visit.adverse = 0
        if self.rng.random() >= self.adverse_risk[min(infusions, 6) - 1]:
            return 0
        visit.adverse = 2 if self.rng.random() < events.treated_share else 1
        return events.extra_minutes

    def talk(self, patient: Patient, kind: str, due: int, late_days: int) -> Process:
        """See the prescriber, for an assessment or an evaluation; gives the visit."""
        visit, book = self.ordered(patient, kind, due, late_days), self.talk_book
        length = self.slots[kind]
        appointment = book.find(length, self.first_day(due), patient.preferred_time)
        book.add(appointment, length)
        yield from self.arrival(patient, visit, book.minute(appointment))
        with self.prescribers.request() as prescriber:
            yield prescriber
            visit.seated = self.env.now
            visit.prescriber = self.prescriber_numbers.take()
            yield self.env.timeout(self.talk_minutes[kind]())
            self.prescriber_numbers.give_back(visit.prescriber)
        visit.left = self.env.now
        visit.status = "done"
        return visit
