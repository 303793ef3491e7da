"""The smallest value that will do, or the staircase of the smallest second for each first.

Both rest on a capacity never doing worse when it grows, which a clinic of series and of sick
people does not promise; so the neighbours of an answer are looked at as well, and a surprise is
said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.analysis.ranges import Number, Range
from sim.analysis.tries import Point, Relaxed, Tries


@dataclass(frozen=True)
class Found:
    """Where the search ended: the hardest value that passes, and the next harder, which fails."""

    passing: Point | None
    failing: Point | None
    surprises: tuple[str, ...] = ()
    frontier: tuple[Point, ...] = field(default=())


def hardest(tries: Tries, of: Range, relaxed: Relaxed = ()) -> Found:
    """Bisect for the hardest value of a range that passes; `values` run from hard to easy."""
    points: list[Point] = [((of.path, value),) for value in of.values]
    place = _bisected(points, lambda point: tries.passes(point, relaxed))
    while place < len(points) and not tries.passes(points[place], relaxed, sure=True):
        place += 1  # the replications still to come have overturned what steered the search
    harder, surprises = _harder(tries, points, place, relaxed)
    if harder is not None:
        place = harder
    if place == len(points):
        return Found(None, points[-1], surprises)
    surprises += _easier(tries, points, place, relaxed)
    return Found(points[place], points[place - 1] if place else None, surprises)


def _bisected(points: list[Point], passes: Callable[[Point], bool]) -> int:
    """Find the first place that passes if all after it do; the number of points if none does."""
    low, high = 0, len(points)
    while low < high:
        middle = (low + high) // 2
        if passes(points[middle]):
            high = middle
        else:
            low = middle + 1
    return low


def _harder(
    tries: Tries, points: list[Point], place: int, relaxed: Relaxed
) -> tuple[int | None, tuple[str, ...]]:
    """Look below the first value that fails: does a harder one pass all the same?"""
    below = place - 2
    if below < 0 or place == len(points) or tries.fails_at_once(points[below], relaxed):
        return None, ()
    if not tries.passes(points[below], relaxed, sure=True):
        return None, ()
    return below, (f"{_told(points[below])} will do although {_told(points[below + 1])} will not.",)


def _easier(tries: Tries, points: list[Point], place: int, relaxed: Relaxed) -> tuple[str, ...]:
    """Look above the answer: does an easier value fail all the same?"""
    above = place + 1
    if above >= len(points) or not tries.fails_at_once(points[above], relaxed):
        return ()
    return (f"{_told(points[above])} will not do although {_told(points[place])} will.",)


def staircase(
    tries: Tries,
    first: Range,
    second: Range,
    cost: Callable[[Point], float],
    relaxed: Relaxed = (),
) -> Found:
    """Find for each value of the first the hardest of the second, and the cheapest such pair.

    From the easiest first value down: a second value that fails with one value of the first is not
    tried again with a harder one. At most as many pairs are tried as both have values.
    """
    frontier: list[Point] = []
    place = 0
    for value in reversed(first.values):
        for place in range(place, len(second.values)):  # noqa: B020 (goes on where it was)
            point = _pair(first, value, second, second.values[place])
            if tries.passes(point, relaxed):
                frontier.append(point)
                break
        else:
            break
    return _cheapest(tries, first, second, frontier, cost, relaxed)


def _cheapest(
    tries: Tries,
    first: Range,
    second: Range,
    frontier: list[Point],
    cost: Callable[[Point], float],
    relaxed: Relaxed,
) -> Found:
    """Take the cheapest pair that passes with all its replications.

    A pair that these overturn gives way to the next easier one of the same first value.
    """
    frontier = list(frontier)
    while frontier:
        point = min(frontier, key=cost)
        if tries.passes(point, relaxed, sure=True):
            beside = _dearest_failing(tries, point, cost, relaxed)
            return Found(point, beside, (), tuple(frontier))
        frontier.remove(point)
        (_, a), (_, b) = point
        easier = second.values[second.values.index(b) + 1 :]
        frontier += [_pair(first, a, second, value) for value in easier[:1]]
    return Found(None, _pair(first, first.values[-1], second, second.values[-1]))


def _dearest_failing(
    tries: Tries, answer: Point, cost: Callable[[Point], float], relaxed: Relaxed
) -> Point | None:
    """The dearest pair that was tried, costs less than the answer and fails."""
    failed = [
        point
        for (without, point), tried in tries.found.items()
        if without == relaxed and tries.rule.fails(tried.met, len(tried.values))
        if cost(point) < cost(answer)
    ]
    return max(failed, key=cost, default=None)


def _pair(first: Range, a: Number, second: Range, b: Number) -> Point:
    return (first.path, a), (second.path, b)


def _told(point: Point) -> str:
    return " and ".join(f"{path} = {value:g}" for path, value in point)
