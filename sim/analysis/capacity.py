"""How many chairs? The smallest capacity (or largest demand) that meets targets, how surely.

The answer is the smallest value with which, of `replications` replications on common random
numbers, at least the share `confidence` meets all targets. See `tries` for when a value is given
up, `search` for how values are chosen, `relaxing` for what is said when none will do.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.analysis import relaxing
from sim.analysis.beginning import When, begun, checked
from sim.analysis.costs import cost_of, costs
from sim.analysis.ranges import Number, Range, check, ranges
from sim.analysis.search import Found, cheapest, hardest
from sim.analysis.targets import Target, read_targets
from sim.analysis.tries import Point, Relaxed, Rule, Told, Tried, Tries
from sim.config.errors import ScenarioError
from sim.experiment import provenance
from sim.model.scenario import Scenario
from sim.stats.intervals import Interval

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE, REPLICATIONS, DAYS = 0.9, 20, 365

Varied = Mapping[str, Iterable[Number]] | Sequence[str | Range]


@dataclass(frozen=True, eq=False)
class CapacityAnswer:
    """An answer and all that was tried for it; `str()` of it is the answer in words."""

    scenario: Scenario  # as it was asked about
    varied: tuple[Range, ...]
    targets: tuple[Target, ...]
    confidence: float
    wanted: int  # replications that a verdict rests on, at most
    when: When
    days: int
    passing: Point | None  # the value that will do
    failing: Point | None  # the next harder one, or the easiest of all when none will do
    relaxed: Relaxed = ()  # what this answer takes to be unlimited
    alternatives: tuple[Relaxed, ...] = ()  # each makes the easiest value do, when none will
    otherwise: CapacityAnswer | None = None  # the answer without what binds, if that is one thing
    surprises: tuple[str, ...] = ()
    frontier: tuple[Point, ...] = ()  # of two: the smallest second for each first
    prices: Mapping[str, float] = field(default_factory=dict)
    found: Mapping[tuple[Relaxed, Point], Tried] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"CapacityAnswer({self.sentence})"

    @property
    def reached(self) -> bool:
        """Whether some value will do, with everything else as the scenario has it."""
        return self.passing is not None

    @property
    def value(self) -> Number | dict[str, Number] | None:
        """The value that will do: a number, or of two varied capacities one by path."""
        if self.passing is None:
            return None
        return self.passing[0][1] if len(self.passing) == 1 else dict(self.passing)

    @property
    def share(self) -> float | None:
        """The share of replications that met all targets with that value."""
        return None if self.interval is None else self.interval.mean

    @property
    def interval(self) -> Interval | None:
        """That share with Wilson's 95 % interval."""
        return None if self.passing is None else self.tried(self.passing).share

    @property
    def binding(self) -> tuple[str, ...]:
        """What binds when no value will do: all of it together, or several that each would help."""
        return tuple(dict.fromkeys(name for names in self.alternatives for name in names))

    def tried(self, point: Point) -> Tried:
        """Look up what was found of a value."""
        return self.found[self.relaxed, point]

    @cached_property
    def sentence(self) -> str:
        """The answer in words, with its probability."""
        from sim.analysis.capacity_words import sentence

        return sentence(self)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a value tried: the share that met the targets, and each quantity's mean."""
        from sim.analysis.capacity_tables import table

        return table(self)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """One row a value, replication and quantity: what was measured and whether it met."""
        from sim.analysis.capacity_tables import replications

        return replications(self)


def capacity(
    scenario: Scenario,
    vary: Varied,
    targets: Sequence[str | Target],
    confidence: float = CONFIDENCE,
    replications: int = REPLICATIONS,
    seed: int | None = None,
    jobs: int | None = None,
    when: str = "steady",
    days: int = DAYS,
    largest: bool | None = None,
    cost: Mapping[str, float] | None = None,
    told: Told | None = None,
    name: str = "",
) -> CapacityAnswer:
    """Find the smallest value of one capacity, or the cheapest mix of two, that meets targets.

    `vary` maps one or two dotted paths to the values to try (`{"clinic.chairs": range(1, 11)}`);
    of a path below `referrals`, or with `largest`, the largest value is found. `days` are measured,
    near the steady state or (`when="first-year"`) from the opening of an empty clinic. `cost` is in
    US$ a year for one more. Raises ScenarioError where nothing sensible is asked.
    """
    of, wanted = ranges(vary, largest), read_targets(targets)
    rule = _rule(confidence, replications, days)
    moment = checked(when)
    measured = begun(scenario, moment, days)
    for one in of:
        check(measured, one)
    if len(of) == 2 and any(one.largest for one in of):
        raise ScenarioError("vary: a mix is of two capacities; vary a demand alone.")
    prices = costs(scenario, of, cost) if len(of) == 2 else {}
    seed = scenario.run.seed if seed is None else seed
    tries = Tries(lambda r: relaxing.without(measured, r), wanted, rule, seed, jobs, told)
    started, clock = datetime.now(UTC), time.perf_counter()
    blank = CapacityAnswer(
        scenario, of, wanted, confidence, replications, moment, days, None, None, prices=prices,
        found=tries.found,
    )  # fmt: skip
    answer = _answered(blank, tries, measured)
    manifest = _manifest(answer, name, seed) | {
        "started_at": started.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - clock, 3),
    }
    return replace(answer, manifest=manifest)


