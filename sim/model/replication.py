"""A replication: a pure function of scenario, seed and number."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Columns, Floats, Ints
from sim.clinic.clinic import Clinic
from sim.clinic.reception import APPOINTMENT
from sim.clock import Clock
from sim.model.eras import referral_minutes
from sim.model.history import begun as begun_with
from sim.model.pathway import referrals
from sim.model.record import Record, table_of
from sim.model.scenario import Scenario
from sim.model.turning import InTreatment, Rules, SharesUnder
from sim.people.behaviour import Behaviour
from sim.people.cohort import Cohort, drawn, kinetics_of
from sim.people.fluctuation import Fluctuation
from sim.people.patient import HOURS_PER_DAY, Patient, awakened
from sim.people.who_comes import Attendance
from sim.policy.regimen import Phase
from sim.streams import PATIENTS, Streams
from sim.symptoms.relief import (
    Kinetics,
    exposure,
    impulse,
    infusions,
    true_score,
    usual_care,
    with_own_course,
    with_usual_care,
    without_tolerance,
)
from sim.symptoms.trajectory import Segments, reliefs_after, segment_at, segment_starts, segments
from sim.units import MINUTES_PER_DAY, NEVER, half_up

MANY = 4000
"""People from whom on what a run has drawn is not kept for its reading: it takes a gigabyte."""


@dataclass(frozen=True, eq=False)
class Replication:
    """One run: the people, and the record of what happened to them."""

    scenario: Scenario
    seed: int
    replication: int
    patients: Cohort
    visits: Columns  # one row a visit, see sim.clinic.visit; minutes, NEVER (-1) if not yet
    discharges: Columns  # patient, minute, reason
    appointments: Columns  # every one ever made and what became of it, see sim.clinic.reception
    fluctuation: Fluctuation  # drift and rating noise of these people, as in the run

    @property
    def horizon(self) -> int:
        """The minute at which the run ended."""
        return self.scenario.horizon

    @property
    def kinetics(self) -> Kinetics:
        """What shapes relief, with arrays over patients where they differ."""
        return kinetics_of(self.patients, self.scenario.symptoms)

    @cached_property
    def courses(self) -> tuple[Segments, Segments]:
        """States after each infusion that ended before the horizon.

        Two tables: at the doses given, and the same visits at the reference exposure.
        """
        visits, symptoms, cohort = self.visits, self.scenario.symptoms, self.patients
        rows = np.flatnonzero(visits["infusion_end"] != NEVER)
        rows = rows[np.lexsort((visits["infusion_end"][rows], visits["patient"][rows]))]
        who = visits["patient"][rows].astype(np.int64)
        x = exposure(
            visits["dose_mg_kg"][rows],
            visits["bioavailability"][rows],
            cohort.clearance[who],
            symptoms.reference_clearance,
        )
        onset = {
            name: symptoms.route(str(name)).onset_hours / HOURS_PER_DAY
            for name in np.unique(visits["route"][rows])
        }
        ended = visits["infusion_end"][rows].astype(np.int64)
        push = impulse(cohort.responsiveness[who], x, symptoms.c50)
        delay = np.array([onset[name] for name in visits["route"][rows]], dtype=float)
        usual = np.full(len(rows), symptoms.routes.iv.onset_hours / HOURS_PER_DAY)
        return (
            segments(self.kinetics, who, ended, push, delay),
            segments(
                without_tolerance(self.kinetics), who, ended, cohort.responsiveness[who], usual
            ),
        )

    @cached_property
    def _starts(self) -> Ints:
        actual, _ = self.courses
        return segment_starts(actual.patient, actual.since)

    @cached_property
    def usual_care_from(self) -> Ints:
        """Minute from which each patient takes an SSRI or SNRI, the horizon for the others."""
        began = np.full(len(self.patients), self.horizon)
        if self.scenario.policy.usual_care == "from_referral":
            return self.patients.referred
        if self.scenario.policy.usual_care == "after_discharge":
            began[self.discharges["patient"]] = self.discharges["minute"]
        return began

    def relief_at(self, patient: Ints, minute: Ints) -> Floats:
        """Latent relief (0..1) of all sources, for patients and minutes that broadcast."""
        return self.reliefs_at(patient, minute)[0]

    def reliefs_at(self, patient: Ints, minute: Ints) -> tuple[Floats, Floats]:
        """Latent relief of all sources, and that of the same people had nobody been infused.

        Without infusions there is their own course, and usual care where the policy begins it at
        referral. It is the relief of a run of the natural course (`induction.kind = "none"` and no
        assessment) on the same seed.
        """
        patient, minute = np.broadcast_arrays(patient, minute)
        actual, _ = self.courses
        row = segment_at(self._starts, patient.ravel(), minute.ravel())  # the same visits in both
        days = (minute.ravel() - actual.since[row]) / MINUTES_PER_DAY
        given, usual = reliefs_after(self.kinetics, self.courses, row, days)
        share = self.patients.drug_share[patient]
        total: Floats = infusions(given.reshape(patient.shape), usual.reshape(patient.shape), share)
        alone = np.zeros(patient.shape)
        if self.scenario.policy.usual_care != "never":
            care = self._usual_care_at(patient, minute)
            total = with_usual_care(total, care)
            if self.scenario.policy.usual_care == "from_referral":
                alone = with_usual_care(alone, care)
        if self.fluctuation.own_course:
            day = np.maximum(minute - self.patients.referred[patient], 0) // MINUTES_PER_DAY
            own = self.fluctuation.own_at(patient, day)
            total, alone = with_own_course(total, *own), with_own_course(alone, *own)
        return total, alone

    def _usual_care_at(self, patient: Ints, minute: Ints) -> Floats:
        since = np.maximum((minute - self.usual_care_from[patient]) / MINUTES_PER_DAY, 0.0)
        ceiling, tau = self.patients.usual_care_ceiling, self.scenario.symptoms.usual_care.tau_days
        result: Floats = usual_care(ceiling[patient], tau, since, np.exp)
        return result

    def relief(self, days: ArrayLike) -> Floats:
        """Latent relief (0..1), shape (patients, days), at days since each one's referral.

        NaN beyond the horizon: what is not simulated is not known.
        """
        return self._reliefs(_whole_minutes(days))[0]

    def trajectory(self, days: ArrayLike, *, untreated: bool = False) -> Floats:
        """True GAD-7, shape (patients, days), at days since each one's referral; likewise.

        `untreated` gives the scores that the same people would have had without any infusion.
        """
        return self.trajectories(days)[untreated]

    def trajectories(self, days: ArrayLike) -> tuple[Floats, Floats]:
        """True GAD-7 as lived, and as it would have been without any infusion; likewise."""
        minutes = _whole_minutes(days)
        reliefs, day = self._reliefs(minutes), minutes // MINUTES_PER_DAY
        drift = np.zeros(reliefs[0].shape)
        for begin in range(0, len(self.patients), PATIENTS):
            rows = slice(begin, min(begin + PATIENTS, len(self.patients)))
            drift[rows] = self.fluctuation.drifts(rows, int(day.max(initial=0)) + 1)[:, day]
        s0 = self.patients.untreated[:, None]
        lived, alone = (true_score(s0, relief, drift) for relief in reliefs)
        return lived, alone

    def _reliefs(self, minutes: Ints) -> tuple[Floats, Floats]:
        """Relief as lived and without any infusion, at minutes since each one's referral."""
        when = self.patients.referred[:, None] + minutes[None, :]
        who = np.arange(len(self.patients))[:, None]
        both = self.reliefs_at(who, when)
        for relief in both:
            relief[when >= self.horizon] = np.nan
        return both


