"""Those already there when a run starts, and the past that brought them where they are.

In the steady state the past is simulated: people are referred earlier, and the policy does the
rest. People of a file have a past by script: a phase of their own, heard before any other, orders
on the days that the file implies. The history has no limits, so what is ordered takes place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.arrays import Bools
from sim.model.scenario import Scenario
from sim.people.cohort import Cohort, chosen, joined, numbered, of_rows
from sim.people.fluctuation import Fluctuation
from sim.people.patient import Patient, awakened
from sim.people.referrals import ClosedCohort
from sim.people.start import Caseload, SteadyState, There, already_there, those_there
from sim.people.tables.columns import LONGEST
from sim.policy.chart import Chart
from sim.policy.evaluation import NoEvaluation
from sim.policy.induction import NoInduction
from sim.policy.orders import Order
from sim.policy.regimen import Assessment, Phase, Regimen
from sim.scales import response_held
from sim.streams import Streams
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

TEN = 10 * MINUTES_PER_HOUR  # the time of day of what a file gives in days
GAP_DAYS = 3  # between the infusions of an induction by script
WINDOW_DAYS = 14
DRAWS = 8  # of a person's traits, of which the first with a response is taken
USUAL_INDUCTION = 6
AS_IN_THE_FILE = "as the file of those already there says"


def begun(scenario: Scenario, seed: int, replication: int, later: Cohort) -> Cohort:
    """Put those already there before those whom the run refers, `later`.

    Minutes of `later` count from the start date, those of the result from `scenario.first_day`.
    """
    start = scenario.start
    streams = Streams(seed, replication, sampling=scenario.run.sampling)
    whom = scenario.population, scenario.symptoms, scenario.behaviour
    later = replace(later, referred=later.referred + scenario.opens)
    if isinstance(start, Caseload):
        there = _of_file(scenario, streams)
        if scenario.population.file is None:
            later = replace(later, label=numbered(joined(there, later)).label[len(there) :])
        return joined(there, later)
    referrals = scenario.referrals
    if not isinstance(start, SteadyState) or isinstance(referrals, ClosedCohort):
        return later
    rate, when, day = referrals.usual_per_week(), referrals.when, scenario.run.start_date
    there = already_there(start, rate, when, *whom, streams.aside(), day)
    return numbered(joined(there, later))


def pasts(scenario: Scenario) -> Mapping[int, Past]:
    """Give the scripts of those who have one, by number."""
    if not isinstance(scenario.start, Caseload):
        return {}
    return dict(enumerate(sorted(_scripts(scenario, scenario.start), key=_referred)))


def _scripts(scenario: Scenario, start: Caseload) -> list[Past]:
    there = those_there(start)
    return [Past(scenario, there, row) for row in range(len(there))]


def _referred(past: Past) -> int:
    return past.referred


@dataclass(frozen=True)
class Past:
    """What one person of a file has behind them; minutes count from the first day."""

    scenario: Scenario
    there: There
    row: int

    @property
    def waiting(self) -> bool:
        """Whether the first infusion is still to come."""
        return bool(self.there.waiting[self.row])

    @property
    def referred(self) -> int:
        """The minute of referral, brought forward where the history is shorter."""
        if self.waiting or not self.infusions:
            ago = int(self.there.referred_ago[self.row])
            return max(self._minute(ago), TEN)
        return self.infusions[0] - MINUTES_PER_DAY

    @cached_property
    def infusions(self) -> tuple[int, ...]:
        """Minutes at which infusions were due: an induction, and boosters at the interval.

        Where the time since referral, or the history, is too short, the earliest boosters are
        left out, and then the induction is made closer.
        """
        if self.waiting:
            return ()
        last, interval = int(self.there.last_ago[self.row]), float(self.there.interval[self.row])
        first = min(int(self.there.referred_ago[self.row]), self.scenario.start.history_days) - 1
        boosters = int(self.there.infusions[self.row]) - self.inductions
        room = first - last - GAP_DAYS * (self.inductions - 1)
        boosters = max(0, min(boosters, int(room // interval)))
        end = last + boosters * interval
        gap = min(GAP_DAYS, (first - end) / max(1, self.inductions - 1))
        ago = [end + gap * nth for nth in reversed(range(self.inductions))]
        ago += [last + interval * nth for nth in reversed(range(boosters))]
        return tuple(self._minute(int(days)) for days in ago)

    @property
    def inductions(self) -> int:
        """How many of the infusions were the induction's."""
        policy = self.scenario.policy.induction
        if isinstance(policy, NoInduction):
            return 1
        usual = getattr(policy, "infusions", getattr(policy, "maximum", USUAL_INDUCTION))
        return min(int(usual), int(self.there.infusions[self.row]))

    @property
    def next_due(self) -> int:
        """The minute at which the next booster is due, no sooner than the opening."""
        days = float(self.there.interval[self.row])
        due = self._minute(int(self.there.last_ago[self.row])) + round(days * MINUTES_PER_DAY)
        return max(due, self.scenario.opens)

    def _minute(self, days_ago: int) -> int:
        return self.scenario.opens - days_ago * MINUTES_PER_DAY + TEN

    def taken_up(self, patient: Patient, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
        """Put the script before the phases of the regimen that still have something to say.

        Stays are memoryless, so what is left of one is a stay: it counts from the opening.
        """
        policy, opens = self.scenario.policy, self.scenario.opens
        patient.known_until = opens
        if self.waiting:
            return (Waiting(policy, opens), *phases)
        patient.enters_maintenance(opens)
        still = (
            phase
            for phase in phases
            if not isinstance(phase, Assessment)
            and phase is not policy.induction
            and phase is not policy.evaluation
        )
        return (Maintained(self), *still)


@dataclass(frozen=True)
class Waiting:
    """Holds the first infusion of somebody who waits until the clinic opens."""

    policy: Regimen
    opens: int

    def next_order(self, chart: Chart) -> Order | None:
        """Order what the induction orders, due no sooner than the opening."""
        seen = chart.count("assessment") or not self.policy.assessment
        if chart.last_infusion is not None or not seen:
            return None
        order = self.policy.heard(self.policy.induction).next_order(chart)
        if not isinstance(order, Order) or order.due >= self.opens:
            return None
        latest = max(order.latest, self.opens + order.latest - order.due)
        return order._replace(due=self.opens, latest=latest)


@dataclass(frozen=True)
class Maintained:
    """Orders what a file says was given, and the booster that is to come."""

    past: Past

    def next_order(self, chart: Chart) -> Order | None:
        """Order the next infusion of the past, its evaluation, or the booster to come."""
        past, done = self.past, chart.count("induction") + chart.count("booster")
        days = float(past.there.interval[past.row])
        window = WINDOW_DAYS * MINUTES_PER_DAY
        if done < past.inductions:
            due = past.infusions[done]
            return Order("induction", due, due + window, chart.prescription, why=AS_IN_THE_FILE)
        nobody = isinstance(past.scenario.policy.evaluation, NoEvaluation)
        if not nobody and not chart.count("evaluation"):
            due = past.infusions[done - 1] + MINUTES_PER_DAY
            return Order("evaluation", due, due + window, why=AS_IN_THE_FILE)
        if done < len(past.infusions):
            due = past.infusions[done]
        elif done == len(past.infusions):
            due = past.next_due
        else:
            return None
        late = getattr(past.scenario.policy.boosters, "late_days", 7) * MINUTES_PER_DAY
        return Order("booster", due, due + late, chart.maintenance, days, why=AS_IN_THE_FILE)


def _of_file(scenario: Scenario, streams: Streams) -> Cohort:
    """Settle who the people of a file are: those in maintenance have responded.

    Of several draws of what the file leaves out, each person keeps the first whose relief after
    the induction is a response, or the last.
    """
    assert isinstance(scenario.start, Caseload)
    there = those_there(scenario.start)
    whom = scenario.population, scenario.symptoms, scenario.behaviour
    scripts = _scripts(scenario, scenario.start)
    referred = np.array([script.referred for script in scripts], dtype=np.int64)
    settled = there.waiting.copy()
    cohort = of_rows(there.table, *whom, streams.aside(1), referred)
    settled |= _respond(scenario, cohort, scripts, settled, streams)
    for place in range(2, DRAWS + 1):
        other = of_rows(there.table, *whom, streams.aside(place), referred)
        cohort = _mixed(settled, cohort, other)
        settled |= _respond(scenario, cohort, scripts, settled, streams)
    tolerated = np.where(there.waiting, cohort.infusions_tolerated, LONGEST)
    cohort = replace(cohort, infusions_tolerated=tolerated)
    return chosen(cohort, np.argsort(referred, kind="stable"))


def _mixed(settled: Bools, known: Cohort, other: Cohort) -> Cohort:
    columns = other.columns()
    return Cohort(
        **{
            name: np.where(settled, column, columns[name])
            for name, column in known.columns().items()
        }
    )


def _respond(
    scenario: Scenario,
    cohort: Cohort,
    scripts: list[Past],
    settled: Bools,
    streams: Streams,
) -> Bools:
    """Mark those not yet settled whose relief a day after their induction is a response."""
    symptoms, responds = scenario.symptoms, np.zeros(len(cohort), bool)
    fluctuation, dice = Fluctuation(symptoms, cohort, streams), streams.of(cohort.key)
    everybody = awakened(cohort, symptoms, scenario.behaviour, fluctuation, dice)
    for row, patient in enumerate(everybody):
        if not settled[row]:
            responds[row] = response_held(_relief(scenario, scripts[row], patient))
    return responds


def _relief(scenario: Scenario, script: Past, patient: Patient) -> float:
    route, dose, _ = scenario.policy.treatment.for_weight(patient.weight)
    for minute in script.infusions[: script.inductions]:
        patient.infused(minute, route, dose)
    return patient.relief(script.infusions[script.inductions - 1] + MINUTES_PER_DAY)
