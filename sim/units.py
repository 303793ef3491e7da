"""One clock: whole minutes from midnight of the start date; clinical time in days."""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
DAYS_PER_WEEK = 7
MINUTES_PER_WEEK = DAYS_PER_WEEK * MINUTES_PER_DAY
DAYS_PER_YEAR = 365.25
NOON = 12 * MINUTES_PER_HOUR

NEVER = -1
"""A minute, number or score of the record that has not happened (yet)."""


def half_up(number: Any) -> Any:
    """Round to a whole number, halves up: a float to an int, an array to one of int64."""
    if isinstance(number, np.ndarray):
        return np.floor(number + 0.5).astype(np.int64)
    return floor(number + 0.5)


def whole_minutes(minutes: float) -> int:
    """Round a duration to whole minutes, half up, once."""
    return floor(minutes + 0.5)


def minutes_of(days: float) -> int:
    """Turn days into whole minutes, half up."""
    return whole_minutes(days * MINUTES_PER_DAY)


def midnight_of(minute: int) -> int:
    """Give the midnight that begins the calendar day of a minute."""
    return minute - minute % MINUTES_PER_DAY


def first_noon(minute: Any) -> Any:
    """Give the day of the first noon that is not before a minute, of one or of an array of them."""
    return -(-(minute - NOON) // MINUTES_PER_DAY)
