"""What a search for a capacity found: the facts that its sentences, tables and figures tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sim.analysis.planning.beginning import When
from sim.analysis.planning.ranges import Number, Range
from sim.analysis.planning.targets import Target
from sim.analysis.planning.tries import Point, Relaxed, Tried
from sim.model.scenario import Scenario
from sim.stats.intervals import Interval


@dataclass(frozen=True, eq=False)
class Findings:
    """What was asked, what was tried, and which value will do."""

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
    otherwise: Self | None = None  # the answer without what binds, if that is one thing
    surprises: tuple[str, ...] = ()
    frontier: tuple[Point, ...] = ()  # of two: the smallest second for each first
    uncertainty: str | None = None  # "posterior": each replication has a draw of its own
    prices: Mapping[str, float] = field(default_factory=dict)
    found: Mapping[tuple[Relaxed, Point], Tried] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)

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
