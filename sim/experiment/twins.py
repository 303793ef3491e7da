"""The controls of a study: a twin of each replication, and further twins for their means.

Each replication has a batch of `FURTHER` further twins, which do not depend on how many
replications there are; all scenarios have the same further people. A task is one twin or one batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.experiment.executors import Progress, execute
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.twin_controls import Controls, controls_of, further_controls, why_no_twin

FURTHER = 30
"""Further twins for each replication, drawn in one go: about sqrt(R^2 / ((1 - R^2) c)) of them cost
the least for what they tell, here of R^2 = 0.95 to 0.97 and c = 0.03 of a replication for each."""
COST = 2.2
"""What all twins of a replication cost, as a share of it: a fixed number, as no result depends on
measured time. Of the default scenario it is 1.9 in the compiled build, the faster of the two
(`make bench`); of nine scenarios (60 days to two years, 35 to 1,250 people, four policies) the
dearest took a sixth more than that one."""


@dataclass(frozen=True)
class TwinTask:
    """The twin of a replication, or its batch of further ones."""

    name: str
    scenario: Scenario
    seed: int
    number: int
    further: bool = False

    def __str__(self) -> str:
        what = "further twins" if self.further else "twin"
        return f'scenario "{self.name}", {what} of replication {self.number}'


@dataclass(frozen=True)
class Twins:
    """The controls of one scenario by name: `own` of each replication, `further` of others."""

    own: Controls
    further: Controls


def twins_of(
    scenarios: Mapping[str, Scenario],
    seed: int,
    replications: int,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
) -> dict[str, Twins]:
    """Work out the twins of replications 1 to `replications` of all scenarios that have any.

    The numbers do not depend on `jobs`. An interrupt is passed on: half of them are worth nothing.
    """
    tasks = [
        TwinTask(name, scenario, seed, number, further)
        for number in range(1, replications + 1)
        for further in (False, True)
        for name, scenario in scenarios.items()
        if not why_no_twin(scenario)
    ]
    outcomes = execute(twin, tasks, jobs, progress).whole() if tasks else {}
    found: dict[str, tuple[list[Controls], list[Controls]]] = {}
    for place, task in enumerate(tasks):
        found.setdefault(task.name, ([], []))[task.further].append(outcomes[place])
    return {name: Twins(*(_joined(part) for part in both)) for name, both in found.items()}


def twin(task: TwinTask) -> Controls:
    """Work out one twin, or one batch of further ones."""
    if task.further:
        return further_controls(task.scenario, task.seed, task.number, FURTHER)
    return controls_of(task.scenario, task.seed, task.number)


def _joined(parts: list[Controls]) -> dict[str, Floats]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
