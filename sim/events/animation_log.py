"""Where everybody is when, and what is done to each chair: what an animation is made of."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from sim.config.names import visible
from sim.events.animation_page import ARRIVAL, CHAIR, DEPART, HOME, LIST, PRESCRIBER, ROOM
from sim.model.eras import stretches
from sim.model.replication import Replication

_WHERE = {
    "waiting list": LIST, "at home": HOME, "waiting for a chair": ROOM,
    "waiting for a prescriber": ROOM, "assessment": PRESCRIBER, "evaluation": PRESCRIBER,
}  # fmt: skip


def animation_log(
    run: Replication, events: pd.DataFrame, begin: int, end: int
) -> tuple[pd.DataFrame, int, int]:
    """Give what vidigi is told: where everybody is when, and what is with each chair.

    And how many chairs and prescribers there are, or as many as were taken; one at least.
    """
    where = events["activity"].map(_WHERE)
    where = where.mask(events["resource_type"] == "chair", CHAIR)
    where = where.mask(events["activity"] == "referred", ARRIVAL)
    where = where.mask(events["activity"] == "end of treatment", DEPART)
    rows = events.assign(event=where)
    turned = rows[(rows["activity"] == "turnover") & (rows["complete"].fillna(end) > begin)]
    rows = rows[where.notna() & (rows["activity"] != "turnover") & (rows["start"] < end)]
    entity = "p" + rows["case"]
    talk = rows["resource_type"] == "prescriber"
    log = pd.DataFrame(
        {
            "entity_id": entity,
            "entity_kind": "patient",
            "event_type": np.select(
                [rows["event"].isin([ARRIVAL, DEPART]), rows["resource_type"] != ""],
                ["arrival_departure", "resource_use"],
                "queue",
            ),
            "event": rows["event"],
            "time": rows["start"].astype("int64"),
            "resource_id": rows["resource"].astype("float64"),
            "stage": rows["activity"].mask(talk, "with a prescriber"),
            "hover": _hovers(rows),
        }
    )
    log = _cut(log, begin)
    turned = turned[turned["start"] < end]
    chairs = max(
        1,
        _capacity(run, "chairs", begin, end),
        _most(log.loc[log["event"] == CHAIR, "resource_id"]),
        _most(turned["resource"]),
    )
    talking = _most(log.loc[log["event"] == PRESCRIBER, "resource_id"])
    whole = pd.concat([log, _of_chairs(turned, chairs, begin)], ignore_index=True)
    whole = whole.sort_values("time", kind="stable", ignore_index=True)
    return whole, chairs, max(1, _capacity(run, "prescribers", begin, end), talking)


def _hovers(rows: pd.DataFrame) -> pd.Series[Any]:
    since = rows["started_at"].dt.strftime("%d %b %H:%M")
    kinds = [f" ({escape(visible(kind))})" if kind else "" for kind in rows["kind"]]
    told = [
        f"patient {case}: {activity}{kind} since {minute}"
        for case, activity, kind, minute in zip(
            rows["case"], rows["activity"], kinds, since, strict=True
        )
    ]
    return pd.Series(told, index=rows.index, dtype=object)


def _cut(log: pd.DataFrame, begin: int) -> pd.DataFrame:
    """Leave out who had left before the window, and all before it but where each was last."""
    gone = log.loc[(log["event"] == DEPART) & (log["time"] < begin), "entity_id"]
    log = log[~log["entity_id"].isin(gone)]
    before = log["time"] < begin
    newest = ~log[before].duplicated("entity_id", keep="last")
    arrival = log["event"] == ARRIVAL
    return log[~before | arrival | newest.reindex(log.index, fill_value=False)]


def _capacity(run: Replication, resource: Any, begin: int, end: int) -> int:
    found = [one.clinic.staffed(resource) for one in stretches(run.scenario, begin, end)]
    return max((number for number in found if number is not None), default=0)


def _most(numbers: pd.Series[Any]) -> int:
    """Give the highest number of a chair or prescriber that was taken."""
    return int(numbers.max()) if numbers.notna().any() else 0


def _of_chairs(turned: pd.DataFrame, number: int, begin: int) -> pd.DataFrame:
    """Give each chair as an entity that never moves: made ready now and then, else not seen."""
    there = [(chair, begin, ARRIVAL, "free", 0) for chair in range(1, number + 1)]
    there += [(chair, begin, CHAIR, "free", 1) for chair in range(1, number + 1)]
    for row in turned.to_dict("records"):
        chair = int(row["resource"])
        there.append((chair, max(int(row["start"]), begin), CHAIR, "turnover", 2))
        if not pd.isna(row["complete"]):
            there.append((chair, int(row["complete"]), CHAIR, "free", 1))
    table = pd.DataFrame(there, columns=["resource_id", "time", "event", "stage", "order"])
    table = table.sort_values(["time", "order"], kind="stable").drop(columns="order")
    of_chair = "chair " + table["resource_id"].astype(int).astype(str)
    return table.assign(
        entity_id=of_chair,
        entity_kind="chair",
        event_type=np.where(table["event"] == ARRIVAL, "arrival_departure", "resource_use"),
        hover=of_chair + ": made ready",
        resource_id=table["resource_id"].astype(float),
    )
