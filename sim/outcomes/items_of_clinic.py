"""What chairs and staff cost: used by visits, beyond the usual pay, and paid for but not used.

Staff are paid for the hours on duty and for what is beyond them (`Work.beyond`); a visit uses a
nurse for preparing and discharging, and a share of one for watching. Where one nurse does both at
once, the minutes of all visits are more than hers, and each counts for so much less. What is paid
and not used is idle, so that used, idle and extra pay add up to what is paid.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Ints
from sim.clinic.clinic_table import STAFF, ClinicTable
from sim.clinic.rota import Staff
from sim.clinic.staff import places
from sim.outcomes.money import (
    Entries,
    at_noon,
    entries_of,
    laid_together,
    midnights,
    priced,
    stretch_at,
)
from sim.outcomes.reading import Reading
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, MINUTES_PER_HOUR, NEVER


def _wages(reading: Reading, staff: Staff, minute: Ints) -> Floats:
    """Wage of a minute of a staff, as it holds in each of these minutes."""
    return priced(reading, minute, lambda clinic: clinic.prices.wage(staff) / MINUTES_PER_HOUR)


def staff_used(reading: Reading) -> Entries:
    """Wages of the minutes that visits took of nurses and prescribers, when they sat down."""
    return laid_together(reading.once(_used).values())


def _used(reading: Reading) -> dict[Staff, Entries]:
    return {staff: _used_of(reading, staff) for staff in STAFF}


def _used_of(reading: Reading, staff: Staff) -> Entries:
    when, minutes = _minutes_of_visits(reading, staff)
    factor = reading.everybody.once(_factors)[staff]
    return entries_of(when, minutes * factor * _wages(reading, staff, when))


def _factors(reading: Reading) -> dict[Staff, float]:
    """By how much less the minutes of all visits count, as one nurse did several things at once."""
    found: dict[Staff, float] = {}
    for staff in STAFF:
        total = float(_minutes_of_visits(reading, staff)[1].sum())
        found[staff] = reading.work.needed(staff) / total if total else 0.0
    return found


def _minutes_of_visits(reading: Reading, staff: Staff) -> tuple[Ints, Floats]:
    """Minutes that each visit took of a staff, within the measured time, and when it began."""
    visits = reading.visits
    rows = visits["nurse" if staff == "nurses" else "prescriber"] != NEVER
    shares = reading.stretches[0].clinic.nurse_shares()  # cannot change in mid-run
    stages = [("seated", "left", 1.0)]
    if staff == "nurses":
        stages = [
            ("prepare_start", "prepared", 1.0),
            ("prepared", "infusion_end", shares.infusing / shares.whole),
            ("infusion_end", "discharge_start", shares.monitoring / shares.whole),
            ("discharge_start", "left", 1.0),
        ]
    minutes = np.zeros(int(rows.sum()))
    for begin, end, share in stages:
        minutes += share * _within(reading, visits[begin][rows], visits[end][rows])
    when = np.clip(visits["seated"][rows], reading.begin, reading.horizon - 1)
    some = minutes > 0
    return when[some], minutes[some]


def _within(reading: Reading, begin: Ints, end: Ints) -> Floats:
    """Minutes from begin to end that are measured; what has not ended lasts to the horizon."""
    end = np.where(end == NEVER, reading.horizon, end)
    lasted: Floats = np.maximum(end - np.maximum(begin, reading.begin), 0).astype(float)
    return np.where(begin == NEVER, 0.0, lasted)


def chairs_used(reading: Reading) -> Entries:
    """Cost of the minutes of opening hours that visits took of a chair, turnover included.

    A chair for a year costs what it costs, however long the clinic is open: an open minute has its
    part of that.
    """
    visits = reading.visits
    rows = visits["chair"] != NEVER
    seated, free = visits["seated"][rows], visits["chair_free"][rows]
    free = np.where(free == NEVER, reading.horizon, free)
    opened = _open_minutes(reading, np.concatenate([seated, free])).reshape(2, -1)
    minutes = opened[1] - opened[0]
    some = minutes > 0
    when = np.clip(seated[some], reading.begin, reading.horizon - 1)
    return entries_of(when, minutes[some] * _chair_minute(reading)[stretch_at(reading, when)])


def _open_minutes(reading: Reading, minute: Ints) -> Floats:
    """Minutes that the clinic was open from the beginning of the measured time up to a minute."""
    return reading.everybody.work.open.until(minute.astype(float))


def _chair_minute(reading: Reading) -> Floats:
    """Cost of a chair in an open minute, in each stretch of the run."""
    edges = np.array([*(one.begin for one in reading.stretches), reading.horizon])
    opened = np.diff(_open_minutes(reading, edges))
    a_year = np.array([one.clinic.prices.chair_year for one in reading.stretches])
    cost = a_year / DAYS_PER_YEAR / MINUTES_PER_DAY * np.diff(edges)
    return np.divide(cost, opened, out=np.zeros(len(cost)), where=opened > 0)


def overtime_extra(reading: Reading) -> Entries:
    """What overtime costs beyond the usual wage, by the day."""
    edges = midnights(reading)
    noons = at_noon(edges)
    extra = priced(reading, noons, lambda clinic: clinic.prices.overtime_factor) - 1
    paid = sum(_wages(reading, staff, noons) * reading.once(_beyond)[staff] for staff in STAFF)
    return entries_of(noons, extra * paid)


def _beyond(reading: Reading) -> dict[Staff, Floats]:
    edges = midnights(reading).astype(float)
    return {staff: reading.work.beyond_each(staff, edges) for staff in STAFF}


def idle(reading: Reading) -> Entries:
    """Chairs and staff that are paid for by the day, less what visits used of them.

    Nothing of what has no limit, of which none is kept waiting.
    """
    edges = midnights(reading)
    noons = at_noon(edges)
    parts = [entries_of(noons[:0], 0.0)]
    if reading.work.duty("chairs") is not None:
        paid = priced(reading, noons, _a_day_of_chairs)
        parts += [entries_of(noons, paid), _less(reading.once(chairs_used))]
    for staff in STAFF:
        duty = reading.work.duty(staff)
        if duty is not None:
            minutes = duty.area(edges.astype(float)) + reading.once(_beyond)[staff]
            paid = minutes * _wages(reading, staff, noons)
            parts += [entries_of(noons, paid), _less(reading.once(_used)[staff])]
    return laid_together(parts)


def _a_day_of_chairs(clinic: ClinicTable) -> float:
    """Cost of all chairs for a day, those out of order as well."""
    return (places(clinic.chairs) or 0) * clinic.prices.chair_year / DAYS_PER_YEAR


def _less(spent: Entries) -> Entries:
    return Entries(spent.minute, -spent.amount)
