"""People of a table of one's own: what it gives, and the rest drawn so that it fits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.people.baselines import behind
from sim.people.lots import Lots
from sim.people.population import Population
from sim.people.table import Table
from sim.streams import Streams
from sim.symptoms.parameters import Symptoms

Columns = dict[str, NDArray[Any]]


def lots_of(rows: Table, population: Population, streams: Streams) -> Lots:
    """Give the dice of these people, each of whom throws those of their own key."""
    lots = Lots(population, streams, rows.rows)
    components = rows.over({"population": lots.population})["population"]
    lots = Lots(population, streams, rows.rows, components=components)
    types = rows.over({"anxiety_type": lots.anxiety_type})["anxiety_type"]
    return Lots(population, streams, rows.rows, components=components, types=types)


def ratings_of(rows: Table, lots: Lots, symptoms: Symptoms) -> Columns:
    """Give the ratings, and what lies behind them: as in the table, or drawn to fit them."""
    ratings = rows.columns["baseline"]
    given = rows.over({"untreated": np.full(rows.rows, np.nan)})["untreated"]
    untreated, drift, noise = behind(ratings, given, lots, symptoms)
    parts = rows.over({"untreated": untreated, "first_drift": drift, "first_noise": noise})
    return {"baseline": ratings, **parts}


def reconciled(rows: Table, columns: Columns) -> Columns:
    """Make the two statements on benzodiazepines agree where only one of them was given."""
    none = np.zeros(rows.rows, bool)
    given = rows.known.get("benzodiazepine", none)
    high_given = rows.known.get("benzodiazepine_high", none)
    daily, high = columns["benzodiazepine"], columns["benzodiazepine_high"]
    daily = np.where(high_given & ~given, daily | high, daily)
    return columns | {"benzodiazepine": daily, "benzodiazepine_high": high & daily}
