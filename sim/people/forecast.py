"""A forecast of referrals, week by week: read from a file, and refused with all its faults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.config.errors import ScenarioError, nearest
from sim.config.named_files import state_of
from sim.people.cells import FORECAST, Cells, cells_of, told
from sim.people.columns import NUMBER

Floats = NDArray[np.float64]

COLUMNS = ("week", "referrals")
MOST = 700_000  # referrals a week
Faults = list[tuple[int, int, str]]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Expected referrals of weeks that follow one another, from `monday` or the start date on."""

    path: str
    monday: date | None  # of the first week; None where weeks count from the start date
    referrals: Floats

    def first_day(self, start: date) -> int:
        """Days from the start date to the first week: 0, or less when it had begun before."""
        if self.monday is None:
            return 0
        days = (self.monday - start).days
        if days > 0:
            raise ScenarioError(
                f"referrals.file: {self.path}: the forecast begins on {self.monday}, after "
                f"run.start_date = {start}; begin it earlier or start the run later."
            )
        return days

    def over(self, weeks: int, beyond: str) -> Floats:
        """Give so many weeks from the first on, going on beyond the last as asked."""
        place = np.arange(weeks)
        if beyond == "repeat":
            return self.referrals[place % len(self.referrals)]
        values = self.referrals[np.minimum(place, len(self.referrals) - 1)]
        return np.where(place < len(self.referrals), values, 0.0) if beyond == "none" else values


def forecast_of(path: str, exact: bool) -> Forecast:
    """Read a forecast; of an exact one every number must be whole."""
    return _read(*state_of(path, FORECAST), exact)


@lru_cache(maxsize=16)
def _read(path: str, changed: int, size: int, exact: bool) -> Forecast:
    cells = cells_of(path, FORECAST)
    found = _headings(cells)
    if found:
        raise ScenarioError(told(cells, FORECAST, found, COLUMNS))
    found, weeks = [], [text.strip() for text in cells.column("week")]
    monday = _weeks(cells, weeks, found)
    values = [
        _number(text, row, exact, found)
        for text, row in zip(cells.column("referrals"), cells.numbers, strict=True)
    ]
    if found:
        raise ScenarioError(told(cells, FORECAST, sorted(found), COLUMNS))
    if not any(values):
        raise ScenarioError(f"referrals.file: {path}: nobody is referred in any week.")
    return Forecast(path, monday, np.array(values))


def _headings(cells: Cells) -> Faults:
    found = [
        (0, place, f'the column "{name}" is not known.{nearest(name, COLUMNS)}')
        for place, name in enumerate(cells.headings)
        if name not in COLUMNS
    ]
    found += [
        (0, place, f'the column "{name}" is there twice')
        for place, name in enumerate(cells.headings)
        if name in COLUMNS and name in cells.headings[:place]
    ]
    found += [
        (0, 999, f'the column "{name}" is missing')
        for name in COLUMNS
        if name not in cells.headings
    ]
    return found


def _weeks(cells: Cells, weeks: list[str], found: Faults) -> date | None:
    """Check that weeks follow one another; give the Monday of the first, if they are dates."""
    monday = _date(weeks[0])
    if monday is not None and monday.weekday():
        found.append(
            (cells.numbers[0], 0, f'row {cells.numbers[0]}, week = "{weeks[0]}" is a '
             f"{monday:%A}; a week is named by its Monday")
        )  # fmt: skip
    for nth, (text, row) in enumerate(zip(weeks, cells.numbers, strict=True)):
        if monday is None:
            wanted, is_it = str(nth), text == str(nth)
        else:
            day = monday + timedelta(weeks=nth)
            wanted, is_it = day.isoformat(), _date(text) == day
        if not is_it:
            what = f'"{text}"' if text else "empty"
            found.append(
                (row, 0, f"row {row}, week is {what} where {wanted} should come next; weeks are "
                 "0, 1, 2 ... or the dates of Mondays (2026-01-05), each a week after the other")
            )  # fmt: skip
            break  # all that follow would be out of step as well
    return monday


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if "-" in text[1:] else None
    except ValueError:
        return None


def _number(text: str, row: int, exact: bool, found: Faults) -> float:
    allowed = f"a {'whole ' if exact else ''}number from 0 to {MOST}"
    value = float(text) if NUMBER.fullmatch(text) else -1.0
    if 0 <= value <= MOST and not (exact and value % 1):
        return value
    why = " (exact = true)" if exact and value > 0 else ""
    found.append((row, 1, f'row {row}, referrals = "{text}" is not possible; it must be {allowed}'
                  f"{why}"))  # fmt: skip
    return 0.0
