"""Economic measures: what treatment is charged at, and what the clinic's capacity costs."""

from __future__ import annotations

from collections.abc import Callable

from sim.clinic.clinic_table import STAFF
from sim.outcomes.measures import Measure, share
from sim.outcomes.reading import Reading
from sim.policy.orders import ROUTES
from sim.units import DAYS_PER_YEAR, MINUTES_PER_HOUR


def _charged(reading: Reading) -> float:
    """US$ of all sessions, assessments and evaluations after the warm-up."""
    prices = reading.replication.scenario.clinic.prices
    visits = reading.visits
    sessions = sum(
        getattr(prices, route) * int((reading.infused & (visits["route"] == route)).sum())
        for route in ROUTES
    )
    seen = reading.of_kind("assessment", "evaluation") & (visits["status"] == "done")
    seen &= visits["arrived"] >= reading.begin
    return float(sessions + prices.evaluation * int(seen.sum()))


def _wages(reading: Reading) -> dict[str, float]:
    """US$ a minute of each staff."""
    prices = reading.replication.scenario.clinic.prices
    by_hour = {"nurses": prices.nurse_hour, "prescribers": prices.prescriber_hour}
    return {staff: dollars / MINUTES_PER_HOUR for staff, dollars in by_hour.items()}


def _overtime_cost(reading: Reading) -> float:
    """US$ a week of the minutes that staff worked beyond the rota or after closing."""
    factor = reading.replication.scenario.clinic.prices.overtime_factor
    wages = _wages(reading)
    paid = sum(wages[staff] * reading.work.beyond_duty[staff] for staff in STAFF)
    return factor * paid / reading.weeks


def _years(reading: Reading) -> float:
    return reading.measured_days / DAYS_PER_YEAR


def _capacity_cost(reading: Reading) -> float | None:
    """US$ of chairs (also those out of order) and of the hours that staff were on duty."""
    clinic, work, years = reading.replication.scenario.clinic, reading.work, _years(reading)
    wages, dollars = _wages(reading), 0.0
    for staff in STAFF:
        minutes = work.of_all[staff]
        if minutes is None:
            return None
        dollars += wages[staff] * minutes[1]
    if isinstance(clinic.chairs, str):
        return None
    return clinic.chairs * clinic.prices.chair_year * years + dollars


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
