"""Which parameters and assumptions an answer rests on: one question, five methods, one folder."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim.config.errors import ScenarioError, nearest
from sim.experiment import provenance
from sim.experiment.executors import Progress
from sim.experiment.folder import Replaces
from sim.experiment.store import write_folder
from sim.experiment.warmup import warmed_up
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.sensitivity import found_words as words
from sim.sensitivity.alternatives import (
    alternatives_simulated,
    alternatives_table,
    fitting_alternatives,
)
from sim.sensitivity.at_points import Question, Simulated
from sim.sensitivity.indices import (
    BASE_SAMPLES,
    FEWEST_SAMPLES,
    NAMED_INPUTS,
    groups_of,
    screened,
    sobol_simulated,
    sobol_table,
    varies,
)
from sim.sensitivity.inputs import Inputs, all_inputs, chosen_inputs
from sim.sensitivity.one_at_a_time import tornado_points, tornado_table
from sim.sensitivity.salib import sensitivity_package
from sim.sensitivity.screening import (
    EACH,
    FEWEST_TRAJECTORIES,
    TRAJECTORIES,
    morris_table,
    trajectories_of,
)
from sim.sensitivity.two_way import map_simulated, map_table, read_axes

SENSITIVITY_METHODS = ("tornado", "morris", "sobol", "alternatives", "map")
USUAL_MEASURES = ("days_in_response", "days_below_10", "infusions_per_patient")
_KIND = "sensitivity"


class _Answered(NamedTuple):
    table: pd.DataFrame
    found: Simulated
    sentences: list[str]
    more: dict[str, Any]  # of the manifest


@dataclass(frozen=True, eq=False, repr=False)
class SensitivityAnswer:
    """What a sensitivity analysis found; `str()` of it are its sentences."""

    method: str
    table: pd.DataFrame
    values: pd.DataFrame  # what was simulated
    sentences: tuple[str, ...]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def __repr__(self) -> str:
        return f"SensitivityAnswer({self.method}, {len(self.table)} rows)"

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by file name."""
        return {f"{self.method}.csv": self.table, f"{self.method}_replications.csv": self.values}


def what_matters(
    scenarios: Scenario | Mapping[str, Scenario],
    method: str = "tornado",
    measures: Sequence[str] = USUAL_MEASURES,
    parameters: Sequence[str] | None = None,
    replications: int | None = None,
    samples: int | None = None,
    reference: str | None = None,
    against: Sequence[str] = (),
    alternatives: Mapping[str, Mapping[str, object]] | None = None,
    axes: Sequence[str] = (),
    seed: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    name: str = "",
    anyway: bool = False,
) -> SensitivityAnswer:
    """Tell on which parameters, assumptions or pairs of values measures rest.

    With a `reference` among the scenarios every quantity is the paired difference of a variant
    (`against`, by default each) from it. `parameters` are dotted paths, beginnings of paths, or
    "posterior". `samples` are Morris' trajectories or Sobol' base samples. `alternatives` are one's
    own beside the listed ones, `axes` the two of a map. No result depends on `jobs`; an interrupt
    keeps what is whole. Raises ScenarioError for what cannot be asked, where no measure is there in
    every run, and for what is too much for the machine, unless `anyway`.
    """
    named: Mapping[str, Scenario] = (
        {"scenario": scenarios} if isinstance(scenarios, Scenario) else scenarios
    )
    _check(named, method, measures, reference, against, samples, axes, alternatives, replications)
    if method in ("morris", "sobol"):
        sensitivity_package()
    run = next(iter(named.values())).run
    seed = run.seed if seed is None else seed
    each = {"morris": EACH, "sobol": 1}.get(method, run.replications)
    each = each if replications is None else replications
    many = samples or {"morris": TRAJECTORIES, "sobol": BASE_SAMPLES}.get(method, 0)
    named, warm_up, _ = warmed_up(named, seed, 0, jobs)
    inputs = Inputs(())
    if method in ("tornado", "morris"):
        inputs = chosen_inputs(named, parameters)
    elif method == "sobol":
        chosen_inputs(named, parameters)
        inputs = all_inputs(named)
    question = Question(
        named, tuple(dict.fromkeys(measures)), inputs, seed, each, many, reference,
        tuple(dict.fromkeys(against)), alternatives, tuple(axes), jobs, progress, anyway,
    )  # fmt: skip
    started, clock = datetime.now(UTC), time.perf_counter()
    answered = _METHODS[method](question, parameters)
    what = {
        "kind": _KIND, "method": method, "seed": seed, "reference": reference,
        "measures_asked": list(question.measures), "against": list(question.against),
        "parameters_asked": None if parameters is None else list(parameters),
        "replications_each": each, "samples": many, "axes": list(axes),
        "alternatives_asked": {n: dict(c) for n, c in (alternatives or {}).items()},
        "scenarios": provenance.described(named),
    }  # fmt: skip
    found = answered.found
    manifest = provenance.manifest(what, started, clock) | {
        "name": name, **answered.more, "answer": answered.sentences,
        "interrupted": found.interrupted, "interrupted_because": found.why,
        "points": len(found.points), "points_requested": found.wanted,
        **({"warm_up": warm_up} if warm_up else {}),
    }  # fmt: skip
    return SensitivityAnswer(
        method, answered.table, found.values(), tuple(answered.sentences), manifest
    )


def _tornado(question: Question, parameters: Sequence[str] | None) -> _Answered:
    found = tornado_points(question)
    whole, left_out = found.told()
    table = tornado_table(found, whole)
    more = {"moved": question.inputs.paths}
    return _Answered(table, found, [*words.tornado_sentences(table), *left_out], more)


