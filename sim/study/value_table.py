"""What a choice among variants looks at: values by variant and replication, simulated when asked.

Replications come in fixed batches, so what is known never depends on who does the work. Replication
r is the same people for all variants. Only what is asked about is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan, nan

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.experiment.executors import execute
from sim.experiment.task import Task
from sim.experiment.workers import JobsWanted
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE, title_of, unit
from sim.outcomes.reading import Reading

IN_A_BATCH = 5
_COUNTED = ("days per", "infusions", "people", "patients", "visits")
"""Beginnings of the units of what there is more or fewer of, and not higher or lower."""
WAYS = {"largest": True, "smallest": False}
WhatIsTried = Callable[[str, int, int], None]
"""Told what is under way, how many replications are done, and of how many at most."""


@dataclass(frozen=True)
class Aim:
    """A measure, and which way is better."""

    measure: str
    largest: bool

    def __str__(self) -> str:
        return f"{self.measure}:{'largest' if self.largest else 'smallest'}"

    @property
    def words(self) -> str:
        """The aim in words: "the most days in response"."""
        counted = unit(self.measure).startswith(_COUNTED)
        most, fewest = ("most", "fewest") if counted else ("highest", "lowest")
        return f"the {most if self.largest else fewest} {title_of(self.measure)}"


def read_aim(text: str) -> Aim:
    """Read `MEASURE` or `MEASURE:largest` or `MEASURE:smallest`; by itself the catalogue's way.

    Raises ScenarioError for an unknown measure, and for one of which neither way is better.
    """
    name, _, way = (part.strip() for part in text.partition(":"))
    if name not in CATALOGUE:
        raise ScenarioError(f'measure: there is no measure "{name}".' + nearest(name, CATALOGUE))
    if way and way not in WAYS:
        raise ScenarioError(
            f'measure: "{text}": the best is the largest or the smallest, not the "{way}".'
            + nearest(way, WAYS)
        )
    direction = CATALOGUE[name].direction
    if not way and direction == "none":
        raise ScenarioError(
            f'measure: of "{name}" neither more nor less is better by itself; say which is wanted: '
            f'"{name}:largest" or "{name}:smallest".'
        )
    return Aim(name, WAYS[way] if way else direction == "higher")


def only_measured(task: Task, measures: Sequence[str]) -> tuple[float, ...]:
    """Simulate a replication and read a few measures; NaN where one is not defined."""
    reading = Reading(replicate(task.scenario, task.seed, task.replication))
    values = (CATALOGUE[name].read(reading) for name in measures)
    return tuple(nan if value is None else float(value) for value in values)


class ValueTable:
    """Values of each variant from replication 1 on; nothing is simulated twice."""

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        measures: Sequence[str],
        seed: int,
        at_most: int,
        jobs: JobsWanted = None,
        told: WhatIsTried | None = None,
    ) -> None:
        self.names = list(scenarios)
        self.measures = tuple(measures)
        self.at_most = at_most
        self._scenarios, self._seed, self._jobs, self._told = dict(scenarios), seed, jobs, told
        self._rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in scenarios}

    def done(self, name: str) -> int:
        """Count the replications of a variant that are known."""
        return len(self._rows[name])

    def values(self, name: str, measure: str | None = None) -> Floats:
        """Give the known values of a variant, of the first measure unless another is named."""
        place = 0 if measure is None else self.measures.index(measure)
        return np.array([row[place] for row in self._rows[name]], dtype=np.float64)

    def fill(self, wanted: Mapping[str, int]) -> None:
        """Simulate what is missing, for each of these variants up to so many replications.

        Raises what interrupted the work, after what was finished has been kept, and ScenarioError
        where a measure is not defined or not reached: means without those replications would
        compare the lucky ones.
        """
        most = max(wanted.values())
        tasks = [
            Task(name, self._scenarios[name], self._seed, r)
            for r in range(1, most + 1)
            for name, until in wanted.items()
            if self.done(name) < r <= until
        ]
        if not tasks:
            return
        if self._told:
            many = len(wanted)
            begun = max(map(self.done, wanted))
            self._told(f"{many} variants" if many > 1 else f"{many} variant", begun, self.at_most)
        finished = execute(partial(only_measured, measures=self.measures), tasks, self._jobs)
        for place, task in enumerate(tasks):
            if place not in finished.outcomes:
                break  # those behind a gap are dropped: keeping them would favour the quick ones
            self._rows[task.name].append(self._checked(task, finished.outcomes[place]))
        finished.whole()

    def batch(self, names: Sequence[str], replication: int) -> None:
        """Simulate these variants up to the end of the batch that holds the replication."""
        end = min(-(-replication // IN_A_BATCH) * IN_A_BATCH, self.at_most)
        self.fill(dict.fromkeys(names, end))

    def _checked(self, task: Task, row: tuple[float, ...]) -> tuple[float, ...]:
        for measure, value in zip(self.measures, row, strict=True):
            if not np.isfinite(value):
                what = "not defined (nobody is in its group, or it has no limit)"
                raise ScenarioError(
                    f"{measure} is {what if isnan(value) else 'not reached'} in {task}, so there "
                    "is no mean to choose by; choose another measure, or simulate more days."
                )
        return row
