"""Every measure of people by subgroup: the same measures, read of some of the patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Columns, Ints
from sim.outcomes.catalogue import CATALOGUE, read_own
from sim.outcomes.measures import Measure
from sim.outcomes.reading import Days, Reading
from sim.outcomes.worth import Worth
from sim.people.groups import Grouping, split


class GroupValue(NamedTuple):
    """One measure of one group in one replication; None where the group is too small to tell."""

    by: str
    group: str
    patients: int
    measure: str
    value: float | None


class PartReading(Reading):
    """A reading in which only some of the patients exist; the clinic is that of everybody.

    Patients are numbered anew from 0, in cohort, visits and discharges alike.
    """

    def __init__(self, whole: Reading, chosen: Bools) -> None:
        super().__init__(whole.replication)
        self._whole, self._chosen = whole, chosen
        cohort = whole.patients
        self.patients = replace(
            cohort, **{name: column[chosen] for name, column in cohort.columns().items()}
        )
        number = np.cumsum(chosen) - 1
        self.visits = _of(whole.visits, chosen, number)
        self.discharges = _of(whole.discharges, chosen, number)

    @property
    def everybody(self) -> Reading:
        """The reading of all patients."""
        return self._whole

    @cached_property
    def _tallies(self) -> tuple[Days, Worth]:
        """Tallies of these patients' days: their rows of everybody's."""
        days, worth = (
            {name: column[self._chosen] for name, column in rows._asdict().items()}
            for rows in (self._whole.days, self._whole.worth)
        )
        return Days(**days), Worth(**worth)


def _of(events: Columns, chosen: Bools, number: Ints) -> Columns:
    who = events["patient"].astype(np.int64)
    rows = chosen[who]
    return {name: column[rows] for name, column in events.items()} | {"patient": number[who[rows]]}


def measure_groups(
    whole: Reading, by: Sequence[Grouping], own: Sequence[Measure] = ()
) -> list[GroupValue]:
    """Take every measure that can be split, by each of these splits.

    Groups without anybody are left out. Groups of fewer than `run.min_group` people keep their
    rows, but have no values.
    """
    if not len(whole.patients):
        return []
    return [row for grouping in by for row in _rows(whole, grouping, own)]


def _rows(whole: Reading, by: Grouping, own: Sequence[Measure]) -> Iterator[GroupValue]:
    least = whole.replication.scenario.run.min_group
    names, members = split(by, whole.patients)
    for place, name in enumerate(names):
        chosen = members == place
        patients = int(chosen.sum())
        if not patients:
            continue
        part = PartReading(whole, chosen) if patients >= least else None
        for measure in (*CATALOGUE.values(), *own):
            if not measure.of_people:
                continue
            read = measure.read if measure.name in CATALOGUE else partial(read_own, measure)
            value = read(part) if part else None
            if part is None or value is not None:
                number = None if value is None else float(value)
                yield GroupValue(by, name, patients, measure.name, number)
