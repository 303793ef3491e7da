"""What a measure is: a name, a unit, which way is better, a definition, a source, a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal

from sim.outcomes.reading import Reading
from sim.units import DAYS_PER_YEAR

Direction = Literal["higher", "lower", "none"]
"""Which way is better; "none" where less may only mean that fewer are treated or that a policy is
what it is: infusions, bills, counts of visits, the length of a series."""

DAYS_WELL = ("days_below_10", "days_in_response")
"""Both definitions of a good day, of which none is told without the other."""

LARGEST = {"share": 1.0, "days per referred patient-year": DAYS_PER_YEAR}
"""By the beginning of a unit."""


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
    signed: bool = False  # whether it can be negative
    words: str = ""  # its name in words, where these must say of whom it is

    @property
    def possible(self) -> tuple[float, float]:
        """Give the least and the largest value that can be; intervals are kept inside."""
        if self.signed:
            return -inf, inf
        return 0.0, next((top for unit, top in LARGEST.items() if self.unit.startswith(unit)), inf)


def share(part: float, whole: float) -> float | None:
    """Divide, or give None for an empty group."""
    return float(part) / float(whole) if whole else None
