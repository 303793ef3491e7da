"""A scenario: one frozen value that holds every parameter of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from sim.clinic.booking_rules import Slots
from sim.clinic.clinic_table import ClinicTable
from sim.config.errors import ScenarioError
from sim.config.files import read_toml
from sim.config.overrides import apply, given
from sim.config.validation import validated
from sim.config.value import Value, parameter
from sim.model import fitting
from sim.model.changes import DatedChange, by_day, why_impossible
from sim.people.behaviour import Behaviour
from sim.people.groups import Grouping
from sim.people.population import Population
from sim.people.referrals import ClosedCohort, FromFile, Poisson, Referrals
from sim.people.start import (
    STAYS_DIFFER,
    Caseload,
    Empty,
    Start,
    SteadyState,
    stays_differ,
    those_there,
)
from sim.people.tables.patients import beside, listed_patients
from sim.policy.boosters import FixedBoosters
from sim.policy.evaluation import FormalEvaluation
from sim.policy.induction import FixedInduction, InductionToResponse
from sim.policy.orders import Gap
from sim.policy.regimen import Regimen
from sim.streams import Sampling
from sim.symptoms.parameters import Symptoms
from sim.units import MINUTES_PER_DAY
from sim.welfare.economics_table import Economics

LAST_START = date(2999, 12, 31)
"""No run starts later: dates end with the year 9999."""


AUTO = "auto"
WarmUp = Annotated[int, Field(ge=0, le=36500)] | Literal["auto"]


class Run(Value):
    """The table `[run]`: how long, how often, and with which dice."""

    start_date: date = parameter(date(2026, 1, 5), "day 0, which settles the weekdays", unit="date")
    days: int = parameter(
        730, "length of a replication; what is under way then is recorded as such", unit="days",
        ge=1, le=36500,
    )  # fmt: skip
    warmup_days: WarmUp = parameter(
        0, "days at the start that no measure counts; `auto`: found by MSER-5 before the run",
        unit="days",
    )  # fmt: skip
    replications: int = parameter(
        20, "independent runs; the unit of every interval", unit="replications", ge=1, le=1_000_000
    )
    seed: int = parameter(
        1, "the same seed gives the same people, referrals and draws", ge=0, le=2**63 - 1
    )
    sampling: Sampling = parameter(
        "random", "people's traits are independent draws (`random`), or scrambled Sobol points "
        "(`sobol`), which narrow the intervals of means; years then look more alike than they are",
    )  # fmt: skip
    by: tuple[Grouping, ...] = parameter(
        (), 'split every measure of people by these, such as ["anxiety_type", "severity"]'
    )
    min_group: int = parameter(
        10, "a group with fewer people in a replication has no values there", unit="patients",
        source="convention for small cells", grade="D", ge=1, le=1_000_000,
    )  # fmt: skip

    @model_validator(mode="after")
    def _something_is_left(self) -> Self:
        if isinstance(self.warmup_days, int) and self.warmup_days >= self.days:
            raise ValueError(
                f"warmup_days = {self.warmup_days} leaves nothing of days = {self.days}"
            )
        if self.start_date > LAST_START:
            raise ValueError(
                f"start_date = {self.start_date} is too far ahead for a calendar; start by "
                f"{LAST_START} at the latest"
            )
        return self

    @property
    def warm_up(self) -> int:
        """The days that are not counted; ScenarioError where they are still to be found."""
        if not isinstance(self.warmup_days, int):
            raise ScenarioError(
                'run.warmup_days = "auto" is found from several replications, by ketasim run and '
                "compare (sim.run in Python); a replication by itself, or another command, needs a "
                "number of days: run.warmup_days = 0 counts all of them."
            )
        return self.warmup_days


class Scenario(Value):
    """Everything that a replication depends on but its seed: frozen, hashable, comparable."""

    run: Run = Run()
    population: Population = Population()
    referrals: Referrals = Poisson()
    start: Start = Empty()
    symptoms: Symptoms = Symptoms()
    behaviour: Behaviour = Behaviour()
    policy: Regimen = Regimen()
    clinic: ClinicTable = ClinicTable()
    economics: Economics = Economics()
    changes: tuple[DatedChange, ...] = parameter(
        (), 'what is otherwise from a day on, such as { date = 2026-07-01, "clinic.chairs" = 4 }; '
        "nobody knows of it before"
    )  # fmt: skip

    @cached_property
    def eras(self) -> tuple[Era, ...]:
        """What holds from each day on which something changes, in order; empty without changes."""
        found: list[Era] = []
        data = {name: table for name, table in given(self).items() if name not in _NOT_OF_AN_ERA}
        before = self
        for day, overrides in by_day(self.changes, self.run.start_date, self.run.days):
            try:
                data = apply(data, overrides)
                scenario = validated(Scenario, data)
            except ScenarioError as fault:
                raise ValueError(f"changes on {self._date(day)}: {fault}") from None
            if why := why_impossible(before.clinic, scenario.clinic, before.policy,
                                     scenario.policy):  # fmt: skip
                raise ValueError(f"changes on {self._date(day)}: {why}")
            if any(getattr(before, name) != getattr(scenario, name) for name in _OF_AN_ERA):
                found.append(Era(day, self._date(day), self.opens + day * MINUTES_PER_DAY,
                                 scenario))  # fmt: skip
            before = scenario
        return tuple(found)

    def _date(self, day: int) -> date:
        return self.run.start_date + timedelta(days=day)

    @property
    def first_day(self) -> date:
        """The date of minute 0: the start date, or that on which a history before it begins."""
        return self.run.start_date - timedelta(days=self.start.history_days)

    @property
    def opens(self) -> int:
        """The minute of midnight of the start date: what comes before is history."""
        return self.start.history_days * MINUTES_PER_DAY

    @property
    def begins(self) -> int:
        """The minute from which measures count: after the history and the warm-up."""
        return self.opens + self.run.warm_up * MINUTES_PER_DAY

    @property
    def horizon(self) -> int:
        """The minute at which a replication ends."""
        return self.opens + self.run.days * MINUTES_PER_DAY

    @model_validator(mode="after")
    def _the_start_is_possible(self) -> Self:
        start = self.start
        if start.history_days >= self.run.start_date.toordinal():
            raise ValueError(
                f"run.start_date = {self.run.start_date} leaves no {start.history_days} days of "
                "history before it (start.history_days)"
            )
        booking = self.clinic.booking
        if isinstance(start, Caseload) and isinstance(booking, Slots) and booking.lead_days > 2:
            raise ValueError(
                'start.kind = "file" writes those already there a past with infusions 3 days '
                f"apart, which clinic.booking.lead_days = {booking.lead_days} does not allow; "
                "lower it to 2 at most"
            )
        if not isinstance(start, SteadyState):
            return self
        if isinstance(self.referrals, ClosedCohort):
            raise ValueError(
                'start.kind = "steady_state" needs referrals that go on; a closed cohort '
                '(referrals.kind = "cohort") has no steady state: use start.kind = "empty"'
            )
        if self.population.file is not None:
            raise ValueError(
                'start.kind = "steady_state" draws the people already there, and population.file '
                "gives all people: leave one of them out"
            )
        if not self.behaviour.stopping_share:
            raise ValueError(
                'start.kind = "steady_state" needs people who leave; with '
                "behaviour.stopping_share = 0 the caseload grows for ever"
            )
        if stays_differ(self.behaviour):
            raise ValueError(f'start.kind = "steady_state" must know stays: {STAYS_DIFFER}')
        return self

    @model_validator(mode="after")
    def _changes_can_be_made(self) -> Self:
        assert self.eras is not None  # found once, faults and all
        return self

    @model_validator(mode="after")
    def _windows_can_be_met(self) -> Self:
        clinic, policy = self.clinic, self.policy
        fitting.check(clinic, policy, self.run.start_date, self.run.days)
        if not isinstance(clinic.booking, Slots) or policy.treatment.home:
            return self
        week = fitting.fitting_weekdays(clinic, clinic.booking, policy.treatment.route)
        if isinstance(policy.induction, FixedInduction | InductionToResponse):
            fitting.check_gaps(week, policy.induction.gaps(), "policy.induction.late_days")
        if isinstance(policy.evaluation, FormalEvaluation) and policy.evaluation.extend_by:
            gap = Gap(policy.evaluation.extend_every_days, policy.evaluation.extend_late_days)
            fitting.check_gaps(
                week, (gap,) * policy.evaluation.extend_by, "policy.evaluation.extend_late_days"
            )
        if isinstance(policy.boosters, FixedBoosters):
            gap = Gap(int(policy.boosters.every_days), policy.boosters.late_days)
            fitting.check_gaps(week, (gap,), "policy.boosters.late_days")
        return self

    def override(self, changes: Mapping[str, object]) -> Scenario:
        """Give the scenario with some values changed, by dotted path.

        `scenario.override({"clinic.chairs": 4, "policy.boosters": {"kind": "none"}})`. A table
        whose `kind` changes starts afresh. Raises ScenarioError for an unknown path or a value
        that is not allowed.
        """
        return validated(Scenario, apply(given(self), changes))

    def checked(self) -> Self:
        """Read the files that the scenario names, so that their faults come first."""
        if isinstance(self.referrals, FromFile):
            self.referrals.forecast().first_day(self.run.start_date)
        if isinstance(self.start, Caseload):
            those_there(self.start)
        self.clinic.all_holidays()
        if (table := listed_patients(self.population)) is not None:
            table.check(self.population)
        return self


class Era(NamedTuple):
    """From a day on other tables hold than before."""

    day: int  # counted from the start date
    date: date
    minute: int  # its midnight, on the clock of the run
    scenario: Scenario  # as if there were no changes; clinic, policy, referrals, behaviour count


_OF_AN_ERA = ("clinic", "policy", "referrals", "behaviour")
_NOT_OF_AN_ERA = ("changes", "start")


def read_scenario(path: str | Path, changes: Mapping[str, object] | None = None) -> Scenario:
    """Read a scenario file (TOML), with overrides by dotted path on top.

    Raises ScenarioError, whose message names file, path, fault and remedy.
    """
    scenario = validated(Scenario, read_toml(path, tables_beside), origin=str(path))
    return (scenario.override(changes) if changes else scenario).checked()


FILES = ("population.file", "referrals.file", "start.file", "clinic.holidays_file")
"""Parameters that name a file."""


def files_of(scenario: Scenario) -> dict[str, str]:
    """Give the files that a scenario names, by dotted path."""
    named = {}
    for path in FILES:
        table, key = path.split(".")
        named[path] = getattr(getattr(scenario, table), key, None)
    return {path: file for path, file in named.items() if file is not None}


def tables_beside(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Make the paths of files, written relative to a file, start from here.

    `table` is a scenario's, or a set of overrides by dotted path.
    """
    for path in FILES:
        name, key = path.split(".")
        named, inner = table.get(path), table.get(name)
        if isinstance(named, str):
            table = table | {path: beside(named, folder)}
        if isinstance(inner, Mapping) and isinstance(inner.get(key), str):
            table = table | {name: {**inner, key: beside(inner[key], folder)}}
    return table
