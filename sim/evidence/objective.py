"""Calibration: the parameters under which a cohort without a clinic answers as the targets do.

    ln posterior = sum over targets of -((model - value) / sd)^2 / 2 + sum over priors
    sd = (high - low) / 3.92: the band of a target is a 95 % interval for the mean of the model

Every evaluation treats the same people with the same dice (common random numbers), and the noise
of ratings is integrated, so that the objective is smooth but for shares of latent relief.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log
from typing import Any, Literal

import numpy as np
from scipy.special import expit, logit

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.evidence.arms import Setting, TreatedArm
from sim.evidence.metrics import read_off
from sim.evidence.published import PublishedResult, read_published, shipped
from sim.evidence.quantities import OF_ATTENDANCE
from sim.model.scenario import Scenario
from sim.people.cohort import Refitted
from sim.people.fluctuation import Fluctuation
from sim.streams import Streams
from sim.symptoms.parameters import Calibration, CalibrationName, Symptoms

PEOPLE, SEED, EVALUATIONS = 5000, 20, 3000


@dataclass(frozen=True)
class Prior:
    """What was believed of a parameter before the targets; normal on some scale."""

    centre: float  # the median
    sd: float  # on that scale
    law: Literal["log-normal", "normal", "logit-normal"] = "log-normal"

    def inward(self, x: float) -> float:
        """Give the value at so many standard deviations from the centre."""
        if self.law == "normal":
            return self.centre + self.sd * x
        if self.law == "logit-normal":
            return float(expit(logit(self.centre) + self.sd * x))
        return self.centre * exp(self.sd * x)

    def outward(self, value: float) -> float:
        """Give how many standard deviations a value is from the centre."""
        if self.law == "normal":
            return (value - self.centre) / self.sd
        if self.law == "logit-normal":
            return float(logit(value) - logit(self.centre)) / self.sd
        return log(value / self.centre) / self.sd


COMMON = {
    "a_fast": Prior(0.4, 0.7),
    "a_slow": Prior(0.3, 0.7),
    "tau_fast_days": Prior(5, 0.5),
    "sensitivity_sd": Prior(0.9, 0.5),
    "durability_sd": Prior(0.5, 0.4),
    "ceiling_mean": Prior(1.1, 0.6, "normal"),
    "ceiling_sd": Prior(1.2, 0.5),
}
PRIORS: dict[CalibrationName, dict[str, Prior]] = {
    "trial": COMMON | {"tau_slow_median_days": Prior(25, 0.6)},
    "community": COMMON | {"tau_slow_median_days": Prior(70, 0.7)},
}
"""The priors of docs/evidence.md."""

MORE_PRIORS = {
    "plasticity": Prior(1.0, 1.5),  # wide: from hardly any (0.05) to twenty-fold
    "consolidation": Prior(0.05, 1.5),
    "tolerance": Prior(0.05, 1.5),
    "lasting_share": Prior(0.2, 1.0, "logit-normal"),
    "drug_share": Prior(0.5, 0.7, "logit-normal"),
    "drug_share_sd": Prior(1.0, 0.7),
    "own_course.worsening_per_year": Prior(0.4, 1.0),
    "own_course.remission_per_year": Prior(0.1, 0.7),  # 0.38 in 5 years, see its parameter
}
"""Priors of what a structure may have beyond a calibration, by path below `symptoms`."""

AFTERWARDS = ("drug_share", "drug_share_sd", "own_course.worsening_per_year")
"""What results after treatment ask for beside durability: see docs/evidence.md."""


@dataclass(frozen=True)
class Structure:
    """Which parameters are fitted, and which are held."""

    name: str
    title: str
    fitted: tuple[str, ...]
    held: tuple[tuple[str, float], ...] = ()

    def priors(self, which: CalibrationName) -> dict[str, Prior]:
        """Give the priors of what is fitted, in order."""
        known = PRIORS[which] | MORE_PRIORS
        return {name: known[name] for name in self.fitted}


STRUCTURES = {
    structure.name: structure
    for structure in (
        Structure(
            "one_state",
            "one state, the slow one",
            tuple(name for name in Calibration._fields if name not in ("a_fast", "tau_fast_days")),
            (("a_fast", 0.0), ("tau_fast_days", 5.0)),
        ),
        Structure("two_states", "two states (default)", Calibration._fields),
        Structure(
            "plasticity", "two states, plasticity window", (*Calibration._fields, "plasticity")
        ),
        Structure(
            "consolidation",
            "two states, consolidation",
            (*Calibration._fields, "consolidation"),
        ),
        Structure(
            "afterwards",
            "two states, worsening, placebo response",
            (*Calibration._fields, *AFTERWARDS),
        ),
        Structure(
            "lasting",
            "likewise, and a share whose relief lasts",
            (*Calibration._fields, *AFTERWARDS, "lasting_share"),
        ),
        Structure(
            "natural",
            "likewise, natural remission instead",
            (*Calibration._fields, *AFTERWARDS, "own_course.remission_per_year"),
        ),
        Structure(
            "tolerance",
            "likewise (a lasting share), and tolerance",
            (*Calibration._fields, *AFTERWARDS, "lasting_share", "tolerance"),
        ),
    )
}
DEFAULT_STRUCTURE = "two_states"


class Objective:
    """How well parameters answer the targets of a set; parameters in prior standard deviations."""

    def __init__(
        self,
        which: CalibrationName,
        structure: str = DEFAULT_STRUCTURE,
        targets: Sequence[PublishedResult] | None = None,
        people: int = PEOPLE,
        seed: int = SEED,
        scenario: Scenario | None = None,
    ) -> None:
        self.which, self.structure = which, STRUCTURES[structure]
        self.scenario = scenario or Scenario()
        self.priors = self.structure.priors(which)
        chosen = read_published(shipped()) if targets is None else targets
        self.targets = [target for target in chosen if target.set in ("both", which)]
        self.people, self.seed = people, seed
        if any(target.low is None or target.high is None for target in self.targets):
            raise ScenarioError("A calibration needs low and high for every target.")
        if any(target.reading.kind in OF_ATTENDANCE for target in self.targets):
            raise ScenarioError("A calibration has no clinic; leave out rows of attendance.")
        self._groups = {target.people.overrides: self._group(target) for target in self.targets}

    def _group(self, target: PublishedResult) -> tuple[Refitted, Fluctuation]:
        overrides = {f"population.{name}": value for name, value in target.people.overrides}
        scenario = self.scenario.override(overrides)
        streams = Streams(self.seed, 1)
        tables = (scenario.population, scenario.symptoms, scenario.behaviour)
        people = Refitted(*tables, streams, self.people)
        return people, Fluctuation(scenario.symptoms, people.drawn, streams)

    def parameters(self, x: Sequence[float] | Floats) -> dict[str, float]:
        """Give the parameters by name at a point."""
        point = zip(self.priors.items(), x, strict=True)
        found = {name: prior.inward(float(value)) for (name, prior), value in point}
        return dict(self.structure.held) | found

    def point(self, parameters: dict[str, float]) -> Floats:
        """Give the point of parameters by name."""
        return np.array([prior.outward(parameters[name]) for name, prior in self.priors.items()])

    def start(self) -> Floats:
        """Begin at the centres of the priors, whatever was fitted before."""
        return np.zeros(len(self.priors))

    def model(self, x: Sequence[float] | Floats) -> Floats:
        """Compute every target, shape (targets,); NaN where the model has no answer."""
        parameters = self.parameters(x)
        symptoms = _with(self.scenario.symptoms, parameters)
        scenario = self.scenario.model_copy(update={"symptoms": symptoms})
        settings = {
            key: Setting(scenario, people.under(symptoms), fluctuation.under(symptoms), drawn=False,
                         consolidation=parameters.get("consolidation", 0.0))
            for key, (people, fluctuation) in self._groups.items()
        }  # fmt: skip
        return np.array(
            [answer(target, settings[target.people.overrides]) for target in self.targets]
        )

    def log_likelihood(self, values: Floats) -> float:
        """Gaussian likelihood of the targets, without its constant."""
        residuals = [(v - t.value) / t.sd for v, t in zip(values, self.targets, strict=True)]
        return -0.5 * float(np.square(residuals).sum())

    def log_posterior(self, x: Sequence[float] | Floats) -> tuple[float, Floats]:
        """Likelihood and priors, without their constants, and what the model answers."""
        values = np.full(len(self.targets), np.nan)
        if not np.isfinite(x).all() or np.abs(x).max() > 6:
            return -inf, values
        values = self.model(x)
        if not np.isfinite(values).all():
            return -inf, values
        return self.log_likelihood(values) - 0.5 * float(np.square(x).sum()), values

    def loss(self, x: Floats) -> float:
        """What a minimiser asks for; large where the model has no answer."""
        return min(-self.log_posterior(x)[0], 1e6)


def _with(symptoms: Symptoms, parameters: dict[str, float]) -> Symptoms:
    """Give symptoms with fitted parameters in place; what is no part of them is left out."""
    changes: dict[str, Any] = {"plasticity": 0.0, "tolerance": 0.0}
    own: dict[str, float] = {}
    for name, value in parameters.items():
        table, _, last = name.rpartition(".")
        if name in Symptoms.model_fields:
            changes[name] = value
        elif table == "own_course":
            own[last] = value
    if own:
        changes["own_course"] = symptoms.own_course.model_copy(update=own)
    return symptoms.model_copy(update=changes)


def answer(target: PublishedResult, setting: Setting) -> float:
    """Give the model's value of a target, with the sign that it was published with."""
    arms = [TreatedArm(setting, arm) for arm in target.arms]
    value = read_off(arms, target.people, target.reading, target.times)
    return np.nan if value is None else target.sign * value


