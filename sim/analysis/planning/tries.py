"""Trying one capacity after another on the same people, with no more replications than it takes.

A value passes if, of `wanted` replications, at least the share `confidence` meet all targets. Its
replications are run in batches of four, and judged after each batch:

- **fails** as soon as so many missed that it could not pass any more: the same verdict as that of
  all replications, given sooner;
- **passes** once enough have met the targets;
- is **taken to pass** while the search is under way once it has met them in all of its first batch.
  That only steers: a value that is given as the answer has run all of its replications.

The batches do not depend on the number of processes, so neither does any answer. Nothing here
needs pandas, as workers import this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from sim.analysis.planning.ranges import Number, at, pointed
from sim.analysis.planning.relaxing import in_words
from sim.analysis.planning.targets import Target
from sim.experiment.executors import execute
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.reading import Reading
from sim.stats.intervals import Interval, wilson

BATCH = 4
EPSILON = 1e-9  # 0.9 * 20 is 18

Point = tuple[tuple[str, Number], ...]
"""The values at the varied paths."""
Relaxed = tuple[str, ...]
"""What was made unlimited: resources of `sim.analysis.planning.relaxing`."""
Key = tuple[Relaxed, Point]
Told = Callable[[str, int, int], None]
"""Told what is being tried, how many of its replications are done, of how many at most."""


@dataclass(frozen=True)
class Task:
    """One replication of one value, and what to measure of it."""

    name: str
    scenario: Scenario
    seed: int
    replication: int
    targets: tuple[Target, ...]

    def __str__(self) -> str:
        return f"{self.name}, replication {self.replication}"


def measured(task: Task) -> tuple[float, ...]:
    """Simulate, and measure only what the targets are about."""
    reading = Reading(replicate(task.scenario, task.seed, task.replication))
    return tuple(target.read(reading) for target in task.targets)


@dataclass(frozen=True)
class Rule:
    """When a value will do: a share `confidence` of `wanted` replications, at least."""

    confidence: float
    wanted: int

    @property
    def needed(self) -> int:
        """How many replications must meet the targets."""
        return ceil(self.confidence * self.wanted - EPSILON)

    def passes(self, met: int) -> bool:
        """Tell whether enough have met the targets."""
        return met >= self.needed

    def fails(self, met: int, tried: int) -> bool:
        """Tell whether too many missed for the rest to make up."""
        return tried - met > self.wanted - self.needed


@dataclass
class Tried:
    """What was found of one value so far: one row of values a replication, from the first on."""

    scenario: Scenario
    values: list[tuple[float, ...]]
    targets: tuple[Target, ...]

    @property
    def met(self) -> int:
        """How many replications met all targets."""
        return sum(self.meets(row) for row in self.values)

    @property
    def share(self) -> Interval:
        """The share of replications that met all targets, with Wilson's interval."""
        return wilson(self.met, len(self.values))

    def meets(self, row: Sequence[float]) -> bool:
        """Tell whether one replication met all targets."""
        return all(t.met(value) for t, value in zip(self.targets, row, strict=True))


class Tries:
    """All values tried so far, under common random numbers; nothing is simulated twice."""

    def __init__(
        self,
        prepared: Callable[[Relaxed], Scenario],
        targets: tuple[Target, ...],
        rule: Rule,
        seed: int,
        jobs: int | None = None,
        told: Told | None = None,
        drawn: Callable[[Scenario, int], Scenario] | None = None,
    ) -> None:
        self._prepared = prepared
        self._targets = targets
        self._seed, self._jobs, self._told = seed, jobs, told
        self._drawn = drawn or (lambda scenario, replication: scenario)
        self.rule = rule
        self.found: dict[Key, Tried] = {}

    def passes(self, point: Point, relaxed: Relaxed = (), sure: bool = False) -> bool:
        """Judge a value by the rule; unless `sure`, a flawless start is enough to go by."""
        tried = self.of(point, relaxed)
        while True:
            met, done = tried.met, len(tried.values)
            if self.rule.fails(met, done):
                return False
            enough = done >= self.rule.wanted if sure else self.rule.passes(met)
            if enough or (not sure and done >= BATCH and met == done):
                return True
            self._batch(point, relaxed, tried)

    def fails_at_once(self, point: Point, relaxed: Relaxed = ()) -> bool:
        """Judge by the first batch alone whether a value fails; what is known already counts."""
        tried = self.of(point, relaxed)
        if not tried.values:
            self._batch(point, relaxed, tried)
        return self.rule.fails(tried.met, len(tried.values))

    def of(self, point: Point, relaxed: Relaxed = ()) -> Tried:
        """Look up what is known of a value; nothing yet is a value without replications."""
        key = (relaxed, point)
        if key not in self.found:
            scenario = at(self._prepared(relaxed), dict(point))
            self.found[key] = Tried(scenario, [], self._targets)
        return self.found[key]

    def task(self, point: Point, relaxed: Relaxed, replication: int) -> Task:
        """Give the task of one replication of a value, with the parameters drawn for it if any."""
        scenario = self._drawn(self.of(point, relaxed).scenario, replication)
        return Task(named(point, relaxed), scenario, self._seed, replication, self._targets)

    def _batch(self, point: Point, relaxed: Relaxed, tried: Tried) -> None:
        begin = len(tried.values)
        name = named(point, relaxed)
        tasks = [
            self.task(point, relaxed, r)
            for r in range(begin + 1, min(begin + BATCH, self.rule.wanted) + 1)
        ]
        if self._told:
            self._told(name, begin, self.rule.wanted)
        outcomes = execute(measured, tasks, self._jobs)
        if outcomes.interrupted:
            raise KeyboardInterrupt
        tried.values += [outcomes.outcomes[place] for place in range(len(tasks))]


def named(point: Point, relaxed: Relaxed = ()) -> str:
    """Name a value in words: "4 chairs (unlimited nurses)"."""
    return pointed(point) + (f" ({in_words(relaxed)})" if relaxed else "")
