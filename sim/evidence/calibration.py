"""A calibration from targets to tables: best fit, posterior, predictive check and structures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.config.errors import ScenarioError, nearest
from sim.evidence.kept_evaluations import Evaluations
from sim.evidence.objective import EVALUATIONS, PEOPLE, SEED, Fit, Objective, best_fit
from sim.evidence.posterior import CHAIN, Plan, Posterior, sample, sampler_package
from sim.evidence.published import PublishedResult
from sim.evidence.structures import DEFAULT_STRUCTURE, STRUCTURES
from sim.experiment import provenance
from sim.experiment.executors import Progress
from sim.experiment.folder import MANIFEST, clear
from sim.experiment.identity import model_version
from sim.experiment.ledger import LEDGER
from sim.experiment.log import timed
from sim.experiment.store import add_table, write_folder
from sim.experiment.workers import JobsWanted, available_jobs, workers_of
from sim.symptoms.calibrations import CalibrationName

_SAMPLES = 400
GONE_ON_WITH = (CHAIN, "estimates.csv", "predictive.csv")
"""What an unfinished calibration leaves in its folder, and the next one goes on with."""
_OWN = ("plasticity", "consolidation", "tolerance")


@dataclass(frozen=True, eq=False)
class Calibrated:
    """What a calibration found, as tables."""

    estimates: pd.DataFrame  # parameter, best, median, lower, upper (90 %), prior
    predictive: pd.DataFrame  # target, band, best, median, 90 % interval, verdict
    samples: pd.DataFrame  # joint samples, one row each
    manifest: dict[str, Any]


def calibrate(
    which: CalibrationName | str,
    structure: str = DEFAULT_STRUCTURE,
    targets: Sequence[PublishedResult] | None = None,
    folder: Path | None = None,
    people: int = PEOPLE,
    seed: int = SEED,
    chain_seed: int = 1,
    evaluations: int = EVALUATIONS,
    steps: int | None = None,
    samples: int = _SAMPLES,
    best_fit_only: bool = False,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    overwrite: bool | None = None,
    fitting: Progress | None = None,
) -> Calibrated:
    """Fit a structure to the targets of a set, and sample its posterior.

    `fitting` is told of the best fit, evaluation by evaluation; `progress` of the chain's blocks.
    The folder keeps the best fit and the chain, so that a run that was stopped is gone on with; it
    then holds `posterior.csv`, `estimates.csv`, `predictive.csv` and the manifest.
    """
    if structure not in STRUCTURES:
        raise ScenarioError(
            f'structure: "{structure}" is not known; known: {", ".join(STRUCTURES)}.'
            + nearest(structure, STRUCTURES)
        )
    if not best_fit_only:
        sampler_package()  # what is missing is said before the best fit, not after it
        if folder is None:
            raise ScenarioError("A posterior needs a folder to keep its chain in.")
    started, clock = datetime.now(UTC), time.perf_counter()
    objective = Objective(which, structure, targets, people, seed)  # type: ignore[arg-type]
    if folder is not None:
        objective.evaluations = Evaluations(_evaluations_file(folder, objective))
    known = len(objective.evaluations)
    with timed(f"best fit of {structure} to {which}, seed {seed}"):
        fit = best_fit(objective, evaluations=evaluations, progress=fitting)
    objective.evaluations = Evaluations()  # the walkers ask for other points
    seconds = {"best_fit_seconds": round(time.perf_counter() - clock, 1)}
    plan = Plan(seed=chain_seed)
    if steps is not None:
        plan = Plan(seed=chain_seed, steps=steps, burn_in=steps // 5)
    posterior = None
    if not best_fit_only and folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        add_table(folder, "estimates.csv", _estimates(objective, fit, None))
        add_table(folder, "predictive.csv", _predictive(objective, fit, None))
        workers = workers_of(jobs).jobs or available_jobs()
        posterior = sample(objective, fit, plan, folder, workers, progress)
    what = _what(objective, fit, plan if posterior else None, seconds)
    if posterior is not None:
        what["convergence"] = posterior.diagnostics()
        what["blocks_of_an_earlier_run"] = posterior.resumed
    what["evaluations_of_an_earlier_run"] = known
    found = Calibrated(
        _estimates(objective, fit, posterior),
        _predictive(objective, fit, posterior),
        _samples(objective, posterior, samples),
        provenance.manifest(what, started, clock),
    )
    if folder is not None:
        tables = {
            "estimates.csv": found.estimates,
            "predictive.csv": found.predictive,
            "posterior.csv": found.samples,
        }
        write_folder(folder, tables, found.manifest, overwrite, GONE_ON_WITH)
    return found


def _evaluations_file(folder: Path, objective: Objective) -> Path:
    """Name the file of what was evaluated of this objective by this model."""
    (folder / LEDGER).mkdir(parents=True, exist_ok=True)
    what = [objective.which, objective.structure.name, objective.people, objective.seed]
    told = [*what, repr(objective.targets), model_version()]
    return folder / LEDGER / f"evaluations-{provenance.digest(told)[:16]}.jsonl"


def begin_anew(folder: Path) -> None:
    """Remove an earlier calibration from its folder, its chain as well."""
    if (folder / MANIFEST).exists():
        clear(folder)
    (folder / CHAIN).unlink(missing_ok=True)
    for file in (folder / LEDGER).glob("evaluations-*.jsonl"):
        file.unlink()


def _what(objective: Objective, fit: Fit, plan: Plan | None, seconds: dict[str, float]) -> Any:
    criteria = fit.criteria(len(objective.targets))
    return {
        "kind": "calibrate",
        "set": objective.which,
        "structure": fit.structure,
        "people": objective.people,
        "seed": objective.seed,
        "targets": [
            {"id": t.name, "value": t.value, "low": t.low, "high": t.high}
            for t in objective.targets
        ],
        "priors": {
            name: [prior.centre, prior.sd, prior.law] for name, prior in objective.priors.items()
        },
        "fit": {
            "parameters": {name: float(f"{value:.5g}") for name, value in fit.parameters.items()},
            "log_posterior": round(fit.log_posterior, 4),
            "evaluations": fit.evaluations,
            **{name: round(value, 3) for name, value in criteria.items()},
        },
        "plan": None if plan is None else {**vars(plan)},
        "held_at": provenance.described({"scenario": objective.scenario}),
        **seconds,
    }


def _estimates(objective: Objective, fit: Fit, posterior: Posterior | None) -> pd.DataFrame:
    rows = []
    for place, (name, prior) in enumerate(objective.priors.items()):
        row: list[Any] = [name, prior.centre, prior.sd, fit.parameters[name], None, None, None]
        if posterior is not None:
            drawn = [prior.inward(x) for x in posterior.points[..., place].ravel()]
            row[4:] = (float(q) for q in np.quantile(drawn, [0.5, 0.05, 0.95]))
        rows.append(row)
    names = ["parameter", "prior", "prior_sd", "best", "median", "low_90", "high_90"]
    return pd.DataFrame(rows, columns=names)


def _predictive(objective: Objective, fit: Fit, posterior: Posterior | None) -> pd.DataFrame:
    """Set each target beside the best fit and the posterior: pass where the median is in band."""
    rows = []
    for place, target in enumerate(objective.targets):
        best, spread = float(fit.values[place]), (None, None, None)
        if posterior is not None:
            values = posterior.values[..., place].ravel()
            spread = tuple(float(q) for q in np.quantile(values, [0.5, 0.05, 0.95]))  # type: ignore[assignment]
        middle = best if spread[0] is None else spread[0]
        verdict = "pass" if inside(target, middle) else "miss"
        rows.append([target.name, target.value, target.low, target.high, best, *spread, verdict])
    names = ["target", "value", "low", "high", "best", "median", "low_90", "high_90", "verdict"]
    return pd.DataFrame(rows, columns=names)


def inside(target: PublishedResult, value: float) -> bool:
    """Tell whether a value of the model lies in a target's band."""
    return (target.low is None or target.low <= value) and (
        target.high is None or value <= target.high
    )


