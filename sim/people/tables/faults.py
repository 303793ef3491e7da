"""What is wrong with a table of patients: every fault, by row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Columns
from sim.config.errors import nearest
from sim.people.baselines import rated
from sim.people.tables.cells import Cells
from sim.people.tables.columns import COLUMNS, BadCell, Column

Masks = dict[str, Bools]
Faults = list[tuple[int, int, str]]
"""Row, column and text, in which order they are told."""

LABEL = "patient"  # may be left out as a whole: people are then known by their rows
RATING = ("untreated", "first_drift", "first_noise")


def parsed(cells: Cells, allowed: Mapping[str, Column] = COLUMNS) -> tuple[Columns, Masks, Faults]:
    """Read every cell of the columns allowed; `known` marks those that hold a value."""
    columns: Columns = {}
    known: Masks = {}
    found: Faults = []
    for place, name in enumerate(cells.headings):
        column = allowed.get(name)
        if column is None or name in columns:
            continue
        columns[name], known[name] = _column(column, place, cells, found)
    return columns, known, found


def _column(column: Column, place: int, cells: Cells, found: Faults) -> tuple[NDArray[Any], Bools]:
    values: list[Any] = []
    known: list[bool] = []
    for number, text in zip(cells.numbers, cells.column(column.name), strict=True):
        value = None
        if text:
            try:
                value = column.read(text)
            except BadCell as bad:
                unit = f" [{column.unit}]" if column.unit else ""
                found.append((number, place, f'row {number}, {column.name} = "{text}" {bad}{unit}'))
        elif column.required:
            found.append(
                (number, place, f"row {number}, {column.name} is empty; it must be "
                 f"{column.allowed}")
            )  # fmt: skip
        known.append(value is not None)
        values.append(column.dtype() if value is None else value)  # type: ignore[operator]
    return np.array(values, dtype=column.dtype), np.array(known)


def faults_of(
    cells: Cells, columns: Columns, known: Masks, allowed: Mapping[str, Column] = COLUMNS
) -> Faults:
    """Find what no single cell shows: headings, lengths, doubles, and values that clash."""
    return [
        *_headings(cells, allowed),
        *_lengths(cells),
        *_doubles(cells),
        *_referrals(cells, known),
        *_benzodiazepines(cells, columns, known),
        *_ratings(cells, columns, known),
    ]


def _headings(cells: Cells, allowed: Mapping[str, Column]) -> Faults:
    found: Faults = []
    for place, name in enumerate(cells.headings):
        if name not in allowed:
            unknown = f'the column "{name}" is not known.' + nearest(name, allowed)
            found.append((0, place, unknown if name else f"column {place + 1} has no heading"))
        elif name in cells.headings[:place]:
            found.append((0, place, f'the column "{name}" is there twice'))
    needed = [column for column in allowed.values() if column.required and column.name != LABEL]
    missing = [column for column in needed if column.name not in cells.headings]
    found += [
        (0, 999, f'the column "{column.name}" is missing; it holds {column.meaning}')
        for column in missing
    ]
    return found


def _lengths(cells: Cells) -> Faults:
    wanted = len(cells.headings)
    return [
        (number, 999, f"row {number} has {len(row)} cells where the heading has {wanted}")
        for number, row in zip(cells.numbers, cells.rows, strict=True)
        if len(row) != wanted
    ]


def _doubles(cells: Cells) -> Faults:
    if LABEL not in cells.headings:
        return []
    names = cells.column(LABEL)
    first = dict(zip(reversed(names), reversed(cells.numbers), strict=True))
    return [
        (number, 0, f'row {number}, patient = "{name}" is already the patient of row {first[name]}')
        for number, name in zip(cells.numbers, names, strict=True)
        if Counter(names)[name] > 1 and name and number != first[name]
    ]


def _referrals(cells: Cells, known: Masks) -> Faults:
    given = known.get("referred")
    if given is None or not given.any():
        return []
    return [
        (number, 0, f"row {number}, referred is empty, but others have it: give it for everybody "
         "or for nobody")
        for number, is_known, text in zip(
            cells.numbers, given.tolist(), cells.column("referred"), strict=True
        )
        if not is_known and not text
    ]  # fmt: skip


def _benzodiazepines(cells: Cells, columns: Columns, known: Masks) -> Faults:
    if not {"benzodiazepine", "benzodiazepine_high"} <= columns.keys():
        return []
    clash = columns["benzodiazepine_high"] & ~columns["benzodiazepine"] & known["benzodiazepine"]
    return [
        (cells.numbers[row], 0, f"row {cells.numbers[row]}, benzodiazepine_high is true, but "
         "benzodiazepine is false")
        for row in np.flatnonzero(clash)
    ]  # fmt: skip


def _ratings(cells: Cells, columns: Columns, known: Masks) -> Faults:
    """A rating must be what its parts round to, and parts come all three or the first alone."""
    none = np.zeros(len(cells.rows), bool)
    untreated, drift, noise = (known.get(name, none) for name in RATING)
    found: Faults = [
        (cells.numbers[row], 0, f"row {cells.numbers[row]}, first_drift and first_noise belong "
         "together, and to an untreated score; give all three, or leave both of them empty")
        for row in np.flatnonzero((drift != noise) | (drift & ~untreated))
    ]  # fmt: skip
    whole = untreated & drift & noise & known.get("baseline", none)
    if not whole.any():
        return found
    follows = rated(*(columns[name] for name in RATING))
    for row in np.flatnonzero(whole & (follows != columns["baseline"])):
        number = cells.numbers[row]
        found.append(
            (number, 0, f"row {number}, baseline = {columns['baseline'][row]} is not what "
             f"untreated + first_drift + first_noise round to ({follows[row]}); leave first_drift "
             "and first_noise empty, and they are drawn to fit")
        )  # fmt: skip
    return found
