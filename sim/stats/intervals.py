"""Intervals and paired differences of replications: numbers in, numbers out, no NaN inside.

The replication is the unit of inference. What cannot be said is None, never a guess: one
replication has no interval, and a measure that was not reached (infinite) has no difference. Limits
are Student's, wider where a bootstrap finds the values skewed, and never leave the possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr, stdtrit

from sim.arrays import Floats
from sim.stats import skewed

Bounds = tuple[float, float]

ANY: Bounds = (-inf, inf)
"""What is possible for a quantity without bounds."""

_ROUNDING = 1e-12
"""Differences below this share of the values compared are rounding, and count as none."""


@dataclass(frozen=True)
class Interval:
    """A mean of `n` values (or a share, or their median) with its confidence limits, if any.

    `method` says how limits were found where there is a choice: `t`, `bootstrap-t`, `few values`
    (t, but most values are equal, so it is too narrow) or `all equal`.
    """

    mean: float
    lower: float | None
    upper: float | None
    n: int
    method: str = ""

    @property
    def half_width(self) -> float | None:
        """Half of the distance between the limits, or None without limits."""
        if self.lower is None or self.upper is None:
            return None
        return (self.upper - self.lower) / 2


@dataclass(frozen=True)
class PairedDifference:
    """The mean of `a - b` over `n` pairs, and what pairing them was worth.

    `difference` is None when a pair is not finite; limits and p value are None as well when
    there is a single pair. `variance_gain` says how many times as many replications independent
    seeds would have needed for the same half-width (infinite when pairing left no variance,
    None when there was none to begin with).
    """

    n: int
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    correlation: float | None = None
    unpaired_half_width: float | None = None
    half_width: float | None = None
    variance_gain: float | None = None
    method: str = ""


def t_interval(values: ArrayLike, level: float = 0.95, possible: Bounds = ANY) -> Interval:
    """Student's interval for the mean of independent replications, cut to what is possible.

    The mean of values of which one is infinite ("not reached") is infinite and has no limits.
    """
    x = _numbers(values)
    if x.size == 0:
        raise ValueError("an interval needs at least one value")
    if not np.isfinite(x).all():
        return Interval(_infinite_mean(x), None, None, x.size)
    mean = float(x.mean())
    if x.size == 1:
        return Interval(mean, None, None, 1)
    half = _t(level, x.size - 1) * sqrt(_variance(x) / x.size)
    return Interval(mean, *_within(x, mean - half, mean + half, possible), x.size, "t")


def mean_interval(values: ArrayLike, level: float = 0.95, possible: Bounds = ANY) -> Interval:
    """Give the mean's interval: Student's, or a bootstrap-t's where the values are skewed.

    The interval is symmetric about the mean before limits beyond the possible are cut to it.
    """
    x = _numbers(values)
    plain = t_interval(x, level)
    if plain.half_width is None:
        return plain
    half, method, _ = _half_width(x, level)
    limits = _within(x, plain.mean - half, plain.mean + half, possible)
    return Interval(plain.mean, *limits, x.size, method)


def wilson(successes: float, n: int, level: float = 0.95) -> Interval:
    """Wilson's score interval for a share, which stays inside 0 to 1 even at 0 of n and n of n."""
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share")
    z = float(ndtri((1 + _level(level)) / 2))
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    lower = 0.0 if successes == 0 else centre - half
    upper = 1.0 if successes == n else centre + half
    return Interval(share, lower, upper, n)