def _rule(confidence: float, replications: int, days: int) -> Rule:
    if not 0 < confidence <= 1:
        raise ScenarioError(f"confidence: {confidence:g} is no share above 0 and up to 1.")
    if replications < 1 or days < 1:
        raise ScenarioError(
            f"replications and days must be 1 or more, not {replications} and {days}."
        )
    return Rule(confidence, replications)


def _answered(blank: CapacityAnswer, tries: Tries, measured: Scenario) -> CapacityAnswer:
    answer = _with(blank, _search(blank, tries, ()))
    _judgeable(answer)
    if answer.reached:
        return answer
    alternatives = _alternatives(answer, tries, measured)
    answer = replace(answer, alternatives=alternatives)
    if len(alternatives) != 1:
        return answer
    relaxed = replace(blank, relaxed=alternatives[0])
    return replace(answer, otherwise=_with(relaxed, _search(relaxed, tries, alternatives[0])))


def _search(answer: CapacityAnswer, tries: Tries, relaxed: Relaxed) -> Found:
    if len(answer.varied) == 1:
        return hardest(tries, answer.varied[0], relaxed)
    first, second = answer.varied
    return cheapest(tries, first, second, cost_of(answer.prices), relaxed)


def _with(answer: CapacityAnswer, found: Found) -> CapacityAnswer:
    return replace(
        answer,
        passing=found.passing,
        failing=found.failing,
        surprises=found.surprises,
        frontier=found.frontier,
    )


def _alternatives(answer: CapacityAnswer, tries: Tries, measured: Scenario) -> tuple[Relaxed, ...]:
    """Find what makes the easiest value do: one capacity without limit, or all, or longer hours."""
    easiest = answer.failing or ()
    paths = [of.path for of in answer.varied]
    limited = relaxing.relaxable(measured, paths)
    singles = [(name,) for name in limited]
    if helping := tuple(one for one in singles if tries.passes(easiest, one)):
        return helping
    if len(limited) > 1 and tries.passes(easiest, limited):
        return (limited,)
    longer = (relaxing.HOURS,)
    if relaxing.hours_can_grow(measured, paths) and tries.passes(easiest, longer):
        return (longer,)
    return ()


def _judgeable(answer: CapacityAnswer) -> None:
    """Refuse a target whose quantity exists in no replication of any value."""
    rows = [row for tried in answer.found.values() for row in tried.values]
    for place, target in enumerate(answer.targets):
        if all(row[place] != row[place] for row in rows):
            raise ScenarioError(
                f'target "{target}": {target.quantity} is not defined in any replication (nobody '
                "is in its group, or the capacity is unlimited), so nothing can meet the target."
            )


def _manifest(answer: CapacityAnswer, name: str, seed: int) -> dict[str, Any]:
    what = {
        "kind": "capacity",
        "seed": seed,
        "replications": answer.wanted,
        "confidence": answer.confidence,
        "targets": [str(target) for target in answer.targets],
        "vary": {of.path: list(of.values) for of in answer.varied},
        "largest": [of.path for of in answer.varied if of.largest],
        "when": answer.when,
        "days": answer.days,
        "prices": dict(answer.prices),
        "scenarios": provenance.described({name or "scenario": answer.scenario}),
    }
    return {
        "made_by": "ketasim",
        "name": name,
        **what,
        "answer": answer.sentence,
        "digest": provenance.digest(what),
        "versions": provenance.versions(),
        "machine": provenance.machine(),
        "commit": provenance.commit(),
    }
