"""Economic measures: what treatment is charged at."""

from __future__ import annotations

from sim.outcomes.measures import Measure, share
from sim.outcomes.reading import Reading
from sim.policy.orders import ROUTES


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


ECONOMIC = (
    Measure(
        "charged_per_patient",
        "dollars",
        "lower",
        "price (US$) of all sessions, assessments and evaluations, per referred patient; "
        "undiscounted",
        "record and clinic.prices",
        "service",
        lambda reading: share(_charged(reading), reading.present.sum()),
    ),
)