def _samples(objective: Objective, posterior: Posterior | None, rows: int) -> pd.DataFrame:
    names = [*objective.priors, "log_posterior"]
    if posterior is None:
        return pd.DataFrame(columns=names)
    points, log_posterior, _ = posterior.thinned(rows)
    drawn = [
        [*(float(f"{v:.6g}") for v in objective.parameters(x).values()), round(float(value), 4)]
        for x, value in zip(points, log_posterior, strict=True)
    ]
    held = len(objective.structure.held)
    return pd.DataFrame([row[held:] for row in drawn], columns=names)


def structures_table(
    which: CalibrationName | str,
    targets: Sequence[PublishedResult] | None = None,
    people: int = PEOPLE,
    seed: int = SEED,
    evaluations: int = EVALUATIONS,
    names: Sequence[str] = tuple(STRUCTURES),
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Fit every structure to the same targets: fit, parsimony, and the worst miss.

    `progress` is told of evaluations as by `best_fit`, those of all structures together.
    """
    rows: list[dict[str, Any]] = []
    used = 0

    def told(done: int, of: int) -> None:
        if progress:
            later = len(names) - len(rows) - 1
            most = evaluations + evaluations // 4  # with a last round
            progress(used + done, used + of + later * most)

    for name in names:
        objective = Objective(which, name, targets, people, seed)  # type: ignore[arg-type]
        fit = best_fit(objective, evaluations=evaluations, progress=told)
        used += fit.evaluations
        off = [
            (abs(v - t.value) / t.sd, t.name)
            for v, t in zip(fit.values, objective.targets, strict=True)
        ]
        count = sum(inside(t, v) for v, t in zip(fit.values, objective.targets, strict=True))
        rows.append(
            {
                "structure": STRUCTURES[name].title,
                "parameters": fit.size,
                **fit.criteria(len(objective.targets)),
                "log_posterior": fit.log_posterior,
                "in_band": f"{count} of {len(off)}",
                "worst": max(off)[1],
                "its_own": next(
                    (f"{n} {fit.parameters[n]:.3g}" for n in _OWN if n in fit.parameters), ""
                ),
            }
        )
    return pd.DataFrame(rows)
