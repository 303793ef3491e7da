"""The default model as a good SimPy user would plainly write it: the yardstick of `make bench`.

A process per patient, `simpy.Resource` and `simpy.Container`, one random generator that is drawn
from at the moment of use, a dataclass per visit, an appointment book of counts per slot. It takes
its parameters from a `Scenario` and no code from the model's loop, so it is a witness too: both
must give the same numbers, up to chance (tests/benchmarks). Neither slowed down nor tuned; where
two ways were equally plain the quicker one was taken (a patient's daily drift is drawn at once, the
noons are tallied with numpy after the run, a chair is turned over by its patient's process).

It covers the default model: Poisson referrals in office hours, intravenous infusions, appointments
on a grid up to a horizon, a list of those who find none, series booked together, visits missed or
called off and booked again, formal evaluation, and no, fixed or adaptive boosters, which end where
they never bring a response.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, fields
from math import floor, inf
from typing import Any

import numpy as np
import simpy

from plain_clinic import Clinic
from plain_parts import DAY, NEVER, Gap, Patient, Visit, check_covered, sampler
from plain_people import People
from plain_reception import Reception, Wish
from sim.model.scenario import Scenario

OFFICE_OPENS, OFFICE_MINUTES = 9 * 60, 8 * 60

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


class Ended(Exception):
    """A patient's treatment has ended, and why."""


