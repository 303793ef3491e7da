"""Uncertainty of the parameters beside chance: outer draws of parameters, inner replications.

A draw is one row of the joint posterior of the calibration in force, and an independent value of
every other parameter whose default the register calls uncertain. Draw d of a study is the same for
all its scenarios, and so are its replications: they are paired in both. What a scenario of the
study sets itself is never drawn, in any of them.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from sim.config.errors import ScenarioError
from sim.config.listing import entries
from sim.experiment import effort, provenance
from sim.experiment.drawn_tables import BUDGETS, budgets_by_draw, measures_by_draw
from sim.experiment.executors import Progress, execute
from sim.experiment.task import Task, simulate
from sim.experiment.workers import JobsWanted
from sim.model.register import Registered, uncertain
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import possible, possible_difference, unit
from sim.people.settings import USUAL_SETTING
from sim.stats.components import components
from sim.streams import Purpose, Streams
from sim.symptoms.calibrations import PATHS, Calibration

_DRAWS, REPLICATIONS = 40, 4
KIND = "uncertainty"
_COLUMNS = [
    "scenario", "measure", "unit", "mean", "lower", "upper", "sd_parameters", "sd_chance",
    "share_parameters", "share_lower", "share_upper", "half_width", "half_width_floor",
    "monte_carlo", "draws", "replications",
]  # fmt: skip
_COMPARED = ["reference", *_COLUMNS, "draws_above_0"]


def posterior_file(calibration: str) -> Path:
    """Give the file of joint posterior samples of a calibration."""
    return Path(str(files("sim"))) / "evidence" / f"posterior_{calibration}.csv"


@cache
def joint_samples(calibration: str) -> tuple[Calibration, ...]:
    """Read the joint posterior samples of a calibration."""
    with posterior_file(calibration).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return tuple(Calibration(*(float(row[name]) for name in Calibration._fields)) for row in rows)


@dataclass(frozen=True)
class Drawing:
    """What is drawn for a study: which parameters of the register, under which seed."""

    entries: tuple[Registered, ...]
    seed: int

    def values(self, draw: int) -> dict[str, float]:
        """Give the value of each drawn parameter of the register, by path."""
        return {
            entry.path: entry.quantile(self._uniform(entry.path, draw)) for entry in self.entries
        }

    def joint(self, scenario: Scenario, draw: int) -> dict[str, float]:
        """Give a joint sample of the calibration in force, but for what the scenario gives."""
        samples = joint_samples(scenario.symptoms.calibration)
        streams = Streams(self.seed, 0)
        order = streams.generator(Purpose.PARAMETER, block=1).permutation(len(samples))
        sample = samples[order[draw % len(samples)]]
        given = scenario.symptoms.given()
        return {PATHS[name]: value for name, value in sample._asdict().items() if name not in given}

    def _uniform(self, path: str, draw: int) -> float:
        dice = Streams(self.seed, 0).generator(Purpose.PARAMETER, chunk=crc32(path.encode()))
        return max(float(dice.random(draw + 1)[draw]), 2.0**-54)

    def scenario(self, scenario: Scenario, draw: int) -> Scenario:
        """Give a scenario with the parameters of one draw (from 0)."""
        return scenario.override({**self.values(draw), **self.joint(scenario, draw)})


def drawing(scenarios: Mapping[str, Scenario], seed: int, but_for: Collection[str] = ()) -> Drawing:
    """Choose what is drawn: what no scenario of the study sets, or varies, itself."""
    at_default = [_defaults(scenario) for scenario in scenarios.values()]
    free = set.intersection(*at_default) - set(but_for)
    return Drawing(tuple(entry for entry in uncertain() if entry.path in free), seed)


def draws_of(
    scenario: Scenario, seed: int, but_for: Collection[str] = ()
) -> Callable[[int], Scenario]:
    """Give a function that makes one scenario of a draw; some paths may be left as they are."""
    chosen = drawing({"only": scenario}, seed, but_for)
    return lambda draw: chosen.scenario(scenario, draw)


def _defaults(scenario: Scenario) -> set[str]:
    """Name the parameters that stand at their defaults, those of the default population's.

    What a named setting of behaviour settles is at its default only in the usual one.
    """
    standard = {entry.path: entry.value for entry in entries(Scenario())}
    others: tuple[str, ...] = ()
    if scenario.population.kind != "mixed_refractory" or scenario.population.file is not None:
        others += ("population.",)
    if scenario.behaviour.setting != "usual":
        others += tuple(f"behaviour.{name}" for name in USUAL_SETTING)
    return {
        entry.path
        for entry in entries(scenario)
        if entry.path in standard
        and entry.value == standard[entry.path]
        and not entry.path.startswith(others)
    }


@dataclass(frozen=True, eq=False)
class Uncertain:
    """Every replication of every draw, and what the spread between them is made of."""

    metrics: pd.DataFrame  # scenario, draw, replication, measure, value
    parameters: pd.DataFrame  # scenario, draw, path, value
    draws: int
    replications: int
    reference: str | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    budget: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(BUDGETS)))

    def summary(self) -> pd.DataFrame:
        """Separate parameters and chance, for every scenario and measure that is always there."""
        rows = [
            (scenario, measure, *_separated(measure, values, possible(measure)))
            for scenario, measure, values in self._blocks()
        ]
        return pd.DataFrame(rows, columns=_COLUMNS)

    def comparison(self) -> pd.DataFrame:
        """Separate likewise the paired differences from the reference.

        `draws_above_0` is the share of draws whose mean difference is above 0.
        """
        blocks = {(scenario, measure): values for scenario, measure, values in self._blocks()}
        rows = []
        for (scenario, measure), values in blocks.items():
            base = blocks.get((str(self.reference), measure))
            if base is not None and scenario != self.reference:
                difference, bounds = values - base, possible_difference(measure)
                above = float((difference.mean(axis=1) > 0).mean())
                told = (scenario, measure, *_separated(measure, difference, bounds))
                rows.append((self.reference, *told, above))
        return pd.DataFrame(rows, columns=_COMPARED)

    @property
    def left_out(self) -> list[str]:
        """Measures that some replication of a scenario did not reach or did not have."""
        told = {(scenario, measure) for scenario, measure, _ in self._blocks()}
        pairs = self.metrics[["scenario", "measure"]].drop_duplicates().itertuples(index=False)
        return list(dict.fromkeys(str(m) for s, m in pairs if (s, m) not in told))

    def measured(self) -> dict[str, pd.DataFrame]:
        """Give the tables of what was simulated, by file name."""
        return {"metrics.csv": self.metrics, "parameters.csv": self.parameters}

    def concluded(self) -> dict[str, Callable[[], pd.DataFrame]]:
        """Give what makes the tables that are worked out of it, by file name."""
        compared = {} if self.reference is None else {"uncertainty_comparison.csv": self.comparison}
        return {"uncertainty.csv": self.summary, **compared}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give what is written to the results folder, by file name."""
        return self.measured() | {name: table() for name, table in self.concluded().items()}

    def _blocks(self) -> list[tuple[str, str, Any]]:
        """Values of each scenario and measure, (draws, replications), where all are finite."""
        found = []
        size = self.draws * self.replications
        for (scenario, measure), rows in self.metrics.groupby(["scenario", "measure"], sort=False):
            values = rows.sort_values(["draw", "replication"])["value"].to_numpy()
            if len(values) == size and np.isfinite(values).all():
                block = values.reshape(self.draws, self.replications)
                found.append((str(scenario), str(measure), block))
        return found


