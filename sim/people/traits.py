"""Traits of people as drawn: the continuous ones, by copula when asked, and the conditions.

`Lots` are the dice of a set of people: one draw a person and purpose.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from sim.arrays import Bools, Columns, Floats, Ints
from sim.people.correlations import CONTINUOUS
from sim.people.named_populations import POPULATIONS
from sim.people.population import Population
from sim.streams import Purpose, Streams
from sim.symptoms.parameters import Symptoms

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
ENROLMENT = (
    Purpose.COMPONENT,
    Purpose.ANXIETY_TYPE,
    Purpose.BASELINE,
    Purpose.BASELINE_DRIFT,
    Purpose.BASELINE_RATING,
)
"""What settles whether a candidate is enrolled."""


def truncated(uniform: Floats, mean: Any, sd: Any, low: float, high: float) -> Floats:
    """Quantiles of a normal truncated to [low, high]."""
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    values: Floats = np.clip(mean + sd * ndtri(below + uniform * (above - below)), low, high)
    return values


def continuous(lots: Lots, symptoms: Symptoms) -> dict[str, Floats]:
    """Draw age, weight, clearance, sensitivity, tau_slow, ceiling and bioavailability."""
    age, scores = _scores(lots)
    if symptoms.calibrated().drug_share_sd:
        scores["drug_share"] = lots.normal(Purpose.DRUG_SHARE)
    sigma_clearance = np.sqrt(np.log1p(lots.law("clearance_cv") ** 2))
    durability = np.array(lots.table.by_type.effects("durability"))[lots.anxiety_type]
    return {
        "age": truncated(age, lots.law("age_mean"), lots.law("age_sd"), *AGES),
        "weight": lots.law("weight_median") * np.exp(lots.law("weight_sigma") * scores["weight"]),
        "clearance": lots.law("clearance_median") * np.exp(sigma_clearance * scores["clearance"]),
        **settled_traits(symptoms, scores, durability),
        "bioavailability_z": scores["bioavailability"],
        "usual_care_ceiling": expit(
            symptoms.usual_care.logit()
            + symptoms.usual_care.ceiling_sd * lots.normal(Purpose.USUAL_CARE)
        ),
    }


def settled_traits(
    symptoms: Symptoms, scores: dict[str, Floats], durability: Floats
) -> dict[str, Floats]:
    """Scale standard scores to the traits that a fit of the symptoms settles.

    A share of people, those of the highest scores of durability, may have lasting relief; the
    others' durability is distributed as without them.
    """
    fit = symptoms.calibrated()
    share = fit.lasting_share
    score, drug_share = scores["tau_slow"], np.full(len(durability), fit.drug_share)
    if share:
        rank = ndtr(score)
        score = ndtri(np.minimum(rank / (1 - share), 1 - 1e-12))
    tau_slow = durability * (fit.tau_slow_median_days * np.exp(fit.durability_sd * score))
    if share:
        tau_slow = np.where(rank >= 1 - share, symptoms.lasting_days, tau_slow)
    if fit.drug_share_sd:
        drug_share = expit(logit(fit.drug_share) + fit.drug_share_sd * scores["drug_share"])
    return {
        "sensitivity": np.exp(fit.sensitivity_sd * scores["sensitivity"]),
        "tau_slow": tau_slow,
        "ceiling": expit(fit.ceiling_mean + fit.ceiling_sd * scores["ceiling"]),
        "drug_share": drug_share,
    }


def standard(lots: Lots) -> tuple[dict[str, Floats], Floats]:
    """Give the standard scores behind those traits, and what the type does to durability."""
    durability = np.array(lots.table.by_type.effects("durability"))[lots.anxiety_type]
    return _scores(lots)[1] | {"drug_share": lots.normal(Purpose.DRUG_SHARE)}, durability


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


def drawn_conditions(lots: Lots) -> dict[str, Bools]:
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


def moderation(symptoms: Symptoms, columns: Columns) -> Floats:
    """Multiplier m of each person's sensitivity: the product over the conditions present."""
    factor = np.ones(len(columns["ptsd"]))
    for name in ("ptsd", "chronic_pain", "benzodiazepine_high"):
        factor = np.where(columns[name], factor * getattr(symptoms.moderators, name), factor)
    return factor


class Lots:
    """One draw a candidate and purpose, of which those chosen keep theirs.

    `components` and `types` may be given, as in a table of one's own: the person's named
    population (index into POPULATIONS) and type of anxiety (index into ANXIETY_TYPES).
    """

    def __init__(
        self,
        population: Population,
        streams: Streams,
        candidates: int,
        chosen: Ints | None = None,
        components: Ints | None = None,
        types: Ints | None = None,
    ) -> None:
        self.table = population
        self._streams, self._candidates = streams, candidates
        self._chosen = np.arange(candidates) if chosen is None else chosen
        self._enrolled_as: tuple[Ints, Lots] | None = None
        self._numbers = {
            POPULATIONS.index(name): numbers for name, numbers in population.everybody().items()
        }
        if components is not None:
            self.population = components
        if types is not None:
            self.anxiety_type = types

    def of(self, chosen: Ints) -> Lots:
        """Give the lots of some of these people."""
        return Lots(self.table, self._streams, self._candidates, self._chosen[chosen])

    def enrolled_as(self, refused: Ints, others: Lots) -> Lots:
        """Give lots in which some people have what settles enrolment from others, in order."""
        lots = Lots(self.table, self._streams, self._candidates, self._chosen)
        lots._enrolled_as = refused, others
        return lots

    def __len__(self) -> int:
        """Count the people."""
        return len(self._chosen)

    def normal(self, purpose: Purpose) -> Floats:
        """Give each person's standard normal for a purpose."""
        own = self._streams.normal_per_patient(purpose, self._candidates)[self._chosen]
        if self._enrolled_as and purpose in ENROLMENT:
            own[self._enrolled_as[0]] = self._enrolled_as[1].normal(purpose)
        return own

    def uniform(self, purpose: Purpose) -> Floats:
        """Give each person's uniform for a purpose."""
        own = self._streams.uniform_per_patient(purpose, self._candidates)[self._chosen]
        if self._enrolled_as and purpose in ENROLMENT:
            own[self._enrolled_as[0]] = self._enrolled_as[1].uniform(purpose)
        return own

    @cached_property
    def population(self) -> Ints:
        """The named population each person comes from: by share, and by a die of its own."""
        parts = self.table.components()
        members = np.array([POPULATIONS.index(name) for name, _, _ in parts])
        edges = np.cumsum([share for _, share, _ in parts])[:-1]
        places = np.searchsorted(edges, self.uniform(Purpose.COMPONENT), side="right")
        component: Ints = members[places]
        return component

    @cached_property
    def anxiety_type(self) -> Ints:
        """The type of anxiety of each person, by the shares of the population."""
        edges = np.zeros((len(POPULATIONS), len(self._shares()[0]) - 1))
        for number, shares in self._shares().items():
            edges[number] = np.cumsum(shares)[:-1]
        uniform = self.uniform(Purpose.ANXIETY_TYPE)
        types: Ints = (edges[self.population] <= uniform[:, None]).sum(axis=1)
        return types

    def _shares(self) -> dict[int, tuple[float, ...]]:
        return {number: numbers.types for number, numbers in self._numbers.items()}

    def law(self, parameter: str) -> Floats:
        """Give each person's value of a parameter of the population, shape (people,)."""
        values = np.zeros(len(POPULATIONS))
        for number, numbers in self._numbers.items():
            values[number] = getattr(numbers, parameter)
        return values[self.population]
