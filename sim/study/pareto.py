"""Which variants no other beats in everything at once, and how surely: the Pareto front."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.experiment import effort, provenance
from sim.experiment.attempts import WorkerLost
from sim.experiment.folder import Replaces
from sim.experiment.store import write_folder
from sim.experiment.warmup import warmed_up
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import possible
from sim.stats.intervals import mean_interval
from sim.stats.resampling import drawn_means, on_front
from sim.study.ranking_words import probability_in_words
from sim.study.value_table import Aim, ValueTable, WhatIsTried, read_aim

PARETO, _REPLICATIONS = "pareto.csv", "pareto_replications.csv"
_LEAST = 10
"""Replications from which on a bootstrap is told."""
_LIKELY = 0.5


@dataclass(frozen=True, eq=False, repr=False)
class ParetoAnswer:
    """Variants under several aims on the same patients; `str()` of it is the answer."""

    aims: tuple[Aim, ...]
    values: Mapping[str, Mapping[str, Floats]]  # by variant and measure, a value a replication
    wanted: int  # replications
    interrupted: bool = False
    interrupted_because: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"ParetoAnswer({self.sentence})"

    @property
    def replications(self) -> int:
        """How many replications all variants have."""
        return min(len(column) for columns in self.values.values() for column in columns.values())

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a variant: whether it is on the front, how surely, and each measure's mean.

        `on_front` is by the means: no other variant is at least as good in every measure and
        better in one. `probability_on_front` is the share of bootstrap samples of replications,
        the same for all variants, in which it is; empty with fewer than 10 replications. Each
        measure has its mean, with the limits of its 95 % interval in the columns `... lower` and
        `... upper`.
        """
        n, names = self.replications, list(self.values)
        signs = np.array([1.0 if aim.largest else -1.0 for aim in self.aims])
        columns = [
            [self.values[name][aim.measure][:n] for name in names] for aim in self.aims
        ]  # by aim and variant
        means = np.array([[column.mean() for column in of] for of in columns]).T
        front = on_front(signs * means)
        drawn = np.stack([drawn_means(of) for of in columns], axis=-1)
        shares = on_front(signs * drawn).mean(axis=0)
        rows = []
        for place, name in enumerate(names):
            row: dict[str, object] = {
                "scenario": name,
                "on_front": bool(front[place]),
                "probability_on_front": float(shares[place]) if n >= _LEAST else np.nan,
                "replications": n,
            }
            for aim, of in zip(self.aims, columns, strict=True):
                found = mean_interval(of[place], possible=possible(aim.measure))
                row[aim.measure] = found.mean
                for end, limit in (("lower", found.lower), ("upper", found.upper)):
                    row[f"{aim.measure} {end}"] = np.nan if limit is None else limit
            rows.append(row)
        return pd.DataFrame(rows)

    @cached_property
    def sentence(self) -> str:
        """Name the variants on the front, with their probabilities where there are any."""
        aims = " and ".join(aim.words for aim in self.aims)
        on = self.table[self.table["on_front"]]
        told = [
            name if np.isnan(share) else f"{name} ({probability_in_words(share)})"
            for name, share in zip(on["scenario"], on["probability_on_front"], strict=True)
        ]
        begin = (
            f"Of {len(self.values)} variants these are beaten by no other, where {aims} are wanted"
        )
        n = self.replications
        sure = ", each with the probability of that by a bootstrap"
        if n < _LEAST:
            sure = f", by the means of {n} replication{'s' if n > 1 else ''} alone"
        cut = " The work was interrupted." if self.interrupted else ""
        return f"{begin}{sure}: {', '.join(told)}.{self._left_out()}{cut}"

    def _left_out(self) -> str:
        """Name those that chance alone may have kept off the front."""
        off = self.table[~self.table["on_front"] & (self.table["probability_on_front"] > 0.05)]
        told = [
            f"{name} ({probability_in_words(share)})"
            for name, share in zip(off["scenario"], off["probability_on_front"], strict=True)
        ]
        return f" These may be so as well: {', '.join(told)}." if told else ""

    @cached_property
    def measured(self) -> pd.DataFrame:
        """One row a variant, replication and measure: what was measured."""
        rows = [
            (name, replication, measure, float(value))
            for name, columns in self.values.items()
            for replication in range(1, self.replications + 1)
            for measure, value in ((m, column[replication - 1]) for m, column in columns.items())
        ]
        return pd.DataFrame(rows, columns=["scenario", "replication", "measure", "value"])


def pareto(
    scenarios: Mapping[str, Scenario],
    measures: Sequence[str],
    replications: int | None = None,
    seed: int | None = None,
    jobs: JobsWanted = None,
    told: WhatIsTried | None = None,
    name: str = "",
    anyway: bool = False,
) -> ParetoAnswer:
    """Tell which of several scenarios no other beats in all of two or more measures.

    Measures are written as in `sim.best`; replications and seed are the first scenario's by
    default. An interrupt gives the replications that all scenarios have finished.
    Raises ScenarioError as `sim.best` does.
    """
    aims = tuple(read_aim(text) for text in measures)
    names = [aim.measure for aim in aims]
    if len(aims) < 2 or len(set(names)) < len(names):
        raise ScenarioError("pareto: give two or more measures, each once.")
    if len(scenarios) < 2:
        raise ScenarioError("pareto: one scenario leaves nothing to choose; give two or more.")
    run = next(iter(scenarios.values())).run
    seed = run.seed if seed is None else seed
    wanted = run.replications if replications is None else replications
    if wanted < 1:
        raise ScenarioError(f"replications must be 1 or more, not {wanted}.")
    if not anyway:
        effort.check_study(scenarios, wanted, jobs)
    scenarios, warm_up, _ = warmed_up(scenarios, seed, 0, jobs)
    table = ValueTable(scenarios, names, seed, wanted, jobs, told)
    started, clock = datetime.now(UTC), time.perf_counter()
    cut, why = False, ""
    try:
        for end in range(_LEAST, wanted + _LEAST, _LEAST):
            table.fill(dict.fromkeys(scenarios, min(end, wanted)))
    except (KeyboardInterrupt, WorkerLost) as stop:
        if not all(table.done(one) for one in scenarios):
            raise
        cut, why = True, str(stop) if isinstance(stop, WorkerLost) else ""
    values = {one: {name: table.values(one, name) for name in names} for one in scenarios}
    answer = ParetoAnswer(aims, values, wanted, cut, why)
    return _signed(answer, scenarios, name, seed, started, clock, warm_up)


def _signed(
    answer: ParetoAnswer,
    scenarios: Mapping[str, Scenario],
    name: str,
    seed: int,
    started: datetime,
    clock: float,
    warm_up: Mapping[str, Any] | None,
) -> ParetoAnswer:
    what = {
        "kind": "pareto",
        "seed": seed,
        "aims": [str(aim) for aim in answer.aims],
        "replications": answer.replications,
        "scenarios": provenance.described(scenarios),
    }
    manifest = provenance.origin_of(what, name=name) | {
        "answer": answer.sentence,
        "interrupted": answer.interrupted,
        "interrupted_because": answer.interrupted_because,
        "replications_requested": answer.wanted,
        "started_at": started.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - clock, 3),
    }
    return replace(answer, manifest=manifest | ({"warm_up": warm_up} if warm_up else {}))


def write_pareto(answer: ParetoAnswer, folder: str | Path, overwrite: Replaces = None) -> Path:
    """Write pareto.csv, pareto_replications.csv and, last, the manifest."""
    tables = {PARETO: answer.table, _REPLICATIONS: answer.measured}
    return write_folder(folder, tables, answer.manifest, overwrite)
