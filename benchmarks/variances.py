"""How much less common random numbers let a difference vary, with an interval: pure arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

LEAST = 48
"""Replications below which no ratio is given: of 16, a ratio of 6 cannot be told from one of 15."""
RESAMPLES = 4000


def variance_ratio(a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    """Give the variance of a - b with independent seeds over that with common numbers.

    `a` and `b` are a measure under two policies in the same replications, shape (n,). The 95 %
    interval is the percentile bootstrap's over replications, both policies drawn together.
    Raises ValueError for fewer than LEAST replications.
    """
    n = len(a)
    if n < LEAST or len(b) != n:
        raise ValueError(f"a ratio of variances needs {LEAST} pairs, not {n} and {len(b)}")
    again = np.random.default_rng(1).integers(0, n, (RESAMPLES, n))
    ratios = _independent(a[again], b[again]) / (a - b)[again].var(axis=1, ddof=1)
    lower, upper = np.quantile(ratios, (0.025, 0.975))
    common, independent = (a - b).var(ddof=1), float(_independent(a, b))
    return {
        "difference": float((a - b).mean()),
        "variance_common": float(common),
        "variance_independent": independent,
        "variance_ratio": float(independent / common),
        "lower": float(lower),
        "upper": float(upper),
        "replications": n,
    }


def _independent(a: np.ndarray, b: np.ndarray) -> Any:
    return a.var(axis=-1, ddof=1) + b.var(axis=-1, ddof=1)


def time_gain(speed: float, found: dict[str, Any]) -> tuple[float, float, float]:
    """Give how many times sooner a half-width is reached, and its limits.

    The square of a half-width goes with the variance over the time, so it is the ratio of speeds
    times that of variances. The limits are those of the variances alone.
    """
    return (
        speed * found["variance_ratio"],
        speed * found["lower"],
        speed * found["upper"],
    )
