"""Sentences with the rows they speak of, and plain words for dates, numbers and lists.

The same day is always written the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from sim.config.names import listed


class Sentence(NamedTuple):
    """One full sentence: every number and date in it can be found in the rows it names."""

    text: str
    topic: str  # what kind of statement it is: "person", "wait", "boosters" ...
    rows: tuple[int, ...] = ()  # of the visits table
    others: tuple[int, ...] = ()  # of the other run's visits table, where two are compared


MOST_REASONS = 3  # that are told together

NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth",
)  # fmt: skip


def on(day: date) -> str:
    """Write a date with its weekday: `Monday 5 January 2026`."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def on_both(one: date, other: date) -> tuple[str, str]:
    """Write two dates for one sentence, the first without its year where both share it."""
    first, second = on_each((one, other))
    return first, second


def on_each(days: Sequence[date]) -> list[str]:
    """Write dates for one sentence, each without its year where the next one shares it."""
    years = [*(day.year for day in days[1:]), None]
    return [
        on(day).removesuffix(f" {day.year}") if day.year == year else on(day)
        for day, year in zip(days, years, strict=True)
    ]


def on_all(days: Iterable[date]) -> str:
    """Write dates in order of time, each month and year once: `Monday 5 and Friday 9 May 2026`.

    Dates of several months are joined as `... January and on ... February 2026`.
    """
    months = [list(group) for _, group in groupby(days, lambda day: (day.year, day.month))]
    parts = []
    for place, month in enumerate(months):
        named = listed(f"{day:%A} {day.day}" for day in month) + f" {month[0]:%B}"
        ends = place + 1 == len(months) or months[place + 1][0].year != month[0].year
        parts.append(f"{named} {month[0].year}" if ends else named)
    return listed(parts, " and on ", ", on ")


def reasons(whys: Iterable[str]) -> str:
    """Write the reasons of orders in brackets, each once; nothing where there are none or many."""
    told = list(dict.fromkeys(why for why in whys if why))
    return f" ({listed(told, ' or ')})" if 0 < len(told) <= MOST_REASONS else ""


def number(count: int, zero: str = "no") -> str:
    """Write a count as a word up to twelve; nothing is `zero`."""
    if count == 0:
        return zero
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def many(count: int, noun: str) -> str:
    """Write a count with its noun: `one booster`, `six infusions`, `15 boosters`."""
    return f"{number(count)} {noun}" + ("" if count == 1 else "s")


def times(count: int) -> str:
    """Write how often: `once`, `twice`, `three times`."""
    return {1: "once", 2: "twice"}.get(count) or f"{number(count)} times"


def ordinal(place: int) -> str:
    """Write a place in a row as a word up to twelfth, then as `13th`."""
    if 0 <= place < len(ORDINALS):
        return ORDINALS[place]
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10)
    return f"{place}{ending or 'th'}"


def days(count: int) -> str:
    """Write a number of whole days: `1 day`, `9 days`."""
    return f"{count} day" if count == 1 else f"{count} days"


def day_range(counts: Sequence[int]) -> str:
    """Write the range of some numbers of whole days: `1 day`, `4 to 15 days`."""
    low, high = min(counts), max(counts)
    return days(low) if low == high else f"{low} to {high} days"


def interval(length: float) -> str:
    """Write an interval in days to a tenth of a day, whole ones without: `33.6`, `28`."""
    return f"{length:.1f}".removesuffix(".0")


def span(values: Sequence[int]) -> str:
    """Write few numbers one by one in order of time, and many as their range: `3 to 12`."""
    if len(set(values)) == 1:
        return f"{values[0]} each time" if len(values) > 1 else str(values[0])
    if sorted(set(values)) == [min(values), min(values) + 1]:
        return f"{min(values)} or {max(values)}"
    if len(values) <= 4:
        return listed(map(str, values))
    return f"{min(values)} to {max(values)}"


def sentence(*parts: str) -> str:
    """Join parts into one sentence with a capital at its beginning and a full stop."""
    text = "".join(part for part in parts if part).strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
