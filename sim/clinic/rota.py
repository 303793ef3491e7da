"""Who is on duty and which chairs are in order, by weekday, hour and date: pure arithmetic.

A rota is a list of exceptions to the numbers of `[clinic]`: a lunch break, a short evening, a
second prescriber on Tuesdays. Where entries overlap the later one in the list holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import field_validator, model_validator

from sim.clinic.hours import WEEKDAYS, Opening, opening_of
from sim.config.value import Value, parameter

Staff = Literal["nurses", "prescribers"]
Resource = Literal["chairs", "nurses", "prescribers"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Shift(Value):
    """In these hours so many are on duty instead of all, or so many fewer than all."""

    inline: ClassVar[bool] = True

    staff: Staff = parameter(..., "whose hours these are")
    weekdays: tuple[Weekday, ...] = parameter((), "on these days; on all when left out")
    hours: str = parameter(..., 'from when to when, such as "12:00-13:00"', unit="time of day")
    number: int | None = parameter(None, "so many are on duty", ge=0, le=1000)
    fewer: int | None = parameter(None, "so many fewer are on duty than else", ge=1, le=1000)

    @field_validator("hours")
    @classmethod
    def _some_hours(cls, text: str) -> str:
        if opening_of(text) is None:
            raise ValueError('hours must be written like "12:00-13:00"')
        return text

    @model_validator(mode="after")
    def _number_or_fewer(self) -> Self:
        if (self.number is None) == (self.fewer is None):
            raise ValueError("a rota entry needs either number or fewer, and not both")
        return self

    def span(self) -> Opening:
        """Give the minutes of the day between which it holds."""
        opening = opening_of(self.hours)
        assert opening is not None  # as `_some_hours` has seen
        return opening

    def is_on(self, weekday: int) -> bool:
        """Whether it holds on a weekday (Monday is 0)."""
        return not self.weekdays or WEEKDAYS[weekday] in self.weekdays

    def of(self, everybody: int) -> int:
        """Give how many of everybody are on duty; never below 0."""
        return self.number if self.number is not None else max(0, everybody - (self.fewer or 0))


class FromTo(Value):
    """Days from one date to another, both of them included."""

    inline: ClassVar[bool] = True

    first_day: date = parameter(..., "the first of these dates", unit="date")
    last_day: date = parameter(..., "the last of these dates", unit="date")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError(
                f"last_day = {self.last_day} comes before first_day = {self.first_day}"
            )
        return self

    def has(self, day: date) -> bool:
        """Whether a date is one of them."""
        return self.first_day <= day <= self.last_day


class Closure(FromTo):
    """Dates on which the clinic is closed."""


class ChairsOut(FromTo):
    """So many chairs are out of order on these dates, as was known when people were booked."""

    chairs: int = parameter(1, "chairs that cannot be used", unit="chairs", ge=1, le=1000)


class StaffAway(FromTo):
    """So many of a staff are away on these dates, as was known when people were booked."""

    staff: Staff = parameter(..., "who is away")
    number: int = parameter(1, "so many of them", unit="staff", ge=1, le=1000)


def on_duty(rota: Sequence[Shift], staff: Staff, everybody: int, weekday: int, minute: int) -> int:
    """Give how many of a staff are on duty in a minute of the day, by the last entry that holds."""
    for shift in reversed(rota):
        begins, ends = shift.span()
        if shift.staff == staff and shift.is_on(weekday) and begins <= minute < ends:
            return shift.of(everybody)
    return everybody


def change_times(rota: Sequence[Shift], staff: Resource, weekday: int) -> list[int]:
    """List the minutes of the day at which the number on duty may change, in order."""
    spans = [shift.span() for shift in rota if shift.staff == staff and shift.is_on(weekday)]
    return sorted({minute for span in spans for minute in span})


def in_order(chairs: int, out: Sequence[ChairsOut], day: date) -> int:
    """Give how many chairs can be used on a date; never below 0."""
    return max(0, chairs - sum(entry.chairs for entry in out if entry.has(day)))


def away(entries: Sequence[StaffAway], staff: Staff, day: date) -> int:
    """Give how many of a staff are away on a date; entries that overlap add up."""
    return sum(entry.number for entry in entries if entry.staff == staff and entry.has(day))


def edges(span: tuple[int, int], within: list[int]) -> list[int]:
    """Give the ends of a stretch and the minutes within it at which something changes."""
    begins, ends = span
    return [begins, *(minute for minute in within if begins < minute < ends), ends]
