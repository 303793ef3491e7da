"""Waits: how long people waited, whether what they waited for came, and whether it still can.

Whoever left before it came never gets it; whoever waits at the horizon is censored there. The
clinic's own clock stands still while a patient does not want to come, and leaves out who leaves
then.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.outcomes.reading import Reading
from sim.stats.survival import Times
from sim.units import MINUTES_PER_DAY, NEVER

PART_OF_RUN = 4
"""A mean is restricted to at most a quarter of the time measured, so that it rests on the people of
the first three quarters, all of whom were watched up to the limit."""


def limit(reading: Reading, days: float) -> float:
    """Days to which a mean is restricted: these, or a quarter of the time measured if shorter."""
    return min(days, reading.measured_days / PART_OF_RUN)


def calendar_first_infusion(reading: Reading) -> Times:
    """Days by the calendar from referral to the first infusion, of all referred after the warm-up.

    Whoever left, was lost or was discharged without one never has it.
    """
    counted, referred = _new(reading), reading.patients.referred
    started = reading.first_infusion != NEVER
    days = (_until(reading) - referred) / MINUTES_PER_DAY
    never = ~started & (reading.discharged != NEVER)
    followed = (reading.horizon - referred) / MINUTES_PER_DAY
    return Times(days[counted], started[counted], never[counted], followed[counted])


def clinic_first_infusion(reading: Reading) -> Times:
    """Those of these days that the clinic let people wait: a clock that at times stands still.

    It stands from a visit missed or called off until another is wished for. Whoever leaves while
    it runs never has the infusion; whoever leaves while it stands, for good or for want of
    patience, is censored then.
    """
    days, started, never, followed = (np.asarray(a) for a in calendar_first_infusion(reading))
    counted = _new(reading)
    waited = np.maximum(days - _stood_still(reading)[counted], 0.0)
    return Times(waited, started, never & ~_standing(reading)[counted], followed)


def booster_delay(reading: Reading) -> Times:
    """Whole days from the day a booster was due to the day on which it was given, on that clock.

    After a visit missed or called off, from the day on which another was wished for. Boosters due
    between the warm-up and the horizon, while the patient was in treatment. One whose patient left
    first is never given; one that was offered and missed for good is censored on that day.
    """
    visits = reading.visits
    boosters = (visits["kind"] == "booster") & (visits["wished"] >= reading.begin)
    boosters[reading.made_up_for[0]] = False
    rows = np.flatnonzero(boosters)
    due = visits["wished"][rows].astype(np.int64)
    given = visits["infusion_start"][rows].astype(np.int64)
    left = reading.discharged[visits["patient"][rows].astype(np.int64)]
    last = reading.horizon - 1  # the last minute that was seen
    until = np.where(given != NEVER, given, np.where(left != NEVER, left, last))
    days = np.maximum(until // MINUTES_PER_DAY - due // MINUTES_PER_DAY, 0)
    counted = (due <= last) & ((given != NEVER) | (left == NEVER) | (due < left))
    missed = visits["status"][rows] == "no_show"  # and no other was wished for
    never = (given == NEVER) & (left != NEVER) & ~missed
    followed = last // MINUTES_PER_DAY - due // MINUTES_PER_DAY
    return Times(*(column[counted] for column in (days, given != NEVER, never, followed)))


def _new(reading: Reading) -> Bools:
    """Mark who was referred after the warm-up."""
    marked: Bools = reading.patients.referred >= reading.begin
    return marked


def _until(reading: Reading) -> Ints:
    """Minute at which each patient's wait for the first infusion ended, or the horizon."""
    left = np.where(reading.discharged != NEVER, reading.discharged, reading.horizon)
    return np.where(reading.first_infusion != NEVER, reading.first_infusion, left)


def _stood_still(reading: Reading) -> Floats:
    """Days of each patient's wait during which the patient did not want to come."""
    visits = reading.visits
    missed, other = reading.made_up_for
    who = visits["patient"][missed].astype(np.int64)
    until = np.minimum(visits["wished"][other], _until(reading)[who])
    minutes = np.maximum(until - visits["booked"][missed], 0)
    days = np.zeros(len(reading.patients))
    np.add.at(days, who, minutes / MINUTES_PER_DAY)
    return days


def _standing(reading: Reading) -> Bools:
    """Mark who left treatment by missing a visit, or before another was wished for."""
    visits, standing = reading.visits, np.zeros(len(reading.patients), dtype=bool)
    who = visits["patient"].astype(np.int64)
    missed, other = reading.made_up_for
    lost = visits["status"] == "no_show"
    lost[missed] = False
    early = other[visits["wished"][other] > reading.discharged[who[other]]]
    standing[who[lost]] = standing[who[early]] = True
    return standing
