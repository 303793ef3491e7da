"""One patient's truth: relief, scores and ratings, and how long treatment is borne."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from sim.arrays import Floats
from sim.people.behaviour import Behaviour
from sim.people.cohort import Cohort
from sim.people.fluctuation import Fluctuation
from sim.people.staying import Staying
from sim.people.who_comes import Attendance, Fate
from sim.per_use import PerUse, RealPerUse
from sim.scales import is_response
from sim.streams import Purpose, Streams
from sim.symptoms.calibrations import Calibration
from sim.symptoms.parameters import Symptoms
from sim.symptoms.relief import (
    Dose,
    Kinetics,
    State,
    dose_of,
    exposure,
    impulse,
    infused_left,
    infusions,
    left,
    personal_bioavailability,
    rated_score,
    relief_left,
    true_score,
    usual_care,
    waiting,
    with_own_course,
    with_usual_care,
    without_tolerance,
)
from sim.units import MINUTES_PER_DAY, minutes_of

HOURS_PER_DAY = 24
FOREVER = 2**60  # a minute that no run reaches


def awakened(
    cohort: Cohort,
    symptoms: Symptoms,
    behaviour: Behaviour,
    fluctuation: Fluctuation,
    streams: Streams,
    attendance: Attendance | None = None,
) -> Iterator[Patient]:
    """Wake the patients of a cohort one after another, in order of referral.

    `attendance` has the dice of who comes; left out, it is made of `behaviour`.
    """
    fit = symptoms.calibrated()
    share = behaviour.missed_rating_share

    def missed(uniform: Floats) -> Floats:
        return (uniform < share).astype(np.float64)

    misses = PerUse(streams, Purpose.MISSED_RATING, missed)
    sessions = RealPerUse(streams, Purpose.SESSION_BIOAVAILABILITY, ndtri)
    attendance = attendance or Attendance(behaviour, streams)
    for number in range(len(cohort)):
        yield Patient(number, cohort, symptoms, fit, fluctuation, misses, sessions, attendance)


class Standing(NamedTuple):
    """What infusions have changed in a person."""

    state: State
    reference: State  # of the same visits at the reference exposure
    infusions: int
    leaves: int


class Patient:
    """What happens inside one person; the pathway tells it of infusions."""

    __slots__ = (
        "_attendance", "_bioavailability_z", "_clearance", "_doses", "_drug_share",
        "_first_missing", "_fluctuation", "_kinetics", "_misses", "_missing", "_non_specific",
        "_patience_days", "_reference", "_reference_dose", "_reference_kinetics",
        "_responsiveness", "_sessions", "_state", "_staying", "_symptoms",
        "_usual_care_ceiling", "_usual_care_from", "baseline", "comorbid", "in_maintenance",
        "infusions", "known_until", "leaves", "number", "preferred_time", "referred",
        "untreated", "weight",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        cohort: Cohort,
        symptoms: Symptoms,
        fit: Calibration,
        fluctuation: Fluctuation,
        misses: PerUse,
        sessions: RealPerUse,
        attendance: Attendance,
    ) -> None:
        self.number = number
        self.referred = int(cohort.referred[number])
        self.baseline = int(cohort.baseline[number])
        self.weight = float(cohort.weight[number])
        self.preferred_time = float(cohort.preferred_time[number])
        self.infusions = 0
        self.leaves = FOREVER  # minute at which patience is at its end, or maintenance is stopped
        self.known_until = 0  # minute until which a file says what happened: nothing was missed
        self.untreated = float(cohort.untreated[number])
        self._clearance = float(cohort.clearance[number])
        self._responsiveness = float(cohort.responsiveness[number])
        self._bioavailability_z = float(cohort.bioavailability_z[number])
        self.in_maintenance = False  # whether a booster has been ordered
        self._staying = Staying(
            int(cohort.infusions_tolerated[number]),
            float(cohort.days_in_maintenance[number]),
            attendance.numbers,
        )
        self._symptoms = symptoms
        self._doses: dict[tuple[str, float], tuple[Dose, float]] = {}
        self._fluctuation = fluctuation
        self._kinetics = Kinetics(
            fit.a_fast,
            fit.a_slow,
            fit.tau_fast_days,
            float(cohort.tau_slow[number]),
            float(cohort.ceiling[number]),
            symptoms.plasticity,
            symptoms.tolerance,
            symptoms.tolerance_days,
        )
        self._reference_kinetics = without_tolerance(self._kinetics)
        self.comorbid = bool(cohort.ptsd[number] or cohort.chronic_pain[number])
        self._misses = misses
        self._attendance = attendance
        self._missing = float(cohort.no_show_share[number])
        self._first_missing = float(cohort.first_no_show_share[number])
        self._patience_days = float(cohort.patience_days[number])
        self._sessions = sessions  # standard normal by k-th infusion
        self._drug_share = float(cohort.drug_share[number])
        self._non_specific = self._drug_share < 1
        onset_days = symptoms.routes.iv.onset_hours / HOURS_PER_DAY
        self._reference_dose = dose_of(self._reference_kinetics, self._responsiveness, onset_days)
        self._state = self._reference = State(since=self.referred)
        self._usual_care_from = FOREVER
        self._usual_care_ceiling = float(cohort.usual_care_ceiling[number])

    @property
    def standing(self) -> Standing:
        """Where this person stands: an analysis may try what would come, and set it back."""
        return Standing(self._state, self._reference, self.infusions, self.leaves)

    @standing.setter
    def standing(self, then: Standing) -> None:
        self._state, self._reference, self.infusions, self.leaves = then

    def relief(self, minute: int) -> float:
        """Relief (0..1) of all sources at a minute not before the newest infusion's end."""
        state, ceiling = self._state, self._kinetics.ceiling
        days, fast_left, slow_left = left(self._kinetics, state, minute)
        waits = waiting(days, state.onset_days)
        total = relief_left(ceiling, state, fast_left, slow_left, waits)
        if self._non_specific:
            state = self._reference
            waits = waiting(days, state.onset_days)
            reference = relief_left(ceiling, state, fast_left, slow_left, waits)
            total = infusions(total, reference, self._drug_share)
        if minute > self._usual_care_from:
            days = (minute - self._usual_care_from) / MINUTES_PER_DAY
            tau = self._symptoms.usual_care.tau_days
            total = with_usual_care(total, usual_care(self._usual_care_ceiling, tau, days))
        if self._fluctuation.own_course:
            day = (minute - self.referred) // MINUTES_PER_DAY
            total = with_own_course(total, *self._fluctuation.own(self.number, day))
        return float(total)

    @property
    def drift_sd(self) -> float:
        """Standard deviation of the daily drift, in points."""
        return self._symptoms.drift_sd

    def begins_usual_care(self, minute: int) -> None:
        """Start an SSRI or SNRI, unless one is taken already."""
        self._usual_care_from = min(self._usual_care_from, minute)

    def scores(self, minute: int) -> tuple[float, int]:
        """True and rated GAD-7 at a minute, both in points."""
        day = (minute - self.referred) // MINUTES_PER_DAY
        drift = self._fluctuation.drift(self.number, day)
        true = true_score(self.untreated, self.relief(minute), drift)
        return true, rated_score(true, self._fluctuation.noise(self.number, day))

    def bioavailability(self, route: str) -> float:
        """Share of a dose by this route that reaches this person's circulation, this session."""
        table = self._symptoms.route(route)
        personal = personal_bioavailability(
            table.bioavailability, table.bioavailability_cv, self._bioavailability_z
        )
        if not table.session_cv:
            return personal
        z = self._sessions(self.number, self.infusions)
        return personal_bioavailability(personal, table.session_cv, z)

    def infused(self, ended: int, route: str, dose_mg_kg: float) -> float:
        """Feel an infusion: the dose counts at its end; gives the bioavailability."""
        key = route, dose_mg_kg
        if (known := self._doses.get(key)) is None:
            known = self._dose(route, dose_mg_kg)
            if not self._symptoms.route(route).session_cv:  # the same at every infusion
                self._doses[key] = known
        dose, bioavailability = known
        state, kinetics = self._state, self._kinetics
        _, fast_left, slow_left = left(kinetics, state, ended)
        self._state = infused_left(kinetics, state, ended, fast_left, slow_left, dose)
        if self._non_specific:  # the same visits, so the same times
            state, dose, kinetics = self._reference, self._reference_dose, self._reference_kinetics
            self._reference = infused_left(kinetics, state, ended, fast_left, slow_left, dose)
        self.infusions += 1
        self._staying.infused()
        if not self.in_maintenance:
            self.leaves = FOREVER  # no longer waiting for treatment
        return bioavailability

    def _dose(self, route: str, dose_mg_kg: float) -> tuple[Dose, float]:
        """What a prescription brings in this person, and its bioavailability."""
        symptoms, bioavailability = self._symptoms, self.bioavailability(route)
        x = exposure(dose_mg_kg, bioavailability, self._clearance, symptoms.reference_clearance)
        onset_days = symptoms.route(route).onset_hours / HOURS_PER_DAY
        push = impulse(self._responsiveness, x, symptoms.c50)
        return dose_of(self._kinetics, push, onset_days), bioavailability

    def misses_rating(self, number: int) -> bool:
        """Whether the `number`-th remote rating asked for by a policy is never sent."""
        return bool(self._misses(self.number, number))

    def withdraws(self) -> bool:
        """Whether the induction has become too much."""
        return self._staying.withdraws

    def learns(self, minute: int, rated: int) -> None:
        """Learn from a rating whether treatment helps; who sees no benefit leaves sooner."""
        if not self._staying.by_benefit:
            return
        self._staying.rated(minute, is_response(rated, self.baseline))
        if self.in_maintenance:
            self.leaves = self._staying.stops

    def awaits_treatment(self) -> None:
        """Start the time after which this person leaves the waiting list."""
        if not self.in_maintenance:
            since = max(self.referred, self.known_until)
            self.leaves = since + minutes_of(self._patience_days)

    def enters_maintenance(self, minute: int) -> None:
        """Start the time after which this person stops maintenance, once."""
        if not self.in_maintenance:
            self.in_maintenance = True
            self._staying.enters_maintenance(minute)
            self.leaves = self._staying.stops

    def fate(self, appointment: int, booked: int, first: bool) -> Fate:
        """Whether this person comes to an appointment, the first visit of all or a later one."""
        if booked < self.known_until:
            return "comes"
        missing = self._first_missing if first else self._missing
        if (shares := self._attendance.shares) is not None:
            missing = float(shares[first][self.number])
        return self._attendance.fate(self.number, appointment, missing, self.in_maintenance)

    def days_put_off(self, appointment: int, booked: int) -> float:
        """How many days later this person asks to come, as soon as the day is known; 0: not."""
        if booked < self.known_until:
            return 0.0
        return self._attendance.days_put_off(self.number, appointment)

    def late_minutes(self, appointment: int) -> int:
        """How late this person comes to an appointment."""
        return self._attendance.late_minutes(self.number, appointment)

    @property
    def notice_minutes(self) -> int:
        """How long before an appointment this person calls it off."""
        return self._attendance.notice_minutes

    def comes_again(self, appointment: int) -> bool:
        """Whether a missed appointment is made up for."""
        return self.in_maintenance or self._attendance.comes_again(self.number, appointment)

    def again_from(self, appointment: int, missed: int) -> int:
        """Minute from which the appointment after one missed at this minute is wished for."""
        days = self._attendance.days_until_again(self.number, appointment)
        return missed + minutes_of(days)
