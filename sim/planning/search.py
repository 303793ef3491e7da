"""The smallest value that will do, or the cheapest mix of two.

Both rest on a capacity never doing worse when it grows, which a clinic of series and of sick
people does not promise; so the neighbours of an answer are looked at as well, and a surprise is
said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.config.steps import RangeValue
from sim.planning.ranges import Range, beyond, pointed
from sim.planning.tries import Point, Relaxed, Tries


@dataclass(frozen=True)
class Found:
    """Where the search ended: the hardest value that passes, and the next harder, which fails."""

    passing: Point | None
    failing: Point | None
    surprises: tuple[str, ...] = ()
    frontier: tuple[Point, ...] = field(default=())


def hardest(tries: Tries, of: Range, relaxed: Relaxed = ()) -> Found:
    """Bisect for the hardest value of a range that passes; `values` run from hard to easy."""
    points = points_of(of)
    place = _bisected(tries, points, relaxed)
    while place < len(points) and not tries.passes(points[place], relaxed, sure=True):
        place += 1  # the replications still to come have overturned what steered the search
    harder, surprises = _harder(tries, points, place, relaxed)
    if harder is not None:
        place = harder
    if place == len(points):
        return Found(None, points[-1], surprises)
    surprises += _easier(tries, points, place, relaxed)
    return Found(points[place], points[place - 1] if place else None, surprises)


def further(tries: Tries, of: Range, relaxed: Relaxed = (), held: Point = ()) -> Found | None:
    """Find the hardest value beyond the easy end of a range that passes, if there is one.

    Steps double until a value passes, then the gap is bisected; other values can be held.
    """
    points: list[Point] = [(*held, (of.path, value)) for value in beyond(tries.scenario, of)]
    begin, place = 0, 0
    while place < len(points) and not tries.passes(points[place], relaxed):
        begin, place = place + 1, min(2 * place + 2, max(place + 1, len(points) - 1))
    gap = points[begin:place]
    place = begin + _bisected(tries, gap, relaxed)
    while place < len(points) and not tries.passes(points[place], relaxed, sure=True):
        place += 1
    if place >= len(points):
        return None
    return Found(points[place], points[place - 1] if place else (*held, *points_of(of)[-1]))


def points_of(of: Range) -> list[Point]:
    """Give the values of a range as points, from hard to easy."""
    return [((of.path, value),) for value in of.values]


def _bisected(tries: Tries, points: list[Point], relaxed: Relaxed) -> int:
    """Find the first place that passes if all after it do; the number of points if none does.

    After a value that fails narrowly the next easier one is tried, not the middle of the rest.
    """
    low, high, near = 0, len(points), False
    while low < high:
        middle = low if near else (low + high) // 2
        if tries.passes(points[middle], relaxed):
            high, near = middle, False
        else:
            tried = tries.of(points[middle], relaxed)
            near = not tries.rule.surely_fails(tried.met, len(tried.values))
            low = middle + 1
    return low


def _harder(
    tries: Tries, points: list[Point], place: int, relaxed: Relaxed
) -> tuple[int | None, tuple[str, ...]]:
    """Look below the first value that fails: does a harder one pass all the same?

    Not where one that is harder still is known to fail: it would lie between two that do.
    """
    below = place - 2
    if below < 0 or place == len(points):
        return None, ()
    if any(tries.known_to_fail(point, relaxed) for point in points[: below + 1]):
        return None, ()
    if tries.fails_at_once(points[below], relaxed):
        return None, ()
    if not tries.passes(points[below], relaxed, sure=True):
        return None, ()
    return below, (
        f"{pointed(points[below])} will do although {pointed(points[below + 1])} will not.",
    )


def _easier(tries: Tries, points: list[Point], place: int, relaxed: Relaxed) -> tuple[str, ...]:
    """Look above the answer: does an easier value fail all the same?"""
    above = place + 1
    if above >= len(points) or not tries.fails_at_once(points[above], relaxed):
        return ()
    return (f"{pointed(points[above])} will not do although {pointed(points[place])} will.",)


def cheapest(
    tries: Tries,
    first: Range,
    second: Range,
    cost: Callable[[Point], float],
    relaxed: Relaxed = (),
) -> Found:
    """Find for each value of the first the hardest of the second that passes, and the cheapest.

    Each first value has a bisection of its own: more chairs with as few nurses can be worse, so
    what fails with one number of chairs says nothing of another. The neighbours of the cheapest
    pair that cost less are looked at as well.
    """
    columns = [[_pair(first, a, second, b) for b in second.values] for a in first.values]
    places = [_bisected(tries, column, relaxed) for column in columns]
    frontier = [c[place] for c, place in zip(columns, places, strict=True) if place < len(c)]
    answer = _surest(tries, columns, frontier, cost, relaxed)
    if answer is None:
        return Found(None, columns[-1][-1])
    better, surprises = _cheaper(tries, columns, answer, cost, relaxed)
    near = [p for p in _neighbours(columns, better) if tries.known_to_fail(p, relaxed)]
    beside = max((p for p in near if cost(p) < cost(better)), key=cost, default=None)
    worse = [p for p in near if all(b >= a for (_, a), (_, b) in zip(better, p, strict=True))]
    surprises += tuple(f"{pointed(p)} will not do although {pointed(better)} will." for p in worse)
    return Found(better, beside, surprises, tuple(frontier))


def _surest(
    tries: Tries,
    columns: list[list[Point]],
    frontier: list[Point],
    cost: Callable[[Point], float],
    relaxed: Relaxed,
) -> Point | None:
    """Take the cheapest pair that passes with all its replications.

    A pair that these overturn gives way to the next easier one of the same first value.
    """
    left = list(frontier)
    while left:
        point = min(left, key=cost)
        if tries.passes(point, relaxed, sure=True):
            return point
        left.remove(point)
        column = next(column for column in columns if point in column)
        left += column[column.index(point) + 1 :][:1]
    return None


def _cheaper(
    tries: Tries,
    columns: list[list[Point]],
    answer: Point,
    cost: Callable[[Point], float],
    relaxed: Relaxed,
) -> tuple[Point, tuple[str, ...]]:
    """Go on to a neighbour that costs less and passes all the same, as long as there is one."""
    surprises: tuple[str, ...] = ()
    while True:
        near = [p for p in _neighbours(columns, answer) if cost(p) < cost(answer)]
        passing = [p for p in sorted(near, key=cost) if not tries.fails_at_once(p, relaxed)]
        better = next((p for p in passing if tries.passes(p, relaxed, sure=True)), None)
        if better is None:
            return answer, surprises
        surprises += (f"{pointed(better)} will do, which the search had passed over.",)
        answer = better


def _neighbours(columns: list[list[Point]], point: Point) -> list[Point]:
    """Give the pairs next to one, also across the corner."""
    here = next(n for n, column in enumerate(columns) if point in column)
    there = columns[here].index(point)
    return [
        columns[a][b]
        for a in range(max(0, here - 1), min(len(columns), here + 2))
        for b in range(max(0, there - 1), min(len(columns[a]), there + 2))
        if (a, b) != (here, there)
    ]


def _pair(first: Range, a: RangeValue, second: Range, b: RangeValue) -> Point:
    return (first.path, a), (second.path, b)
