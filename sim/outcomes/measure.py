"""Taking all measures off one replication: what a worker sends home."""

from __future__ import annotations

from sim.model.replication import Replication
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.reading import Reading


def measure(replication: Replication) -> dict[str, float]:
    """Read every measure off a replication, in the catalogue's order.

    A measure that is not defined (an empty group, an unlimited capacity) is left out; infinity
    means that a quantile of a wait was not reached by the horizon.
    """
    reading = Reading(replication)
    values = {name: entry.read(reading) for name, entry in CATALOGUE.items()}
    return {name: float(value) for name, value in values.items() if value is not None}
