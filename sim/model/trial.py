"""A trial without a clinic, of the whole cohort at once: the policy's decisions, and all ratings.

The vectorised twin of a simulated run whose `referrals` are a cohort at minute 0, with no
assessment, `clinic.booking.kind = "none"` and nothing scarce: the same infusions, the same
decisions and the same rated scores, found without SimPy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.config.errors import ScenarioError
from sim.distributions import Constant
from sim.model.replication import recruited
from sim.model.scenario import Scenario
from sim.model.without_clinic import CohortCourse, dose_given
from sim.people.cohort import Cohort
from sim.people.fluctuation import Fluctuation
from sim.policy.boosters import FixedBoosters, NoBoosters
from sim.policy.evaluation import FormalEvaluation, NoEvaluation
from sim.policy.induction import FixedInduction
from sim.policy.regimen import Treatment
from sim.scales import is_partial, is_response
from sim.streams import Streams
from sim.symptoms.relief import Dose
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, minutes_of, whole_minutes

_KINDS = ("induction", "evaluation", "booster", "rating")


@dataclass(frozen=True, eq=False)
class Seen:
    """One point of the protocol at which people are rated; columns have shape (patients,)."""

    kind: str  # of the visit, or "rating" for a remote one
    minute: Ints
    happened: Bools
    relief: Floats
    true: Floats
    rated: Ints


@dataclass(frozen=True, eq=False)
class Given:
    """One infusion of the protocol: when it began, and who had it."""

    start: Ints
    whom: Bools


@dataclass(frozen=True, eq=False)
class Trial:
    """Everybody's visits and ratings before the horizon."""

    patients: Cohort
    seen: tuple[Seen, ...]
    tolerates: Bools  # all infusions of the induction that were ordered; shape (patients,)

    def visits(self) -> dict[str, Any]:
        """Give them as columns, by patient and minute: patient, kind, minute, relief and scores."""
        rows = [(np.flatnonzero(seen.happened), seen) for seen in self.seen]
        columns: dict[str, Any] = {
            "patient": np.concatenate([who for who, _ in rows]),
            "kind": np.concatenate([np.full(len(who), seen.kind) for who, seen in rows]),
        }
        for name in ("minute", "relief", "true", "rated"):
            columns[name] = np.concatenate([getattr(seen, name)[who] for who, seen in rows])
        order = np.lexsort((columns["minute"], columns["patient"]))
        return {name: column[order] for name, column in columns.items()}


def follow(scenario: Scenario, seed: int, replication: int = 1) -> Trial:
    """Follow the cohort of a trial without a clinic, without simulating it.

    Raises ScenarioError for what a vectorised cohort cannot tell: a clinic, an assessment, a
    policy that is not fixed, or stopping in maintenance.
    """
    _check(scenario)
    cohort = recruited(scenario, seed, replication)
    fluctuation = Fluctuation(scenario.symptoms, cohort, Streams(seed, replication))
    return Protocol(scenario, CohortCourse(cohort, scenario.symptoms, fluctuation)).trial()


def _check(scenario: Scenario) -> None:
    policy, symptoms = scenario.policy, scenario.symptoms
    routes = {t.route for t in (policy.treatment, policy.booster_treatment) if t}
    refused = {
        "referrals must be a cohort with over_days = 0": scenario.referrals.kind == "cohort"
        and scenario.referrals.over_days == 0,
        "there must be no changes in mid-run": not scenario.eras,
        "policy.assessment must be false": not policy.assessment,
        'clinic.booking.kind must be "none"': scenario.clinic.booking.kind == "none",
        "policy.induction must be fixed": isinstance(policy.induction, FixedInduction),
        "policy.evaluation must be formal or none": isinstance(
            policy.evaluation, FormalEvaluation | NoEvaluation
        ),
        "policy.boosters must be fixed or none": isinstance(
            policy.boosters, FixedBoosters | NoBoosters
        ),
        'policy.boosters.give_up_after must be "never"': isinstance(policy.boosters, NoBoosters)
        or getattr(policy.boosters, "give_up_after", "") == "never",
        "policy.relapse.kind must be none": getattr(policy.relapse, "kind", "") == "none",
        "policy.usual_care must be never": policy.usual_care == "never",
        "behaviour.stopping_share must be 0": scenario.behaviour.stopping_share == 0
        or isinstance(policy.boosters, NoBoosters),
        "session_cv must be 0": all(symptoms.route(name).session_cv == 0 for name in routes),
        "infuse_minutes must be a number": all(
            isinstance(scenario.clinic.session_by(name).infuse_minutes, Constant) for name in routes
        ),
    }
    for what, holds in refused.items():
        if not holds:
            raise ScenarioError(f"This is no trial that can be followed without a clinic: {what}.")


