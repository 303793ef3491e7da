"""What binds when no value of a range will do, and what it would take.

Limits are taken away at the easiest value of the range, and the same replications compared, one by
one: only what makes replications meet the targets that missed them before, by quantities that
differ by more than chance, is said to bind. The order: what is varied itself, then everything (if
that does not help, what it leaves out is opening hours), then one limit at a time, one with what is
varied, all the others, all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import TypeVar

import numpy as np
from scipy.special import bdtrc

from sim.planning import relaxing
from sim.planning.findings import Findings
from sim.planning.ranges import range_of
from sim.planning.relaxing import CAPACITIES, OPENING_HOURS, staff_of
from sim.planning.search import Found, further, hardest
from sim.planning.targets import Target
from sim.planning.tries import Point, Relaxed, Tried, Tries
from sim.stats.intervals import paired

Answer = TypeVar("Answer", bound=Findings)

_COMPARED = 6  # replications, at least, in which limited and unlimited are compared
CHANCE = 0.05


@dataclass
class Limits:
    """Comparisons of the easiest value of a range with and without limits."""

    tries: Tries
    easiest: Point
    untold: list[Relaxed] = field(default_factory=list)
    helpless: list[Relaxed] = field(default_factory=list)

    def helps(self, relaxed: Relaxed) -> bool:
        """Tell whether the easiest value does without some limits, and owes it to that."""
        if not self.tries.passes(self.easiest, relaxed):
            self.helpless.append(relaxed)
            return False
        with_limits = self.tries.at_least(_COMPARED, self.easiest)
        number = len(with_limits.values)
        without = self.tries.at_least(number, self.easiest, relaxed)
        if self.tries.rule.fails(without.met, len(without.values)):
            self.helpless.append(relaxed)
            return False
        told = told_apart(with_limits, without)
        if not told:
            self.untold.append(relaxed)
        return told


def told_apart(limited: Tried, free: Tried) -> bool:
    """Tell whether the same replications meet the targets more often, by more than chance."""
    pairs = list(zip(limited.values, free.values, strict=False))
    gained = sum(free.meets(b) - limited.meets(a) for a, b in pairs)
    return gained > 0 and any(
        _better([a[n] for a, _ in pairs], [b[n] for _, b in pairs], target)
        for n, target in enumerate(limited.targets)
    )


def _better(before: Sequence[float], after: Sequence[float], target: Target) -> bool:
    """Compare one quantity pair by pair: by a t interval, or by signs where one is infinite."""
    way = -1 if target.upper else 1
    if np.isfinite([*before, *after]).all() and len(before) > 2:
        found = paired(after, before)
        if found.lower is not None and found.upper is not None:
            return min(way * found.lower, way * found.upper) > 0
    worst = [-inf if value != value else way * value for value in before]
    now = [-inf if value != value else way * value for value in after]
    more = sum(b > a for a, b in zip(worst, now, strict=True))
    unlike = sum(b != a for a, b in zip(worst, now, strict=True))
    if not more:
        return False
    return float(bdtrc(more - 1, unlike, 0.5)) <= max(CHANCE, 0.5 ** len(before))


def with_what_binds(answer: Answer, tries: Tries) -> Answer:
    """Add to an answer that no value will do what would, and what was tried in vain."""
    assert answer.failing is not None
    paths = [of.path for of in answer.varied]
    own, others = relaxing.own(paths), relaxing.relaxable(tries.scenario, paths)
    limits = Limits(tries, answer.failing)
    if len(answer.varied) == 1 and (not own or tries.passes(answer.failing, own)):
        found = further(tries, answer.varied[0])
        if found is not None:
            return replace(answer, otherwise=_as(answer, found, ()))
    helping = _helping(limits, own, others, relaxing.hours_can_grow(tries.scenario, paths))
    answer = replace(
        answer,
        alternatives=helping,
        untold=tuple(limits.untold),
        helpless=tuple(limits.helpless),
    )
    return (
        replace(answer, otherwise=_otherwise(answer, tries, helping[0], own)) if helping else answer
    )


def _helping(limits: Limits, own: Relaxed, others: Relaxed, hours: bool) -> tuple[Relaxed, ...]:
    """Find the smallest sets of limits without which the easiest value does."""
    everything = own + others
    if everything and limits.helps(everything):
        for group in _groups(own, others):
            if helping := tuple(one for one in group if one == everything or limits.helps(one)):
                return helping
    if not hours or limits.untold:
        return ()
    longer = [(OPENING_HOURS,), (*everything, OPENING_HOURS)] if everything else [(OPENING_HOURS,)]
    return next(((one,) for one in longer if limits.helps(one)), ())


def _groups(own: Relaxed, others: Relaxed) -> Iterator[list[Relaxed]]:
    """Give sets of limits, fewest first: each other one, each with what is varied, all."""
    if own:
        yield [own]
    yield [(name,) for name in others]
    if own and len(others) > 1:
        yield [(*own, name) for name in others]
    if len(others) > 1:
        yield [others]
    yield [own + others]


def _as(answer: Answer, found: Found, relaxed: Relaxed) -> Answer:
    return replace(
        answer,
        relaxed=relaxed,
        passing=found.passing,
        failing=found.failing,
        surprises=found.surprises,
        frontier=found.frontier,
    )


def _otherwise(answer: Answer, tries: Tries, freed: Relaxed, own: Relaxed) -> Answer | None:
    """Search again without what binds, then put numbers to it."""
    if len(answer.varied) != 1:
        return None
    of, relaxed = answer.varied[0], tuple(name for name in freed if name not in own)
    found = hardest(tries, of, relaxed) if relaxed else Found(None, None)
    if found.passing is None:
        found = further(tries, of, relaxed) or found
    if found.passing is None:
        return None
    other = _as(answer, found, relaxed)
    return replace(other, staff=_numbered(tries, found.passing, relaxed))


def _numbered(tries: Tries, point: Point, relaxed: Relaxed) -> tuple[Relaxed, Point] | None:
    """Put the fewest that will do, one after the other, in the place of what was unlimited."""
    left = list(relaxed)
    for name in [name for name in relaxed if name in CAPACITIES]:
        left.remove(name)
        now = staff_of(tries.of(point, tuple(left)).scenario.clinic, name)
        if now is None:
            continue
        found = further(tries, range_of(CAPACITIES[name], [now]), tuple(left), point)
        if found is None or found.passing is None:
            return None
        point = found.passing
    return (tuple(left), point) if left != list(relaxed) else None


def most_freed(answer: Findings) -> Relaxed:
    """Give the longest list of limits that were taken away in vain."""
    return max(answer.helpless, key=len, default=())
