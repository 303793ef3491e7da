"""Trying one capacity after another on the same people, with no more replications than it takes.

A value is judged by `rule` after two replications, four, and then each four more. While the search
is under way one that has met the targets in all of its first four is **taken to pass**. That only
steers: a value that is given as the answer has run until it is sure, or all of its replications.

The batches do not depend on the number of processes, so neither does any answer. Nothing here
needs pandas, as workers import this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sim.config.steps import RangeValue
from sim.experiment.executors import Finished, Progress, execute
from sim.experiment.task import Task
from sim.experiment.workers import JobsWanted
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.reading import Reading
from sim.planning.ranges import at, pointed
from sim.planning.relaxing import relaxed_in_words, without
from sim.planning.rule import Rule
from sim.planning.targets import Target
from sim.stats.intervals import Interval, wilson

FIRST = 2  # replications that show what clearly fails
STEERS = 4  # replications without a miss that the search goes by, and then a batch

Point = tuple[tuple[str, RangeValue], ...]
"""The values at the varied paths."""
Relaxed = tuple[str, ...]
"""What was made unlimited: resources of `sim.planning.relaxing`."""
Key = tuple[Relaxed, Point]
Told = Callable[[str, int, int], None]
"""Told what is being tried, how many of its replications are done, of how many at most."""


Measured = tuple[tuple[float, ...], float | None]
"""The quantity of each target in one replication, and the share of the referred who started."""


def measured(task: Task, targets: Sequence[Target]) -> Measured:
    """Simulate, and measure only what the targets are about, and which share started at all."""
    reading = Reading(replicate(task.scenario, task.seed, task.replication))
    values = tuple(target.read(reading) for target in targets)
    return values, CATALOGUE["started_share"].read(reading)


@dataclass
class Tried:
    """What was found of one value so far: one row of values a replication, from the first on."""

    scenario: Scenario
    values: list[tuple[float, ...]]
    targets: tuple[Target, ...]
    started: list[float] = field(default_factory=list)  # share of the referred, where any were

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
        scenario: Scenario,
        targets: tuple[Target, ...],
        rule: Rule,
        seed: int,
        jobs: JobsWanted = None,
        told: Told | None = None,
        drawn: Callable[[Scenario, int], Scenario] | None = None,
    ) -> None:
        self.scenario = scenario
        self.targets = targets
        self._seed, self._jobs, self._told = seed, jobs, told
        self._drawn = drawn or (lambda scenario, replication: scenario)
        self.rule = rule
        self.found: dict[Key, Tried] = {}

    def passes(self, point: Point, relaxed: Relaxed = (), sure: bool = False) -> bool:
        """Judge a value by the rule; unless `sure`, a flawless start is enough to go by."""
        tried = self.of(point, relaxed)
        while True:
            met, done = tried.met, len(tried.values)
            if self.rule.done(met, done):
                return not self.rule.fails(met, done) and self.rule.passes(met, done)
            if not sure and (self.rule.passes(met, done) or (done >= STEERS and met == done)):
                return True
            self._batch(point, relaxed, tried)

    def fails_at_once(self, point: Point, relaxed: Relaxed = ()) -> bool:
        """Judge by the first batch alone whether a value fails; what is known already counts."""
        tried = self.at_least(1, point, relaxed)
        return self.rule.fails(tried.met, len(tried.values))

    def known_to_fail(self, point: Point, relaxed: Relaxed = ()) -> bool:
        """Tell whether what is known of a value says that it fails; nothing is simulated."""
        tried = self.of(point, relaxed)
        return bool(tried.values) and self.rule.fails(tried.met, len(tried.values))

    def at_least(self, number: int, point: Point, relaxed: Relaxed = ()) -> Tried:
        """Give a value at least so many replications, though no more than are wanted."""
        tried = self.of(point, relaxed)
        while len(tried.values) < min(number, self.rule.wanted):
            self._batch(point, relaxed, tried)
        return tried

    def of(self, point: Point, relaxed: Relaxed = ()) -> Tried:
        """Look up what is known of a value; nothing yet is a value without replications."""
        key = (relaxed, point)
        if key not in self.found:
            scenario = without(at(self.scenario, dict(point)), relaxed)
            self.found[key] = Tried(scenario, [], self.targets)
        return self.found[key]

    def task(self, point: Point, relaxed: Relaxed, replication: int) -> Task:
        """Give the task of one replication of a value, with the parameters drawn for it if any."""
        scenario, name = self.of(point, relaxed).scenario, named_point(point, relaxed)
        words = "{name}, replication {replication}"
        return Task(name, self._drawn(scenario, replication), self._seed, replication, words)

    def simulated(
        self, tasks: Sequence[Task], progress: Progress | None = None
    ) -> Finished[Measured]:
        """Measure what the targets are about in each of these replications."""
        return execute(partial(measured, targets=self.targets), tasks, self._jobs, progress)

    def _batch(self, point: Point, relaxed: Relaxed, tried: Tried) -> None:
        begin = len(tried.values)
        end = begin + (FIRST if begin < STEERS else STEERS)
        name = named_point(point, relaxed)
        tasks = [
            self.task(point, relaxed, r) for r in range(begin + 1, min(end, self.rule.wanted) + 1)
        ]
        told, wanted = self._told, self.rule.wanted
        finished = self.simulated(
            tasks, told and (lambda done, _: told(name, begin + done, wanted))
        )
        for place in range(len(tasks)):
            if place not in finished.outcomes:
                break  # those behind a gap are dropped: keeping them would favour the quick ones
            values, started = finished.outcomes[place]
            tried.values.append(values)
            tried.started += [] if started is None else [started]
        finished.whole()


def named_point(point: Point, relaxed: Relaxed = ()) -> str:
    """Name a value in words: "4 chairs (unlimited nurses)"."""
    return pointed(point) + (f" ({relaxed_in_words(relaxed)})" if relaxed else "")
