"""The clinic's calendar, as arithmetic: opening hours by weekday, holidays, minutes open."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from pydantic import field_validator, model_validator

from sim.config.value import Value, parameter
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIMES = re.compile(r"^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$")

Opening = tuple[int, int]  # minutes since midnight: opens, closes
Openings = tuple[Opening, ...]  # of a day, in order, with a break between any two; none: closed
Written = str | tuple[str, ...]
"""How a day's hours are written: "09:00-17:00", "closed", or stretches with a break between."""


def opening_of(text: str) -> Opening | None:
    """Read "09:00-17:00" as minutes since midnight, "closed" as None."""
    if text.strip().lower() == "closed":
        return None
    found = TIMES.match(text.strip())
    if not found:
        raise ValueError(f'"{text}" must be written like "09:00-17:00", or "closed"')
    hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
    opens = hour * MINUTES_PER_HOUR + minute
    closes = last_hour * MINUTES_PER_HOUR + last_minute
    if minute > 59 or last_minute > 59 or closes > MINUTES_PER_DAY:
        raise ValueError(f'"{text}" must lie between 00:00 and 24:00')
    if closes <= opens:
        raise ValueError(
            f'"{text}" closes before it opens; write the earlier time first '
            '(a clinic cannot stay open past midnight; "always" is around the clock)'
        )
    return opens, closes


def openings_of(written: Written) -> Openings:
    """Read the hours of a day: ["09:00-12:00", "13:00-17:00"] is closed in between."""
    if isinstance(written, str):
        opening = opening_of(written)
        return () if opening is None else (opening,)
    stretches = [opening_of(text) for text in written]
    found = tuple(stretch for stretch in stretches if stretch is not None)
    if not found or len(found) < len(stretches):
        raise ValueError(
            'a list of hours needs stretches such as ["09:00-12:00", "13:00-17:00"]; write a '
            'closed day as "closed"'
        )
    for (_, closes), (opens, _) in pairwise(found):
        if opens <= closes:
            raise ValueError(
                f"{list(written)} must be in order, with a break between any two stretches"
            )
    return found


def said(written: Written) -> str:
    """Say the hours of a day: "09:00-12:00 and 13:00-17:00"."""
    return written if isinstance(written, str) else " and ".join(written)


def _weekday(default: str) -> Any:
    return parameter(
        default, 'opening hours, "09:00-17:00", "closed", or with a break ["09:00-12:00", '
        '"13:00-17:00"]', unit="time of day", source="clinic pages", grade="D",
    )  # fmt: skip


class Hours(Value):
    """Opening hours of each weekday; a day left out keeps its default."""

    monday: Written = _weekday("09:00-17:00")
    tuesday: Written = _weekday("09:00-17:00")
    wednesday: Written = _weekday("09:00-17:00")
    thursday: Written = _weekday("09:00-17:00")
    friday: Written = _weekday("09:00-17:00")
    saturday: Written = _weekday("closed")
    sunday: Written = _weekday("closed")

    @model_validator(mode="before")
    @classmethod
    def _short_names(cls, data: Any) -> Any:
        """Accept `mon`, `tue` ... as well."""
        if not isinstance(data, dict):
            return data
        full = {name[:3]: name for name in WEEKDAYS}
        return {full.get(key, key): value for key, value in data.items()}

    @field_validator("*")
    @classmethod
    def _readable(cls, written: Written) -> Written:
        openings_of(written)
        return written

    @model_validator(mode="after")
    def _open_at_all(self) -> Hours:
        if not any(self.week()):
            raise ValueError("the clinic is closed on every weekday; open it on one at least")
        return self

    def week(self) -> tuple[Openings, ...]:
        """Give the stretches in which each weekday is open, Monday first."""
        return tuple(openings_of(getattr(self, day)) for day in WEEKDAYS)


Always = Literal["always"]
AROUND_THE_CLOCK: tuple[Openings, ...] = (((0, MINUTES_PER_DAY),),) * 7


