"""A cohort without a clinic, all at once: where nothing queues, no event needs a calendar.

Everybody is referred at minute 0 and infused at the minutes of a protocol. Relief is the closed
form of `symptoms`, dice are those of a simulated run, and the decisions are the policy's: a trial
of `docs/model.md` without a clinic gives the same visits (tests/model/test_trial_vectorised.py).

`ConsolidatingCourse` is a structure to compare the model with: a third state C that lasts.

    at an infusion of impulse j    C <- C + (1 - C) (1 - exp(-a_c j R_before))
    between infusions              C(t) = C0 exp(-t / 365 d)
    relief                         E = Emax (1 - (1 - F)(1 - R)(1 - C))

What an infusion finds of slow relief it makes lasting, so a single one consolidates nothing.
"""

from __future__ import annotations

from copy import copy
from math import exp
from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.people.cohort import Cohort, kinetics_of
from sim.people.fluctuation import Fluctuation
from sim.people.patient import HOURS_PER_DAY
from sim.policy.regimen import Treatment
from sim.symptoms.parameters import Symptoms
from sim.symptoms.relief import (
    LONGEST_ONSET,
    Dose,
    State,
    dose_of,
    exposure,
    impulse,
    infused_left,
    infusions,
    personal_bioavailability,
    rated_score,
    relief_left,
    true_score,
    weakened,
    with_own_course,
    without_tolerance,
)
from sim.units import MINUTES_PER_DAY


class Moment(NamedTuple):
    """Everybody just after one infusion of the protocol: of the dose given, and of E_ns.

    In a state the minute and the onset are one for all, or one a patient.
    """

    given: State
    reference: State
    more: Any = (None, None)  # what another structure adds to either


def exposures(cohort: Cohort, symptoms: Symptoms, treatment: Treatment) -> Floats:
    """Exposure x of each person to one infusion of a treatment: 1 is 0.5 mg/kg IV, typical."""
    route = symptoms.route(treatment.route)
    dose = treatment.for_weight(cohort.weight).dose_mg_kg  # type: ignore[arg-type]  # arrays do
    share: Any = route.bioavailability
    if route.bioavailability_cv:
        share = np.array(
            [
                personal_bioavailability(share, route.bioavailability_cv, z)
                for z in cohort.bioavailability_z.tolist()
            ]
        )
    x: Floats = exposure(dose, share, cohort.clearance, symptoms.reference_clearance)
    return x


def dose_given(cohort: Cohort, symptoms: Symptoms, treatment: Treatment) -> Dose:
    """Push of one infusion of a treatment in each person, and its onset."""
    x = exposures(cohort, symptoms, treatment)
    onset = symptoms.route(treatment.route).onset_hours / HOURS_PER_DAY
    push = impulse(cohort.responsiveness, x, symptoms.c50)
    return dose_of(kinetics_of(cohort, symptoms), push, onset, np.exp)


def reference_dose(cohort: Cohort, symptoms: Symptoms) -> Dose:
    """The dose whose course the non-specific relief follows: 0.5 mg/kg IV, typical exposure."""
    onset = symptoms.routes.iv.onset_hours / HOURS_PER_DAY
    kinetics = without_tolerance(kinetics_of(cohort, symptoms))
    return dose_of(kinetics, cohort.responsiveness, onset, np.exp)