class Protocol:
    """What a trial's policy asks for, given to a cohort step by step."""

    def __init__(self, scenario: Scenario, course: CohortCourse) -> None:
        self.scenario, self.policy, self.course = scenario, scenario.policy, course
        self.cohort = course.cohort
        self.everybody = np.ones(len(self.cohort), dtype=bool)
        self.horizon = scenario.run.days * MINUTES_PER_DAY
        self.without_response = scenario.behaviour.in_force().withdrawal_without_response
        self.spent = np.zeros(len(self.cohort))  # of the infusions tolerated
        self.given: list[Given] = []
        self.seen: list[Seen] = []

    def trial(self) -> Trial:
        """Treat everybody until the horizon."""
        last, staying = self._induction()
        if isinstance(self.policy.evaluation, FormalEvaluation):
            last, staying = self._evaluation(self.policy.evaluation, last, staying)
        if isinstance(self.policy.boosters, FixedBoosters):
            self._boosters(self.policy.boosters, last, staying)
        self.seen += list(self._remote())
        return Trial(self.cohort, tuple(self.seen), self._bears())

    def _induction(self) -> tuple[Ints, Bools]:
        assert isinstance(self.policy.induction, FixedInduction)
        day, staying = 0, self.everybody
        for gap in (None, *self.policy.induction.gaps()):
            day += gap.days if gap else 0
            last = np.full(len(self.cohort), day * MINUTES_PER_DAY)
            self._infuse("induction", last, staying, self.policy.treatment)
            staying = self._bears()
        return last, staying

    def _bears(self) -> Bools:
        """Tell who has not withdrawn after the infusions of induction given so far."""
        tolerated: Bools = self.cohort.infusions_tolerated > self.spent
        return tolerated

    def _evaluation(self, rule: FormalEvaluation, last: Ints, staying: Bools) -> tuple[Ints, Bools]:
        """Evaluate; extend partial responders once; give who goes on, and their last infusion."""
        delay, baseline = rule.after_days * MINUTES_PER_DAY, self.cohort.baseline
        rated = self._rate("evaluation", last + delay, staying)
        responds = staying & is_response(rated, baseline)
        partial = staying & ~responds & is_partial(rated, baseline)
        if not rule.extend_by:
            return last, responds
        extended = partial
        for _ in range(rule.extend_by):
            last = np.where(extended, last + rule.extend_every_days * MINUTES_PER_DAY, last)
            self._infuse("induction", last, extended, self.policy.treatment)
            extended = extended & self._bears()
        rated = self._rate("evaluation", last + delay, extended)
        return last, responds | (extended & is_response(rated, baseline))

    def _boosters(self, rule: FixedBoosters, last: Ints, staying: Bools) -> None:
        treatment = self.policy.booster_treatment or self.policy.treatment
        while True:
            last = last + minutes_of(rule.every_days)
            if not (staying & (last < self.horizon)).any():
                return
            self._infuse("booster", last, staying, treatment)

    def _infuse(self, kind: str, start: Ints, whom: Bools, treatment: Treatment) -> None:
        rated = self._rate(kind, start, whom)
        if kind == "induction":
            known = bool(self.given) & ~is_response(rated, self.cohort.baseline)
            self.spent += np.where(whom, np.where(known, self.without_response, 1), 0)
        self.course.infuse(self._dose(treatment), start + self._minutes(treatment), whom)
        self.given.append(Given(start, whom))

    def _dose(self, treatment: Treatment) -> Dose:
        return dose_given(self.cohort, self.scenario.symptoms, treatment)

    def _minutes(self, treatment: Treatment) -> int:
        session = self.scenario.clinic.session_by(treatment.route)
        return whole_minutes(session.infuse_minutes.expectation())

    def _rate(self, kind: str, minute: Ints, whom: Bools, after: int = -1) -> Ints:
        """Rate people at a minute of each one's own."""
        course = self.course
        relief = course.relief(minute, after)
        true = course.true(minute, relief)
        rated = course.rated(minute, true)
        happened = whom & (minute < self.horizon)
        self.seen.append(Seen(kind, minute, happened, relief, true, rated))
        return rated

    def _remote(self) -> Iterator[Seen]:
        """Rate remotely after each infusion, unless the next one comes first."""
        nobody = np.full(len(self.cohort), np.iinfo(np.int64).max)
        before, self.seen = self.seen, []
        following = nobody
        for number in range(len(self.given), 0, -1):
            given = self.given[number - 1]
            ended = self.course.moments[number].given.since
            for hours in self.policy.ratings.hours_after_infusion:
                minute = ended + whole_minutes(hours * MINUTES_PER_HOUR)
                self._rate("rating", minute, given.whom & (minute <= following), number)
            following = np.where(given.whom, given.start, following)
        remote, self.seen = self.seen, before
        yield from remote
