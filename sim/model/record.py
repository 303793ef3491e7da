"""The record: what happened, written once, as visits and discharges; all else is read from it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Columns
from sim.clinic.visit import AHEAD, CANCELLED, IN_PROGRESS, NO_SHOW, STAGES, VISIT_COLUMNS, VisitRow
from sim.policy.orders import Order
from sim.units import NEVER

FLOATS = {"interval_days", "dose_mg_kg", "bioavailability", "true_before"}
WORDS = {"kind", "route", "status", "end"}
WORD = "U11"  # as wide as the longest word of these
_TEXTS = {"why"}  # of any length, each text in memory once

LOT = 8192  # visits turned into columns at a time


class Record:
    """Append-only: a visit is opened when it is ordered and filled in as it happens."""

    def __init__(self) -> None:
        self._open: dict[int, VisitRow] = {}  # by row
        self._over: list[VisitRow] = []  # to be turned into columns
        self._columns = {name: np.empty(LOT, _type(name)) for name in VISIT_COLUMNS}
        self._rows = 0
        self._numbers: dict[int, int] = {}  # of each patient's newest visit, from 1
        self._discharges: list[tuple[int, int, str]] = []

    def ordered(self, patient: int, order: Order, now: int) -> VisitRow:
        """Open the row of a patient's next visit."""
        self._rows += 1
        number = self._numbers[patient] = self._numbers.get(patient, 0) + 1
        visit = self._open[self._rows - 1] = VisitRow(patient, number, order, now, self._rows - 1)
        return visit

    def over(self, visit: VisitRow) -> None:
        """Put a visit away: nothing of it will change any more."""
        self._over.append(self._open.pop(visit.row))
        if len(self._over) == LOT:
            self._put_away()

    def discharged(self, patient: int, now: int, reason: str) -> None:
        """Write down the end of a patient's treatment."""
        self._discharges.append((patient, now, reason))

    def visits(self, horizon: int) -> Columns:
        """Turn the visits into columns of equal length, in the order in which they were ordered.

        What lies at or after the horizon has not happened: its minutes are NEVER. A visit that had
        begun is `in_progress`, one that had not is `ahead`. Asked once, at the end.
        """
        self._over += self._open.values()
        self._put_away()
        columns = {name: column[: self._rows] for name, column in self._columns.items()}
        for stage in STAGES:
            column = columns[stage]
            column[column >= horizon] = NEVER
        arrived, left = columns["arrived"], columns["left"]
        columns["rated_before"][arrived == NEVER] = NEVER
        columns["true_before"][arrived == NEVER] = NEVER
        columns["adverse"][columns["ready"] == NEVER] = NEVER
        status = columns["status"]
        status[(status == "done") & (left == NEVER)] = IN_PROGRESS
        status[(arrived == NEVER) & (status != CANCELLED) & (status != NO_SHOW)] = AHEAD
        return columns

    def _put_away(self) -> None:
        """Turn visits into columns, in half of the memory."""
        if not self._over:
            return
        rows = np.array([visit.row for visit in self._over], dtype=np.int64)
        short = self._rows > len(self._columns["patient"])
        values = zip(*[visit.values() for visit in self._over], strict=True)
        for (name, column), visits in zip(self._columns.items(), values, strict=True):
            if short:
                column.resize(self._rows + self._rows // 8, refcheck=False)
            column[rows] = _column(name, visits)
        self._over.clear()

    def discharges(self) -> Columns:
        """Give the discharges as columns: patient, minute, reason."""
        patients, minutes, reasons = zip(*self._discharges, strict=True) if self._discharges else (
            (), (), ()
        )  # fmt: skip
        return {
            "patient": np.array(patients, dtype=np.int64),
            "minute": np.array(minutes, dtype=np.int64),
            "reason": np.array(reasons, dtype=str),
        }


def table_of(names: Sequence[str], rows: Sequence[Any]) -> Columns:
    """Turn rows into columns of equal length."""
    return {name: _column(name, [row[place] for row in rows]) for place, name in enumerate(names)}


def _type(name: str) -> str:
    if name in _TEXTS:
        return "O"
    return WORD if name in WORDS else "f8" if name in FLOATS else "i8"


def _column(name: str, values: Sequence[Any]) -> NDArray[Any]:
    """Turn the values of a column into an array (by way of `array`, in a third of the time).

    What is None, as it has not happened, is NEVER in an array, and nothing in words.
    """
    if name in WORDS or name in _TEXTS:
        words = list(dict.fromkeys(values))  # each is looked at once
        place = {word: code for code, word in enumerate(words)}
        codes = np.fromiter(map(place.__getitem__, values), np.intp, len(values))
        return np.array([word or "" for word in words], dtype=_type(name))[codes]
    known = [NEVER if value is None else value for value in values] if None in values else values
    return np.array(array("d" if name in FLOATS else "q", known))
