"""A sentence of a story, and the rows of the record that it speaks of."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """One full sentence: every number and date in it can be found in the rows it names."""

    text: str
    topic: str  # what kind of statement it is: "person", "wait", "boosters" ...
    rows: tuple[int, ...] = ()  # of the visits table
    others: tuple[int, ...] = ()  # of the other run's visits table, where two are compared
