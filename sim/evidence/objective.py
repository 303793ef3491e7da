"""Calibration: the parameters under which a cohort without a clinic answers as the targets do.

    ln posterior = sum over targets of -((model - value) / sd)^2 / 2 + sum over priors
    sd = (high - low) / 3.92: the band of a target is a 95 % interval for the mean of the model

Every evaluation treats the same people with the same dice (common random numbers), and the noise
of ratings is integrated, so that the objective is smooth but for shares of latent relief.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, log
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.evidence.arms import Setting, TreatedArm
from sim.evidence.kept_evaluations import Evaluated, Evaluations
from sim.evidence.metrics import read_off
from sim.evidence.published import PublishedResult, read_published, shipped, to_fit
from sim.evidence.quantities import OF_ATTENDANCE
from sim.evidence.structures import DEFAULT_STRUCTURE, STRUCTURES
from sim.experiment.executors import Progress
from sim.model.scenario import Scenario
from sim.people.cohort import Refitted
from sim.people.fluctuation import Fluctuation
from sim.streams import Streams
from sim.symptoms.calibrations import CalibrationName
from sim.symptoms.other_sources import OwnCourse
from sim.symptoms.parameters import Symptoms

PEOPLE, SEED, EVALUATIONS = 5000, 20, 3000
_HAIR = 0.1


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
        self.evaluations = Evaluations()
        self.which, self.structure = which, STRUCTURES[structure]
        self.scenario = scenario or Scenario()
        self.priors = self.structure.priors(which)
        chosen = to_fit(read_published(shipped())) if targets is None else targets
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
        streams = Streams(self.seed, 1, sampling=scenario.run.sampling)
        tables = (scenario.population, scenario.symptoms, scenario.behaviour)
        people = Refitted(*tables, streams, self.people)
        return people, Fluctuation(scenario.symptoms, people.drawn, streams)

    def parameters(self, x: Sequence[float] | Floats) -> dict[str, float]:
        """Give the parameters by name at a point."""
        point = zip(self.priors.items(), x, strict=True)
        found = {name: prior.inward(float(value)) for (name, prior), value in point}
        return self.structure.held | found

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

    def known(self, x: Floats) -> Evaluated:
        """The same, from the evaluations that are kept where it is there."""
        if (found := self.evaluations.at(x)) is None:
            found = self.log_posterior(x)
            self.evaluations.add(x, found)
        return found

    def loss(self, x: Floats) -> float:
        """What a minimiser asks for; large where the model has no answer."""
        return min(-self.known(x)[0], 1e6)

    def outside(self, values: Floats) -> float:
        """How far answers lie outside the bands of their targets, in standard deviations."""
        found = zip(values, self.targets, strict=True)
        return float(sum(max(t.low - v, v - t.high, 0.0) / t.sd for v, t in found))

    def loss_outside(self, x: Floats) -> float:
        """What a minimiser asks for that is to keep to the bands."""
        log_posterior, values = self.known(x)
        return min(100 * self.outside(values) - log_posterior, 1e6)


def _with(symptoms: Symptoms, parameters: dict[str, float]) -> Symptoms:
    """Give symptoms with fitted parameters in place; what is no part of them is left out."""
    changes: dict[str, Any] = {"plasticity": 0.0, "tolerance": 0.0}
    changes |= {name: value for name, value in parameters.items() if name in Symptoms.model_fields}
    own = {name: value for name, value in parameters.items() if name in OwnCourse.model_fields}
    changes["own_course"] = symptoms.own_course.model_copy(update=own)
    return symptoms.model_copy(update=changes)


def answer(target: PublishedResult, setting: Setting) -> float:
    """Give the model's value of a target, with the sign that it was published with."""
    arms = [TreatedArm(setting, arm) for arm in target.arms]
    value = read_off(arms, target.people, target.reading, target.times)
    return np.nan if value is None else target.sign * value


def _climbed(loss: Callable[[Floats], float], x: Floats, evaluations: int) -> tuple[Floats, int]:
    """Give the lowest point that was found from here, and how many evaluations it took."""
    from scipy.optimize import minimize

    simplex = np.vstack([x, x + 0.3 * np.eye(len(x))])
    options: Any = {
        "initial_simplex": simplex, "maxfev": evaluations, "xatol": 1e-3, "fatol": 1e-4,
        "adaptive": True,
    }  # fmt: skip
    found: Any = minimize(loss, x, method="Nelder-Mead", options=options)
    return found.x, int(found.nfev)


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


def best_fit(
    objective: Objective,
    rounds: int = 4,
    evaluations: int = EVALUATIONS,
    progress: Progress | None = None,
) -> Fit:
    """Climb to the highest posterior without derivatives (Nelder-Mead, begun anew each round).

    Where that leaves a band by a hair, a last round looks for a point with every target in its
    band; it is taken if it costs at most 0.1 of the log posterior. `progress` is told after each
    evaluation how many are done, of how many at most.
    """
    used, x, each = 0, objective.start(), evaluations // rounds

    def counted(loss: Callable[[Floats], float], later: int) -> Callable[[Floats], float]:
        """Tell of each evaluation; at most so many rounds come `later`."""
        done = [used]

        def told(x: Floats) -> float:
            found = loss(x)
            done[0] += 1
            if progress:
                progress(done[0], max(used + each, done[0]) + later * each)
            return found

        return told

    for number in range(rounds):
        x, more = _climbed(counted(objective.loss, rounds - number), x, each)
        used += more
    log_posterior, values = objective.known(x)
    if objective.outside(values):
        within, more = _climbed(counted(objective.loss_outside, 0), x, each)
        used += more
        highest, answers = objective.known(within)
        if highest >= log_posterior - _HAIR and not objective.outside(answers):
            x, log_posterior, values = within, highest, answers
    if progress:
        progress(used, used)
    return Fit(
        objective.structure.name,
        objective.parameters(x),
        values,
        objective.log_likelihood(values),
        log_posterior,
        used,
    )