@dataclass(frozen=True)
class Fit:
    """The best point of a structure, and how well it does."""

    structure: str
    parameters: dict[str, float]
    values: Floats
    log_likelihood: float
    log_posterior: float
    evaluations: int

    @property
    def size(self) -> int:
        """The number of fitted parameters."""
        return len(STRUCTURES[self.structure].fitted)

    def criteria(self, targets: int) -> dict[str, float]:
        """Fit and parsimony: chi-squared, and the same with a price a parameter (AIC, BIC)."""
        chi_squared = -2 * self.log_likelihood
        return {
            "chi_squared": chi_squared,
            "aic": chi_squared + 2 * self.size,
            "bic": chi_squared + self.size * log(targets),
        }


def best_fit(objective: Objective, rounds: int = 4, evaluations: int = EVALUATIONS) -> Fit:
    """Climb to the highest posterior without derivatives (Nelder-Mead, begun anew each round)."""
    from scipy.optimize import minimize

    used, x = 0, objective.start()
    for _ in range(rounds):
        size = len(x)
        simplex = np.vstack([x, x + 0.3 * np.eye(size)])
        options: Any = {
            "initial_simplex": simplex, "maxfev": evaluations // rounds, "xatol": 1e-3,
            "fatol": 1e-4, "adaptive": True,
        }  # fmt: skip
        found: Any = minimize(objective.loss, x, method="Nelder-Mead", options=options)
        x, used = found.x, used + int(found.nfev)
    log_posterior, values = objective.log_posterior(x)
    return Fit(
        objective.structure.name,
        objective.parameters(x),
        values,
        objective.log_likelihood(values),
        log_posterior,
        used,
    )
