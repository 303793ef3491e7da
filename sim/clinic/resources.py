"""Chairs, nurses and prescribers of a clinic, as many as rota and repairs leave at each minute."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

from sim.clinic.clinic_table import RESOURCES, STAFF, ClinicTable
from sim.clinic.hours import Calendar
from sim.clinic.rota import Resource
from sim.clinic.staffing import Nurses, Places
from sim.clock import Clock, Process
from sim.units import MINUTES_PER_DAY


class Resources(NamedTuple):
    """What a visit waits for; it gives back to the same what it took."""

    chairs: Places
    nurses: Nurses
    prescribers: Places


def resources(clock: Clock, table: ClinicTable, limited: bool = True) -> Resources:
    """Set up what the table says, or as much of everything as anybody asks for."""
    chairs, nurses, prescribers = (
        table.staffed(resource) if limited else None for resource in RESOURCES
    )
    staff = Nurses(clock, nurses, table.nurse_shares())
    return Resources(Places(clock, chairs), staff, Places(clock, prescribers))


def followed(
    clock: Clock,
    table: ClinicTable,
    calendar: Calendar,
    these: Resources,
    until: int | None = None,
) -> Process:
    """Keep numbers as rota and repairs say, from today on, up to a day or without end (a process).

    They change before all else of a minute: whoever goes off duty begins nothing more.
    """
    today = clock.now // MINUTES_PER_DAY
    for day in count(today) if until is None else range(today, until):
        midnight = day * MINUTES_PER_DAY
        for minute, resource, number in [(midnight, None, 0), *changes(table, calendar, day)]:
            if minute > clock.now:
                yield clock.before_all(minute)
            if resource:
                getattr(these, resource).resize(number)


def resized(table: ClinicTable, these: Resources) -> None:
    """Let there be as many of everything as a table says; what has no limit keeps none."""
    for resource in RESOURCES:
        if (number := table.staffed(resource)) is not None:
            getattr(these, resource).resize(number)


def changes(table: ClinicTable, calendar: Calendar, day: int) -> list[tuple[int, Resource, int]]:
    """List what changes on a day, in order: at which minute, of what, to how many.

    Chairs go out of order and come back at midnight. Staff change in opening hours; after closing,
    and in the break of a day open in two stretches, as many stay as were there last, and at least
    one, so that nobody is left in a chair.
    """
    midnight = day * MINUTES_PER_DAY
    found: list[tuple[int, Resource, int]] = []
    if (chairs := table.on_duty("chairs", calendar, day, 0)) is not None:
        found.append((midnight, "chairs", chairs))
    for staff in STAFF:
        shifts = table.shifts(staff, calendar, day)
        if not shifts or shifts[0][2] is None:
            continue
        found += [(midnight + begins, staff, number or 0) for begins, _, number in shifts]
        if not calendar.always:
            closing = {closes for _, closes in calendar.openings(day)}
            found += [
                (midnight + ends, staff, max(1, last or 0))
                for _, ends, last in shifts
                if ends in closing
            ]
    return sorted(found, key=lambda change: change[0])
