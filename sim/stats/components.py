"""Variance components of a balanced one-way design with random effects: parameters and chance.

    y[d, r] = mean + a[d] + e[d, r],   d = 1..K draws of the parameters, r = 1..R replications each
    MSA = R var(means of draws),  MSE = mean variance within draws
    var(e) = MSE,  var(a) = (MSA - MSE) / R, at least 0
    share = var(a) / (var(a) + var(e)), with the exact interval from F = MSA / MSE:
        theta = (F / F_q(K - 1, K (R - 1)) - 1) / R,  share = theta / (1 + theta)
    mean of R replications of a further draw: mean +- t_q(K - 1) sqrt((1 + 1/K) MSA / R), exact

The last is taken for the expected value under a further draw as well, which it holds more often.
Taking MSE / R off would be narrower, but its estimate is often 0 with few draws: the limits then
hold 81 to 90 % instead of 95 %, and are the narrower the fewer the draws.

Source: Searle, Casella and McCulloch, Variance Components, 1992, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, fdtri, ndtri, stdtrit

MOST_DRAWS = 2**14
"""Draws that are looked at in a search for how many would do."""


@dataclass(frozen=True)
class Components:
    """How much of the spread between replications is parameters, and how much is chance.

    `lower` and `upper` hold, at the level asked, the mean of as many replications of one further
    draw of the parameters, and its expected value at least so often. `monte_carlo` is the
    half-width of the mean itself, over all draws that might be made, and `floor` an estimate of
    the half-width that no number of replications can take away.
    """

    draws: int
    replications: int  # within each draw
    mean: float
    sd_parameters: float
    sd_chance: float
    share: float  # of variance that is parameters
    share_lower: float
    share_upper: float
    lower: float
    upper: float
    monte_carlo: float
    floor: float

    @property
    def half_width(self) -> float:
        """Half of the distance between the limits."""
        return (self.upper - self.lower) / 2


def components(values: ArrayLike, level: float = 0.95) -> Components:
    """Separate the variance of values of shape (draws, replications), at least 2 by 2."""
    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 2 or min(y.shape) < 2 or not np.isfinite(y).all():
        raise ValueError(
            "components need finite values of 2 or more draws by 2 or more replications"
        )
    k, r = y.shape
    within = float(y.var(axis=1, ddof=1).mean())
    between = r * float(y.mean(axis=1).var(ddof=1))
    parameters = max(0.0, (between - within) / r)
    share_lower, share_upper = _share_limits(between, within, k, r, level)
    t = float(stdtrit(k - 1, (1 + level) / 2))
    error = between / (k * r)
    half = t * sqrt((k + 1) * error)
    mean = float(y.mean())
    total = parameters + within
    return Components(
        k, r, mean, sqrt(parameters), sqrt(within), parameters / total if total else 0.0,
        share_lower, share_upper, mean - half, mean + half, t * sqrt(error), t * sqrt(parameters),
    )  # fmt: skip


def known_to_a_factor(draws: int, level: float = 0.95) -> float:
    """Give the ratio of the limits between which so few draws leave their own standard deviation.

    sqrt(chi2_q(K - 1) / chi2_(1 - q)(K - 1)): 3.9 with 6 draws, below 2 from 18 on.
    """
    high, low = (float(chdtri(draws - 1, tail)) for tail in ((1 - level) / 2, (1 + level) / 2))
    return sqrt(high / low)


def draws_to_a_factor(factor: float, level: float = 0.95) -> int:
    """Give the fewest draws that know their own standard deviation to a factor."""
    return _fewest(lambda draws: known_to_a_factor(draws, level) <= factor)


def draws_to_know_share(share: float, replications: int, width: float, level: float = 0.95) -> int:
    """Give the fewest draws whose interval of the share of parameters is no wider than `width`.

    Of that many replications each, if the share turns out to be `share` again.
    """
    if share >= 1:
        return 2
    ratio = 1 + replications * share / (1 - share)

    def is_known(draws: int) -> bool:
        lower, upper = _share_limits(ratio, 1.0, draws, replications, level)
        return upper - lower <= width

    return _fewest(is_known)


def widened_by(draws: int, level: float = 0.95) -> float:
    """Give by what share the limits are wider than those of endless draws of the same spread."""
    t = float(stdtrit(draws - 1, (1 + level) / 2)) * sqrt(1 + 1 / draws)
    return t / float(ndtri((1 + level) / 2)) - 1


def left_to_others(draws: int, level: float = 0.95) -> float:
    """Give the share of further draws that may differ from what all of so many draws agree in.

    1 - ((1 - level) / 2)^(1 / K), exact (Clopper and Pearson 1934).
    """
    agree: float = ((1 - level) / 2) ** (1 / draws)
    return 1 - agree


def _fewest(enough: Callable[[int], bool]) -> int:
    """Find the least number from 2 on, at most `MOST_DRAWS`, of draws that are enough."""
    low, high = 2, 4
    while high < MOST_DRAWS and not enough(high):
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _share_limits(
    between: float, within: float, k: int, r: int, level: float
) -> tuple[float, float]:
    if within == 0:
        return (1.0, 1.0) if between > 0 else (0.0, 0.0)
    ratio = between / within
    limits = []
    for p in ((1 + level) / 2, (1 - level) / 2):
        theta = (ratio / float(fdtri(k - 1, k * (r - 1), p)) - 1) / r
        limits.append(1.0 if theta == inf else max(0.0, theta / (1 + theta)))
    return limits[0], limits[1]