class PlainModel:
    """The clinic, its patients and their visits on one SimPy environment."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.policy = scenario.policy
        self.horizon = scenario.run.days * DAY
        self.env = simpy.Environment()
        self.rng = np.random.default_rng(seed)
        self.people = People(scenario, self.rng)
        self.patients: list[Patient] = []
        self.visits: list[Visit] = []
        self.discharges: list[tuple[int, int, str]] = []
        self.late = sampler(self.rng, scenario.behaviour.lateness_minutes)
        self.clinic = clinic = Clinic(self.env, scenario, self.rng)
        sessions = min(clinic.places, clinic.shares)
        self.reception = Reception(self.env, scenario.clinic, sessions, clinic.talks)

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
        try:
            yield from self.course(patient)
        except Ended as end:
            self.reception.strike_out(patient)
            self.discharges.append((patient.number, self.env.now, str(end)))

    def course(self, patient: Patient) -> Process:
        """Assessment, induction, evaluation, extension, boosters; raises Ended with the reason."""
        assessed = yield from self.talk(patient, "assessment", patient.referred, 14)
        induction, evaluation = self.policy.induction, self.policy.evaluation
        latest = assessed.seated + induction.start_within_days * DAY
        yield from self.series(patient, assessed.seated, latest, 0, list(induction.gaps()))
        rated = yield from self.evaluated(patient)
        if 2 * rated > patient.baseline and 4 * rated <= 3 * patient.baseline:
            gap = (evaluation.extend_every_days, evaluation.extend_late_days, 0)
            due, latest, early = self.window(patient, gap)
            yield from self.series(patient, due, latest, early, [gap] * (evaluation.extend_by - 1))
            rated = yield from self.evaluated(patient)
        if 2 * rated > patient.baseline:
            raise Ended("non-responder")
        if self.policy.boosters.kind == "none":
            raise Ended("completed")
        yield from self.boosters(patient, rated)

    def series(
        self, patient: Patient, due: int, latest: int, early_days: int, gaps: list[Gap]
    ) -> Process:
        """Attend infusions that are booked together, until the patient withdraws."""
        for done in range(len(gaps) + 1):
            if done:
                due, latest, early_days = self.window(patient, gaps[done - 1])
            left = gaps[done:]
            visit = yield from self.arrival(patient, "induction", due, latest, early_days, left)
            yield from self.clinic.infusion(patient, visit)
            if patient.infusions >= patient.infusions_tolerated:
                raise Ended("withdrew")

    def window(self, patient: Patient, gap: Gap) -> tuple[int, int, int]:
        """Give when the next infusion of a series is due, its latest minute, and how early."""
        days, late_days, early_days = gap
        due = patient.last_infusion + days * DAY
        return due, (due // DAY + late_days + 1) * DAY - 1, early_days

    def talk(self, patient: Patient, kind: str, due: int, late_days: int) -> Process:
        """Come to an assessment or an evaluation; gives the visit."""
        visit = yield from self.arrival(patient, kind, due, due + late_days * DAY)
        yield from self.clinic.talk(visit)
        return visit

    def evaluated(self, patient: Patient) -> Process:
        """Be evaluated after the last infusion; gives the rating."""
        policy = self.policy.evaluation
        due = patient.last_infusion + policy.after_days * DAY
        visit = yield from self.talk(patient, "evaluation", due, policy.late_days)
        return visit.rated_before

    def boosters(self, patient: Patient, after_induction: int) -> Process:
        """Come for boosters until the patient stops."""
        policy = self.policy.boosters
        patient.in_maintenance = True
        patient.leaves = self.env.now + floor(patient.days_in_maintenance * DAY + 0.5)
        interval = policy.first_days if policy.kind == "adaptive" else policy.every_days
        never = policy.give_up_after == "never"
        give_up_after = inf if never else max(2, policy.give_up_after)  # rated since the first
        ratings: list[int] = []  # one on arrival at each booster
        while True:
            due = patient.last_infusion + floor(interval * DAY + 0.5)
            latest = due + policy.late_days * DAY
            visit = yield from self.arrival(patient, "booster", due, latest, interval=interval)
            yield from self.clinic.infusion(patient, visit)
            ratings.append(visit.rated_before)
            if len(ratings) >= give_up_after and 2 * min(ratings) > patient.baseline:
                raise Ended("no response to boosters")
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

    # ------------------------------------------------------------------ appointments

    def arrival(
        self,
        patient: Patient,
        kind: str,
        due: int,
        latest: int,
        early_days: int = 0,
        gaps: list[Gap] | None = None,
        interval: float = 0.0,
    ) -> Process:
        """Make appointments until one is kept, come to it and be rated; gives that visit."""
        while True:
            patient.visits += 1
            visit = Visit(patient.number, patient.visits, kind, due, latest, self.env.now, interval)
            self.visits.append(visit)
            visit.wished = max(due, patient.again_from)
            wish = Wish(patient, kind, due, latest, early_days, gaps or [])
            visit.booked = yield from self.reception.appointment(wish)
            if (yield from self.keeps(patient, visit)):
                break
        visit.arrived = self.env.now
        visit.status = "in_progress"
        visit.true_before = patient.score(visit.arrived)
        visit.rated_before = self.people.rated(visit.true_before)
        return visit

    def keeps(self, patient: Patient, visit: Visit) -> Process:
        """Come to an appointment, miss it or call it off; raises Ended when there will be none."""
        rng, behaviour, booked = self.rng, self.scenario.behaviour, visit.booked
        stopped = patient.leaves <= booked
        if booked == NEVER or (stopped and not patient.in_maintenance):
            yield from self.at_home(patient.leaves)
            visit.status = "cancelled"
            raise Ended(
                "stopped maintenance" if patient.in_maintenance else "left the waiting list"
            )
        missing = patient.no_show_share
        if visit.kind == "assessment":
            missing = patient.first_no_show_share
        if patient.in_maintenance:
            missing *= behaviour.rebooked_share
        tomorrow = (booked // DAY + 1) * DAY
        if stopped or rng.random() < missing:
            yield from self.at_home(booked)
            visit.status = "no_show"
            self.reception.over(patient)
            if stopped:
                raise Ended("stopped maintenance")
            if not patient.in_maintenance and rng.random() >= behaviour.rebooked_share:
                raise Ended("lost to follow-up")
            patient.again_from = tomorrow
            if rng.random() >= behaviour.rebooked_within_2_weeks_share:
                patient.again_from += floor(rng.uniform(15, 42) * DAY + 0.5)
            return False
        if rng.random() < behaviour.late_cancellation_share:
            yield from self.at_home(booked - floor(behaviour.cancellation_notice_days * DAY + 0.5))
            visit.status = "cancelled"
            patient.again_from = tomorrow
            self.reception.over(patient, called_off=True)
            return False
        yield from self.at_home(booked + self.late())
        self.reception.over(patient)
        return True

    def at_home(self, until: int) -> Process:
        """Stay at home until a minute, if it is still to come."""
        if until > self.env.now:
            yield self.env.timeout(until - self.env.now)
