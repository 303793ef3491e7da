"""The GAD-7 scale and every definition that is read off it, each in its one home.

Latent quantities (relief, true score) belong to the simulation and to analysis; rated ones are
what a clinic sees. Functions of one score work on arrays as well.

Sources: bands Spitzer 2006; minimal important difference Toussaint 2020; relapse and response as
in the ketamine maintenance literature (see docs/evidence.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.units import MINUTES_PER_DAY

GAD7_LOWEST = 0
GAD7_HIGHEST = 21
REMISSION_BELOW = 5
WELL_BELOW = 10  # the cut of the scale: "a day below 10"
SEVERITY_FROM = (5, 10, 15)  # points: mild, moderate, severe (Spitzer 2006)
RESPONSE_RELIEF = 0.50  # latent
RELAPSE_RELIEF = 0.30  # latent
CONFIRMED_WITHIN_DAYS = 7

Score = Any  # a float or an int, or an array of them


def clipped(score: Score) -> Score:
    """Keep a score on the scale, 0 to 21."""
    if isinstance(score, np.ndarray):
        return np.clip(score, GAD7_LOWEST, GAD7_HIGHEST)
    if score < GAD7_LOWEST:
        return GAD7_LOWEST
    return GAD7_HIGHEST if score > GAD7_HIGHEST else score


def band_of(score: Any) -> Any:
    """Give the band of each of an array of scores: 0 below 5, 1 from 5, 2 from 10, 3 from 15 on."""
    mild, moderate, severe = SEVERITY_FROM
    return (score >= mild).astype(np.int8) + (score >= moderate) + (score >= severe)


def improvement(rated: Score, baseline: Score) -> Score:
    """Give the share by which a rating is below the rated baseline (negative when above it)."""
    return 1 - rated / baseline


def is_response(rated: Score, baseline: Score) -> Any:
    """Rated response: at most half of the rated baseline. Exact on integers."""
    return 2 * rated <= baseline


def is_partial(rated: Score, baseline: Score) -> Any:
    """Rated partial response: at least 25 % better than baseline (and, if exclusive, under 50)."""
    return 4 * (baseline - rated) >= baseline


def is_remission(rated: Score) -> Any:
    """Rated remission: below 5."""
    return rated < REMISSION_BELOW


def response_held(relief: Score) -> Any:
    """Latent response: relief of at least 0.50."""
    return relief >= RESPONSE_RELIEF


def is_day_below_10(true_score: Score) -> Any:
    """A day below 10: its true score at noon is below 10."""
    return true_score < WELL_BELOW


def is_day_in_response(true_score: Score, untreated: Score) -> Any:
    """A day in response: below 10 at noon and at least 50 % better than S0, the untreated score."""
    return (true_score < WELL_BELOW) & (2 * true_score <= untreated)


def latent_relapse(relief: Iterable[float]) -> int | None:
    """Index of the first relief below 0.30 after one of at least 0.50, or None without either."""
    responded = False
    for index, value in enumerate(relief):
        if responded and value < RELAPSE_RELIEF:
            return index
        responded = responded or value >= RESPONSE_RELIEF
    return None


def points_to_relapse(rated: int, baseline: int) -> bool:
    """One rating that speaks for relapse: at least 10, and less than 25 % better than baseline."""
    return rated >= WELL_BELOW and not is_partial(rated, baseline)


def relapse_from(baseline: Any) -> Any:
    """Give the least whole rating that points to relapse, of one baseline or of an array."""
    return np.maximum(WELL_BELOW, 3 * baseline // 4 + 1)


def observed_relapse(ratings: Iterable[tuple[int, int]], baseline: int) -> int | None:
    """Minute of the rating that confirms a relapse after an observed response, or None.

    `ratings` are (minute, rated score) in order of time. A relapse needs two successive ratings
    that point to it, at most 7 days apart: one alone gives 5-7 % false alarms a week.
    """
    responded = False
    suspected: int | None = None
    for minute, rated in ratings:
        if responded and points_to_relapse(rated, baseline):
            if (
                suspected is not None
                and minute - suspected <= CONFIRMED_WITHIN_DAYS * MINUTES_PER_DAY
            ):
                return minute
            suspected = minute
        else:
            suspected = None
        responded = responded or is_response(rated, baseline)
    return None
