"""The event table in the columns that vidigi (2 or later) reads.

The entity is the patient, from referral to the end of treatment: so vidigi shows people going home
and coming back, and `visit_id` is there for what concerns a single visit. No patient sits in a
chair that is made ready for the next one, so a turnover is an entity of its own: it holds the
chair, and utilisation counts it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.clinic.visit import MISSED
from sim.events.event_log import (
    AT_HOME,
    DOSE_AT_HOME,
    FOR_CHAIR,
    FOR_PRESCRIBER,
    REFERRAL,
    REMOTE_RATING,
    STAYS_AWAY,
    TREATMENT_ENDS,
    TURNOVER_OF_CHAIR,
    WAITING_LIST,
)

_NO_PLACE = {REMOTE_RATING, STAYS_AWAY[MISSED]}  # by whoever is at home meanwhile, and stays there
QUEUED = {WAITING_LIST, AT_HOME, FOR_CHAIR, FOR_PRESCRIBER, DOSE_AT_HOME, *STAYS_AWAY.values()}
QUEUED -= _NO_PLACE
VIDIGI_COLUMNS = (
    "run_number", "entity_id", "event_type", "event", "time", "timestamp", "resource_id",
    "unique_resource_id", "visit_id", "entity_kind", "kind", "status", "route", "reason",
)  # fmt: skip


def vidigi_table(events: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each begin and end, in the order of time.

    `resource_id` numbers the chairs, and the prescribers, from 1; `unique_resource_id` tells both
    apart. What is still open at the horizon has no end.
    """
    placed = events[~events["activity"].isin(_NO_PLACE)]
    taken, done = placed["resource_type"] != "", placed["complete"].notna()
    turned, activity = placed["activity"] == TURNOVER_OF_CHAIR, placed["activity"]
    plain = [
        _with(placed[activity == REFERRAL], "arrival_departure", "arrival"),
        _with(placed[activity.isin(QUEUED)], "queue"),
        _with(placed[activity == TREATMENT_ENDS], "arrival_departure", "depart"),
        _with(placed[turned], "arrival_departure", "arrival", step=-1),
        _with(placed[taken], "resource_use"),
        _with(placed[taken & done], "resource_use_end", ends=True, step=1),
        _with(placed[turned & done], "arrival_departure", "depart", ends=True, step=2),
    ]
    table = pd.concat(plain, ignore_index=True)
    table["time"] = table["time"].astype("int64")
    table = table.sort_values(["time", "event_number", "step"], kind="stable", ignore_index=True)
    return table[list(VIDIGI_COLUMNS)]


def _with(
    rows: pd.DataFrame, event_type: str, event: str = "", ends: bool = False, step: int = 0
) -> pd.DataFrame:
    """Give rows of one type of event; an entity is `p12`, a visit `p12-v3`: never a number."""
    patient = "p" + rows["case"]
    visit = (patient + "-v" + rows["visit"].astype("string")).fillna("")
    is_turnover = rows["activity"] == TURNOVER_OF_CHAIR
    number = rows["resource"].astype("string")
    named: Any = rows["activity"] + (" ends" if ends else "")
    return pd.DataFrame(
        {
            "run_number": rows["replication"],
            "entity_id": np.where(is_turnover, "turnover-" + visit.astype(object), patient),
            "event_type": event_type,
            "event": event or named,
            "time": rows["complete" if ends else "start"],
            "timestamp": rows["completed_at" if ends else "started_at"],
            "resource_id": rows["resource"],
            "unique_resource_id": (rows["resource_type"] + "_" + number).fillna(""),
            "visit_id": visit,
            "entity_kind": np.where(is_turnover, "turnover", "patient"),
            "kind": rows["kind"],
            "status": rows["status"],
            "route": rows["route"],
            "reason": rows["reason"],
            "event_number": rows["event"],
            "step": step,
        }
    )
