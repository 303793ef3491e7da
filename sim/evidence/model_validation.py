"""Validation: published results beside the model's, for any file of targets."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from math import inf, isfinite, isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.evidence.arms import Setting
from sim.evidence.objective import answer
from sim.evidence.published import PublishedResult, read_published
from sim.evidence.quantities import OF_ATTENDANCE, QuantityKind
from sim.evidence.simulated import attendance, followed_days, scenario_of, sessions_of
from sim.experiment import provenance
from sim.experiment.executors import Finished, Progress, execute
from sim.experiment.folder import Replaces
from sim.experiment.store import write_folder
from sim.experiment.task import Task
from sim.experiment.uncertainty import draws_of
from sim.experiment.workers import JobsWanted
from sim.model.replication import Replication, recruited, replicate
from sim.model.scenario import Scenario
from sim.people.fluctuation import Fluctuation
from sim.people.settings import USUAL_SETTING
from sim.stats.intervals import t_interval
from sim.streams import Streams
from sim.symptoms.calibrations import CALIBRATIONS

_PEOPLE, _REPLICATIONS = 5000, 8
_SIMULATED = 5
"""One in so many of the people of a cohort goes through a clinic, where a row asks for one."""
_COLUMNS = [
    "id", "calibration", "population", "regimen", "metric", "time", "published", "low", "high",
    "model", "model_lower", "model_upper", "model_low_90", "model_high_90", "verdict", "source",
    "model_not_reached", "use",
]  # fmt: skip
Answers = list[list[float]]
"""Of each cohort, by row; then, by row, the share who did not reach what a duration ends with."""


@dataclass(frozen=True, eq=False)
class Validation:
    """The table, and the run that made it."""

    table: pd.DataFrame
    manifest: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path, overwrite: Replaces = None) -> None:
        """Write `validation.csv` and the manifest."""
        write_folder(folder, {"validation.csv": self.table}, self.manifest, overwrite)


def validate(
    targets: str | Path | Sequence[PublishedResult],
    scenario: Scenario | None = None,
    calibrations: Sequence[str] = tuple(CALIBRATIONS),
    people: int = _PEOPLE,
    replications: int = _REPLICATIONS,
    draws: int = 0,
    seed: int = 1,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    name: str = "",
) -> Validation:
    """Set published results beside the model's, under each calibration that a row is meant for.

    `people` are drawn in each of `replications` independent cohorts, with rating noise as drawn.
    With `draws`, so many draws of the joint parameters give an interval of 90 % beside it. Raises
    ScenarioError that names row and column of a file's faults.
    """
    named = name or (str(targets) if isinstance(targets, str | Path) else "targets")
    rows = tuple(read_published(targets) if isinstance(targets, str | Path) else targets)
    base = scenario or Scenario()
    started, clock = datetime.now(UTC), time.perf_counter()
    words = "calibration {name}, replication {replication}"
    named_settings = any(row.people.setting for row in rows)  # these say who leaves, in any draw
    settled = [f"behaviour.{path}" for path in USUAL_SETTING] if named_settings else []
    tasks: list[Task] = []
    for which in calibrations:
        if not meant_for(which, rows):
            continue
        own = base.override({"symptoms.calibration": which})
        drawn = list(map(draws_of(own, seed, settled), range(draws))) if draws else []
        tasks += [Task(which, own, seed, r, words) for r in range(1, replications + 1)]
        tasks += [Task(which, scenario, seed, 1, words) for scenario in drawn]
    execution = execute(partial(computed, targets=rows, people=people), tasks, jobs, progress)
    answers = _unbroken(tasks, execution, replications, draws)
    found = [row for which in calibrations if which in answers
             for row in _rows(which, meant_for(which, rows), *answers[which])]  # fmt: skip
    table = pd.DataFrame(found, columns=_COLUMNS)
    what = {
        "kind": "validate", "targets": Path(named).name, "rows": len(rows), "people": people,
        "replications": replications, "draws": draws, "seed": seed,
        "calibrations": list(calibrations), "scenarios": provenance.described({"base": base}),
    }  # fmt: skip
    ended = {
        "interrupted": execution.interrupted, "interrupted_because": execution.why,
        "cohorts": sum(len(own) + len(drawn) for own, drawn in answers.values()),
        "cohorts_requested": len(tasks),
    }  # fmt: skip
    return Validation(table, provenance.manifest(what, started, clock) | ended)


def meant_for(which: str, targets: Sequence[PublishedResult]) -> list[PublishedResult]:
    """Choose the rows that are meant for a calibration."""
    return [target for target in targets if target.set in ("both", which)]


def _unbroken(
    tasks: Sequence[Task], execution: Finished[list[float]], replications: int, draws: int
) -> dict[str, tuple[Answers, Answers]]:
    """Give what was answered from the first cohort on, and draws only if there are all of them."""
    found: dict[str, Answers] = {}
    for place, task in enumerate(tasks):
        if place not in execution.outcomes:
            break
        found.setdefault(task.name, []).append(execution.outcomes[place])
    if not found and tasks:
        raise execution.end()
    return {
        which: (values[:replications], values[replications:] if len(values) == total else [])
        for total in [replications + draws]
        for which, values in found.items()
    }


def computed(task: Task, targets: Sequence[PublishedResult], people: int) -> list[float]:
    """Answer every target of a calibration in one cohort; NaN where the model has no answer."""
    settings: dict[Any, Setting] = {}
    asked = meant_for(task.name, targets)
    for target in asked:
        key = target.people.overrides
        if key not in settings:
            settings[key] = _setting(task, dict(key), people)
    runs: dict[Any, Replication] = {}
    answers = [
        attended(target, task, people, runs)
        if target.reading.kind in OF_ATTENDANCE
        else answer(target, settings[target.people.overrides])
        for target in asked
    ]
    left = [not_reached(target) for target in asked]
    return answers + [
        nan if target is None else answer(target, settings[target.people.overrides])
        for target in left
    ]


def attended(
    target: PublishedResult, task: Task, people: int, runs: dict[Any, Replication]
) -> float:
    """Answer a row that is simulated; rows of the same clinic share its run."""
    followed = followed_days(target.times)
    key = (target.people, target.arms, followed)
    if key not in runs:
        scenario = scenario_of(
            task.scenario, target.people, target.arms[0], max(people // _SIMULATED, 1), followed
        )
        runs[key] = replicate(scenario, task.seed, task.replication)
    value = attendance(sessions_of(runs[key], followed), target.reading, target.times)
    return nan if value is None else value


def not_reached(target: PublishedResult) -> PublishedResult | None:
    """Ask for the share still without the loss at the end, where a time to it has an end."""
    metric = target.reading
    if metric.kind != "time_to_loss" or not target.times or metric.contrast:
        return None
    kind: QuantityKind = "share_of_relief" if metric.event == "relief" else "rated_loss"
    asked = replace(metric, kind=kind, ever=True, below=False, statistic="mean")
    return replace(target, reading=asked)


def _setting(task: Task, population: dict[str, Any], people: int) -> Setting:
    changes = {f"population.{name}": value for name, value in population.items()}
    referrals = {"kind": "cohort", "patients": people, "over_days": 0}
    scenario = task.scenario.override({**changes, "referrals": referrals})
    cohort = recruited(scenario, task.seed, task.replication)
    streams = Streams(task.seed, task.replication)
    return Setting(scenario, cohort, Fluctuation(scenario.symptoms, cohort, streams))


def _rows(
    which: str, targets: Sequence[PublishedResult], answers: Answers, by_draw: Answers
) -> list[list[Any]]:
    rows = []
    for place, target in enumerate(targets):
        plain = [values[place] for values in answers]
        left = [values[place + len(targets)] for values in answers]
        drawn = [values[place] for values in by_draw]
        interval: tuple[float | None, ...] = (None, None, None)
        if plain and all(map(isfinite, plain)):
            found = t_interval(plain)
            interval = (found.mean, found.lower, found.upper)
        elif plain and not any(map(isnan, plain)):  # in some cohort a median is not reached
            interval = (float(np.median(plain)), None, None)
        spread: tuple[float | None, ...] = (None, None)
        if drawn and all(map(isfinite, drawn)):
            spread = tuple(float(q) for q in np.quantile(drawn, [0.05, 0.95]))
        rows.append(
            [
                target.name, which, target.population, target.regimen, target.metric, target.time,
                target.value, target.low, target.high, *interval, *spread,
                _verdict(target, interval[0]), target.source,
                float(np.mean(left)) if left and not any(map(isnan, left)) else None, target.use,
            ]
        )  # fmt: skip
    return rows


def _verdict(target: PublishedResult, mean: float | None) -> str:
    """Say whether the model's mean lies in the published band."""
    if mean is None:
        return "no answer"
    if inf in (mean, target.value):
        if mean == target.value or (mean != inf and target.low is not None and mean >= target.low):
            return "in band"
        return "not reached" if mean == inf else "below"
    if target.low is None and target.high is None:
        return "no band"
    if target.low is not None and mean < target.low:
        return "below"
    return "above" if target.high is not None and mean > target.high else "in band"
