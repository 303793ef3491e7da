"""One visit as a row: what was ordered, when each stage began, who and what took part.

A row is a plain list, filled in place as the visit goes on: `visit[SEATED] = now`. What has not
happened is NEVER (-1). At the end of a run the rows are turned into columns.
"""

from __future__ import annotations

from typing import Any, Final

from sim.units import NEVER

Row = list[Any]

COLUMNS: Final = (
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
)
(
    PATIENT,
    VISIT,
    KIND,
    DUE,
    LATEST,
    INTERVAL_DAYS,
    ORDERED,
    BOOKED,
    ARRIVED,
    SEATED,
    PREPARE_START,
    PREPARED,
    INFUSION_START,
    INFUSION_END,
    READY,
    DISCHARGE_START,
    LEFT,
    CHAIR_FREE,
    CHAIR,
    NURSE,
    PRESCRIBER,
    ROUTE,
    DOSE_MG_KG,
    BIOAVAILABILITY,
    RATED_BEFORE,
    TRUE_BEFORE,
    STATUS,
    WISHED,
    ADVERSE,
) = range(len(COLUMNS))

STAGES: Final = tuple(range(ARRIVED, CHAIR_FREE + 1))
"""Columns of minutes that lie in the future of a visit that is only booked."""

BLANK: Final[Row] = [NEVER] * len(COLUMNS)
BLANK[KIND] = BLANK[ROUTE] = ""
BLANK[INTERVAL_DAYS] = BLANK[DOSE_MG_KG] = BLANK[BIOAVAILABILITY] = 0.0
BLANK[TRUE_BEFORE] = -1.0

AHEAD: Final = "ahead"  # ordered, the patient has not come yet
IN_PROGRESS: Final = "in_progress"
DONE: Final = "done"
CANCELLED: Final = "cancelled"  # called off at short notice, or the patient left before it
NO_SHOW: Final = "no_show"  # the patient did not come, and nobody was told
MISSED: Final = "missed"  # a remote rating that was asked for and not sent
BLOCKED: Final = "blocked"  # came and found no place to wait
BLANK[STATUS] = AHEAD
