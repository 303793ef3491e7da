"""Validation: published results beside the model's, for any file of targets."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.evidence.arms import Setting
from sim.evidence.objective import answer
from sim.evidence.published import Target, read_targets
from sim.experiment import provenance
from sim.experiment.executors import Finished, Progress, execute
from sim.experiment.store import write_folder
from sim.experiment.uncertainty import draws_of
from sim.model.replication import recruited
from sim.model.scenario import Scenario
from sim.people.fluctuation import Fluctuation
from sim.stats.intervals import t_interval
from sim.streams import Streams

PEOPLE, REPLICATIONS = 5000, 8
CALIBRATIONS = ("trial", "community")
COLUMNS = [
    "id", "calibration", "population", "regimen", "metric", "time", "published", "low", "high",
    "model", "model_lower", "model_upper", "model_low_90", "model_high_90", "verdict", "source",
]  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One cohort under one calibration, and everything that is read off it."""

    scenario: Scenario
    calibration: str
    targets: tuple[Target, ...]
    people: int
    seed: int
    replication: int
    draw: int | None = None  # of the parameters; None: the defaults

    def __str__(self) -> str:
        return f"calibration {self.calibration}, replication {self.replication}"


@dataclass(frozen=True, eq=False)
class Validation:
    """The table, and the run that made it."""

    table: pd.DataFrame
    manifest: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path, overwrite: bool | None = None) -> None:
        """Write `validation.csv` and the manifest."""
        write_folder(folder, {"validation.csv": self.table}, self.manifest, overwrite)


def validate(
    targets: str | Path | Sequence[Target],
    scenario: Scenario | None = None,
    calibrations: Sequence[str] = CALIBRATIONS,
    people: int = PEOPLE,
    replications: int = REPLICATIONS,
    draws: int = 0,
    seed: int = 1,
    jobs: int | None = None,
    progress: Progress | None = None,
    name: str = "",
) -> Validation:
    """Set published results beside the model's, under each calibration that a row is meant for.

    `people` are drawn in each of `replications` independent cohorts, with rating noise as drawn.
    With `draws`, so many draws of the joint parameters give an interval of 90 % beside it. Raises
    ScenarioError that names row and column of a file's faults.
    """
    named = name or (str(targets) if isinstance(targets, str | Path) else "targets")
    rows = tuple(read_targets(targets) if isinstance(targets, str | Path) else targets)
    base = scenario or Scenario()
    started, clock = datetime.now(UTC), time.perf_counter()
    tasks = []
    for which in calibrations:
        of_set = tuple(row for row in rows if row.set in ("both", which))
        if not of_set:
            continue
        own = base.override({"symptoms.calibration": which})
        common = (own, which, of_set, people, seed)
        tasks += [Task(*common, r) for r in range(1, replications + 1)]
        tasks += [Task(*common, 1, draw) for draw in range(draws)]
    execution = execute(computed, tasks, jobs, progress)
    answers = _unbroken(tasks, execution, draws)
    answered = [which for which in calibrations if any(t.calibration == which for t, _ in answers)]
    table = pd.DataFrame(
        [row for which in answered for row in _rows(rows, which, answers)], columns=COLUMNS
    )
    what = {
        "kind": "validate", "targets": Path(named).name, "rows": len(rows), "people": people,
        "replications": replications, "draws": draws, "seed": seed,
        "calibrations": list(calibrations), "scenarios": provenance.described({"base": base}),
    }  # fmt: skip
    ended = {
        "interrupted": execution.interrupted, "interrupted_because": execution.why,
        "cohorts": len(answers), "cohorts_requested": len(tasks),
    }  # fmt: skip
    return Validation(table, provenance.manifest(what, started, clock) | ended)


def _unbroken(
    tasks: Sequence[Task], execution: Finished[list[float]], draws: int
) -> list[tuple[Task, list[float]]]:
    """Give what was answered from the first cohort on, and draws only if there are all of them."""
    found: list[tuple[Task, list[float]]] = []
    for place, task in enumerate(tasks):
        if place not in execution.outcomes:
            break
        found.append((task, execution.outcomes[place]))
    if not found and tasks:
        raise execution.end()
    drawn = Counter(task.calibration for task, _ in found if task.draw is not None)
    return [one for one in found if one[0].draw is None or drawn[one[0].calibration] == draws]


def computed(task: Task) -> list[float]:
    """Answer every target in one cohort; NaN where the model has no answer."""
    scenario = task.scenario
    if task.draw is not None:
        scenario = draws_of(scenario, task.seed)(task.draw)
    settings: dict[Any, Setting] = {}
    for target in task.targets:
        key = target.people.overrides
        if key not in settings:
            settings[key] = _setting(scenario, dict(key), task)
    return [answer(target, settings[target.people.overrides]) for target in task.targets]


def _setting(scenario: Scenario, population: dict[str, Any], task: Task) -> Setting:
    changes = {f"population.{name}": value for name, value in population.items()}
    cohort = {"kind": "cohort", "patients": task.people, "over_days": 0}
    scenario = scenario.override({**changes, "referrals": cohort})
    people = recruited(scenario, task.seed, task.replication)
    streams = Streams(task.seed, task.replication)
    return Setting(scenario, people, Fluctuation(scenario.symptoms, people, streams))


def _rows(
    targets: Sequence[Target], which: str, answers: list[tuple[Task, list[float]]]
) -> list[list[Any]]:
    mine = [(task, values) for task, values in answers if task.calibration == which]
    of_set = [target for target in targets if target.set in ("both", which)]
    rows = []
    for place, target in enumerate(of_set):
        plain = [values[place] for task, values in mine if task.draw is None]
        drawn = [values[place] for task, values in mine if task.draw is not None]
        interval: tuple[float | None, ...] = (None, None, None)
        if plain and not any(map(isnan, plain)):
            found = t_interval(plain)
            interval = (found.mean, found.lower, found.upper)
        spread: tuple[float | None, ...] = (None, None)
        if drawn and not any(map(isnan, drawn)):
            spread = tuple(float(q) for q in np.quantile(drawn, [0.05, 0.95]))
        rows.append(
            [
                target.name, which, target.population, target.regimen, target.metric, target.time,
                target.value, target.low, target.high, *interval, *spread,
                _verdict(target, interval[0]), target.source,
            ]
        )  # fmt: skip
    return rows


def _verdict(target: Target, mean: float | None) -> str:
    """Say whether the model's mean lies in the published band."""
    if mean is None:
        return "no answer"
    if target.low is None and target.high is None:
        return "no band"
    if target.low is not None and mean < target.low:
        return "below"
    return "above" if target.high is not None and mean > target.high else "in band"
