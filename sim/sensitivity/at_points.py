"""Points of a sensitivity analysis, simulated: values by point, replication and quantity.

A point is a set of changes to every scenario of the study, on replications of its own or on those
of other points (common numbers). A quantity is a measure of a scenario, or the difference between
a variant and the reference on the same people. Where the work was interrupted, the points are kept
from the first on that are whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.experiment import effort
from sim.experiment.executors import Progress, execute
from sim.experiment.task import Task
from sim.experiment.warmup import after
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import possible, possible_difference, unit
from sim.sensitivity.inputs import Inputs
from sim.stats.intervals import Bounds
from sim.study.value_table import only_measured

OF_QUANTITY = ["reference", "scenario", "measure", "unit"]
"""The columns that every table begins with; `reference` is empty for a level."""

_DECIMALS = 9
"""Of a difference, so that two that are the same are equal."""
ChangesOf = Callable[[Scenario], Mapping[str, object]]


@dataclass(frozen=True)
class Quantity:
    """A measure of a scenario, or (with a reference) its difference from that of the reference."""

    scenario: str
    measure: str
    reference: str = ""

    @property
    def begin(self) -> tuple[str, str, str, str]:
        """What stands in the first columns of a table."""
        return self.reference, self.scenario, self.measure, unit(self.measure)

    @property
    def row(self) -> dict[str, Any]:
        """The beginning of a row, by column."""
        return dict(zip(OF_QUANTITY, self.begin, strict=True))

    @property
    def bounds(self) -> Bounds:
        """The least and the largest value that can be."""
        return possible_difference(self.measure) if self.reference else possible(self.measure)


@dataclass(frozen=True)
class InputPoint:
    """What is changed in every scenario, and the replications it is simulated on."""

    about: Mapping[str, Any]  # what the table of values says of it
    changes: ChangesOf
    replications: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of which scenarios, and who does the work."""

    scenarios: Mapping[str, Scenario]
    measures: tuple[str, ...]
    inputs: Inputs
    seed: int
    replications: int
    samples: int = 0  # trajectories, or base samples
    reference: str | None = None
    against: tuple[str, ...] = ()  # the variants that are compared with the reference; empty: all
    own: Mapping[str, Mapping[str, object]] | None = None  # alternatives of one's own
    axes: tuple[str, ...] = ()  # of a map, as they were written
    jobs: JobsWanted = None
    progress: Progress | None = None
    anyway: bool = False

    @property
    def quantities(self) -> list[Quantity]:
        """What is looked at: levels, or differences from the reference, measure by measure."""
        if self.reference is None:
            return [Quantity(name, m) for m in self.measures for name in self.scenarios]
        others = self.against or tuple(name for name in self.scenarios if name != self.reference)
        return [Quantity(name, m, self.reference) for m in self.measures for name in others]

    @property
    def compared(self) -> dict[str, Scenario]:
        """The scenarios that have to be simulated for that."""
        if self.reference is None:
            return dict(self.scenarios)
        wanted = {self.reference, *(q.scenario for q in self.quantities)}
        return {name: one for name, one in self.scenarios.items() if name in wanted}


@dataclass(frozen=True, eq=False)
class Simulated:
    """Values of points that are whole, on (points, replications, scenarios, measures)."""

    question: Question
    points: tuple[InputPoint, ...]
    wanted: int  # points
    raw: Floats
    why: str = ""  # it was interrupted, where the user did not

    @property
    def interrupted(self) -> bool:
        """Whether points are missing."""
        return len(self.points) < self.wanted

    def in_whole(self, size: int) -> Simulated:
        """Keep the first points, as many as make whole groups of so many."""
        whole = len(self.points) // size * size
        return replace(self, points=self.points[:whole], raw=self.raw[:whole])

    def of(self, quantity: Quantity) -> Floats:
        """Give the values of a quantity, (points, replications)."""
        names = list(self.question.compared)
        column = self.question.measures.index(quantity.measure)
        values: Floats = self.raw[:, :, names.index(quantity.scenario), column]
        if quantity.reference:
            with np.errstate(invalid="ignore"):
                values = values - self.raw[:, :, names.index(quantity.reference), column]
                values = values.round(_DECIMALS)
        return values

    def told(self) -> tuple[list[Quantity], list[str]]:
        """Give the quantities that every run has, and say which are left out and why."""
        whole: list[Quantity] = []
        out: dict[str, int] = {}
        for quantity in self.question.quantities:
            values = self.of(quantity)
            if (lost := int((~np.isfinite(values)).sum())) == 0:
                whole.append(quantity)
            else:
                out[quantity.measure] = max(lost, out.get(quantity.measure, 0))
        runs = self.raw.shape[0] * self.raw.shape[1]
        why = ", and the others alone would be the lucky ones"
        said = [
            f"{measure} is left out: it is not defined or not reached in {lost} of {runs} runs"
            f"{why if lost < runs else ''}."
            for measure, lost in out.items()
        ]
        if not whole:
            raise ScenarioError(
                f"{' '.join(said)} So there is nothing to tell; ask for another measure, or "
                "simulate more days."
            )
        return whole, said

    def values(self) -> pd.DataFrame:
        """One row a point, scenario, replication and measure: what was measured."""
        names, measures = list(self.question.compared), self.question.measures
        rows = [
            (*point.about.values(), name, replication, measure, float(self.raw[p, r, s, m]))
            for p, point in enumerate(self.points)
            for r, replication in enumerate(point.replications)
            for s, name in enumerate(names)
            for m, measure in enumerate(measures)
        ]
        about = list(self.points[0].about) if self.points else []
        return pd.DataFrame(rows, columns=[*about, "scenario", "replication", "measure", "value"])


def simulated(
    question: Question,
    points: Sequence[InputPoint],
    least: int = 1,
    done: int = 0,
    to_come: int = 0,
) -> Simulated:
    """Simulate points in order; an interrupt keeps those that are whole, if `least` are.

    `done` and `to_come` are runs before and after these, for the progress. Raises ScenarioError
    for what is too much for the machine, unless `anyway`.
    """
    scenarios = question.compared
    each = len(points[0].replications)
    if not question.anyway:
        effort.check_study(scenarios, len(points) * each, question.jobs)
    tasks = [
        Task(name, changed, question.seed, replication)
        for point in points
        for changed_of in [
            {name: one.override(point.changes(one)) for name, one in scenarios.items()}
        ]
        for replication in point.replications
        for name, changed in changed_of.items()
    ]
    progress = question.progress
    if to_come and progress is not None:
        whole = progress
        progress = lambda now, total: whole(now, total + to_come)  # noqa: E731
    work = partial(only_measured, measures=question.measures)
    finished = execute(work, tasks, question.jobs, after(progress, done))
    size, place = each * len(scenarios), 0
    while place in finished.outcomes:
        place += 1
    complete = place // size
    if complete < min(least, len(points)):
        raise finished.end()
    rows = np.array([finished.outcomes[at] for at in range(complete * size)], dtype=float)
    raw = rows.reshape(complete, each, len(scenarios), len(question.measures))
    return Simulated(question, tuple(points[:complete]), len(points), raw, finished.why)


def unchanged(scenario: Scenario) -> Mapping[str, object]:
    """Change nothing: the base point."""
    return {}
