"""Expected referrals by day, and the minutes at which referrals fall; a forecast read from a file.

One mechanism for all laws: the n-th referral happens when the cumulative expected number reaches
the n-th of some positions that know nothing of rates. A changed rate stretches the times between
referrals and shifts no draw, and a rate that is higher on some days makes no referral later.

A forecast, by weeks or months, is refused with all its faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np

from sim.arrays import Floats, Ints
from sim.config.errors import ScenarioError, nearest
from sim.config.named_files import state_of
from sim.people.tables.cells import FORECAST, Cells, cells_of, told
from sim.people.tables.columns import DECIMAL
from sim.people.tables.faults import Faults
from sim.streams import Purpose, Streams
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

When = Literal["weekdays", "clock"]

OFFICE_OPENS = 9 * MINUTES_PER_HOUR  # referrals by weekday come Monday to Friday, 9 to 17
OFFICE_MINUTES = 8 * MINUTES_PER_HOUR
_WEEKDAYS = 5
_MOST = 10**8  # referrals of a run: more would not fit into memory


def shares_of_week(when: When, start: date, first: int, days: int) -> Floats:
    """Share of a week's referrals that each day brings, from day `first` after the start on."""
    if when == "clock":
        return np.full(days, 1 / 7)
    weekday = (np.arange(first, first + days) + start.weekday()) % 7
    return np.where(weekday < _WEEKDAYS, 1 / _WEEKDAYS, 0.0)


def minutes_at(positions: Floats, daily: Floats, when: When, first: int = 0) -> Ints:
    """Minutes at which the cumulative expected number reaches rising positions, floored.

    `daily` holds the expected referrals of each day from day `first` on; within a day they come
    evenly, from 9 to 17 (`weekdays`) or all day long. Positions beyond the last day are left out.
    """
    reached = np.concatenate([[0.0], np.cumsum(daily)])
    positions = positions[positions < reached[-1]]
    day = np.searchsorted(reached, positions, side="right") - 1
    within = (positions - reached[day]) / daily[day]
    opens, lasts = (0, MINUTES_PER_DAY) if when == "clock" else (OFFICE_OPENS, OFFICE_MINUTES)
    part = np.minimum(np.floor(opens + within * lasts), opens + lasts - 1)
    minutes: Ints = (day + first) * MINUTES_PER_DAY + part.astype(np.int64)
    return minutes


def at_random(streams: Streams, expected: float, purpose: Purpose) -> Floats:
    """Positions of a Poisson process of rate 1, far enough to pass `expected`."""
    if expected > _MOST:
        raise ScenarioError(
            f"referrals: these would be {expected:.3g} people in a run, more than {_MOST:.0e}; "
            "lower the rate or its growth, or shorten run.days"
        )
    uniform = streams.generator(purpose).random(int(expected + 10 * expected**0.5 + 20))
    positions: Floats = np.cumsum(-np.log1p(-uniform))
    return positions


def evenly(streams: Streams, expected: float) -> Floats:
    """Positions of exactly one referral for each expected, at random between whole numbers."""
    if expected > _MOST:
        raise ScenarioError(
            f"referrals: these would be {expected:.3g} people in a run, more than {_MOST:.0e}"
        )
    count = int(expected) + 1
    return np.arange(count) + streams.uniform_per_patient(Purpose.REFERRAL_SPREAD, count)


PERIODS = {"week": 700_000, "month": 3_100_000}
"""What a row may stand for, and the most referrals in it."""
_NUMBERS = "referrals"
USUAL = {"week": 13, "month": 3}  # rows whose mean is the usual rate at the start


