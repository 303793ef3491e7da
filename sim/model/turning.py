"""Changes in mid-run: on its day a clinic, a policy and a behaviour become others, for everybody.

Nothing of it is known before. What has happened, what is under way and what is ordered stays as it
is; of appointments already made those are kept that the clinic can still keep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.arrays import Floats
from sim.clinic.booking_rules import WalkIn
from sim.clinic.clinic import Clinic
from sim.clinic.clinic_table import ClinicTable
from sim.clinic.prices import Prices
from sim.clock import Clock, Process
from sim.model.eras import each
from sim.model.history import Past, pasts
from sim.model.pathway import Pathway
from sim.model.record import Record
from sim.model.scenario import Era, Scenario
from sim.people.behaviour import Behaviour
from sim.people.patient import FOREVER, Patient
from sim.people.who_comes import Attendance
from sim.policy.regimen import Assessment, Phase, Regimen
from sim.streams import Streams
from sim.units import MINUTES_PER_DAY

_Own = Callable[[Patient, tuple[Phase, ...]], tuple[Phase, ...]]

SharesUnder = Callable[[Behaviour], tuple[Floats, Floats]]
"""Gives everybody's shares of visits missed, later ones and the first of all, under a behaviour."""


class Rules:
    """The phases that each patient goes by."""

    def __init__(self, scenario: Scenario, own: _Own | None) -> None:
        self.regimen = scenario.policy  # in force
        self._scenario, self._own = scenario, own
        self._scripts = pasts(scenario)
        self._usual = scenario.policy.phases()
        self._begun: dict[int, Regimen] = {}  # by patient, where it is no more the one in force

    def of(self, patient: Patient) -> tuple[Phase, ...]:
        """Give the phases of one patient: the policy's, after a past if there is one."""
        begun = self._begun.get(patient.number, self.regimen)
        phases = self._usual if begun is self.regimen else mixed(begun, self.regimen)
        if past := self._scripts.get(patient.number):
            phases = self._with_policy(past, begun).taken_up(patient, phases)
        if self._own is not None:
            phases = self._own(patient, phases)
        return tuple(self.regimen.heard(begun.heard(phase)) for phase in phases)

    def turn_to(self, regimen: Regimen, courses: list[Pathway]) -> None:
        """Let another regimen hold; an induction goes on by the rules by which it began."""
        for course in courses:
            number = course.patient.number
            script = self._scripts.get(number)
            if course.chart.count("induction") or (script and not script.waiting):
                self._begun.setdefault(number, self.regimen)
        self.regimen, self._usual = regimen, regimen.phases()
        for course in courses:
            course.goes_by(regimen, self.of(course.patient))

    def _with_policy(self, past: Past, begun: Regimen) -> Past:
        """Have somebody who waits from before the run begin by the regimen in force."""
        if begun is self._scenario.policy or not past.waiting:
            return past
        return replace(past, scenario=self._scenario.model_copy(update={"policy": begun}))


def mixed(begun: Regimen, now: Regimen) -> tuple[Phase, ...]:
    """Give the phases of one regimen up to the evaluation, and those of another after it."""
    first = {id(begun.induction), id(begun.evaluation)}
    after = {id(now.relapse), id(now.boosters)}
    return (
        *(p for p in begun.phases() if id(p) in first or isinstance(p, Assessment)),
        *(p for p in now.phases() if id(p) in after),
    )


MANY_COURSES = 1024
"""So many more, and those that are over are let go of."""


class InTreatment:
    """Everybody's treatment, through the eras of a run."""

    def __init__(
        self,
        clock: Clock,
        scenario: Scenario,
        clinic: Clinic,
        rules: Rules,
        record: Record,
        attendance: Attendance,
        dice: Streams,
        shares: SharesUnder,
    ) -> None:
        self._clock, self._clinic, self._rules = clock, clinic, rules
        self._record, self._attendance, self._dice = record, attendance, dice
        self._shares, self._horizon = shares, scenario.horizon
        self._eras, self._next = scenario.eras, 0
        self._before = scenario
        self._courses: list[Pathway] = []
        rated = [one.policy.ratings.hours_after_infusion for one in each(scenario)]
        self._knows_them = bool(scenario.eras) or any(rated)
        self._most = MANY_COURSES

    def begun(self, patient: Patient) -> Pathway:
        """Begin the course of somebody referred in this minute, by the rules in force."""
        rules = self._rules
        course = Pathway(
            self._clock, patient, rules.regimen, rules.of(patient), self._clinic, self._record
        )
        if self._knows_them:
            course.stands_until = self._until()
            self._courses.append(course)
            if len(self._courses) > self._most:
                self._let_go()
        return course

    def _let_go(self) -> None:
        self._courses = [course for course in self._courses if not course.over]
        self._most = 2 * len(self._courses) + MANY_COURSES

    def stop(self) -> None:
        """Have the run end."""
        for course in self._courses:
            course.stops(self._horizon)

    def begin_to_turn(self) -> None:
        """Turn from era to era in the course of the run, where there are any."""
        if self._eras:
            self._clock.begin(self._turns())

    def _turns(self) -> Process:
        """Before all else of its first minute an era begins."""
        for place, era in enumerate(self._eras):
            yield self._clock.before_all(era.minute)
            self._next = place + 1
            self._turn_to(era)

    def _until(self) -> int:
        return self._eras[self._next].minute if self._next < len(self._eras) else FOREVER

    def _turn_to(self, era: Era) -> None:
        before, now = self._before, era.scenario
        self._before = now
        self._let_go()
        if now.behaviour != before.behaviour:
            self._attendance.turns_to(now.behaviour, self._dice, self._shares(now.behaviour))
        if now.policy != before.policy:
            self._rules.turn_to(now.policy, self._courses)
        if _on_the_floor(now.clinic) != _on_the_floor(before.clinic):
            self._turn_clinic(now.clinic)
        for course in self._courses:
            course.stands(self._until())

    def _turn_clinic(self, table: ClinicTable) -> None:
        """Let the clinic become another, and have everybody called whom it cannot see as agreed."""
        until = self._until()
        lost = set(self._clinic.turns_to(table, until // MINUTES_PER_DAY))
        called: list[tuple[int, Pathway]] = []
        for course in self._courses:
            visit = course.ahead
            if visit is None or visit.booked is None or not course.is_at_home:
                continue
            closed = isinstance(table.booking, WalkIn) and self._is_closed(visit.booked)
            if closed or (visit.patient, visit.booked) in lost:
                called.append((visit.booked, course))
        for _, course in sorted(called, key=lambda one: one[0]):
            course.is_called()

    def _is_closed(self, booked: int) -> bool:
        """Whether somebody who walks in then would find the clinic closed."""
        return booked > self._clock.now and self._clinic.calendar.next_open(booked) != booked


def _on_the_floor(clinic: ClinicTable) -> ClinicTable:
    """Leave out what nothing in the clinic depends on."""
    return clinic.model_copy(update={"prices": Prices()})
