"""Which variant is the best, and how surely: ranking and selection on common random numbers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.config.errors import ScenarioError, nearest
from sim.experiment import effort, provenance
from sim.experiment.attempts import WorkerLost
from sim.experiment.warmup import warmed_up
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.study import ranking_tables, ranking_words
from sim.study.choice import Choice
from sim.study.procedures import (
    FIRST_STAGE,
    OCBA_STEP,
    Alike,
    Followed,
    Spent,
    by_kn,
    by_ocba,
    selection_package,
)
from sim.study.value_table import IN_A_BATCH, ValueTable, WhatIsTried, read_aim

if TYPE_CHECKING:
    import pandas as pd

PROCEDURES = ("kn", "ocba")
_CONFIDENCE, _AT_MOST = 0.95, 200


@dataclass(frozen=True, eq=False, repr=False)
class BestAnswer(Choice):
    """A choice among variants and all that was simulated for it; `str()` of it is the answer."""

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"BestAnswer({self.sentence})"

    @cached_property
    def sentence(self) -> str:
        """The answer in one sentence, or why there is none."""
        return ranking_words.best_sentence(self)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a variant: mean, difference from the leader, status, probability."""
        return ranking_tables.best_table(self)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """One row a variant and replication: what was measured."""
        return ranking_tables.values_table(self.values, self.aim.measure)


def best(
    scenarios: Mapping[str, Scenario],
    measure: str,
    delta: float | None = None,
    confidence: float = _CONFIDENCE,
    procedure: str = "kn",
    at_most: int = _AT_MOST,
    budget: int | None = None,
    seed: int | None = None,
    jobs: JobsWanted = None,
    told: WhatIsTried | None = None,
    name: str = "",
    anyway: bool = False,
) -> BestAnswer:
    """Choose the best of several scenarios on common random numbers.

    `measure` is one of the catalogue, which knows the better way, or `name:largest`,
    `name:smallest`. With `procedure="kn"` the one chosen is the best, or less than `delta` (in the
    measure's unit) behind it, with probability `confidence` at least, unless the work ends before:
    no variant has more than `at_most` replications. `procedure="ocba"` shares out a `budget` of
    replications in all and promises no probability. Seed: the first scenario's. An interrupt gives
    what was simulated, and no answer. Needs sim-tools (`pip install 'ketasim[ranking]'`).
    Raises ScenarioError where nothing sensible is asked, where the measure is not defined or not
    reached in some replication, and for what is too much for the machine, unless `anyway`.
    """
    aim = read_aim(measure)
    _check(scenarios, delta, confidence, procedure, at_most, budget)
    selection_package()
    seed = next(iter(scenarios.values())).run.seed if seed is None else seed
    if not anyway:
        least = FIRST_STAGE if budget is None else budget // len(scenarios)
        effort.check_study(scenarios, least, jobs)
    scenarios, warm_up, _ = warmed_up(scenarios, seed, 0, jobs)
    budget = None if budget is None else _of_steps(budget, len(scenarios))
    table = ValueTable(scenarios, [aim.measure], seed, budget or at_most, jobs, told)
    started, clock = datetime.now(UTC), time.perf_counter()
    chosen, why, because = Followed([*range(len(scenarios))], {}), "", ""
    try:
        if budget is None:
            assert delta is not None
            by_kn(table, delta, 1 - confidence, aim.largest, chosen)
        else:
            by_ocba(table, budget, aim.largest, chosen)
    except Spent:
        why = "spent"
    except Alike:
        why = "alike"
    except (KeyboardInterrupt, WorkerLost) as end:
        if not all(table.done(one) for one in scenarios):
            raise
        why, because = "interrupted", str(end) if isinstance(end, WorkerLost) else ""
    names = list(scenarios)
    answer = BestAnswer(
        scenarios, aim, delta, confidence, procedure, at_most, budget,
        {one: table.values(one) for one in names}, tuple(names[place] for place in chosen.left),
        {names[place]: after for place, after in chosen.eliminated.items()}, chosen.finished,
        chosen.most, why, because,
    )  # fmt: skip
    return _signed(answer, name, seed, started, clock, warm_up)


def _of_steps(budget: int, variants: int) -> int:
    """Cut a budget to the first replications of all and whole steps, as OCBA needs it."""
    first = FIRST_STAGE * variants
    return first + (budget - first) // OCBA_STEP * OCBA_STEP


def _check(
    scenarios: Mapping[str, Scenario],
    delta: float | None,
    confidence: float,
    procedure: str,
    at_most: int,
    budget: int | None,
) -> None:
    many = len(scenarios)
    if many < 2:
        raise ScenarioError(f"best: {many} scenarios leave nothing to choose; give two or more.")
    if procedure not in PROCEDURES:
        raise ScenarioError(
            f'procedure: there is no "{procedure}"; there are {", ".join(PROCEDURES)}.'
            + nearest(procedure, PROCEDURES)
        )
    if delta is not None and not 0 < delta < float("inf"):
        raise ScenarioError(
            f"delta: {delta:g} is no difference above 0; give the least one that matters to you, "
            "in the measure's unit."
        )
    if not 0.5 < confidence < 1:
        raise ScenarioError(f"confidence: {confidence:g} does not lie between 0.5 and 1.")
    if procedure == "kn":
        _check_kn(delta, at_most, budget)
    elif budget is None or budget < FIRST_STAGE * many + OCBA_STEP:
        raise ScenarioError(
            f"budget: OCBA shares out {FIRST_STAGE} replications of each variant and then steps of "
            f"{OCBA_STEP}; give {FIRST_STAGE * many + OCBA_STEP} or more."
        )
    elif many < 3:
        raise ScenarioError("procedure: OCBA needs three or more variants; take KN for two.")


def _check_kn(delta: float | None, at_most: int, budget: int | None) -> None:
    if budget is not None:
        raise ScenarioError("budget: KN has none, as it ends when it is sure; give at_most.")
    if delta is None:
        raise ScenarioError(
            "delta: KN needs the least difference that matters to you, in the measure's unit."
        )
    if at_most < FIRST_STAGE:
        raise ScenarioError(
            f"at_most: KN looks at {FIRST_STAGE} replications of each variant first; give so many "
            f"or more, not {at_most}."
        )


def _signed(
    answer: BestAnswer,
    name: str,
    seed: int,
    started: datetime,
    clock: float,
    warm_up: Mapping[str, Any] | None,
) -> BestAnswer:
    what = {
        "kind": "best",
        "seed": seed,
        "measure": str(answer.aim),
        "delta": answer.delta,
        "confidence": answer.confidence,
        "procedure": answer.procedure,
        "first": FIRST_STAGE,
        "batch": IN_A_BATCH,
        "at_most": answer.at_most if answer.budget is None else None,
        "budget": answer.budget,
        "scenarios": provenance.described(answer.scenarios),
    }
    manifest = provenance.origin_of(what, name=name) | {
        "answer": answer.sentence,
        "finished": answer.finished,
        "interrupted": answer.interrupted,
        "interrupted_because": answer.interrupted_because,
        "replications": {one: len(values) for one, values in answer.values.items()},
        "started_at": started.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - clock, 3),
    }
    return replace(answer, manifest=manifest | ({"warm_up": warm_up} if warm_up else {}))