def _separated(measure: str, values: Any, bounds: tuple[float, float]) -> tuple[object, ...]:
    """Give the components of one measure, with limits that do not leave the possible."""
    c = components(values)
    limits = (
        max(c.lower, min(bounds[0], values.min())),
        min(c.upper, max(bounds[1], values.max())),
    )
    return (
        unit(measure), c.mean, *limits, c.sd_parameters, c.sd_chance, c.share, c.share_lower,
        c.share_upper, c.half_width, c.floor, c.monte_carlo, c.draws, c.replications,
    )  # fmt: skip


def propagate(
    scenarios: Mapping[str, Scenario],
    draws: int = _DRAWS,
    replications: int = REPLICATIONS,
    seed: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    reference: str | None = None,
    name: str = "",
    anyway: bool = False,
) -> Uncertain:
    """Simulate every scenario `replications` times under each of `draws` sets of parameters.

    Draw d and its replications are the same for all scenarios; no result depends on `jobs`. An
    interrupt gives the draws that are complete. Raises ScenarioError for fewer than 2 by 2, and for
    what is too much for the machine, unless `anyway`.
    """
    if draws < 2 or replications < 2:
        raise ScenarioError(
            f"{draws} draws of {replications} replications cannot tell parameters from chance; "
            "give 2 or more of each (--draws, --replications)."
        )
    if not anyway:
        effort.check_study(scenarios, draws * replications, jobs)
    first = next(iter(scenarios.values())).run
    seed = first.seed if seed is None else seed
    chosen = drawing(scenarios, seed)
    started, clock = datetime.now(UTC), time.perf_counter()
    tasks = [
        Task(label, scenario, seed, draw * replications + inner)
        for draw in range(draws)
        for drawn in [{name: chosen.scenario(own, draw) for name, own in scenarios.items()}]
        for inner in range(1, replications + 1)
        for label, scenario in drawn.items()
    ]
    execution = execute(simulate, tasks, jobs, progress)
    finished = execution.outcomes
    complete = _complete(finished, len(scenarios) * replications)
    if complete < 2:
        raise execution.end()
    done = tasks[: complete * len(scenarios) * replications]
    what = {
        "kind": KIND, "name": name, "reference": reference, "seed": seed, "draws": complete,
        "draws_requested": draws, "replications": replications,
        "drawn": [entry.path for entry in chosen.entries],
        "posterior": {
            which: provenance.digest([list(row) for row in joint_samples(which)])
            for which in sorted({s.symptoms.calibration for s in scenarios.values()})
        },
        "scenarios": provenance.described(scenarios),
    }  # fmt: skip
    return Uncertain(
        measures_by_draw(done, finished, replications),
        _parameters(scenarios, chosen, complete),
        complete,
        replications,
        reference,
        provenance.manifest(what, started, clock)
        | {"interrupted": complete < draws, "interrupted_because": execution.why},
        budgets_by_draw(done, finished, replications),
    )


def _complete(finished: Mapping[int, Any], size: int) -> int:
    """Count the draws from the first on of which everything is finished."""
    place = 0
    while place in finished:
        place += 1
    return place // size


def _parameters(scenarios: Mapping[str, Scenario], chosen: Drawing, draws: int) -> pd.DataFrame:
    rows = [
        (name, draw + 1, path, value)
        for name, scenario in scenarios.items()
        for draw in range(draws)
        for path, value in (chosen.values(draw) | chosen.joint(scenario, draw)).items()
    ]
    return pd.DataFrame(rows, columns=["scenario", "draw", "path", "value"])