def _morris(question: Question, parameters: Sequence[str] | None) -> _Answered:
    cube, found = trajectories_of(question, question.samples)
    whole, left_out = found.told()
    table = morris_table(cube, found, whole)
    more = {"moved": question.inputs.paths, "trajectories": len(cube) // (cube.shape[1] + 1)}
    return _Answered(table, found, [*words.morris_sentences(table), *left_out], more)


def _sobol(question: Question, parameters: Sequence[str] | None) -> _Answered:
    runs = 0
    if parameters:
        named = chosen_inputs(question.scenarios, parameters).paths
    else:
        size = (
            len(groups_of(question.inputs, question.inputs.paths[:NAMED_INPUTS])) + 2
        )  # or nearly so
        named, runs = screened(question, question.samples * size * len(question.compared))
    groups = groups_of(question.inputs, named)
    found = sobol_simulated(question, groups, done=runs)
    whole, left_out = found.told()
    still = [q for q in whole if not varies(found.of(q))]
    left_out += words.without_variance([(q.reference, q.scenario, q.measure) for q in still])
    if not (moving := [q for q in whole if q not in still]):
        raise ScenarioError(f"{' '.join(left_out)} So there is nothing to tell; ask for another.")
    table = sobol_table(found, groups, moving)
    more = {"groups": dict(groups), "screened": not parameters}
    return _Answered(table, found, [*words.sobol_sentences(table), *left_out], more)


def _alternatives(question: Question, parameters: Sequence[str] | None) -> _Answered:
    listed, hindered = fitting_alternatives(question)
    found = alternatives_simulated(question, listed)
    whole, left_out = found.told()
    table = alternatives_table(found, listed, whole)
    said = [*words.alternatives_sentences(table), *left_out, *hindered]
    return _Answered(table, found, said, {"alternatives": [one.name for one in listed]})


def _map(question: Question, parameters: Sequence[str] | None) -> _Answered:
    axes = read_axes(question.axes, question.scenarios)
    found = map_simulated(question, axes)
    whole, left_out = found.told()
    table = map_table(found, axes, whole)
    return _Answered(table, found, [*words.map_sentences(table), *left_out], {})


_METHODS = {
    "tornado": _tornado, "morris": _morris, "sobol": _sobol, "alternatives": _alternatives,
    "map": _map,
}  # fmt: skip


def _check(
    scenarios: Mapping[str, Scenario],
    method: str,
    measures: Sequence[str],
    reference: str | None,
    against: Sequence[str],
    samples: int | None,
    axes: Sequence[str],
    alternatives: Mapping[str, Mapping[str, object]] | None,
    replications: int | None,
) -> None:
    if method not in SENSITIVITY_METHODS:
        raise ScenarioError(
            f'method: there is no "{method}"; there are {", ".join(SENSITIVITY_METHODS)}.'
            + nearest(method, SENSITIVITY_METHODS)
        )
    for measure in measures:
        if measure not in CATALOGUE:
            raise ScenarioError(
                f'measure: there is no measure "{measure}".' + nearest(measure, CATALOGUE)
            )
    if not scenarios or not measures:
        raise ScenarioError("sensitivity: give a scenario and a measure, or more of them.")
    for one in (*against, *([reference] if reference else [])):
        if one not in scenarios:
            raise ScenarioError(f'scenario: there is no "{one}".' + nearest(one, scenarios))
    if reference is not None and (reference in against or len(scenarios) < 2):
        raise ScenarioError(
            f"scenario: {reference} is the reference, which the variants are compared with; name "
            "another variant."
        )
    if against and reference is None:
        raise ScenarioError("scenario: a variant is chosen of a study; this is a single scenario.")
    if replications is not None and replications < 1:
        raise ScenarioError(f"replications must be 1 or more, not {replications}.")
    _check_samples(method, samples, replications)
    if axes and method != "map":
        raise ScenarioError("map: axes go with --method map.")
    if alternatives and method != "alternatives":
        raise ScenarioError("alternative: alternatives of one's own go with --method alternatives.")


def _check_samples(method: str, samples: int | None, replications: int | None) -> None:
    if samples is not None and method not in ("morris", "sobol"):
        raise ScenarioError(
            "samples: these are Morris' trajectories or the base samples of Sobol' indices; the "
            "other methods have --replications alone."
        )
    if method == "morris" and samples is not None and samples < FEWEST_TRAJECTORIES:
        raise ScenarioError(f"samples: {samples} trajectories have no spread; give 2 or more.")
    if method == "sobol":
        if samples is not None and (samples < FEWEST_SAMPLES or samples & (samples - 1)):
            raise ScenarioError(
                f"samples: {samples} is no power of two from {FEWEST_SAMPLES} on, such as 128, 256 "
                "or 512, which Sobol' sequences are even at."
            )
        if replications not in (None, 1):
            raise ScenarioError(
                "replications: for Sobol' indices each point is one replication, as chance is one "
                "of the inputs; give --samples instead."
            )


def write_sensitivity(
    answer: SensitivityAnswer, folder: str | Path, overwrite: Replaces = None
) -> Path:
    """Write the table of the method, what was simulated and, last, the manifest."""
    return write_folder(folder, answer.tables, answer.manifest, overwrite)


def signed(answer: SensitivityAnswer, **more: Any) -> SensitivityAnswer:
    """Give the answer with more in its manifest."""
    return replace(answer, manifest={**answer.manifest, **more})
