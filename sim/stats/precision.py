"""How many replications an interval takes: from what a pilot found to what is wanted.

Half-widths are those of `sim.stats.intervals`, before limits beyond the possible are cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, stdtrit

from sim.stats.intervals import mean_interval

MOST_NEEDED = 10**9
"""More replications than this are told as infinitely many."""


@dataclass(frozen=True)
class Needed:
    """Replications for a half-width: as the pilot's variance has it, and at its upper limit.

    With probability `level` the variance is below its upper limit (chi-squared, of normal values),
    and then no more than `upper` are needed. Infinite where more than `MOST_NEEDED` are.
    """

    pilot: int  # finite values it rests on
    half_width: float  # of the pilot
    central: float
    upper: float


def half_width_of(values: ArrayLike, level: float = 0.95) -> float:
    """Give half of the interval of a mean; infinite where there is none (not reached, one value).

    NaN is left out, as in every table.
    """
    x = np.asarray(values, dtype=np.float64)
    x = x[~np.isnan(x)]
    if x.size < 2 or not np.isfinite(x).all():
        return inf
    half = mean_interval(x, level).half_width
    return inf if half is None else half


def replications_for(deviation: float, half_width: float, level: float = 0.95) -> float:
    """Count the replications n, from 2 on, with t(n - 1) deviation / sqrt(n) <= half_width."""
    if not half_width > 0:
        return 2.0 if deviation == 0 else inf
    low, high = 1, 2
    while _reach(high, level) * deviation > half_width:
        low, high = high, 2 * high
        if low > MOST_NEEDED:
            return inf
    while high - low > 1:
        middle = (low + high) // 2
        if _reach(middle, level) * deviation > half_width:
            low = middle
        else:
            high = middle
    return float(high)


def needed_for(values: ArrayLike, half_width: float, level: float = 0.95) -> Needed | None:
    """Tell how many replications the half-width takes, from a pilot's values; None if they cannot.

    Where a bootstrap found the pilot skewed, its interval is wider than Student's by a factor,
    which is taken to stay. NaN is left out; with an infinite value, or fewer than two, None.
    """
    x = np.asarray(values, dtype=np.float64)
    x = x[~np.isnan(x)]
    now = half_width_of(x, level)
    if not isfinite(now):
        return None
    n = x.size
    deviation = now * sqrt(n) / float(stdtrit(n - 1, (1 + level) / 2))
    largest = deviation * sqrt((n - 1) / float(chdtri(n - 1, level)))
    central, upper = (replications_for(s, half_width, level) for s in (deviation, largest))
    return Needed(n, now, central, upper)


def roughly(number: float) -> str:
    """Write a number of replications with two digits, rounded up, as it is an estimate."""
    if not isfinite(number) or number > MOST_NEEDED:
        return f"more than {MOST_NEEDED:,}"
    step = 10 ** max(0, len(str(int(number))) - 2)
    return f"{ceil(number / step) * step:,}"


def _reach(n: int, level: float) -> float:
    return float(stdtrit(n - 1, (1 + level) / 2)) / sqrt(n)
