"""Traits of people as drawn: the continuous ones, by copula when asked, and the conditions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri

from sim.people.correlations import CONTINUOUS, Floats
from sim.people.lots import Lots
from sim.streams import Purpose
from sim.symptoms.parameters import Calibration, Symptoms

AGES = (18, 75)  # years

NORMALS = {
    "weight": Purpose.WEIGHT,
    "clearance": Purpose.CLEARANCE,
    "sensitivity": Purpose.SENSITIVITY,
    "tau_slow": Purpose.DURABILITY,
    "ceiling": Purpose.CEILING,
    "bioavailability": Purpose.BIOAVAILABILITY,
}
UNIFORMS = {"baseline": Purpose.BASELINE, "age": Purpose.AGE}


def truncated(uniform: Floats, mean: Any, sd: Any, low: float, high: float) -> Floats:
    """Quantiles of a normal truncated to [low, high]."""
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    values: Floats = np.clip(mean + sd * ndtri(below + uniform * (above - below)), low, high)
    return values


def continuous(lots: Lots, symptoms: Symptoms) -> dict[str, Floats]:
    """Draw age, weight, clearance, sensitivity, tau_slow, ceiling and bioavailability."""
    fit = symptoms.calibrated()
    age, scores = _scores(lots)
    sigma_clearance = np.sqrt(np.log1p(lots.law("clearance_cv") ** 2))
    durability = np.array(lots.table.by_type.effects("durability"))[lots.anxiety_type]
    return {
        "age": truncated(age, lots.law("age_mean"), lots.law("age_sd"), *AGES),
        "weight": lots.law("weight_median") * np.exp(lots.law("weight_sigma") * scores["weight"]),
        "clearance": lots.law("clearance_median") * np.exp(sigma_clearance * scores["clearance"]),
        **fitted(fit, scores, durability),
        "bioavailability_z": scores["bioavailability"],
        "usual_care_ceiling": expit(
            symptoms.usual_care.logit()
            + symptoms.usual_care.ceiling_sd * lots.normal(Purpose.USUAL_CARE)
        ),
    }


def fitted(fit: Calibration, scores: dict[str, Floats], durability: Floats) -> dict[str, Floats]:
    """Scale standard scores to the traits that a calibration settles."""
    return {
        "sensitivity": np.exp(fit.sensitivity_sd * scores["sensitivity"]),
        "tau_slow": durability
        * (fit.tau_slow_median_days * np.exp(fit.durability_sd * scores["tau_slow"])),
        "ceiling": expit(fit.ceiling_mean + fit.ceiling_sd * scores["ceiling"]),
    }


def standard(lots: Lots) -> tuple[dict[str, Floats], Floats]:
    """Give the standard scores behind those traits, and what the type does to durability."""
    durability = np.array(lots.table.by_type.effects("durability"))[lots.anxiety_type]
    return _scores(lots)[1], durability


def _scores(lots: Lots) -> tuple[Floats, dict[str, Floats]]:
    """Give the age's uniform and the others' standard normals, correlated as asked.

    The copula: z <- L z with L the Cholesky factor of the correlations in the order of CONTINUOUS.
    A trait whose row of L is that of the identity keeps its draw, bit for bit.
    """
    age = lots.uniform(UNIFORMS["age"])
    scores = {name: lots.normal(purpose) for name, purpose in NORMALS.items()}
    correlations = lots.table.correlations
    if not correlations.asked():
        return age, scores
    own = scores | {"baseline": ndtri(lots.uniform(UNIFORMS["baseline"])), "age": ndtri(age)}
    factor = np.linalg.cholesky(correlations.matrix())
    for row, trait in enumerate(CONTINUOUS):
        if not factor[row, :row].any():
            continue
        parts = zip(factor[row, : row + 1], CONTINUOUS, strict=False)
        mixed = sum((weight * own[name] for weight, name in parts), np.zeros(len(lots)))
        if trait == "age":
            age = ndtr(mixed)
        else:
            scores[trait] = mixed
    return age, scores


def conditions(lots: Lots) -> dict[str, NDArray[np.bool_]]:
    """Draw the conditions and the benzodiazepines, by the shares of the population."""
    daily = lots.uniform(Purpose.BENZODIAZEPINE) < lots.law("benzodiazepine_share")
    high = lots.uniform(Purpose.BENZODIAZEPINE_HIGH) < lots.law("benzodiazepine_high_share")
    return {
        "ptsd": lots.uniform(Purpose.PTSD) < lots.law("ptsd_share"),
        "chronic_pain": lots.uniform(Purpose.CHRONIC_PAIN) < lots.law("chronic_pain_share"),
        "depression": lots.uniform(Purpose.DEPRESSION) < lots.law("depression_share"),
        "benzodiazepine": daily,
        "benzodiazepine_high": daily & high,
    }


def moderation(symptoms: Symptoms, columns: dict[str, NDArray[Any]]) -> Floats:
    """Multiplier m of each person's sensitivity: the product over the conditions present."""
    factor = np.ones(len(columns["ptsd"]))
    for name in ("ptsd", "chronic_pain", "benzodiazepine_high"):
        factor = np.where(columns[name], factor * getattr(symptoms.moderators, name), factor)
    return factor
