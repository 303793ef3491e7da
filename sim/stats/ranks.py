"""Medians and orders, for values of which some were not reached (infinite) and no mean exists.

Order statistics: of n independent values, sorted, the median lies between the (k+1)-th from below
and the (k+1)-th from above with probability 1 - 2 P(Binomial(n, 1/2) <= k), whatever their
distribution. "Not reached" is larger than every number. The test that belongs to it is the sign
test: pairs that tie tell nothing, and of the others half are higher if nothing differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr

from sim.arrays import Floats
from sim.stats.intervals import Interval, wilson


@dataclass(frozen=True)
class Ranks:
    """In how many of `n` pairs the first was higher; the median difference where it is defined.

    `superiority` is the share of pairs in which the first is higher, ties counting half, with
    Wilson's limits. A pair of which neither was reached is a tie; its difference may be anything,
    so that it pushes the median's limits outwards.
    """

    n: int
    higher: int
    lower: int
    superiority: Interval
    median: float | None
    median_lower: float | None
    median_upper: float | None
    p_value: float | None


def median_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Give the median and its order-statistic limits; fewer than 6 values have none at 95 %."""
    x = np.sort(np.asarray(values, dtype=np.float64))
    if x.size == 0 or np.isnan(x).any():
        raise ValueError("a median needs at least one value, and no NaN")
    k = _aside(x.size, level)
    median = _middle(x)
    if median is None:
        raise ValueError("a median between -inf and +inf does not exist")
    if k is None:
        return Interval(median, None, None, x.size)
    return Interval(median, float(x[k]), float(x[-1 - k]), x.size)


def compared(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Ranks:
    """Compare pairs by their order alone, by a sign test; infinite values are the largest."""
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    higher, lower = int((x > y).sum()), int((x < y).sum())
    known = np.isfinite(x) | np.isfinite(y)
    d = np.subtract(x, y, out=np.zeros_like(x), where=known)
    lows, highs = (np.sort(np.where(known, d, end)) for end in (-np.inf, np.inf))
    k = _aside(x.size, level)
    middle = {_middle(lows), _middle(highs)}
    return Ranks(
        n=x.size,
        higher=higher,
        lower=lower,
        superiority=wilson(higher + (x.size - higher - lower) / 2, x.size, level),
        median=middle.pop() if len(middle) == 1 else None,
        median_lower=None if k is None else float(lows[k]),
        median_upper=None if k is None else float(highs[-1 - k]),
        p_value=_sign_test(higher, lower) if x.size > 1 else None,
    )


def _aside(n: int, level: float) -> int | None:
    """Count the values that may be left aside at either end, or None when not even none may."""
    tails = 2 * bdtr(np.arange(n), n, 0.5)
    aside = int((tails <= 1 - level + 1e-12).sum()) - 1
    return aside if aside >= 0 else None


def _middle(x: Floats) -> float | None:
    """Take the middle of sorted values: infinite beside one that is, None between two of them."""
    low, high = float(x[(x.size - 1) // 2]), float(x[x.size // 2])
    if np.isinf(low) and np.isinf(high):
        return low if low == high else None
    return (low + high) / 2


def _sign_test(higher: int, lower: int) -> float:
    told = higher + lower
    return min(1.0, 2 * float(bdtr(min(higher, lower), told, 0.5))) if told else 1.0