def _whole_minutes(days: ArrayLike) -> Ints:
    minutes: Ints = half_up(np.asarray(days, dtype=float) * MINUTES_PER_DAY)
    if minutes.ndim != 1 or (minutes < 0).any():
        raise ValueError("days must be a list of numbers of 0 or more, counted from referral")
    return minutes


def recruited(
    scenario: Scenario, seed: int, replication: int = 1, patients: int | None = None
) -> Cohort:
    """Give the people a replication refers; `patients` of them, however many those are.

    Minutes count from the start date. Beyond those whom the run refers, people have no minute of
    referral (it is 0).
    """
    run = scenario.run
    streams = Streams(seed, replication, sampling=run.sampling)
    referred = referral_minutes(scenario, streams)
    if patients is not None:
        referred = np.resize(np.append(referred, np.zeros(patients, np.int64)), patients)
    horizon = run.days * MINUTES_PER_DAY
    return drawn(
        scenario.population, scenario.symptoms, scenario.behaviour, streams, referred, horizon
    )


def everybody(scenario: Scenario, seed: int, replication: int = 1) -> Cohort:
    """Give those who are there when the run starts, and then those whom it refers.

    Minutes are those of the run, which count from `scenario.first_day`.
    """
    return begun_with(scenario, seed, replication, recruited(scenario, seed, replication))


