"""Economic measures: what treatment is charged at, and what the clinic's capacity costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.arrays import Bools
from sim.clinic.clinic_table import STAFF, ClinicTable
from sim.model.eras import Stretch
from sim.outcomes.measures import Measure, share
from sim.outcomes.reading import Reading
from sim.policy.orders import ROUTES
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, MINUTES_PER_HOUR


def _charged(reading: Reading) -> float:
    """US$ of all sessions, assessments and evaluations after the warm-up."""
    return sum(_charged_in(reading, stretch) for stretch in reading.stretches)


def _charged_in(reading: Reading, stretch: Stretch) -> float:
    """US$ of those that ended, or were come to, while one clinic's prices held."""
    prices, visits = stretch.clinic.prices, reading.visits
    infused = reading.infused & _within(visits["infusion_end"], stretch)
    sessions = sum(
        getattr(prices, route) * int((infused & (visits["route"] == route)).sum())
        for route in ROUTES
    )
    seen = reading.of_kind("assessment", "evaluation") & (visits["status"] == "done")
    seen &= _within(visits["arrived"], stretch)
    return float(sessions + prices.evaluation * int(seen.sum()))


def _within(minutes: Any, stretch: Stretch) -> Bools:
    marked: Bools = (minutes >= stretch.begin) & (minutes < stretch.end)
    return marked


def _wages(clinic: ClinicTable) -> dict[str, float]:
    """US$ a minute of each staff."""
    return {staff: clinic.prices.wage(staff) / MINUTES_PER_HOUR for staff in STAFF}


def _overtime_cost(reading: Reading) -> float:
    """US$ a week of the minutes that staff worked beyond the rota or after closing."""
    return sum(_overtime_paid(reading, one) for one in reading.stretches) / reading.weeks


def _overtime_paid(reading: Reading, stretch: Stretch) -> float:
    wages, work = _wages(stretch.clinic), reading.work
    paid = sum(wages[staff] * work.beyond(staff, stretch.span) for staff in STAFF)
    return stretch.clinic.prices.overtime_factor * paid


def _years(reading: Reading) -> float:
    return reading.measured_days / DAYS_PER_YEAR


def _capacity_cost(reading: Reading) -> float | None:
    """US$ of chairs (also those out of order) and of the hours that staff were on duty."""
    total = 0.0
    for stretch in reading.stretches:
        clinic, work, wages = stretch.clinic, reading.work, _wages(stretch.clinic)
        dollars = 0.0
        for staff in STAFF:
            minutes = work.in_hours(staff, stretch.span)
            if minutes is None:
                return None
            dollars += wages[staff] * float(minutes[1][0])
        if isinstance(clinic.chairs, str):
            return None
        years = (stretch.end - stretch.begin) / MINUTES_PER_DAY / DAYS_PER_YEAR
        total += clinic.chairs * clinic.prices.chair_year * years + dollars
    return total


def _capacity_cost_by(divisor: Callable[[Reading], float]) -> Callable[[Reading], float | None]:
    """Divide that by years, or by how many were treated."""

    def read(reading: Reading) -> float | None:
        cost = _capacity_cost(reading)
        return None if cost is None else share(cost, divisor(reading))

    return read


ECONOMIC = (
    Measure(
        "charged_per_patient",
        "dollars",
        "none",
        "price (US$) of all sessions, assessments and evaluations, per referred patient; "
        "undiscounted",
        "record and clinic.prices",
        "service",
        lambda reading: share(_charged(reading), reading.present.sum()),
    ),
    Measure(
        "overtime_cost_per_week",
        "dollars per week",
        "lower",
        "pay (US$, overtime_factor included) of the minutes that nurses and prescribers were with "
        "patients after closing or beyond the rota; who watches anybody is paid in full",
        "record and clinic.prices",
        "service",
        _overtime_cost,
        of_people=False,
    ),
    Measure(
        "capacity_cost_per_year",
        "dollars per year",
        "none",
        "cost (US$) of all chairs and of the hours that nurses and prescribers are on duty; "
        "undefined where any of them is unlimited",
        "clinic.prices and clinic.rota",
        "service",
        _capacity_cost_by(_years),
        of_people=False,
    ),
    Measure(
        "capacity_cost_per_patient",
        "dollars",
        "none",
        "that cost in the time measured, per patient who was in treatment or referred in the run",
        "clinic.prices, clinic.rota and record",
        "service",
        _capacity_cost_by(lambda reading: float(reading.present.sum())),
        of_people=False,
    ),
    Measure(
        "capacity_cost_per_infusion",
        "dollars",
        "none",
        "that cost in the time measured, per infusion given",
        "clinic.prices, clinic.rota and record",
        "service",
        _capacity_cost_by(lambda reading: float(reading.infused.sum())),
        of_people=False,
    ),
)