@dataclass(frozen=True, eq=False)
class Forecast:
    """Expected referrals of weeks or months that follow one another, from `begins` on."""

    path: str
    period: str  # week or month
    begins: date | None  # None where weeks count from the start date
    referrals: Floats

    def first_day(self, start: date) -> int:
        """Days from the start date to the first row's: 0, or less when it had begun before."""
        if self.begins is None:
            return 0
        days = (self.begins - start).days
        if days > 0:
            raise ScenarioError(
                f"referrals.file: {self.path}: the forecast begins on {self.begins}, after "
                f"run.start_date = {start}; begin it earlier or start the run later."
            )
        return days

    def daily(self, start: date, days: int, when: When, beyond: str) -> tuple[Floats, int]:
        """Expected referrals of each day, and the first of these days, 0 or before the start."""
        first = self.first_day(start)
        lengths = self._lengths(days - first)
        share = shares_of_week(when, start, first, int(lengths.sum()))
        if self.period == "month":  # a month's number is spread over as many days as it has
            ends = np.cumsum(lengths)
            reached = np.concatenate([[0.0], np.cumsum(share)])
            share = share / np.repeat(reached[ends] - reached[ends - lengths], lengths)
        numbers = np.repeat(self._over(len(lengths), beyond), lengths)
        return (numbers * share)[: days - first], first

    def usual_per_week(self) -> float:
        """Mean referrals a week in the first quarter of a year."""
        rows = self.referrals[: USUAL[self.period]]
        if self.period == "week":
            return float(np.mean(rows))
        return 7 * float(rows.sum()) / int(self._lengths(1, len(rows)).sum())

    def in_words(self) -> str:
        """Say how many rows there are, and of what."""
        rows = len(self.referrals)
        return f"{rows} {self.period}{'s' if rows != 1 else ''}"

    def _lengths(self, days: int, least: int = 1) -> Ints:
        """Days of each week or month from the first on, until so many days are covered."""
        if self.period == "week":
            return np.full(max(least, (days + 6) // 7), 7)
        assert self.begins is not None
        months = np.datetime64(self.begins, "M") + np.arange(max(least, days // 28 + 1) + 1)
        lengths = np.diff(months.astype("datetime64[D]")).astype(np.int64)
        needed = int(np.searchsorted(np.cumsum(lengths), days)) + 1
        return lengths[: max(least, needed)]

    def _over(self, rows: int, beyond: str) -> Floats:
        """Give so many rows from the first on, going on beyond the last as asked."""
        place = np.arange(rows)
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
    period = "month" if "month" in cells.headings else "week"
    columns = (period, _NUMBERS)
    found = _headings(cells, columns)
    if found:
        raise ScenarioError(told(cells, FORECAST, found, (*PERIODS, _NUMBERS)))
    found, rows = [], [text.strip() for text in cells.column(period)]
    begins = (_months if period == "month" else _weeks)(cells, rows, found)
    values = [
        _number(text, row, exact, PERIODS[period], found)
        for text, row in zip(cells.column(_NUMBERS), cells.numbers, strict=True)
    ]
    if found:
        raise ScenarioError(told(cells, FORECAST, sorted(found), columns))
    if not any(values):
        raise ScenarioError(f"referrals.file: {path}: nobody is referred in any {period}.")
    return Forecast(path, period, begins, np.array(values))


def _headings(cells: Cells, columns: tuple[str, str]) -> Faults:
    found: Faults = []
    for place, name in enumerate(cells.headings):
        if name in cells.headings[:place]:
            found.append((0, place, f'the column "{name}" is there twice'))
        elif name == "week" and name not in columns:
            found.append((0, place, "a forecast has a column week or a column month, not both"))
        elif name not in columns:
            unknown = f'the column "{name}" is not known.'
            found.append((0, place, unknown + nearest(name, (*PERIODS, _NUMBERS))))
    found += [
        (0, 999, f'the column "{name}" is missing'
         + (" (or month, for a forecast by months)" if name == "week" else ""))
        for name in columns
        if name not in cells.headings
    ]  # fmt: skip
    return found


def _months(cells: Cells, months: list[str], found: Faults) -> date | None:
    """Check that months follow one another; give the first day of the first."""
    first = _month(months[0])
    for nth, (text, row) in enumerate(zip(months, cells.numbers, strict=True)):
        count = 0 if first is None else 12 * first.year + first.month - 1 + nth
        wanted = date(count // 12, count % 12 + 1, 1) if first else None
        if wanted is None or _month(text) != wanted:
            what = f'"{text}"' if text else "empty"
            next_one = f" where {wanted:%Y-%m} should come next" if wanted else ""
            found.append(
                (row, 0, f"row {row}, month is {what}{next_one}; months are written 2026-03, or as "
                 "their first day, 2026-03-01, each after the one before")
            )  # fmt: skip
            break  # all that follow would be out of step as well
    return first


def _month(text: str) -> date | None:
    """Read 2026-03 or 2026-03-01, whatever time of day a spreadsheet adds."""
    day = _date(text if len(text) != len("2026-03") else f"{text}-01")
    return day if day is not None and day.day == 1 else None


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


def _number(text: str, row: int, exact: bool, most: int, found: Faults) -> float:
    allowed = f"a {'whole ' if exact else ''}number from 0 to {most}"
    value = float(text) if DECIMAL.fullmatch(text) else -1.0
    if 0 <= value <= most and not (exact and value % 1):
        return value
    why = " (exact = true)" if exact and value > 0 else ""
    found.append((row, 1, f'row {row}, referrals = "{text}" is not possible; it must be {allowed}'
                  f"{why}"))  # fmt: skip
    return 0.0