PhasesOf = Callable[[Patient, tuple[Phase, ...]], tuple[Phase, ...]]
"""Gives one patient's phases from those of the policy: for an analysis that knows the patient."""


def replicate(
    scenario: Scenario, seed: int, replication: int = 1, phases: PhasesOf | None = None
) -> Replication:
    """Run the model once; the same arguments give the same replication, bit for bit.

    `seed` names the dice of a study, `replication` (from 1) the throw; both are shared by the
    scenarios of a study, so that each patient, referral and draw is the same in all of them.
    `phases` hands every patient the phases of an analysis (`sim.foreseen` is one); left out,
    everybody has those of the policy.
    """
    _ = scenario.run.warm_up  # refused where it is still to be found
    was_on = gc.isenabled()
    gc.disable()  # a run leaves some four cycles a patient: looking for more costs a tenth of it
    try:
        return _replicated(scenario, seed, replication, phases)
    finally:
        if was_on:
            gc.enable()


def _replicated(
    scenario: Scenario, seed: int, replication: int, phases: PhasesOf | None
) -> Replication:
    cohort, streams = everybody(scenario, seed, replication), Streams(seed, replication)
    fluctuation = Fluctuation(scenario.symptoms, cohort, streams)

    def shares(behaviour: Behaviour) -> tuple[Floats, Floats]:
        """Draw the same people anew: nothing but attendance differs."""
        other = everybody(_with(scenario, behaviour), seed, replication)
        return other.no_show_share, other.first_no_show_share

    record, appointments = _lived(scenario, cohort, streams, fluctuation, phases, shares)
    if len(cohort) >= MANY:  # let go of what was drawn, before as much again is made of the record
        fluctuation = Fluctuation(scenario.symptoms, cohort, streams)
    visits, discharges = record.visits(scenario.horizon), record.discharges()
    booked = table_of(APPOINTMENT, appointments)
    return Replication(scenario, seed, replication, cohort, visits, discharges, booked, fluctuation)


def _with(scenario: Scenario, behaviour: Behaviour) -> Scenario:
    return scenario.model_copy(update={"behaviour": behaviour})


def _lived(
    scenario: Scenario,
    cohort: Cohort,
    streams: Streams,
    fluctuation: Fluctuation,
    phases: PhasesOf | None,
    shares: SharesUnder,
) -> tuple[Record, list[list[Any]]]:
    """Let the people go through the clinic until the horizon; nothing else is left of it."""
    clock, record, dice = Clock(), Record(), streams.of(cohort.key)
    first = next((era.minute // MINUTES_PER_DAY for era in scenario.eras), None)
    clinic = Clinic(clock, scenario.clinic, scenario.first_day, dice, scenario.opens, first)
    attendance = Attendance(scenario.behaviour, dice)
    people = awakened(cohort, scenario.symptoms, scenario.behaviour, fluctuation, dice, attendance)
    rules = Rules(scenario, phases)
    courses = InTreatment(clock, scenario, clinic, rules, record, attendance, dice, shares)
    clock.begin(referrals(clock, people, courses.begun))
    courses.begin_to_turn()
    clock.run(until=scenario.horizon)
    courses.stop()
    clock.forget()
    return record, clinic.reception.appointments
