"""Those already there, from a file: what it says of each, and its faults all at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.config.errors import ScenarioError
from sim.config.named_files import state_of
from sim.people.cells import CASELOAD, Cells, cells_of, told
from sim.people.columns import COLUMNS, Column, choice, real, whole
from sim.people.faults import Columns, Faults, Masks, faults_of, parsed
from sim.people.keys import keys_of
from sim.people.start import Caseload
from sim.people.table import Table, labels_of, table_from

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STATES = ("maintenance", "waiting")
LONGEST_AGO = 36500  # days
SETTLED_DAYS = 42  # of the history, for the last of an induction and its evaluation at the least
NOT_HERE = ("referred", "infusions_tolerated", "days_in_maintenance")
"""Columns of a table of patients that say when people come and go: here that is the state's."""

OWN = (
    choice("state", "where the person stands at the start", STATES, required=True),
    whole("referred_days_ago", "when referred", "days", 1, LONGEST_AGO, required=True),
    whole("last_infusion_days_ago", "when last infused", "days", 1, LONGEST_AGO),
    real("interval_days", "from the last infusion to the next as booked", "days", 3.5, 365),
    whole("infusions", "so far, the induction's among them", "infusions", 1, 10_000),
)
ALLOWED: dict[str, Column] = {
    column.name: column
    for column in (
        COLUMNS["patient"],
        *OWN,
        *(column for name, column in COLUMNS.items() if name not in ("patient", *NOT_HERE)),
    )
}
MAINTAINED = ("last_infusion_days_ago", "interval_days", "infusions")


@dataclass(frozen=True, eq=False)
class There:
    """The rows of a file that passed all checks, longest referred first."""

    table: Table
    waiting: NDArray[np.bool_]
    referred_ago: Ints  # days before the start date
    last_ago: Ints  # days before the start date; of those in maintenance
    interval: Floats  # days
    infusions: Ints

    def __len__(self) -> int:
        """Count the people."""
        return len(self.referred_ago)


def those_there(start: Caseload) -> There:
    """Read the file that says who is there; the same file is read once."""
    return _read(*state_of(start.file, CASELOAD), start.history_days)


@lru_cache(maxsize=16)
def _read(path: str, changed: int, size: int, history_days: int) -> There:
    cells = cells_of(path, CASELOAD)
    columns, known, found = parsed(cells, ALLOWED)
    found += faults_of(cells, columns, known, ALLOWED)
    if not found:
        found = _clashes(cells, columns, known, history_days)
    if found:
        raise ScenarioError(told(cells, CASELOAD, sorted(found), ALLOWED))
    keys = keys_of(labels_of(cells), "caseload")
    order = np.lexsort((keys, -columns["referred_days_ago"]))
    own = {
        name: columns.get(name, np.zeros(len(order)))[order]
        for name in ("state", "referred_days_ago", *MAINTAINED)
    }
    drawn = {name: column for name, column in columns.items() if name in COLUMNS}
    table = table_from(cells, drawn, {name: known[name] for name in drawn}, keys)
    return There(
        table.of(order),
        own["state"] == STATES.index("waiting"),
        own["referred_days_ago"].astype(np.int64),
        own["last_infusion_days_ago"].astype(np.int64),
        own["interval_days"].astype(float),
        own["infusions"].astype(np.int64),
    )


def _clashes(cells: Cells, columns: Columns, known: Masks, history_days: int) -> Faults:
    """Find what a state needs and has not, or has and cannot have; and times that cannot be."""
    found: Faults = []
    for row, number in enumerate(cells.numbers):
        maintained = columns["state"][row] == STATES.index("maintenance")
        for place, name in enumerate(MAINTAINED):
            there = name in known and bool(known[name][row])
            if maintained and not there:
                found.append((number, place, f"row {number}, {name} is empty; those in "
                              f"maintenance need it"))  # fmt: skip
            elif there and not maintained:
                found.append((number, place, f"row {number}, {name} is given, but the person is "
                              "still waiting"))  # fmt: skip
        if maintained and "last_infusion_days_ago" in columns and "infusions" in columns:
            found += _times(number, columns, row, history_days)
    return found


def _times(number: int, columns: Columns, row: int, history_days: int) -> Faults:
    referred, last, infusions = (
        int(columns[name][row])
        for name in ("referred_days_ago", "last_infusion_days_ago", "infusions")
    )
    if last + infusions > referred:
        return [
            (number, 9, f"row {number}, referred_days_ago = {referred} leaves no time for "
             f"{infusions} infusions up to {last} days ago, a day each")
        ]  # fmt: skip
    if last > history_days - SETTLED_DAYS:
        return [
            (number, 9, f"row {number}, last_infusion_days_ago = {last} lies before the history, "
             f"which can hold infusions up to {history_days - SETTLED_DAYS} days ago; raise "
             "start.history_days or leave the person out")
        ]  # fmt: skip
    return []
