"""The dice of a set of people: who they are drawn from, and one draw a person and purpose."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.people.population import Population
from sim.people.populations import POPULATIONS
from sim.streams import Purpose, Streams

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Lots:
    """One draw a candidate and purpose, of which those chosen keep theirs.

    `components` and `types` may be given, as in a table of one's own: the person's named
    population (index into POPULATIONS) and type of anxiety (index into ANXIETY_TYPES).
    """

    def __init__(
        self,
        population: Population,
        streams: Streams,
        candidates: int,
        chosen: Ints | None = None,
        components: Ints | None = None,
        types: Ints | None = None,
    ) -> None:
        self.table = population
        self._streams, self._candidates = streams, candidates
        self._chosen = np.arange(candidates) if chosen is None else chosen
        self._numbers = {
            POPULATIONS.index(name): numbers for name, numbers in population.everybody().items()
        }
        if components is not None:
            self.population = components
        if types is not None:
            self.anxiety_type = types

    def of(self, chosen: Ints) -> Lots:
        """Give the lots of some of these people."""
        return Lots(self.table, self._streams, self._candidates, self._chosen[chosen])

    def __len__(self) -> int:
        """Count the people."""
        return len(self._chosen)

    def normal(self, purpose: Purpose) -> Floats:
        """Give each person's standard normal for a purpose."""
        return self._streams.normal_per_patient(purpose, self._candidates)[self._chosen]

    def uniform(self, purpose: Purpose) -> Floats:
        """Give each person's uniform for a purpose."""
        return self._streams.uniform_per_patient(purpose, self._candidates)[self._chosen]

    @cached_property
    def population(self) -> Ints:
        """The named population each person comes from: by share, and by a die of its own."""
        parts = self.table.components()
        members = np.array([POPULATIONS.index(name) for name, _, _ in parts])
        edges = np.cumsum([share for _, share, _ in parts])[:-1]
        places = np.searchsorted(edges, self.uniform(Purpose.COMPONENT), side="right")
        component: Ints = members[places]
        return component

    @cached_property
    def anxiety_type(self) -> Ints:
        """The type of anxiety of each person, by the shares of the population."""
        edges = np.zeros((len(POPULATIONS), len(self._shares()[0]) - 1))
        for number, shares in self._shares().items():
            edges[number] = np.cumsum(shares)[:-1]
        uniform = self.uniform(Purpose.ANXIETY_TYPE)
        types: Ints = (edges[self.population] <= uniform[:, None]).sum(axis=1)
        return types

    def _shares(self) -> dict[int, tuple[float, ...]]:
        return {number: numbers.types for number, numbers in self._numbers.items()}

    def law(self, parameter: str) -> Floats:
        """Give each person's value of a parameter of the population, shape (people,)."""
        values = np.zeros(len(POPULATIONS))
        for number, numbers in self._numbers.items():
            values[number] = getattr(numbers, parameter)
        return values[self.population]
