"""What the values of one measure over replications come to, whatever they are.

Some may be infinite ("not reached"), some missing, there may be a single one: `summarised` says
what can be said of each, and by which method its limits were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from sim.stats.intervals import ANY, Bounds, mean_interval
from sim.stats.ranks import median_interval


@dataclass(frozen=True)
class Summary:
    """Mean and median over `n` values with their limits, inside what is possible.

    The mean is infinite and has no limits when a value was not reached; the median and its
    order-statistic limits then tell of all values (each infinite when it was not reached). `method`
    is how the mean's limits were found: `t`, `bootstrap-t` (skewed values), `few values` (t, but
    most values are equal: too narrow), `all equal`, or nothing without limits.
    """

    n: int
    not_reached: int
    mean: float | None
    lower: float | None = None
    upper: float | None = None
    method: str = ""
    median: float | None = None
    median_lower: float | None = None
    median_upper: float | None = None

    @property
    def statistic(self) -> str:
        """Name what tells of these values: the mean, or the median where no mean exists."""
        return "median" if self.not_reached else "mean"

    @property
    def told(self) -> tuple[float | None, float | None, float | None]:
        """Give the statistic that exists, with its limits."""
        if self.not_reached:
            return self.median, self.median_lower, self.median_upper
        return self.mean, self.lower, self.upper


def summarised(values: ArrayLike, level: float = 0.95, possible: Bounds = ANY) -> Summary:
    """Summarise values; NaN is left out (not defined), infinity counts as not reached."""
    x = np.asarray(values, dtype=np.float64)
    x = x[~np.isnan(x)]
    if x.size == 0:
        return Summary(0, 0, None)
    middle = median_interval(x, level)
    medians = (middle.mean, middle.lower, middle.upper)
    not_reached = int(np.isinf(x).sum())
    if not_reached:
        return Summary(x.size, not_reached, inf, None, None, "", *medians)
    found = mean_interval(x, level, possible)
    return Summary(x.size, 0, found.mean, found.lower, found.upper, found.method, *medians)