def paired(
    a: ArrayLike, b: ArrayLike, level: float = 0.95, possible: Bounds = ANY
) -> PairedDifference:
    """Compare two scenarios replication by replication: the mean of `a - b` by a paired t test.

    Where the differences are skewed, a bootstrap-t takes its place. A pair with an infinite value
    has no difference, and leaving such pairs out would compare the lucky replications only: then
    nothing but `n`, the number of finite pairs, is given (`sim.stats.ranks` compares those).
    Without any variance of the differences the limits are the difference itself and the p value is
    0, or 1 where the difference is 0.
    """
    x, y = _numbers(a), _numbers(b)
    if x.size != y.size:
        raise ValueError(f"{x.size} and {y.size} values do not make pairs")
    finite = np.isfinite(x) & np.isfinite(y)
    n = int(finite.sum())
    if n < x.size or n == 0:
        return PairedDifference(n)
    d = x - y
    d[np.abs(d) <= _ROUNDING * np.maximum(np.abs(x), np.abs(y))] = 0.0
    mean = float(d.mean())
    if n == 1:
        return PairedDifference(1, mean)
    variance = _variance(d)
    half, method, scores = _half_width(d, level)
    lower, upper = _within(d, mean - half, mean + half, possible)
    return PairedDifference(
        n=n,
        difference=mean,
        lower=lower,
        upper=upper,
        p_value=_p_value(mean, variance, n, scores),
        correlation=_correlation(x, y),
        unpaired_half_width=_welch_half_width(_variance(x), _variance(y), n, level),
        half_width=half,
        variance_gain=_gain(_variance(x) + _variance(y), variance),
        method=method,
    )


def holm(p_values: ArrayLike) -> Floats:
    """Holm's adjusted p values: valid under any dependence, never below the raw ones or above 1.

    A NaN (no p value) stays NaN and does not count as a comparison.
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    factors = np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return adjusted


def _numbers(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or np.isnan(x).any():
        raise ValueError("replications are a plain list of numbers, without NaN")
    return x


def _infinite_mean(x: Floats) -> float:
    if (x == inf).any() and (x == -inf).any():
        raise ValueError("a mean of +inf and -inf does not exist")
    return inf if (x == inf).any() else -inf


def _level(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {level}")
    return level


def _t(level: float, df: float) -> float:
    return float(stdtrit(df, (1 + _level(level)) / 2))


def _variance(x: Floats) -> float:
    # Equal values can differ from their rounded mean by an ulp; that is no variance.
    return 0.0 if (x == x[0]).all() else float(x.var(ddof=1))


def _half_width(x: Floats, level: float) -> tuple[float, str, Floats | None]:
    """Half of an interval, its method, and the bootstrap's scores where they decide.

    More than 1 - level of the samples without variance means that most values are equal: then no
    quantile exists, and Student's is told with that remark.
    """
    variance = _variance(x)
    if variance == 0:
        return 0.0, "all equal", None
    t, error = _t(level, x.size - 1), sqrt(variance / x.size)
    scores = skewed.scores(x)
    wide = t if scores is None else skewed.quantile_of_t(scores, level)
    if wide == inf or (scores is None and 2 * np.unique(x, return_counts=True)[1].max() > x.size):
        return t * error, "few values", None
    if wide > skewed.WIDER * t:
        return wide * error, "bootstrap-t", scores
    return t * error, "t", None


def _within(x: Floats, lower: float, upper: float, possible: Bounds) -> tuple[float, float]:
    """Cut limits to the possible, which no value may contradict."""
    low, high = min(possible[0], float(x.min())), max(possible[1], float(x.max()))
    return max(lower, low), min(upper, high)


def _p_value(mean: float, variance: float, n: int, scores: Floats | None) -> float:
    if variance == 0:
        return 1.0 if mean == 0 else 0.0
    t = abs(mean) / sqrt(variance / n)
    return float(2 * stdtr(n - 1, -t)) if scores is None else skewed.p_value(scores, t)


def _correlation(x: Floats, y: Floats) -> float | None:
    spread = sqrt(_variance(x)) * sqrt(_variance(y))
    if not isfinite(spread) or spread == 0:
        return None
    covariance = float(((x - x.mean()) * (y - y.mean())).sum()) / (x.size - 1)
    return min(1.0, max(-1.0, covariance / spread))


def _welch_half_width(var_x: float, var_y: float, n: int, level: float) -> float:
    total = var_x + var_y
    if total == 0:
        return 0.0
    df = (n - 1) * total**2 / (var_x**2 + var_y**2)
    return _t(level, df) * sqrt(total / n)


def _gain(unpaired: float, with_pairs: float) -> float | None:
    if with_pairs == 0:
        return inf if unpaired > 0 else None
    return unpaired / with_pairs