class CohortCourse:
    """The relief of a cohort, from infusion to infusion; `moments[k]` is just after the k-th."""

    def __init__(self, cohort: Cohort, symptoms: Symptoms, fluctuation: Fluctuation) -> None:
        self.cohort = cohort
        self.symptoms = symptoms
        self.kinetics = kinetics_of(cohort, symptoms)
        self.fluctuation = fluctuation
        self._reference = reference_dose(cohort, symptoms)
        self._non_specific = bool((cohort.drug_share < 1).any())
        zero = np.zeros(len(cohort))
        bare = State(0, zero, zero, zero, zero, 1.0)
        self._shares_left: dict[float, tuple[float, Floats]] = {}
        self.moments = [Moment(bare, bare)]

    def branch(self) -> CohortCourse:
        """Give a course that goes its own way from here on."""
        other = copy(self)
        other.moments = list(self.moments)
        return other

    def infuse(self, dose: Dose, ended: int | Ints, whom: Bools | None = None) -> None:
        """Infuse everybody, or some of them; the dose counts at its end."""
        newest = self.moments[-1]
        left = self._left((ended - newest.given.since) / MINUTES_PER_DAY)
        given, reference = (
            infused_left(kinetics, state, ended, *left, dose, np.exp)
            for kinetics, state, dose in (
                (self.kinetics, newest.given, dose),
                (without_tolerance(self.kinetics), newest.reference, self._reference),
            )
        )
        moment = Moment(given, reference)
        self.moments.append(moment if whom is None else _only(whom, moment, newest))

    def _left(self, days: Any) -> tuple[Any, Floats]:
        """Shares left of the fast and of the slow state; for one gap, found once."""
        if isinstance(days, np.ndarray):
            return np.exp(-days / self.kinetics.tau_fast), np.exp(-days / self.kinetics.tau_slow)
        if days not in self._shares_left:
            slow = np.exp(-days / self.kinetics.tau_slow)
            self._shares_left[days] = exp(-days / self.kinetics.tau_fast), slow
        return self._shares_left[days]

    def relief(self, minute: int | Ints, after: int = -1) -> Floats:
        """Latent relief (0..1) of everybody at a minute, `after` that many infusions (-1: all)."""
        moment = self.moments[after]
        days = (minute - moment.given.since) / MINUTES_PER_DAY
        left = self._left(days)
        total = self.dose_relief(moment.given, days, left, moment.more[0])
        if self._non_specific:
            reference = self.dose_relief(moment.reference, days, left, moment.more[1])
            total = infusions(total, reference, self.cohort.drug_share)
        if self.fluctuation.own_course:
            total = with_own_course(total, *self._own(minute))
        return total

    def _own(self, minute: int | Ints) -> tuple[Floats, Floats]:
        """Relief lost and gained by everybody's own course on the day of a minute."""
        people, day = len(self.cohort), np.asarray(minute) // MINUTES_PER_DAY
        if day.ndim == 0:
            return self.fluctuation.own_on(int(day), people)
        return self.fluctuation.own_at(np.arange(people), day.astype(np.int64))

    def dose_relief(self, at: State, days: Any, left: tuple[Any, Floats], more: Any) -> Floats:
        """Relief of one dose so many days after its newest infusion, with so much left."""
        onsets = days / at.onset_days
        waiting = np.exp(-onsets) if np.min(onsets) < LONGEST_ONSET else None
        relief: Floats = relief_left(self.kinetics.ceiling, at, *left, waiting)
        return relief

    def true(self, minute: int | Ints, relief: Floats) -> Floats:
        """True GAD-7 at a minute, S0 (1 - E) + D, clipped to 0..21."""
        drift, _ = self.on(minute)
        score: Floats = true_score(self.cohort.untreated, relief, drift)
        return score

    def rated(self, minute: int | Ints, true: Floats) -> Ints:
        """Rated GAD-7 at a minute: with that day's noise, rounded half up, clipped to 0..21."""
        _, noise = self.on(minute)
        score: Ints = rated_score(true, noise)
        return score

    def on(self, minute: int | Ints) -> tuple[Floats, Floats]:
        """Drift and noise on the day of a minute: one for all, or one a patient."""
        people, day = len(self.cohort), np.asarray(minute) // MINUTES_PER_DAY
        if day.ndim == 0:
            return self.fluctuation.on(int(day), people)
        drift, noise = np.zeros(people), np.zeros(people)
        for one in np.unique(day):
            rows = day == one
            today = self.fluctuation.on(int(one), people)
            drift[rows], noise[rows] = today[0][rows], today[1][rows]
        return drift, noise


def _only(whom: Bools, new: Moment, old: Moment) -> Moment:
    """Keep the old moment of those who were not infused."""

    def chosen(here: State, before: State) -> State:
        return State(*(np.where(whom, a, b) for a, b in zip(here, before, strict=True)))

    return Moment(chosen(new.given, old.given), chosen(new.reference, old.reference))


LASTING_DAYS = 365.0


class ConsolidatingCourse(CohortCourse):
    """The relief of a cohort with a third state, whose gain is `consolidation`."""

    def __init__(
        self, cohort: Cohort, symptoms: Symptoms, fluctuation: Fluctuation, consolidation: float
    ) -> None:
        super().__init__(cohort, symptoms, fluctuation)
        self._gain = consolidation
        zero = np.zeros(len(cohort))
        self.moments = [self.moments[0]._replace(more=(zero, zero))]

    def infuse(self, dose: Dose, ended: int | Ints, whom: Bools | None = None) -> None:
        """Infuse everybody: as without the third state, and consolidate."""
        assert whom is None
        before = self.moments[-1]
        super().infuse(dose, ended)
        kept = np.exp(-(ended - before.given.since) / MINUTES_PER_DAY / LASTING_DAYS)
        push, _ = weakened(self.kinetics, before.given, ended, dose.impulse, np.exp)
        newest, pushes = self.moments[-1], (push, self._reference.impulse)
        lasting = []
        for old, state, push in zip(before.more, newest[:2], pushes, strict=True):
            held = old * kept
            lasting.append(held + (1 - held) * (1 - np.exp(-self._gain * push * state.slow_before)))
        self.moments[-1] = newest._replace(more=tuple(lasting))

    def dose_relief(self, at: Any, days: Any, left: Any, more: Any) -> Floats:
        """Relief of one dose with the third state."""
        bare = super().dose_relief(at, days, left, None)
        lasting = more * np.exp(-days / LASTING_DAYS)
        relief: Floats = self.kinetics.ceiling - (self.kinetics.ceiling - bare) * (1 - lasting)
        return relief