class Calendar:
    """When the clinic is open, on the clock of the simulation (minutes since the start date)."""

    def __init__(
        self,
        hours: Hours | Always,
        start: date,
        holidays: Iterable[date] = (),
        closures: Iterable[tuple[date, date]] = (),
    ) -> None:
        """Set the calendar up; a closure is its first and its last day, however far apart."""
        self.week = AROUND_THE_CLOCK if hours == "always" else hours.week()
        self.always = hours == "always"
        self._first_weekday = start.weekday()
        self._start = start
        spells = [*((day, day) for day in holidays), *closures]
        self._closes, self._reopens = _merged(
            sorted(((first - start).days, (last - start).days + 1) for first, last in spells)
        )

    def openings(self, day: int) -> Openings:
        """Give the stretches, in minutes since midnight, in which day `day` is open, in order.

        Day 0 is the start date.
        """
        return self.week[self.weekday(day)] if self.after_closure(day) == day else ()

    def after_closure(self, day: int) -> int:
        """Give the first day from `day` on that is in no holiday or closure."""
        place = bisect_right(self._closes, day) - 1
        return max(day, self._reopens[place]) if place >= 0 else day

    def opening(self, day: int) -> Opening | None:
        """Minutes since midnight at which a day first opens and last closes."""
        openings = self.openings(day)
        return (openings[0][0], openings[-1][1]) if openings else None

    def weekday(self, day: int) -> int:
        """Give the weekday of day `day` (Monday is 0)."""
        return (day + self._first_weekday) % 7

    def next_open(self, minute: int) -> int:
        """Give the first minute from `minute` on at which the clinic is open."""
        day, time = divmod(minute, MINUTES_PER_DAY)
        for opens, closes in self.openings(day):
            if time < closes:
                return day * MINUTES_PER_DAY + max(time, opens)
        day = self.after_closure(day + 1)
        while not (openings := self.openings(day)):
            day = self.after_closure(day + 1)
        return day * MINUTES_PER_DAY + openings[0][0]

    def closing(self, minute: int) -> int:
        """Give the last closing of the day of `minute`; its midnight if it is not open at all."""
        day = minute // MINUTES_PER_DAY
        opening = self.opening(day)
        return day * MINUTES_PER_DAY + (opening[1] if opening else 0)

    def open_intervals(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Give the stretches between two minutes in which the clinic is open, in order."""
        if self.always and not self._closes:
            return [(begin, end)] if end > begin else []
        stretches = []
        for day in range(begin // MINUTES_PER_DAY, -(-end // MINUTES_PER_DAY)):
            for opening in self.openings(day):
                opens = max(begin, day * MINUTES_PER_DAY + opening[0])
                closes = min(end, day * MINUTES_PER_DAY + opening[1])
                if closes > opens:
                    stretches.append((opens, closes))
        return stretches

    def date_of(self, minute: int) -> date:
        """Give the calendar date of a minute; the last one there is, 31 December 9999, if later."""
        most = (date.max - self._start).days
        return self._start + timedelta(days=min(most, minute // MINUTES_PER_DAY))


def _merged(spells: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Join spells (first day, day after the last), in order of the first, that touch or overlap.

    Gives all first days, and the days after the last ones.
    """
    begins: list[int] = []
    ends: list[int] = []
    for begin, end in spells:
        if ends and begin <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            begins.append(begin)
            ends.append(end)
    return begins, ends


class ChangingCalendar(Calendar):
    """A calendar that becomes another from some days on."""

    def __init__(self, first: Calendar, later: Sequence[tuple[int, Calendar]], start: date) -> None:
        """Set it up; `later` are the days, in order, from which on other calendars hold."""
        super().__init__("always" if first.always else Hours(), start)
        self._days = [day for day, _ in later]
        self._calendars = [first, *(calendar for _, calendar in later)]

    def openings(self, day: int) -> Openings:
        """Give the stretches in which a day is open, by the calendar that holds on it."""
        return self._calendars[bisect_right(self._days, day)].openings(day)

    def after_closure(self, day: int) -> int:
        """Give the day itself: whether it is closed its openings say."""
        return day

    def open_intervals(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Give the stretches between two minutes in which the clinic is open, in order."""
        midnights = [min(max(begin, day * MINUTES_PER_DAY), end) for day in self._days]
        edges = pairwise([begin, *midnights, end])
        return [
            stretch
            for calendar, (since, until) in zip(self._calendars, edges, strict=True)
            for stretch in calendar.open_intervals(since, until)
        ]
