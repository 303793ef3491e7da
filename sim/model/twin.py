"""The cheap twin of a replication: the same people, with nobody in anybody's way, all at once.

The people, their dice and the policy are those of the simulated run; chairs and staff are not asked
for, so that clinics with the same opening days share one twin. It need not be exact: a control
variate (`sim.stats.control_variate`) is any function of the same dice whose mean can be found.
Where the twin does not know a kind, a stand-in takes its place: six infusions twice weekly, the
formal evaluation, a booster every four weeks; no reinduction, no ratings asked for, and no usual
care begun at discharge.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.clinic.booking_rules import NoBooking
from sim.model.scenario import Scenario
from sim.model.twin_relief import Daily, TwinRelief, minutes_each
from sim.model.twin_visits import TwinVisits, Window
from sim.people.cohort import Cohort
from sim.people.patient import FOREVER
from sim.policy.boosters import AdaptiveBoosters, FixedBoosters, NoBoosters
from sim.policy.evaluation import FormalEvaluation, NoEvaluation
from sim.policy.induction import FixedInduction, NoInduction
from sim.policy.orders import Gap
from sim.policy.regimen import Treatment
from sim.scales import is_partial, is_response
from sim.streams import Streams
from sim.units import MINUTES_PER_DAY, NEVER, whole_minutes

_PHASES: tuple[tuple[Any, Any], ...] = (
    (FixedInduction | NoInduction, FixedInduction()),
    (FormalEvaluation | NoEvaluation, FormalEvaluation()),
    (FixedBoosters | AdaptiveBoosters | NoBoosters, FixedBoosters()),
)
"""The kinds that the twin knows of each phase, and what stands in for all others."""


class Twin:
    """A cohort gone through a policy; `relief` is what came of it, `visits` who came when."""

    def __init__(self, scenario: Scenario, cohort: Cohort, streams: Streams, course: Daily) -> None:
        self.scenario, self.cohort = scenario, cohort
        self.relief = TwinRelief(scenario, cohort, course)
        self.visits = TwinVisits(scenario, cohort, streams)
        self._spent = np.zeros(len(cohort))  # of the infusions tolerated
        self._last = np.full(len(cohort), NEVER)  # minute at which the newest infusion began
        self._after = cohort.baseline.copy()  # rated after the induction
        policy = scenario.policy
        self._induction, self._evaluation, self._boosters = (
            phase if isinstance(phase, known) else other
            for phase, (known, other) in zip(
                (policy.induction, policy.evaluation, policy.boosters), _PHASES, strict=True
            )
        )
        if not isinstance(self._induction, NoInduction):
            self._treat()

    def _treat(self) -> None:
        who = np.arange(len(self.cohort))
        if self.scenario.policy.assessment:
            who = self.visits.attended(who, self.cohort.referred, first=True)
        who = self._inducted(who)
        if isinstance(self._evaluation, FormalEvaluation):
            who = self._evaluated(self._evaluation, who)
        if not isinstance(self._boosters, NoBoosters):
            self._maintained(who)

    def _inducted(self, who: Ints) -> Ints:
        gaps, within_days = self._induction.gaps(), self._induction.start_within_days
        due, window = self.visits.now[who], Window(0, within_days, gaps)
        who = self._induced(self.visits.attended(who, due, window), first=True)
        return self._series(who, gaps)

    def _series(self, who: Ints, gaps: tuple[Gap, ...]) -> Ints:
        """Give the infusions of a series, and tell who goes on."""
        for number, gap in enumerate(gaps):
            due = self._last[who] + gap.days * MINUTES_PER_DAY
            window = Window(gap.early_days, gap.late_days, gaps[number + 1 :])
            who = self._induced(self.visits.attended(who, due, window))
        return who

    def _induced(self, who: Ints, first: bool = False) -> Ints:
        """Infuse, and give those who do not withdraw."""
        without = self.visits.numbers.withdrawal_without_response
        counts: Any = 1
        if not first and without != 1:
            counts = np.where(self._responds(who, self._rated(who)), 1, without)
        self._spent[who] += counts
        self._infuse(who, self.scenario.policy.treatment)
        self.visits.leaves[who] = FOREVER  # no longer waiting for treatment
        return who[self._spent[who] < self.cohort.infusions_tolerated[who]]

    def _evaluated(self, rule: FormalEvaluation, who: Ints) -> Ints:
        """Evaluate, extend partial responders once, and give who goes on."""
        who, rated = self._seen_after(rule, who)
        responds = self._responds(who, rated)
        partial = ~responds & is_partial(rated, self.cohort.baseline[who])
        gap = Gap(rule.extend_every_days, rule.extend_late_days)
        extended = who[partial] if rule.extend_by else who[:0]
        self.visits.strike_out(extended)
        extended = self._series(extended, (gap,) * rule.extend_by)
        extended, rated = self._seen_after(rule, extended)
        return np.sort(np.append(who[responds], extended[self._responds(extended, rated)]))

    def _seen_after(self, rule: FormalEvaluation, who: Ints) -> tuple[Ints, Ints]:
        who = self.visits.attended(who, self._last[who] + rule.after_days * MINUTES_PER_DAY)
        self._after[who] = rated = self._rated(who)
        return who, rated

    def _maintained(self, who: Ints) -> None:
        rule, cohort, visits = self._boosters, self.cohort, self.visits
        first_days = rule.first_days if isinstance(rule, AdaptiveBoosters) else rule.every_days
        interval = np.full(len(cohort), float(first_days))
        given, helped = np.zeros(len(cohort), np.int64), np.zeros(len(cohort), dtype=bool)
        treatment = self.scenario.policy.booster_treatment or self.scenario.policy.treatment
        visits.leaves[who] = visits.now[who] + minutes_each(cohort.days_in_maintenance[who])
        while len(who):
            due = self._last[who] + minutes_each(interval[who])
            who = visits.attended(who, due, staying=True)
            rated = self._rated(who)
            helped[who] |= self._responds(who, rated)
            given[who] += 1
            self._infuse(who, treatment)
            if isinstance(rule, AdaptiveBoosters):
                wanted = interval[who] * _factor(rule, rated, self._after[who])
                interval[who] = wanted.clip(rule.shortest_days, rule.longest_days)
            if rule.give_up_after != "never":
                who = who[helped[who] | (given[who] < max(2, rule.give_up_after))]

    def _responds(self, who: Ints, rated: Ints) -> Bools:
        response: Bools = is_response(rated, self.cohort.baseline[who])
        return response

    def _rated(self, who: Ints) -> Ints:
        return self.relief.rated(who, self.visits.now[who])

    def _infuse(self, who: Ints, treatment: Treatment) -> None:
        session = self.scenario.clinic.session_by(treatment.route)
        until_end = session.infuse_minutes.expectation()
        if not isinstance(self.scenario.clinic.booking, NoBooking):  # where a protocol decides
            until_end += session.prepare_minutes.expectation()
        self._last[who] = began = self.visits.now[who]
        self.visits.now[who] = ended = began + whole_minutes(until_end)
        self.relief.infuse(who, ended, treatment)


def _factor(rule: AdaptiveBoosters, rated: Ints, after: Ints) -> Floats:
    """By what ratings at a booster multiply the interval."""
    returned = (rated >= rule.high_rating) | (rated - after >= rule.rise)
    well = np.where(rated <= rule.low_rating, rule.lengthen, 1.0)
    return np.where(returned, rule.shorten, well)
