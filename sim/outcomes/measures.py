"""What a measure is: a name, a unit, which way is better, a definition, a source, a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.outcomes.reading import Reading

Direction = Literal["higher", "lower", "none"]
"""Which way is better; "none" where less may only mean that fewer are treated or that a policy is
what it is: infusions, bills, counts of visits, the length of a series."""


@dataclass(frozen=True)
class Measure:
    """One number a replication; `None` where it is not defined (an empty group)."""

    name: str
    unit: str
    direction: Direction  # which way is better
    definition: str
    source: str
    group: Literal["clinical", "service"]
    read: Callable[[Reading], float | None]
    headline: bool = False
    of_people: bool = True  # whether it can be read of some of the patients alone


def share(part: float, whole: float) -> float | None:
    """Divide, or give None for an empty group."""
    return float(part) / float(whole) if whole else None
