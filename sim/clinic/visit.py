"""One visit: what was ordered, when each stage began, who and what took part.

A visit is filled in place as it goes on: `visit.seated = now`. What has not happened is None. At
the end of a run the visits are turned into columns, in which it is NEVER (-1).
"""

from __future__ import annotations

from sys import intern
from typing import Any, Final

from sim.policy.orders import Order

VISIT_COLUMNS: Final = (
    "patient",
    "visit",
    "kind",
    "due",
    "latest",
    "interval_days",
    "ordered",
    "booked",
    "arrived",
    "seated",
    "prepare_start",
    "prepared",
    "infusion_start",
    "infusion_end",
    "ready",
    "discharge_start",
    "left",
    "chair_free",
    "chair",
    "nurse",
    "prescriber",
    "route",
    "dose_mg_kg",
    "bioavailability",
    "rated_before",
    "true_before",
    "status",
    "wished",
    "adverse",
    "why",
)
STAGES: Final = VISIT_COLUMNS[
    VISIT_COLUMNS.index("arrived") : VISIT_COLUMNS.index("chair_free") + 1
]
"""Columns of minutes that lie in the future of a visit that is only booked."""

AHEAD: Final = "ahead"  # ordered, the patient has not come yet
IN_PROGRESS: Final = "in_progress"
DONE: Final = "done"
CANCELLED: Final = "cancelled"  # called off, put off, or the patient left before it
NO_SHOW: Final = "no_show"  # the patient did not come, and nobody was told
MISSED: Final = "missed"  # a remote rating that was asked for and not sent
BLOCKED: Final = "blocked"  # came and found no place to wait


class VisitRow:
    """A row of the record, in the making."""

    __slots__ = (*VISIT_COLUMNS, "row")

    def __init__(self, patient: int, number: int, order: Order, now: int, row: int = 0) -> None:
        self.row = row  # its place in the record
        self.patient, self.visit, self.kind = patient, number, order.kind
        self.due, self.latest, self.ordered = order.due, order.latest, now
        self.interval_days, self.why = order.interval_days, intern(order.why)
        self.route, self.dose_mg_kg, _ = order.prescription or ("", 0.0, False)
        self.booked: int | None = None
        self.arrived: int | None = None
        self.seated: int | None = None
        self.prepare_start: int | None = None
        self.prepared: int | None = None
        self.infusion_start: int | None = None
        self.infusion_end: int | None = None
        self.ready: int | None = None
        self.discharge_start: int | None = None
        self.left: int | None = None
        self.chair_free: int | None = None
        self.chair: int | None = None
        self.nurse: int | None = None
        self.prescriber: int | None = None
        self.rated_before: int | None = None
        self.true_before: float | None = None
        self.wished: int | None = None
        self.adverse: int | None = None
        self.bioavailability = 0.0
        self.status: str = AHEAD

    def values(self) -> tuple[Any, ...]:
        """Give the values of VISIT_COLUMNS, in that order."""
        return (
            self.patient,
            self.visit,
            self.kind,
            self.due,
            self.latest,
            self.interval_days,
            self.ordered,
            self.booked,
            self.arrived,
            self.seated,
            self.prepare_start,
            self.prepared,
            self.infusion_start,
            self.infusion_end,
            self.ready,
            self.discharge_start,
            self.left,
            self.chair_free,
            self.chair,
            self.nurse,
            self.prescriber,
            self.route,
            self.dose_mg_kg,
            self.bioavailability,
            self.rated_before,
            self.true_before,
            self.status,
            self.wished,
            self.adverse,
            self.why,
        )
