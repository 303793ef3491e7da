"""One clock: whole minutes from midnight of the start date; clinical time in days."""

from __future__ import annotations

from math import floor

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
DAYS_PER_YEAR = 365.25
NOON = 12 * MINUTES_PER_HOUR

NEVER = -1
"""A minute, number or score of the record that has not happened (yet)."""


def whole_minutes(minutes: float) -> int:
    """Round a duration to whole minutes, half up, once."""
    return floor(minutes + 0.5)


def minutes_of(days: float) -> int:
    """Turn days into whole minutes, half up."""
    return floor(days * MINUTES_PER_DAY + 0.5)


def midnight_of(minute: int) -> int:
    """Give the midnight that begins the calendar day of a minute."""
    return minute - minute % MINUTES_PER_DAY
