"""One replication as a worker does it: simulate, measure, and send home numbers only.

Every question is asked of tasks of this one kind. What it reads of them is its own function, which
`sim.experiment.executors` carries to the workers with the tasks. This module and all it imports
stay free of pandas, which a worker needs only for kept tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.arrays import Columns
from sim.experiment.kept import packed
from sim.model.replication import PhasesOf, replicate
from sim.model.scenario import Scenario
from sim.outcomes.budget import budget
from sim.outcomes.by_week import clinic_by_week, mean_course, relapses_since_response
from sim.outcomes.catalogue import measure
from sim.outcomes.measures import Measure
from sim.outcomes.reading import Reading
from sim.outcomes.subgroups import GroupValue, measure_groups
from sim.outcomes.whereabouts import whereabouts
from sim.people.groups import Grouping


@dataclass(frozen=True)
class Task:
    """One replication of one scenario: the same task gives the same outcome in every process."""

    name: str
    scenario: Scenario
    seed: int
    replication: int
    words: str = field(default='scenario "{name}", replication {replication}', compare=False)
    """What messages and the log call it."""

    def __str__(self) -> str:
        return self.words.format(name=self.name, replication=self.replication)


@dataclass(frozen=True)
class Outcome:
    """What is left of a replication once it has been read: numbers and short columns."""

    measures: dict[str, float]
    course: Columns
    weeks: Columns
    kept: dict[str, bytes | Path]
    groups: tuple[GroupValue, ...] = ()
    relapses: Columns = field(default_factory=dict)
    pathways: Columns = field(default_factory=dict)
    budget: Columns = field(default_factory=dict)


def simulate(
    task: Task,
    keep: Sequence[str] = (),
    by: Sequence[Grouping] = (),
    own: Sequence[Measure] = (),
    phases: PhasesOf | None = None,
) -> Outcome:
    """Simulate one replication of one scenario and take all readings of its record."""
    reading = Reading(replicate(task.scenario, task.seed, task.replication, phases))
    return Outcome(
        measures=measure(reading, own),
        course=mean_course(reading),
        weeks=clinic_by_week(reading),
        kept={kind: packed(kind, reading, task.name, task.replication) for kind in keep},
        groups=tuple(measure_groups(reading, by, own)),
        relapses=relapses_since_response(reading),
        pathways=whereabouts(reading),
        budget=budget(reading),
    )
