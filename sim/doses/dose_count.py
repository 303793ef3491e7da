"""How many infusions, and how often: the answers for a population, and what shifts them.

Replications are independent cohorts; every interval is over them. A factor's levels treat the same
people of the same replication, so their differences are paired.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from math import inf
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import Bools, Floats
from sim.config.errors import ScenarioError
from sim.doses.factors import Factor, factors
from sim.doses.needs import (
    LONGEST_INTERVAL,
    NO_INTERVAL,
    QUESTIONS,
    Case,
    Needs,
    chance,
    infusion_days,
    needs,
)
from sim.experiment import provenance
from sim.experiment.effort import check_count
from sim.experiment.executors import Finished, Progress, execute
from sim.experiment.task import Task
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.people.cohort import drawn
from sim.people.fluctuation import Fluctuation
from sim.people.groups import Belongs, named_groups
from sim.stats.intervals import ANY, mean_interval, paired
from sim.streams import Streams

EVERYBODY = "everybody"
SMALLEST_GROUP = 10  # people in a replication; of fewer nothing is said
BOOSTER = "booster_interval"
INTERVALS = (3, 5, 7, 10, 14, 17, 21, 24, 28, 35, 42, 49, 56, 70, 84, 98, 112, 140, 182)
"""Days at which the share of people whom such a booster interval keeps well is counted."""

QUARTILES = {"quartile_lower": 0.25, "median": 0.5, "quartile_upper": 0.75}
_PEOPLE, MAXIMUM = 2000, 12
USUAL_PATTERN = "twice_weekly"  # of an induction that names no pattern of days


class Statistic(NamedTuple):
    """One number of a group: of which question, which, at how many infusions or days."""

    question: str
    statistic: str
    at: int | None
    unit: str


@dataclass(frozen=True, eq=False)
class DoseCount:
    """The answers: every statistic of every subject, one value a replication."""

    scenario: Scenario
    people: int
    maximum: int
    days: tuple[int, ...]  # of the infusions, from 0
    subjects: tuple[tuple[str, str], ...]  # ("group", name), then (factor, level)
    values: Floats  # shape (subjects, statistics, replications); NaN in a group too small
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def replications(self) -> int:
        """The number of independent cohorts."""
        return int(self.values.shape[2])

    @cached_property
    def statistics(self) -> list[Statistic]:
        """What is counted, in the order of `values`."""
        return statistics(self.maximum)

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """The factors by name."""
        return factors(self.scenario.symptoms)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Tidy answers by group: mean over replications with its 95 % interval.

        Groups that have fewer than 10 people in some replication are left out.
        """
        rows = [
            (name, *what, *_limits(self.values[place, number], what.unit))
            for place, (kind, name) in enumerate(self.subjects)
            if kind == "group" and not np.isnan(self.values[place]).any()
            for number, what in enumerate(self.statistics)
        ]
        return _table(rows, ["group"], ["mean", "lower", "upper"], self.replications)

    @cached_property
    def shifts(self) -> pd.DataFrame:
        """Tidy answers by level of each factor, with the paired difference from its reference."""
        rows = [row for factor in self.factors.values() for row in self._shifts(factor)]
        keys = ["factor", "level", "reference"]
        numbers = ["mean", "lower", "upper"]
        differences = ["difference", "difference_lower", "difference_upper"]
        return _table(rows, keys, numbers + differences, self.replications)

    def _shifts(self, factor: Factor) -> Iterator[tuple[object, ...]]:
        base = self.values[self.subjects.index((factor.name, factor.reference))]
        for level in factor.levels:
            here = self.values[self.subjects.index((factor.name, level))]
            for number, what in enumerate(self.statistics):
                possible = (-1.0, 1.0) if what.unit == "share" else ANY
                change = paired(here[number], base[number], possible=possible)
                moved = (change.difference, change.lower, change.upper)
                key = (factor.name, level, factor.reference)
                yield (*key, *what, *_limits(here[number], what.unit), *moved)


def dose_count(
    scenario: Scenario,
    people: int = _PEOPLE,
    maximum: int = MAXIMUM,
    replications: int | None = None,
    seed: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    name: str = "",
    anyway: bool = False,
) -> DoseCount:
    """Count infusions to response and remission, and the longest booster intervals.

    `people` are drawn in each of `replications` independent cohorts (default: as the scenario's run
    table), infused at most `maximum` times on the pattern of the scenario's induction, and rated
    24 h after each infusion. Clinic, evaluation, boosters and withdrawal play no part. What is too
    much for the machine is refused, unless `anyway`.
    """
    run = scenario.run
    seed = run.seed if seed is None else seed
    replications = run.replications if replications is None else replications
    if min(people, maximum, replications) < 1 or seed < 0:
        raise ScenarioError(
            "people, the most infusions and replications must be 1 or more and the seed 0 or more, "
            f"not {people}, {maximum}, {replications} and {seed}."
        )
    if not anyway:
        check_count(people, maximum, replications, jobs)
    words = "replication {replication}"
    tasks = [Task(name, scenario, seed, r, words) for r in range(1, replications + 1)]
    started, clock = datetime.now(UTC), time.perf_counter()
    work = partial(answered, people=people, maximum=maximum)
    execution = execute(work, tasks, jobs, progress)
    finished, complete = execution.outcomes, _unbroken(execution)
    manifest = _manifest(scenario, name, seed, complete, people, maximum) | {
        "interrupted": complete < replications,
        "interrupted_because": execution.why,
        "replications_requested": replications,
        "started_at": started.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - clock, 3),
    }
    values = np.stack([finished[place] for place in range(complete)], axis=2)
    days = tuple(planned_days(scenario, maximum).tolist())
    return DoseCount(scenario, people, maximum, days, subjects(scenario), values, manifest)


