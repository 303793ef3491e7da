"""How the people of a twin fare: relief from infusion to infusion, ratings, and some noons."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.scenario import Scenario
from sim.model.without_clinic import dose_given, reference_dose
from sim.people.cohort import Cohort, kinetics_of
from sim.people.fluctuation import Fluctuation, OnDay
from sim.people.jumps import Jumps
from sim.policy.regimen import Treatment
from sim.symptoms.relief import (
    Dose,
    Kinetics,
    State,
    infused_left,
    infusions,
    rated_score,
    relief_left,
    true_score,
    usual_care,
    with_own_course,
    with_usual_care,
    without_tolerance,
)
from sim.symptoms.trajectory import BEFORE, segment_at, segment_starts
from sim.units import MINUTES_PER_DAY, NOON, first_noon, half_up


def minutes_each(days: Any) -> Any:
    """Turn days into whole minutes, half up: of one, or of everybody; for ever stays for ever."""
    return half_up(np.minimum(np.asarray(days, dtype=float), 1e9) * MINUTES_PER_DAY)


Daily = Fluctuation | Jumps
"""What drift, noise and people's own course come from: the dice of a run, or others."""


class Moments(NamedTuple):
    """Two states, of the doses given and of the reference, as columns over people or infusions."""

    given: State
    reference: State


class TwinRelief:
    """The states of everybody, and the record of all infusions with the states after them."""

    def __init__(self, scenario: Scenario, cohort: Cohort, course: Daily) -> None:
        self.cohort, self._symptoms = cohort, scenario.symptoms
        self._kinetics = kinetics_of(cohort, scenario.symptoms)
        self._care = scenario.policy.usual_care == "from_referral"
        self._course = course
        self._doses: dict[Treatment, Dose] = {}
        self._reference = reference_dose(cohort, scenario.symptoms)
        everybody = np.arange(len(cohort))
        never, nothing = np.full(len(cohort), BEFORE), np.zeros(len(cohort))
        none = State(never, nothing, nothing, nothing, nothing, nothing + 1, nothing)
        self._now = _at(Moments(none, none), everybody)
        self._record = [(everybody, _at(self._now, everybody))]

    @property
    def infused(self) -> Ints:
        """Whom each infusion was given to, shape (infusions,)."""
        return np.concatenate([who for who, _ in self._record[1:]] or [np.zeros(0, np.int64)])

    def infuse(self, who: Ints, ended: Ints, treatment: Treatment) -> None:
        """Infuse some people; the dose counts from these minutes on."""
        if treatment not in self._doses:
            self._doses[treatment] = dose_given(self.cohort, self._symptoms, treatment)
        kinetics = self._of(who)
        doses = _of_some(self._doses[treatment], who), _of_some(self._reference, who)
        laws = kinetics, without_tolerance(kinetics)
        for now, before, dose, law in zip(self._now, _at(self._now, who), doses, laws, strict=True):
            state = infused_left(law, before, ended, *self._left(before, ended, law), dose, np.exp)
            for column, values in zip(now, state, strict=True):
                column[who] = values
        self._record.append((who, _at(self._now, who)))

    def rated(self, who: Ints, minute: Ints) -> Ints:
        """Rate people at minutes: with that day's drift and noise."""
        day = (minute - self.cohort.referred[who]) // MINUTES_PER_DAY
        today = self._course.seen(who, day)
        relief = self._relief(who, minute, today, _at(self._now, who))
        true = true_score(self.cohort.untreated[who], relief, today.drift)
        rated: Ints = rated_score(true, today.noise)
        return rated

    def scores(self, who: Ints, number: Ints) -> Floats:
        """True scores of people at the `number`-th noon from referral on."""
        first = first_noon(self.cohort.referred)[who]
        minute = (first + number) * MINUTES_PER_DAY + NOON
        people = np.concatenate([patients for patients, _ in self._record])
        table = [
            State._make(np.concatenate(columns) for columns in zip(*states, strict=True))
            for states in zip(*(moments for _, moments in self._record), strict=True)
        ]
        starts = segment_starts(people, table[0].since)
        order = np.argsort(starts, kind="stable")
        row = order[segment_at(starts[order], who, minute)]
        glances = getattr(self._course, "glances", self._course.seen)
        today = glances(who, (minute - self.cohort.referred[who]) // MINUTES_PER_DAY)
        relief = self._relief(who, minute, today, _at(Moments(*table), row))
        score: Floats = true_score(self.cohort.untreated[who], relief, today.drift)
        return score

    def _of(self, who: Ints) -> Kinetics:
        law = self._kinetics
        return law._replace(tau_slow=law.tau_slow[who], ceiling=law.ceiling[who])

    def _left(self, state: State, minute: Ints, law: Kinetics) -> tuple[Floats, Floats]:
        days = (minute - state.since) / MINUTES_PER_DAY
        return np.exp(-days / law.tau_fast), np.exp(-days / law.tau_slow)

    def _relief(self, who: Ints, minute: Ints, today: OnDay, at: Moments) -> Floats:
        """Relief of all sources, of people in these states."""
        law, cohort = self._of(who), self.cohort
        left = self._left(at.given, minute, law)
        days = (minute - at.given.since) / MINUTES_PER_DAY
        course, reference = (
            relief_left(law.ceiling, state, *left, np.exp(-days / state.onset_days)) for state in at
        )
        relief: Floats = infusions(course, reference, cohort.drug_share[who])
        if self._care:
            days = (minute - cohort.referred[who]) / MINUTES_PER_DAY
            tau = self._symptoms.usual_care.tau_days
            care = usual_care(cohort.usual_care_ceiling[who], tau, days, np.exp)
            relief = with_usual_care(relief, care)
        if self._course.own_course:
            relief = with_own_course(relief, today.lost, today.own)
        return relief


def _at(moments: Moments, rows: Ints) -> Moments:
    """Give copies of some rows."""
    return Moments(*(State._make(column[rows] for column in state) for state in moments))


def _of_some(dose: Dose, who: Ints) -> Dose:
    """Give the dose of some people."""
    added = None if dose.added is None else tuple(share[who] for share in dose.added)
    return Dose(dose.impulse[who], dose.onset_days, added)
