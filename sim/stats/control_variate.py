"""Regression on controls: a mean told with what is known of quantities that go with it.

Of n replications the measure Y and q controls C are known, and of m further ones the controls Z
alone, which have the law of C and cost little. With b from the regression of Y on C and d the mean
of Z minus that of C,

    adjusted   mean(Y) + b' d
    variance   s^2 (1/n + d' (X'X)^-1 d)  +  b' S_Z b / m

s^2 is the residual variance on n - q - 1 degrees of freedom, X the controls about their mean, S_Z
the covariance of Z. The first part is that of the regression at the mean of Z, the second that of
the mean itself. The interval is Student's; its degrees of freedom, those of the two parts together,
are Satterthwaite's, n - q - 1 where the further replications are very many. With E(Y | C) linear
there is no bias.

Sources: Lavenberg and Welch 1981 (controls whose mean is known); Cochran, Sampling Techniques,
1977, chapter 12 (double sampling); Pasupathy et al. 2012 (means of controls that are estimated).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from sim.arrays import Bools, Floats
from sim.stats.intervals import ANY, Bounds

_SAME = 1e-9
"""Of its own spread, what a control must have beside those before it to count as another."""


@dataclass(frozen=True)
class Adjusted:
    """A mean of `n` replications after regression on `controls` of the controls given.

    `variance_ratio` says how many times smaller the variance of the mean has become (infinite
    where nothing is left of it); below 1 the controls cost more than they tell.
    """

    n: int
    further: int
    controls: int
    mean: float
    lower: float
    upper: float
    degrees: float
    variance_ratio: float

    @property
    def half_width(self) -> float:
        """Half of the distance between the limits."""
        return (self.upper - self.lower) / 2


def adjusted(
    values: ArrayLike,
    controls: ArrayLike,
    further: ArrayLike,
    level: float = 0.95,
    possible: Bounds = ANY,
) -> Adjusted | None:
    """Adjust a mean by its controls; None where they cannot tell anything.

    `values` has shape (n,), `controls` (n, q), `further` (m, q) with the same columns. Replications
    in which the value or a control is NaN are left out. Of controls that are constant, or the same
    as those before them, none is used. Nothing is told of values of which one is infinite, or which
    are all equal; with no control left; and with fewer than q + 3 replications or two further ones.
    """
    y, x, z = (np.asarray(given, dtype=np.float64) for given in (values, controls, further))
    if x.ndim != 2 or z.ndim != 2 or x.shape[1] != z.shape[1] or len(x) != len(y):
        raise ValueError(f"controls of shapes {x.shape} and {z.shape} for {len(y)} values")
    known = ~np.isnan(y) & np.isfinite(x).all(axis=1)
    y, x, z = y[known], x[known], z[np.isfinite(z).all(axis=1)]
    if len(y) < 3 or len(z) < 2 or not np.isfinite(y).all() or (y == y[0]).all():
        return None
    used = _independent(x)
    x, z = x[:, used], z[:, used]
    n, m, q = len(y), len(z), int(used.sum())
    if q == 0 or n < q + 3:
        return None
    about, away = x - x.mean(axis=0), z.mean(axis=0) - x.mean(axis=0)
    square = about.T @ about
    slope = np.linalg.solve(square, about.T @ (y - y.mean()))
    left = y - y.mean() - about @ slope
    degrees = n - q - 1
    here = float(left @ left) / degrees * (1 / n + float(away @ np.linalg.solve(square, away)))
    there = float((z @ slope).var(ddof=1)) / m
    mean, variance = float(y.mean() + slope @ away), here + there
    parts = here**2 / degrees + there**2 / (m - 1)
    freedom = variance**2 / parts if parts else inf
    quantile = float(stdtrit(min(freedom, 1e9), (1 + level) / 2))
    lower, upper = mean - quantile * sqrt(variance), mean + quantile * sqrt(variance)
    plain = float(y.var(ddof=1)) / n
    return Adjusted(
        n, m, q, mean, max(lower, possible[0]), min(upper, possible[1]), freedom,
        plain / variance if variance else inf,
    )  # fmt: skip


def _independent(x: Floats) -> Bools:
    """Mark the controls that vary, each by more than those before it tell."""
    used = np.zeros(x.shape[1], dtype=bool)
    bases: list[Floats] = []
    for place, column in enumerate((x - x.mean(axis=0)).T):
        spread, rest = float(np.linalg.norm(column)), column
        for base in bases:
            rest = rest - (rest @ base) * base
        length = float(np.linalg.norm(rest))
        if length > _SAME * max(spread, float(np.abs(x[:, place]).max(initial=0))):
            used[place] = True
            bases.append(rest / length)
    return used


def net_gain(variance_ratio: float, cost: float) -> float:
    """How many times less work for the same certainty, where the controls cost `cost` of the runs.

    `cost` is the work for all controls, those of further replications included, as a share of that
    for the replications themselves.
    """
    return variance_ratio / (1 + cost)
