"""A table of one's own patients, CSV or Parquet: read, and refused with all its faults at once.

What it gives stands; the rest is drawn so that it fits.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Columns, Ints
from sim.config.errors import ScenarioError
from sim.config.named_files import state_of
from sim.people.baselines import behind
from sim.people.correlations import CONTINUOUS
from sim.people.keys import keys_of_drawn
from sim.people.population import Population
from sim.people.tables.cells import TABLE_OF_PATIENTS, Cells, cells_of, told
from sim.people.tables.columns import COLUMNS
from sim.people.tables.faults import Masks, faults_of, parsed
from sim.people.traits import Lots
from sim.streams import Streams
from sim.symptoms.parameters import Symptoms


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


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of a file that passed all checks, as columns; what was left out is not `known`."""

    path: str
    labels: NDArray[np.str_]
    keys: Ints  # by which the dice know each person
    columns: Columns
    known: dict[str, Bools]

    @property
    def rows(self) -> int:
        """Count the patients."""
        return len(self.labels)

    def values(self, name: str) -> NDArray[Any] | None:
        """Give a column, or None when the file has none of that name."""
        return self.columns.get(name)

    def of(self, rows: Ints) -> Table:
        """Give some of the rows, in this order."""
        return Table(
            self.path,
            self.labels[rows],
            self.keys[rows],
            {name: column[rows] for name, column in self.columns.items()},
            {name: known[rows] for name, known in self.known.items()},
        )

    def over(self, drawn: Columns) -> Columns:
        """Lay what the file gives over what was drawn."""
        return {
            name: np.where(self.known[name], self.columns[name], column)
            if name in self.columns
            else column
            for name, column in drawn.items()
        }

    def check(self, population: Population) -> None:
        """Refuse a correlation of a trait that is given with one that is drawn."""
        none = np.zeros(self.rows, bool)
        for a, b in population.correlations.asked():
            known = [self.known.get(CONTINUOUS[trait], none) for trait in (a, b)]
            if a == "baseline":
                known[0] = ~none  # the rating is always given, and the score follows from it
            if (known[0] & known[1]).all() or not (known[0] | known[1]).any():
                continue
            raise ScenarioError(
                f'population.correlations."{a}~{b}": {self.path} gives one of the two and leaves '
                "the other to be drawn, which would then be drawn without regard to it; give both "
                "columns in full, or neither, or no such correlation."
            )


def beside(path: str, folder: Path) -> str:
    """Give a path that is relative to a folder as one relative to where the program runs.

    So a manifest, which holds it, names no place of anybody's machine.
    """
    whole = folder / path
    try:
        return Path(os.path.relpath(whole)).as_posix()
    except ValueError:  # another drive
        return str(whole)


def listed_patients(population: Population) -> Table | None:
    """Read the table that a population names, if it names one; the same file is read once."""
    return None if population.file is None else _read(*state_of(population.file, TABLE_OF_PATIENTS))


@lru_cache(maxsize=16)
def _read(path: str, changed: int, size: int) -> Table:
    cells = cells_of(path)
    columns, known, found = parsed(cells)
    found += faults_of(cells, columns, known)
    if found:
        raise ScenarioError(told(cells, TABLE_OF_PATIENTS, sorted(found), COLUMNS))
    return table_from(cells, columns, known, keys_of_drawn(labels_of(cells), "patient"))


def labels_of(cells: Cells) -> list[str]:
    """Give the names of the people, or where the file has none their places, from 0."""
    if "patient" in cells.headings:
        return cells.column("patient")
    return [str(place) for place in range(len(cells.rows))]


def table_from(cells: Cells, columns: Columns, known: Masks, keys: Ints) -> Table:
    """Make the table of cells that have no fault; columns that nobody fills are not there."""
    return Table(
        cells.path,
        np.array(labels_of(cells)),
        keys,
        {name: column for name, column in columns.items() if known[name].any()},
        {name: mask for name, mask in known.items() if mask.any()},
    )
