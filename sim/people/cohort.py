"""A cohort: every referred person's traits as one table, drawn before the first event."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri

from sim.config.errors import ScenarioError
from sim.people.behaviour import Behaviour, days_in_maintenance, infusions_tolerated
from sim.people.population import Population
from sim.scales import GAD7_HIGHEST, GAD7_LOWEST
from sim.streams import Purpose, Streams
from sim.symptoms.parameters import Symptoms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cohort:
    """One row a person, in order of referral; every column has shape (patients,)."""

    referred: Ints  # minute
    age: Floats  # years
    weight: Floats  # kg
    anxiety_type: Ints  # index into AnxietyTypes.names()
    untreated: Floats  # S0, the true GAD-7 without treatment
    baseline: Ints  # rated GAD-7 at referral
    first_drift: Floats  # points, on the day of referral
    first_noise: Floats  # points, of the rating at referral
    clearance: Floats  # L/h per 70 kg
    sensitivity: Floats  # s, median 1
    responsiveness: Floats  # s m, with the moderators
    tau_slow: Floats  # days
    ceiling: Floats  # Emax, 0..1
    bioavailability_z: Floats  # standard normal, shared by the routes
    usual_care_ceiling: Floats  # Emax_ssri, 0..1
    ptsd: Bools
    chronic_pain: Bools
    depression: Bools
    benzodiazepine: Bools
    benzodiazepine_high: Bools
    preferred_time: Floats  # 0..1 of the opening hours
    infusions_tolerated: Ints  # withdraws after so many infusions of induction
    days_in_maintenance: Floats  # stops maintenance so many days after it began

    def __len__(self) -> int:
        """Count the patients."""
        return len(self.referred)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Give the table as columns by name, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def drawn(
    population: Population,
    symptoms: Symptoms,
    behaviour: Behaviour,
    streams: Streams,
    referred: Ints,
) -> Cohort:
    """Draw the people who were referred at these minutes.

    A candidate is drawn from the whole scale and enrolled if the rated score is high enough: the
    n-th patient is the n-th enrolled candidate, whatever the number of patients.
    """
    patients = len(referred)
    candidates = 2 * patients + 50
    while len(enrolled := _enrolled(population, symptoms, streams, candidates)) < patients:
        candidates *= 2
        if candidates > 1000 * (patients + 50):
            raise ScenarioError(
                "population: fewer than one candidate in a thousand is rated at least "
                f"{population.enrolled_from}; lower population.enrolled_from or raise "
                "population.baseline_mean"
            )
    chosen = enrolled[:patients]
    dice = _Dice(streams, candidates, chosen)
    fit = symptoms.calibrated()
    traits = _conditions(population, dice)
    sensitivity = np.exp(fit.sensitivity_sd * dice.normal(Purpose.SENSITIVITY))
    untreated, drift, noise, baseline = _baselines(population, symptoms, streams, candidates)
    sigma_clearance = np.sqrt(np.log1p(population.clearance_cv**2))
    return Cohort(
        referred=referred,
        age=_truncated(dice.uniform(Purpose.AGE), population.age_mean, population.age_sd, 18, 75),
        weight=population.weight_median
        * np.exp(population.weight_sigma * dice.normal(Purpose.WEIGHT)),
        anxiety_type=_types(population, dice.uniform(Purpose.ANXIETY_TYPE)),
        untreated=untreated[chosen],
        baseline=baseline[chosen],
        first_drift=drift[chosen],
        first_noise=noise[chosen],
        clearance=population.clearance_median
        * np.exp(sigma_clearance * dice.normal(Purpose.CLEARANCE)),
        sensitivity=sensitivity,
        responsiveness=sensitivity * _moderation(symptoms, traits),
        tau_slow=fit.tau_slow_median_days
        * np.exp(fit.durability_sd * dice.normal(Purpose.DURABILITY)),
        ceiling=expit(fit.ceiling_mean + fit.ceiling_sd * dice.normal(Purpose.CEILING)),
        bioavailability_z=dice.normal(Purpose.BIOAVAILABILITY),
        usual_care_ceiling=expit(
            symptoms.usual_care.logit()
            + symptoms.usual_care.ceiling_sd * dice.normal(Purpose.USUAL_CARE)
        ),
        **traits,
        preferred_time=dice.uniform(Purpose.PREFERRED_TIME),
        infusions_tolerated=infusions_tolerated(behaviour, dice.uniform(Purpose.WITHDRAWAL)),
        days_in_maintenance=days_in_maintenance(behaviour, dice.uniform(Purpose.STOPPING)),
    )


class _Dice:
    """One draw a candidate and purpose, of which the enrolled keep theirs."""

    def __init__(self, streams: Streams, candidates: int, chosen: Ints) -> None:
        self._streams, self._candidates, self._chosen = streams, candidates, chosen

    def normal(self, purpose: Purpose) -> Floats:
        return self._streams.normal_per_patient(purpose, self._candidates)[self._chosen]

    def uniform(self, purpose: Purpose) -> Floats:
        return self._streams.uniform_per_patient(purpose, self._candidates)[self._chosen]


def _baselines(
    population: Population, symptoms: Symptoms, streams: Streams, candidates: int
) -> tuple[Floats, Floats, Floats, Ints]:
    """Untreated score, first drift, first rating noise and rated baseline of the candidates."""
    uniform = streams.uniform_per_patient(Purpose.BASELINE, candidates)
    untreated = _truncated(
        uniform, population.baseline_mean, population.baseline_sd, GAD7_LOWEST, GAD7_HIGHEST
    )
    drift = symptoms.drift_sd * streams.normal_per_patient(Purpose.BASELINE_DRIFT, candidates)
    noise = symptoms.rating_sd * streams.normal_per_patient(Purpose.BASELINE_RATING, candidates)
    true = np.clip(untreated + drift, GAD7_LOWEST, GAD7_HIGHEST)
    rated = np.clip(np.floor(true + noise + 0.5), GAD7_LOWEST, GAD7_HIGHEST).astype(np.int64)
    return untreated, drift, noise, rated


def _enrolled(
    population: Population, symptoms: Symptoms, streams: Streams, candidates: int
) -> Ints:
    rated = _baselines(population, symptoms, streams, candidates)[3]
    return np.flatnonzero(rated >= population.enrolled_from)


def _truncated(uniform: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    """Quantiles of a normal truncated to [low, high]."""
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    values: Floats = np.clip(mean + sd * ndtri(below + uniform * (above - below)), low, high)
    return values


def _types(population: Population, uniform: Floats) -> Ints:
    edges = np.cumsum(population.anxiety_types.shares())[:-1]
    return np.searchsorted(edges, uniform, side="right")


def _conditions(population: Population, dice: _Dice) -> dict[str, Bools]:
    daily = dice.uniform(Purpose.BENZODIAZEPINE) < population.benzodiazepine_share
    high = dice.uniform(Purpose.BENZODIAZEPINE_HIGH) < population.benzodiazepine_high_share
    return {
        "ptsd": dice.uniform(Purpose.PTSD) < population.ptsd_share,
        "chronic_pain": dice.uniform(Purpose.CHRONIC_PAIN) < population.chronic_pain_share,
        "depression": dice.uniform(Purpose.DEPRESSION) < population.depression_share,
        "benzodiazepine": daily,
        "benzodiazepine_high": daily & high,
    }


def _moderation(symptoms: Symptoms, conditions: dict[str, Bools]) -> Floats:
    """Multiplier m of each person's sensitivity: the product over the conditions present."""
    factor = np.ones(len(conditions["ptsd"]))
    for name in ("ptsd", "chronic_pain", "benzodiazepine_high"):
        factor = np.where(conditions[name], factor * getattr(symptoms.moderators, name), factor)
    return factor