def planned_days(scenario: Scenario, maximum: int) -> Any:
    """Give the day of each infusion by the scenario's induction, going on to the maximum."""
    return infusion_days(getattr(scenario.policy.induction, "days", USUAL_PATTERN), maximum)


def subjects(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """List what is answered for: groups of the population as it is, then levels of factors."""
    as_they_are = [("group", name) for name in (EVERYBODY, *groups(scenario))]
    levels = [(f.name, level) for f in factors(scenario.symptoms).values() for level in f.levels]
    return (*as_they_are, *levels)


def groups(scenario: Scenario) -> dict[str, Belongs]:
    """Give the groups of the people as they are: they differ in more than what names them."""
    return named_groups(scenario.symptoms.reference_clearance)


def statistics(maximum: int) -> list[Statistic]:
    """List what is counted of every group and level."""
    infusions = range(1, maximum + 1)
    listed = []
    for question in QUESTIONS:
        listed += [Statistic(question, "first_at", n, "share") for n in infusions]
        listed += [Statistic(question, "reached_by", n, "share") for n in infusions]
        listed += [Statistic(question, "never", None, "share")]
        listed += [Statistic(question, "infusions", None, "infusions")]
        listed += [Statistic(question, name, None, "infusions") for name in QUARTILES]
    listed += [Statistic(BOOSTER, "kept_well_by", days, "share") for days in INTERVALS]
    listed += [Statistic(BOOSTER, name, None, "share") for name in ("none_keeps", "longest_keeps")]
    listed += [Statistic(BOOSTER, name, None, "days") for name in QUARTILES]
    return listed


def answered(task: Task, people: int, maximum: int) -> Floats:
    """Answer for one cohort under every level of every factor: shape (subjects, statistics)."""
    scenario = task.scenario
    streams = Streams(task.seed, task.replication, sampling=scenario.run.sampling)
    everybody = np.zeros(people, dtype=np.int64)  # all are referred at minute 0
    cohort = drawn(scenario.population, scenario.symptoms, scenario.behaviour, streams, everybody)
    days = planned_days(scenario, maximum)
    happened = chance(Fluctuation(scenario.symptoms, cohort, streams), people, days)
    case = Case(cohort, scenario.symptoms, scenario.policy.treatment)
    own = needs(case, days, happened)
    masks = [np.ones(people, dtype=bool), *(of(cohort) for of in groups(scenario).values())]
    rows = [summed(own, mask, maximum) for mask in masks]
    for factor in factors(scenario.symptoms).values():
        for change in factor.levels.values():
            found = needs(change(case), days, happened)
            rows.append(summed(found, masks[0], maximum))
    return np.array(rows)


def summed(found: Needs, chosen: Bools, maximum: int) -> list[float]:
    """Sum the needs of some people up, in the order of `statistics`; NaN if they are too few."""
    if chosen.sum() < min(SMALLEST_GROUP, len(chosen)):
        return [np.nan] * len(statistics(maximum))
    numbers: list[float] = []
    for question in QUESTIONS:
        count = found.infusions[question][chosen]
        shares = np.bincount(count, minlength=maximum + 1) / len(count)
        given = np.where(count == 0, maximum, count)
        numbers += [*shares[1:], *np.cumsum(shares[1:]), shares[0], given.mean()]
        numbers += _quantiles(np.where(count == 0, inf, count))
    interval = found.interval[chosen]
    numbers += [float((interval >= days).mean()) for days in INTERVALS]
    numbers += [
        float((interval == NO_INTERVAL).mean()),
        float((interval == LONGEST_INTERVAL).mean()),
    ]
    return numbers + _quantiles(interval)


def _quantiles(values: Floats) -> list[float]:
    found = np.quantile(values, list(QUARTILES.values()), method="inverted_cdf")
    return [float(value) for value in found]


def _limits(values: Floats, unit: str) -> tuple[float, float | None, float | None]:
    interval = mean_interval(values, possible=(0.0, 1.0 if unit == "share" else inf))
    return interval.mean, interval.lower, interval.upper


def _table(
    rows: Sequence[tuple[object, ...]], keys: list[str], numbers: list[str], replications: int
) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*keys, *Statistic._fields, *numbers])
    types = {"at": "Int64"} | dict.fromkeys(numbers, "float64")
    return table.astype(types).assign(replications=replications)


def _unbroken(execution: Finished[Floats]) -> int:
    """Count the replications from the first on; those behind a gap are dropped."""
    complete = 0
    while complete in execution.outcomes:
        complete += 1
    if complete == 0:
        raise execution.end()
    return complete


def _manifest(
    scenario: Scenario, name: str, seed: int, replications: int, people: int, maximum: int
) -> dict[str, Any]:
    what = {
        "kind": "dose-count",
        "seed": seed,
        "replications": replications,
        "people": people,
        "maximum_infusions": maximum,
        "days": planned_days(scenario, maximum).tolist(),
        "scenarios": provenance.described({name or "scenario": scenario}),
    }
    return provenance.origin_of(what, name=name)
