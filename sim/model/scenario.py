"""A scenario: one frozen value that holds every parameter of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import model_validator

from sim.clinic.booking_rules import Slots, slots_for
from sim.clinic.hours import WEEKDAYS
from sim.clinic.table import ClinicTable
from sim.config.files import read_toml
from sim.config.overrides import apply, given
from sim.config.validation import validate
from sim.config.value import Value, parameter
from sim.people.behaviour import Behaviour
from sim.people.groups import Grouping
from sim.people.population import Population
from sim.people.referrals import Poisson, Referrals
from sim.people.table import beside, table_of
from sim.policy.boosters import FixedBoosters
from sim.policy.evaluation import FormalEvaluation
from sim.policy.induction import FixedInduction, InductionToResponse
from sim.policy.orders import Gap
from sim.policy.regimen import Regimen
from sim.symptoms.parameters import Symptoms


class Run(Value):
    """The table `[run]`: how long, how often, and with which dice."""

    start_date: date = parameter(date(2026, 1, 5), "day 0, which settles the weekdays", unit="date")
    days: int = parameter(
        730, "length of a replication; what is under way then is recorded as such", unit="days",
        ge=1, le=36500,
    )  # fmt: skip
    warmup_days: int = parameter(
        0, "days at the start that no measure counts", unit="days", ge=0, le=36500
    )
    replications: int = parameter(
        20, "independent runs; the unit of every interval", unit="replications", ge=1, le=1_000_000
    )
    seed: int = parameter(
        1, "the same seed gives the same people, referrals and draws", ge=0, le=2**63 - 1
    )

    by: tuple[Grouping, ...] = parameter(
        (), 'split every measure of people by these, such as ["anxiety_type", "severity"]'
    )
    min_group: int = parameter(
        10, "a group with fewer people in a replication has no values there", unit="patients",
        source="convention for small cells", grade="D", ge=1, le=1_000_000,
    )  # fmt: skip

    @model_validator(mode="after")
    def _something_is_left(self) -> Self:
        if self.warmup_days >= self.days:
            raise ValueError(
                f"warmup_days = {self.warmup_days} leaves nothing of days = {self.days}"
            )
        return self


class Scenario(Value):
    """Everything that a replication depends on but its seed: frozen, hashable, comparable."""

    run: Run = Run()
    population: Population = Population()
    referrals: Referrals = Poisson()
    symptoms: Symptoms = Symptoms()
    behaviour: Behaviour = Behaviour()
    policy: Regimen = Regimen()
    clinic: ClinicTable = ClinicTable()

    @model_validator(mode="after")
    def _windows_can_be_met(self) -> Self:
        clinic, policy = self.clinic, self.policy
        if not isinstance(clinic.booking, Slots):
            return self
        grid = clinic.booking.grid_minutes
        planned = slots_for(clinic.planned_minutes(policy.treatment.route), grid) * grid
        week = [minutes >= planned for minutes in clinic.bookable_minutes("chairs", grid)]
        if isinstance(policy.induction, FixedInduction | InductionToResponse):
            _check(week, policy.induction.gaps(), "policy.induction.late_days")
        if isinstance(policy.evaluation, FormalEvaluation) and policy.evaluation.extend_by:
            gap = Gap(policy.evaluation.extend_every_days, policy.evaluation.extend_late_days)
            _check(week, (gap,) * policy.evaluation.extend_by, "policy.evaluation.extend_late_days")
        if isinstance(policy.boosters, FixedBoosters):
            gap = Gap(int(policy.boosters.every_days), policy.boosters.late_days)
            _check(week, (gap,), "policy.boosters.late_days")
        return self

    def override(self, changes: Mapping[str, object]) -> Scenario:
        """Give the scenario with some values changed, by dotted path.

        `scenario.override({"clinic.chairs": 4, "policy.boosters": {"kind": "none"}})`. A table
        whose `kind` changes starts afresh. Raises ScenarioError for an unknown path or a value
        that is not allowed.
        """
        return validate(Scenario, apply(given(self), changes))

    def checked(self) -> Self:
        """Read the table of patients, if there is one, so that its faults come first."""
        if (table := table_of(self.population)) is not None:
            table.check(self.population)
        return self


def _check(week: list[bool], gaps: tuple[Gap, ...], path: str) -> None:
    """Refuse windows that fall on closed days from whatever weekday a series starts."""
    reachable = {day for day in range(7) if week[day]}
    for gap in gaps:
        window = range(gap.days, gap.days + gap.late_days + 1)
        reachable = {
            (day + days) % 7 for day in reachable for days in window if week[(day + days) % 7]
        }
        if not reachable:
            opens = ", ".join(name for name, is_open in zip(WEEKDAYS, week, strict=True) if is_open)
            raise ValueError(
                f"an infusion due {gap.days} days after the one before, at most {gap.late_days} "
                f"days late, can never be given: the clinic is open for a whole session on {opens} "
                f"only; raise {path} or open clinic.hours on more days"
            )


def read_scenario(path: str | Path, changes: Mapping[str, object] | None = None) -> Scenario:
    """Read a scenario file (TOML), with overrides by dotted path on top.

    Raises ScenarioError, whose message names file, path, fault and remedy.
    """
    scenario = validate(Scenario, read_toml(path, tables_beside), origin=str(path))
    return (scenario.override(changes) if changes else scenario).checked()


def tables_beside(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Make the path of a table of patients, written relative to a file, start from here.

    `table` is a scenario's, or a set of overrides by dotted path.
    """
    named = table.get("population.file")
    if isinstance(named, str):
        table = table | {"population.file": beside(named, folder)}
    people = table.get("population")
    if isinstance(people, Mapping) and isinstance(people.get("file"), str):
        table = table | {"population": {**people, "file": beside(people["file"], folder)}}
    return table
