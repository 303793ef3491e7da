"""The budget of a clinic: money by year and item, not discounted, for everybody together."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arrays import Columns, Floats, Ints
from sim.outcomes.cost_measures import ENTRIES_OF, ITEMS_OF, LOST_WORK
from sim.outcomes.items_of_people import sessions_by_route
from sim.outcomes.reading import Reading
from sim.outcomes.worth import BUDGET_YEAR
from sim.units import MINUTES_PER_DAY

OF_PEOPLE = "patients"
"""The item that counts people: those referred in the year."""
OF_SESSIONS = "sessions_"
"""What the name of an item begins with that is a part of `sessions`, by route."""


def budget(reading: Reading) -> Columns:
    """Give `year`, `days`, `item`, `amount`: a row a year and item, in the order of the items.

    Years of 365 days begin with the start date; the last may be shorter, and so is one in which a
    warm-up ends: `days` are those that count. A year that is all warm-up is left out.
    """
    edges = _edges(reading)
    begins = np.maximum(edges[:-1], reading.begin)
    days = np.maximum(edges[1:] - begins, 0) // MINUTES_PER_DAY
    kept = days > 0
    amounts = {name: sums[kept] for name, sums in _by_item(reading, edges).items()}
    items = np.array(list(amounts), dtype=object)
    return {
        "year": np.repeat(np.flatnonzero(kept) + 1, len(items)),
        "days": np.repeat(days[kept], len(items)),
        "item": np.tile(items, int(kept.sum())),
        "amount": np.array(list(amounts.values())).T.ravel(),
    }


def _edges(reading: Reading) -> Ints:
    years = -(-(reading.horizon - reading.opens) // (BUDGET_YEAR * MINUTES_PER_DAY))
    edges = reading.opens + np.arange(years + 1) * BUDGET_YEAR * MINUTES_PER_DAY
    last: Ints = np.minimum(edges, reading.horizon)
    return last


def _by_item(reading: Reading, edges: Ints) -> dict[str, Floats]:
    names: dict[str, Any] = dict.fromkeys(item for items in ITEMS_OF.values() for item in items)
    found: dict[str, Floats] = {}
    for item in names:
        if item == LOST_WORK:
            found[item] = reading.worth.work_lost_by_year.sum(axis=0)
        else:
            found[item] = reading.once(ENTRIES_OF[item]).by(edges)
        if item == "sessions":
            for route, entries in reading.once(sessions_by_route).items():
                if len(entries.minute):
                    found[f"{OF_SESSIONS}{route}"] = entries.by(edges)
    referred = reading.patients.referred
    counted = referred[referred >= reading.begin]
    found[OF_PEOPLE] = np.histogram(counted, edges)[0].astype(float)
    return found
