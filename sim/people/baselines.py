"""The score without treatment, and the rating on the day of referral: as drawn, or behind it."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from sim.arrays import Columns, Floats, Ints
from sim.people.traits import UNIFORMS, Lots, truncated
from sim.scales import GAD7_HIGHEST, GAD7_LOWEST, clipped
from sim.streams import Purpose
from sim.symptoms.parameters import Symptoms
from sim.symptoms.relief import rated_score, true_score

STEP = 0.05  # points, of the grid on which a score behind a rating is looked for
COARSE, FINE = 41, 401  # nodes of a day's drift: to sum over, and to draw from


def baselines(lots: Lots, symptoms: Symptoms) -> Columns:
    """Draw untreated score, first drift, first noise and rated baseline of the candidates."""
    untreated = truncated(
        lots.uniform(UNIFORMS["baseline"]),
        _mean(lots),
        lots.law("baseline_sd"),
        GAD7_LOWEST,
        GAD7_HIGHEST,
    )
    drift = symptoms.drift_sd * lots.normal(Purpose.BASELINE_DRIFT)
    noise = symptoms.rating_sd * lots.normal(Purpose.BASELINE_RATING)
    return {
        "untreated": untreated,
        "first_drift": drift,
        "first_noise": noise,
        "baseline": rated(untreated, drift, noise),
    }


def rated(untreated: Floats, drift: Floats, noise: Floats) -> Ints:
    """Rated GAD-7 on a day without treatment: rounded half up and clipped to the scale."""
    ratings: Ints = rated_score(true_score(untreated, 0.0, drift), noise)
    return ratings


def behind(
    ratings: Ints, untreated: Floats, lots: Lots, symptoms: Symptoms
) -> tuple[Floats, Floats, Floats]:
    """Draw what lies behind ratings: the untreated score (where it is NaN), drift and noise.

    Each is drawn from its distribution given the rating, so that people of whom only the rating
    is known regress to the mean of their population as drawn ones do.
    """
    score = untreated.copy()
    unknown = np.isnan(untreated)
    uniform, mean, sd = lots.uniform(UNIFORMS["baseline"]), _mean(lots), lots.law("baseline_sd")
    laws = np.stack([ratings, mean, sd], axis=1)
    for law in np.unique(laws[unknown], axis=0):
        rows = unknown & (laws == law).all(axis=1)
        score[rows] = _scores(int(law[0]), law[1], law[2], symptoms, uniform[rows])
    drift = _drifts(ratings, score, symptoms, ndtr(lots.normal(Purpose.BASELINE_DRIFT)))
    noise = _noises(ratings, score + drift, symptoms, ndtr(lots.normal(Purpose.BASELINE_RATING)))
    return score, drift, noise


def _mean(lots: Lots) -> Floats:
    shift = np.array(lots.table.by_type.effects("baseline_points"))[lots.anxiety_type]
    mean: Floats = lots.law("baseline_mean") + shift
    return mean


def _scores(rating: int, mean: float, sd: float, symptoms: Symptoms, uniform: Floats) -> Floats:
    """Quantiles of S0 given its rating: prior times the chance of that rating, on a grid."""
    grid = np.arange(GAD7_LOWEST + STEP / 2, GAD7_HIGHEST, STEP)
    chance = np.zeros(len(grid))
    for drift in _drift_nodes(symptoms, COARSE):
        chance += _chance(np.array(rating), grid + drift, symptoms)
    weights = np.exp(-0.5 * ((grid - mean) / sd) ** 2) * chance
    if not weights.sum() > 0:  # this population is never rated so: take the rating at its word
        weights = np.exp(-0.5 * ((grid - rating) / STEP) ** 2)
    reached = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
    scores: Floats = np.interp(uniform, reached, np.append(GAD7_LOWEST, grid + STEP / 2))
    return scores


def _drifts(ratings: Ints, score: Floats, symptoms: Symptoms, uniform: Floats) -> Floats:
    """Quantiles of the day's drift given score and rating."""
    nodes = _drift_nodes(symptoms, FINE)
    weights = _chance(ratings[:, None], score[:, None] + nodes, symptoms)
    lost = ~(weights.sum(axis=1) > 0)  # no drift explains it: take the one that comes closest
    closest = np.abs(score[:, None] + nodes - ratings[:, None]).argmin(axis=1)
    weights[lost, closest[lost]] = 1.0
    reached = np.cumsum(weights, axis=1)
    chosen = (reached < uniform[:, None] * reached[:, -1:]).sum(axis=1)
    drift: Floats = nodes[np.minimum(chosen, len(nodes) - 1)]
    return drift


def _noises(ratings: Ints, score: Floats, symptoms: Symptoms, uniform: Floats) -> Floats:
    """Quantiles of the rating's noise given the true score: the noise that rounds to the rating."""
    true = clipped(score)
    low, high = _rounds_to(ratings)
    noise = np.zeros(len(true))
    if symptoms.rating_sd > 0:
        below, above = (ndtr((edge - true) / symptoms.rating_sd) for edge in (low, high))
        noise = symptoms.rating_sd * ndtri(below + uniform * (above - below))
    noise = np.where(np.isfinite(noise), noise, ratings - true)
    within = 1e-9  # points: rounding must not depend on the last bit
    result: Floats = np.clip(noise, low - true + within, high - true - within)
    return result


def _drift_nodes(symptoms: Symptoms, number: int) -> Floats:
    """Drifts in the middle of so many equally likely parts."""
    if symptoms.drift_sd == 0:
        return np.zeros(1)
    nodes: Floats = symptoms.drift_sd * ndtri((np.arange(number) + 0.5) / number)
    return nodes


def _chance(ratings: Ints, score: Floats, symptoms: Symptoms) -> Floats:
    """Chance that a true score is rated so."""
    true: Floats = clipped(score)
    low, high = _rounds_to(ratings)
    if symptoms.rating_sd == 0:
        return ((true >= low) & (true < high)).astype(float)
    chance: Floats = ndtr((high - true) / symptoms.rating_sd) - ndtr(
        (low - true) / symptoms.rating_sd
    )
    return chance


def _rounds_to(ratings: Ints) -> tuple[Floats, Floats]:
    low = np.where(ratings <= GAD7_LOWEST, -np.inf, ratings - 0.5)
    high = np.where(ratings >= GAD7_HIGHEST, np.inf, ratings + 0.5)
    return low, high
