"""From relief to a score: the truth, and what a rating makes of it."""

from __future__ import annotations

from math import floor

from sim.scales import GAD7_HIGHEST, GAD7_LOWEST


def true_score(untreated: float, relief: float, drift: float) -> float:
    """True GAD-7, S = S0 (1 - E) + D, clipped to 0..21."""
    return min(max(untreated * (1 - relief) + drift, 0.0), 21.0)


def rated_score(true: float, noise: float) -> int:
    """Rated GAD-7: the true score plus rating noise, rounded half up, clipped to 0..21."""
    return min(max(floor(true + noise + 0.5), GAD7_LOWEST), GAD7_HIGHEST)
