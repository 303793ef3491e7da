"""Expected referrals by day, and the minutes at which referrals fall: one mechanism for all laws.

The n-th referral happens when the cumulative expected number reaches the n-th of some positions
that know nothing of rates: a changed rate stretches the times between referrals and shifts no draw,
and a rate that is higher on some days makes no referral later.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.config.errors import ScenarioError
from sim.streams import Purpose, Streams
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
When = Literal["weekdays", "clock"]

OFFICE_OPENS = 9 * MINUTES_PER_HOUR  # referrals by weekday come Monday to Friday, 9 to 17
OFFICE_MINUTES = 8 * MINUTES_PER_HOUR
WEEKDAYS = 5
MOST = 10**8  # referrals of a run: more would not fit into memory


def shares_of_week(when: When, start: date, first: int, days: int) -> Floats:
    """Share of a week's referrals that each day brings, from day `first` after the start on."""
    if when == "clock":
        return np.full(days, 1 / 7)
    weekday = (np.arange(first, first + days) + start.weekday()) % 7
    return np.where(weekday < WEEKDAYS, 1 / WEEKDAYS, 0.0)


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
    if expected > MOST:
        raise ScenarioError(
            f"referrals: these would be {expected:.3g} people in a run, more than {MOST:.0e}; "
            "lower the rate or its growth, or shorten run.days"
        )
    uniform = streams.generator(purpose).random(int(expected + 10 * expected**0.5 + 20))
    positions: Floats = np.cumsum(-np.log1p(-uniform))
    return positions


def evenly(streams: Streams, expected: float) -> Floats:
    """Positions of exactly one referral for each expected, at random between whole numbers."""
    if expected > MOST:
        raise ScenarioError(
            f"referrals: these would be {expected:.3g} people in a run, more than {MOST:.0e}"
        )
    count = int(expected) + 1
    return np.arange(count) + streams.uniform_per_patient(Purpose.REFERRAL_SPREAD, count)
