"""Where a series has forgotten how it began: MSER-5, the warm-up that leaves a mean surest.

Of batch means Z_1 ... Z_n (5 observations each) the first d are dropped for which the marginal
standard error of what is left is smallest: MSER(d) = sum_{i>d} (Z_i - mean)^2 / (n - d)^2
(White, Simulation 69, 1997; White, Cobb & Spratt, Winter Simulation Conference 2000). The last five
batches are never left alone, as a few alike by chance would win (Hoad, Robinson & Davies, Journal
of the Operational Research Society 61, 2010). A minimum in the second half tells of a series that
is too short: it may not have settled at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Floats

BATCH = 5
"""Observations in a batch: the 5 of MSER-5."""
FEWEST_BATCHES = 10
"""Batches in which a beginning can be told from the rest."""
_LEFT = 5  # batches at the end that are never dropped
_ROUNDING = 1e-12  # of the largest value: what differs by less is equal


@dataclass(frozen=True)
class Truncation:
    """What MSER-5 finds in a series: how many observations to drop, of how many."""

    observations: int
    of: int
    settled: bool  # whether the minimum lies in the first half


def mser5(series: ArrayLike) -> Truncation | None:
    """Find how many observations of a series to drop; None where it has fewer than ten batches.

    `series` has shape (observations,), finite, equally far apart; those behind the last whole batch
    do not count. Of equal minima the first is taken, so nothing is dropped of a constant series.
    """
    x = np.asarray(series, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError("a series is a plain list of finite numbers")
    means = batch_means(x)
    if len(means) < FEWEST_BATCHES:
        return None
    first = int(np.argmin(marginal_errors(means)))
    return Truncation(BATCH * first, len(x), 2 * first <= len(means))


def batch_means(x: Floats) -> Floats:
    """Give the means of the whole batches, in order."""
    whole = len(x) // BATCH * BATCH
    means: Floats = x[:whole].reshape(-1, BATCH).mean(axis=1)
    return means


def marginal_errors(means: Floats) -> Floats:
    """Give MSER(d) for d = 0 ... n - 5, squared standard errors but for their constant."""
    n, slack = len(means), _ROUNDING * float(np.abs(means).max(initial=0.0))
    found = np.zeros(n - _LEFT + 1)
    for d in range(len(found)):
        left = means[d:]
        if np.ptp(left) > slack:
            found[d] = ((left - left.mean()) ** 2).sum() / (n - d) ** 2
    return found
