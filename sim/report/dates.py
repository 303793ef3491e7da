"""What is not the same every week in a clinic, in words; dates as a reader says them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sim.clinic.clinic_table import ClinicTable
from sim.clinic.rota import FromTo


def in_words(day: date) -> str:
    """Write a date as a reader says it: 3 August 2026."""
    return f"{day.day} {day:%B} {day.year}"


def calendar_in_words(clinic: ClinicTable) -> Iterator[str]:
    """Say who is on duty when, what is away or out of order, and when the clinic is closed."""
    for shift in clinic.rota:
        days = ", ".join(day.capitalize() for day in shift.weekdays) or "every day"
        number = f"{shift.number}" if shift.number is not None else f"{shift.fewer} fewer"
        yield f"Rota: {number} {shift.staff} on duty {shift.hours}, {days}."
    for out in clinic.chairs_out:
        yield f"{out.chairs} chair(s) out of order {_from_to(out)}."
    for leave in clinic.staff_away:
        yield f"{leave.number} of the {leave.staff} away {_from_to(leave)}."
    for closure in clinic.closures:
        yield f"Closed {_from_to(closure)}."
    if holidays := sorted(set(clinic.all_holidays())):
        yield f"Closed on {len(holidays)} holiday(s): {', '.join(map(in_words, holidays))}."


def _from_to(days: FromTo) -> str:
    return f"from {in_words(days.first_day)} to {in_words(days.last_day)}"
