"""The posterior of a calibration: joint samples by an affine-invariant ensemble (emcee).

Several ensembles of walkers start apart around the best fit and run in blocks; a block's dice
belong to (seed, ensemble, block), so that a run that was stopped goes on to the same samples, on
any number of processes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.evidence.objective import Fit, Objective
from sim.experiment.attempts import WorkerLost
from sim.experiment.folder import add_file
from sim.experiment.log import timed
from sim.experiment.processes import bound_to, deaf_children

CHAIN = "chain.npz"
LOST = (
    "the system ended a process of the calibration, most likely for want of memory. The "
    "blocks that were finished are kept: go on with the same command, --out and fewer --jobs."
)
_SPREAD = 0.3
"""Prior standard deviations that the walkers of an ensemble start around the best fit."""


@dataclass(frozen=True)
class Plan:
    """How long to sample, and with which dice."""

    ensembles: int = 2
    walkers: int = 24
    steps: int = 500
    burn_in: int = 100
    block: int = 50
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Posterior:
    """Samples after the burn-in: shape (ensembles, steps, walkers, ...)."""

    resumed: int  # blocks that an earlier run had done

    points: Floats  # (..., parameters), in prior standard deviations
    log_posterior: Floats
    values: Floats  # (..., targets)

    def diagnostics(self) -> dict[str, Any]:
        """Tell whether the ensembles agree, and how many independent samples they are worth."""
        tau = np.array([_autocorrelation(one) for one in self.points]).max(axis=0)
        samples = int(np.prod(self.log_posterior.shape))
        return {
            "autocorrelation_steps": [round(float(value), 1) for value in tau],
            "effective_samples": [round(samples / float(value)) for value in tau],
            "split_r_hat": [round(float(value), 4) for value in split_r_hat(self.points)],
            "samples": samples,
            "emcee": str(sampler_package().__version__),
        }

    def thinned(self, rows: int) -> tuple[Floats, Floats, Floats]:
        """Give so many samples: of every walker as many, evenly spaced over its steps."""
        total = int(np.prod(self.log_posterior.shape))
        chosen = np.linspace(0, total - 1, min(rows, total)).round().astype(int)
        points, log_posterior, values = (
            np.swapaxes(column, 1, 2).reshape(total, -1)[chosen]  # walker by walker
            for column in (self.points, self.log_posterior[..., None], self.values)
        )
        return points, log_posterior[:, 0], values


def split_r_hat(points: Floats) -> Floats:
    """Give Gelman and Rubin's R-hat of half ensembles, one a parameter; near 1 when they agree.

    sqrt((n - 1) / n + V / W): V the variance of the means of the halves, W their mean variance.
    """
    steps = points.shape[1] // 2
    halves = [half for one in points for half in (one[:steps], one[steps : 2 * steps])]
    chains = np.stack([half.reshape(-1, half.shape[-1]) for half in halves])
    n = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    between = chains.mean(axis=1).var(axis=0, ddof=1)
    result: Floats = np.sqrt((n - 1) / n + between / within)
    return result


def _autocorrelation(points: Floats) -> Floats:
    """Integrated autocorrelation time of one ensemble, in steps (Goodman and Weare, 2010).

    Where a walker never moved there is none: the ensemble counts as one sample.
    """
    emcee = sampler_package()
    with np.errstate(invalid="ignore"):
        tau: Floats = emcee.autocorr.integrated_time(points, tol=0, quiet=True)
    return np.where(
        np.isfinite(tau), np.maximum(tau, 1.0), float(points.shape[0] * points.shape[1])
    )


def sampler_package() -> Any:
    """Import emcee, or say how to get it."""
    try:
        import emcee
    except ImportError as missing:
        raise ScenarioError(
            "A posterior needs the package emcee, which is not installed; install it with: "
            "pip install 'ketasim[calibration]'. The best fit alone needs nothing more: "
            "ketasim calibrate --best-fit-only."
        ) from missing
    return emcee


def sample(
    objective: Objective,
    fit: Fit,
    plan: Plan,
    folder: Path,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Posterior:
    """Sample the posterior, going on from what the folder holds of the same plan."""
    sampler_package()
    folder.mkdir(parents=True, exist_ok=True)
    blocks = -(-plan.steps // plan.block)
    done = _read(folder, objective, plan)
    report = progress or (lambda finished, total: None)
    resumed = len(done)
    report(resumed, blocks * plan.ensembles)
    with _evaluator(objective, jobs) as evaluate:
        while len(done) < blocks * plan.ensembles:
            with timed(f"block {len(done) + 1} of {blocks * plan.ensembles}"):
                done.append(_block(done, objective, fit, plan, evaluate))
            _write(folder, objective, plan, done)
            report(len(done), blocks * plan.ensembles)
    return _joined(done, plan, resumed)


Block = dict[str, Floats]


def _block(
    done: list[Block],
    objective: Objective,
    fit: Fit,
    plan: Plan,
    evaluate: Callable[[Floats], list[Any]],
) -> Block:
    """Run the next block of the ensemble whose turn it is; ensembles take turns."""
    emcee = sampler_package()
    ensemble, number = len(done) % plan.ensembles, len(done) // plan.ensembles
    dice = np.random.RandomState([plan.seed, ensemble, number])
    size = len(objective.priors)
    if number == 0:
        centre = objective.point(fit.parameters)
        begin = centre + _SPREAD * dice.standard_normal((plan.walkers, size))
        if size > 1:
            begin[:, :] = np.clip(begin, -4, 4)
    else:
        begin = done[len(done) - plan.ensembles]["points"][-1]
    moves = [(emcee.moves.DEMove(), 0.7), (emcee.moves.DESnookerMove(), 0.1),
             (emcee.moves.StretchMove(), 0.2)]  # fmt: skip
    sampler = emcee.EnsembleSampler(
        plan.walkers, size, evaluate, moves=moves, vectorize=True,
        blobs_dtype=[("values", float, (len(objective.targets),))],
    )  # fmt: skip
    sampler.random_state = dice.get_state()
    steps = min(plan.block, plan.steps - number * plan.block)
    sampler.run_mcmc(begin, steps)
    return {
        "points": sampler.get_chain(),
        "log_posterior": sampler.get_log_prob(),
        "values": sampler.get_blobs()["values"],
    }


_of_worker: list[Objective] = []


def _begin(objective: Objective, parent: int | None = None) -> None:
    _of_worker[:] = [objective]
    if parent is not None:
        bound_to(parent)


def _evaluated(point: Floats) -> list[float]:
    log_posterior, values = _of_worker[0].log_posterior(point)
    return [log_posterior, *values]


@contextmanager
def _evaluator(objective: Objective, jobs: int) -> Iterator[Callable[[Floats], list[Any]]]:
    """Give a function of many points, on one process or several: rows of value and blob."""

    def rows(found: Any) -> list[Any]:
        return [(row[0], np.array(row[1:])) for row in found]

    _begin(objective)
    if jobs == 1:
        yield lambda points: rows(map(_evaluated, points))
        return
    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(objective, os.getpid()))
    try:
        with deaf_children():
            pool.submit(int).result()
        yield lambda points: rows(pool.map(_evaluated, points, chunksize=1 + len(points) // 4))
    except BrokenProcessPool as fault:
        raise WorkerLost(LOST) from fault
    finally:
        for process in list(pool._processes.values()):  # each would go on to the end of its share
            process.kill()
        pool.shutdown(cancel_futures=True)


def _joined(done: list[Block], plan: Plan, resumed: int) -> Posterior:
    def of(name: str) -> Floats:
        chains = [
            np.concatenate([block[name] for block in done[ensemble :: plan.ensembles]])
            for ensemble in range(plan.ensembles)
        ]
        return np.stack(chains)[:, plan.burn_in :]

    return Posterior(resumed, of("points"), of("log_posterior"), of("values"))


def _settings(objective: Objective, plan: Plan) -> str:
    targets = [(t.name, t.value, t.low, t.high, t.regimen, t.metric) for t in objective.targets]
    about = [objective.which, objective.structure.name, objective.people, objective.seed, targets]
    what = {name: value for name, value in asdict(plan).items() if name not in ("steps", "burn_in")}
    return json.dumps([about, what])


def _write(folder: Path, objective: Objective, plan: Plan, done: list[Block]) -> None:
    columns = {f"{name}_{i}": block[name] for i, block in enumerate(done) for name in block}
    settings = np.array(_settings(objective, plan))

    def blocks(part: Path) -> None:
        np.savez(part, settings=settings, **columns)  # type: ignore[arg-type]

    add_file(folder, CHAIN, blocks)


def _read(folder: Path, objective: Objective, plan: Plan) -> list[Block]:
    """Read the blocks of an earlier run of the same plan; another plan's are refused."""
    path = folder / CHAIN
    if not path.exists():
        return []
    with np.load(path) as stored:
        if str(stored["settings"]) != _settings(objective, plan):
            raise ScenarioError(
                f"{path}: this chain was made with other targets, people or settings, so it cannot "
                "be gone on with; give another folder with --out, or remove the file."
            )
        names = ("points", "log_posterior", "values")
        count = sum(1 for key in stored.files if key.startswith("points_"))
        blocks = [{name: stored[f"{name}_{i}"] for name in names} for i in range(count)]
    return blocks[: plan.ensembles * -(-plan.steps // plan.block)]
