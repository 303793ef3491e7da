"""The record: what happened, written once, as visits and discharges; all else is read from it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.clinic.visit import AHEAD, CANCELLED, COLUMNS, IN_PROGRESS, NO_SHOW, STAGES, Visit, facts
from sim.policy.orders import Order
from sim.units import NEVER

Columns = dict[str, NDArray[Any]]

FLOATS = {"interval_days", "dose_mg_kg", "bioavailability", "true_before"}
WORDS = {"kind", "route", "status", "end"}
WORD = "U16"  # wide enough for every word of these


class Record:
    """Append-only: a visit is opened when it is ordered and filled in as it happens."""

    def __init__(self) -> None:
        self._visits: list[Visit] = []
        self._discharges: list[tuple[int, int, str]] = []

    def ordered(self, patient: int, number: int, order: Order, now: int) -> Visit:
        """Open the row of a patient's next visit, the `number`-th."""
        visit = Visit(patient, number, order, now)
        self._visits.append(visit)
        return visit

    def discharged(self, patient: int, now: int, reason: str) -> None:
        """Write down the end of a patient's treatment."""
        self._discharges.append((patient, now, reason))

    def visits(self, horizon: int) -> Columns:
        """Give the visits as columns of equal length, in the order in which they were ordered.

        What lies at or after the horizon has not happened: its minutes are NEVER. A visit that had
        begun is `in_progress`, one that had not is `ahead`.
        """
        columns = table_of(COLUMNS, list(map(facts, self._visits)))
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


def table_of(names: Sequence[str], rows: list[Any]) -> Columns:
    """Turn rows into columns of equal length."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: _column(name, values) for name, values in zip(names, columns, strict=True)}


def _column(name: str, values: tuple[Any, ...]) -> NDArray[Any]:
    """Turn the values of a column into an array (by way of `array`, in a third of the time).

    What is None, as it has not happened, is NEVER in an array, and nothing in words.
    """
    if name in WORDS:
        return np.array(["" if value is None else value for value in values], dtype=WORD)
    known = (NEVER if value is None else value for value in values) if None in values else values
    return np.array(array("d" if name in FLOATS else "q", known))
