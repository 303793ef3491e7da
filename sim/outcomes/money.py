"""Money as entries: a minute and an amount each, so that it can be discounted and put into years.

What happens has the minute at which it happens. What lasts (medication, what stands idle) has one
entry a day, at noon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Floats, Ints
from sim.clinic.clinic_table import ClinicTable
from sim.outcomes.reading import Reading
from sim.units import MINUTES_PER_DAY, NOON
from sim.welfare.economics_table import discounted


class Entries(NamedTuple):
    """Amounts of money (not discounted) and the minutes at which they fall due."""

    minute: Ints
    amount: Floats

    def total(self, reading: Reading) -> float:
        """Sum the amounts, discounted from the beginning of the measured time on."""
        rate = reading.replication.scenario.economics.discount_costs
        since = (self.minute - reading.begin) / MINUTES_PER_DAY
        return float((self.amount * discounted(rate, since)).sum())

    def by(self, edges: Ints) -> Floats:
        """Sum the amounts between neighbouring edges (minutes, rising), not discounted."""
        place = np.searchsorted(edges, self.minute, side="right") - 1
        sums: Floats = np.bincount(place, self.amount, len(edges) - 1).astype(float)
        return sums


def entries_of(minute: Any, amount: ArrayLike) -> Entries:
    """Make entries; one amount may stand for all."""
    minute = np.asarray(minute, dtype=np.int64)
    return Entries(minute, np.array(np.broadcast_to(np.asarray(amount, dtype=float), minute.shape)))


def laid_together(parts: Iterable[Entries]) -> Entries:
    """Put entries below each other."""
    minutes, amounts = zip(*parts, strict=True)
    return Entries(np.concatenate(minutes), np.concatenate(amounts))


def priced(reading: Reading, minute: Any, price: Callable[[ClinicTable], float]) -> Floats:
    """Give a price as it holds in each of these minutes, which are within the measured time."""
    prices = np.array([price(stretch.clinic) for stretch in reading.stretches], dtype=float)
    found: Floats = prices[stretch_at(reading, minute)]
    return found


def stretch_at(reading: Reading, minute: Any) -> Ints:
    """Give the number of the stretch of the run, from 0, that each of these minutes lies in."""
    begins = [stretch.begin for stretch in reading.stretches]
    place = np.searchsorted(begins, np.asarray(minute), side="right") - 1
    found: Ints = np.maximum(place, 0)
    return found


def midnights(reading: Reading) -> Ints:
    """Give the midnights from the beginning of the measured time to the horizon, both included."""
    return np.arange(reading.begin, reading.horizon + 1, MINUTES_PER_DAY)


def at_noon(edges: Ints) -> Ints:
    """Give the noon after each midnight but the last."""
    noons: Ints = edges[:-1] + NOON
    return noons
