"""What a search for a capacity found: the facts that its sentences, tables and figures tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sim.config.steps import RangeValue
from sim.model.scenario import Scenario
from sim.planning.beginning import ClinicAge
from sim.planning.ranges import Range
from sim.planning.rule import Rule, Sureness
from sim.planning.targets import Target
from sim.planning.tries import Key, Point, Relaxed, Tried
from sim.stats.intervals import Interval


@dataclass(frozen=True)
class Cut:
    """How the work ended early: before or after there was an answer; why, if not by the user."""

    answered: bool
    why: str = ""


@dataclass(frozen=True, eq=False)
class Findings:
    """What was asked, what was tried, and which value will do."""

    scenario: Scenario  # as it was asked about
    varied: tuple[Range, ...]
    targets: tuple[Target, ...]
    confidence: float
    wanted: int  # replications that a verdict rests on, at most
    when: ClinicAge
    days: int
    passing: Point | None  # the value that will do
    failing: Point | None  # the next harder one, or the easiest of all when none will do
    relaxed: Relaxed = ()  # what this answer takes to be unlimited
    staff: Key | None = None  # the same with numbers for what was unlimited, where found
    alternatives: tuple[Relaxed, ...] = ()  # each makes the easiest value do, when none will
    untold: tuple[Relaxed, ...] = ()  # seemed to, but was not told apart from chance
    helpless: tuple[Relaxed, ...] = ()  # were tried for that in vain
    otherwise: Self | None = None  # the answer beyond the range, or without what binds
    surprises: tuple[str, ...] = ()
    frontier: tuple[Point, ...] = ()  # of two: the smallest second for each first
    uncertainty: str | None = None  # "posterior": each replication has a draw of its own
    prices: Mapping[str, float] = field(default_factory=dict)
    found: Mapping[Key, Tried] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    cut: Cut | None = None  # the work ended early

    @property
    def rule(self) -> Rule:
        """When a value will do."""
        return Rule(self.confidence, self.wanted)

    @property
    def shown(self) -> Self:
        """What tables and figures are of: the answer that was found in the end, if there is one."""
        return self.otherwise or self

    @property
    def answered(self) -> Key | None:
        """The value that will do, with what was unlimited for it."""
        if self.passing is None:
            return None
        return self.staff or (self.relaxed, self.passing)

    @property
    def reached(self) -> bool:
        """Whether some value will do, with everything else as the scenario has it."""
        return self.passing is not None

    @property
    def value(self) -> RangeValue | dict[str, RangeValue] | None:
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
        return None if self.answered is None else self.found[self.answered].share

    @property
    def grade(self) -> Sureness | None:
        """How sure it is that the value will do."""
        if self.answered is None:
            return None
        tried = self.found[self.answered]
        return self.rule.grade(tried.met, len(tried.values))

    @property
    def beyond(self) -> bool:
        """Whether the value that will do lies beyond the range that was asked about."""
        values = dict(self.passing or ())
        return any(of.path in values and values[of.path] not in of.values for of in self.varied)

    @property
    def binding(self) -> tuple[str, ...]:
        """What binds when no value will do: all of it together, or several that each would help."""
        return tuple(dict.fromkeys(name for names in self.alternatives for name in names))

    def tried(self, point: Point) -> Tried:
        """Look up what was found of a value."""
        return self.found[self.relaxed, point]
