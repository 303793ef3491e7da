"""The event table: one row for each thing that happened to a patient, with begin and end.

It is a reading of the record (visits, referrals, discharges). What had not ended at the horizon has
no end, and what had not begun no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Bools, Columns, Ints
from sim.clinic.visit import BLOCKED, CANCELLED, MISSED, NO_SHOW
from sim.config.errors import ScenarioError
from sim.model.replication import Replication
from sim.policy.orders import INFUSIONS
from sim.units import NEVER

REFERRAL, TREATMENT_ENDS = "referred", "end of treatment"
WAITING_LIST, AT_HOME, DOSE_AT_HOME = "waiting list", "at home", "dose at home"
FOR_CHAIR, FOR_PRESCRIBER = "waiting for a chair", "waiting for a prescriber"
TURNOVER_OF_CHAIR, REMOTE_RATING = "turnover", "remote rating"
STAYS_AWAY = {
    NO_SHOW: "missed",
    CANCELLED: "cancelled",
    BLOCKED: "blocked",
    MISSED: "rating missed",
}
IN_THE_CHAIR = (  # activity, from, to: one after another without a gap
    ("waiting for a nurse", "seated", "prepare_start"),
    ("prepare", "prepare_start", "prepared"),
    ("infusion", "infusion_start", "infusion_end"),
    ("observation", "infusion_end", "ready"),
    ("waiting for discharge", "ready", "discharge_start"),
    ("discharge stage", "discharge_start", "left"),
    (TURNOVER_OF_CHAIR, "left", "chair_free"),
)
ONLY_IF_LONGER = {"waiting for a nurse", "waiting for discharge"}
"""Activities of no minutes that are left out: nobody waited."""
EVENT_COLUMNS = (
    "scenario", "replication", "case", "event", "activity", "start", "complete", "started_at",
    "completed_at", "resource_type", "resource", "nurse", "visit", "kind", "status", "route",
    "dose_mg_kg", "rated", "adverse", "due", "booked", "reason",
)  # fmt: skip
_OF_VISIT = ("kind", "status", "route", "dose_mg_kg", "due", "booked")
_NUMBERS = ("start", "complete", "resource", "nurse", "visit", "rated", "adverse", "due", "booked")
_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Recorded:
    """What is read of a replication, be it simulated again or kept in a file.

    `referred` is the minute of each patient's referral, NEVER where nothing is known of a patient;
    `discharges` is None where it was not kept. Minutes count from midnight of `first_day`.
    """

    visits: Columns
    referred: Ints
    discharges: Columns | None
    first_day: date
    scenario: str = ""
    replication: int = 1


def recorded(run: Replication, scenario: str = "") -> Recorded:
    """Give what is read of a replication."""
    return Recorded(
        run.visits,
        np.asarray(run.patients.referred, dtype=np.int64),
        run.discharges,
        run.scenario.first_day,
        scenario,
        run.replication,
    )


def events_of(run: Replication, scenario: str = "") -> pd.DataFrame:
    """Give the events of a replication, one row each; docs/howto_export.md tells the columns."""
    return event_table(recorded(run, scenario))


def event_table(record: Recorded) -> pd.DataFrame:
    """Give the events with the columns EVENT_COLUMNS, by patient and then in their order.

    `start` and `complete` are minutes since midnight of the first day and equal for what takes no
    time; `started_at` and `completed_at` are the same on the calendar. `resource` is the number of
    the chair or the prescriber who was taken, `event` that of the row, from 1.
    """
    visits = _in_order(record.visits)
    parts = [_referrals(record), *_visits(visits, record.discharges)]
    if record.discharges is not None:
        parts.append(_ends(record.discharges))
    full = [part for part in parts if len(part)]
    table = pd.concat(full, ignore_index=True) if full else pd.DataFrame()
    table = table.reindex(columns=["patient", "place", "stage", *EVENT_COLUMNS])
    table = table.sort_values(["patient", "start", "place", "stage"], kind="stable")
    for name in _NUMBERS:
        table[name] = _known(table[name])
    for name in ("kind", "status", "route", "reason", "resource_type"):
        table[name] = table[name].astype(object).where(table[name].notna(), "")
    table["dose_mg_kg"] = table["dose_mg_kg"].astype(float)
    table = table.reset_index(drop=True)
    table["case"] = table["patient"].astype("int64").astype(str)
    table["event"] = np.arange(1, len(table) + 1)
    table["scenario"], table["replication"] = record.scenario, record.replication
    for name, minute in (("started_at", "start"), ("completed_at", "complete")):
        table[name] = on_calendar(table[minute], record.first_day)
    return table[list(EVENT_COLUMNS)]


def on_calendar(minutes: pd.Series[Any], first_day: date) -> pd.Series[Any]:
    """Give minutes as date and time in the clinic, NaT where there is none."""
    try:
        since = pd.to_timedelta(minutes.astype("Float64").astype(float), unit="min")
        return (pd.Timestamp(first_day) + since).dt.as_unit("s")
    except (OverflowError, pd.errors.OutOfBoundsDatetime) as fault:
        raise ScenarioError(
            f"run.start_date: {first_day} leads to dates that other programs cannot hold; choose "
            "a start date between 1700 and 2200."
        ) from fault


def _known(values: pd.Series[Any]) -> pd.Series[Any]:
    found = values.astype("Float64").astype("Int64")
    return found.mask(found == NEVER)


def _in_order(visits: Columns) -> pd.DataFrame:
    """Give the visits by patient and number, with what follows from the one after.

    `is_order`: waited for at home (and no rating by protocol, which nobody waits for). `over`: the
    minute at which an order was done with, which is that of the next one, NEVER if unknown.
    """
    table = pd.DataFrame(visits).sort_values(["patient", "visit"], ignore_index=True)
    table["is_order"] = (table["kind"] != "rating") | (table["booked"] != NEVER)
    orders = table[table["is_order"]]
    after = orders.groupby("patient")["ordered"].shift(-1)
    table["over"] = after.reindex(table.index).fillna(NEVER).astype("int64")
    return table


def _referrals(record: Recorded) -> pd.DataFrame:
    known = np.flatnonzero(record.referred != NEVER)
    when = record.referred[known]
    return pd.DataFrame(
        {"patient": known, "activity": REFERRAL, "start": when, "complete": when,
         "place": -1, "stage": 0}
    )  # fmt: skip


def _ends(discharges: Columns) -> pd.DataFrame:
    when = discharges["minute"]
    return pd.DataFrame(
        {"patient": discharges["patient"], "activity": TREATMENT_ENDS, "start": when,
         "complete": when, "reason": discharges["reason"], "place": _LAST, "stage": 0}
    )  # fmt: skip


def _visits(visits: pd.DataFrame, discharges: Columns | None) -> list[pd.DataFrame]:
    """Give the rows of the visits, activity by activity."""
    if discharges is not None and len(discharges["patient"]):
        left = pd.Series(discharges["minute"], index=discharges["patient"])
        last = (visits["over"] == NEVER) & visits["is_order"]
        gone = visits["patient"].map(left[~left.index.duplicated()])
        visits["over"] = visits["over"].mask(last & gone.notna(), gone.fillna(NEVER))
    seated = visits["seated"] != NEVER
    chair, talk = seated & (visits["chair"] != NEVER), seated & (visits["prescriber"] != NEVER)
    away = visits["status"].isin((NO_SHOW, CANCELLED))
    came = visits["arrived"] != NEVER
    infused = visits["kind"].isin(INFUSIONS)
    dose = infused & (visits["infusion_end"] != NEVER) & ~chair
    rating = visits["kind"] == "rating"
    in_room = came & ~rating & ~dose & (visits["status"] != BLOCKED)
    return [
        *_at_home(visits, away),
        _rows(visits, in_room & infused, FOR_CHAIR, "arrived", "seated", 1, rated=True),
        _rows(visits, in_room & ~infused, FOR_PRESCRIBER, "arrived", "seated", 1, rated=True),
        *_sessions(visits, chair),
        *(
            _rows(visits, talk & (visits["kind"] == kind), str(kind), "seated", "left", 2,
                  taken="prescriber")
            for kind in visits.loc[talk, "kind"].unique()
        ),
        _rows(visits, dose, DOSE_AT_HOME, "infusion_start", "infusion_end", 2, rated=True),
        _rows(visits, rating & came & (visits["status"] != MISSED), REMOTE_RATING, "arrived",
              "left", 2, rated=True),
        *(
            _rows(visits, (visits["status"] == status) & (visits[at] != NEVER), name, at, at, 9)
            for status, name in STAYS_AWAY.items()
            for at in ["over" if status in (NO_SHOW, CANCELLED) else "arrived"]
        ),
    ]  # fmt: skip


def _at_home(visits: pd.DataFrame, away: pd.Series[bool]) -> list[pd.DataFrame]:
    """Give the stays at home: on the waiting list until the first infusion, else between visits."""
    begun = visits.loc[visits["infusion_start"] != NEVER].groupby("patient")["visit"].min()
    not_yet = visits["visit"] <= visits["patient"].map(begun).fillna(_LAST)
    waits = not_yet & visits["kind"].isin(("assessment", "induction"))
    until = visits["over"].where(away, visits["arrived"])
    stays = visits.assign(home_until=until)
    return [
        _rows(
            stays, visits["is_order"] & waits, WAITING_LIST, "ordered", "home_until", 0, why=True
        ),
        _rows(stays, visits["is_order"] & ~waits, AT_HOME, "ordered", "home_until", 0, why=True),
    ]


def _sessions(visits: pd.DataFrame, chair: pd.Series[bool]) -> list[pd.DataFrame]:
    """Give the stages of the sessions in a chair."""
    found = []
    for stage, (name, since, until) in enumerate(IN_THE_CHAIR, 2):
        rows = chair & (visits[since] != NEVER)
        if name in ONLY_IF_LONGER:
            rows &= visits[until] != visits[since]
        part = _rows(visits, rows, name, since, until, stage, taken="chair")
        if name == "prepare":
            part["nurse"] = visits.loc[rows, "nurse"].to_numpy()
        if name == "observation":
            part["adverse"] = visits.loc[rows, "adverse"].to_numpy()
        found.append(part)
    return found


def _rows(
    visits: pd.DataFrame,
    which: Any,
    activity: str,
    since: str,
    until: str,
    stage: int,
    taken: str = "",
    rated: bool = False,
    why: bool = False,
) -> pd.DataFrame:
    """Give one row of an activity for each of these visits, between two of their minutes."""
    marked: Bools = np.asarray(which, dtype=bool)
    these = visits[marked]
    rows = these[["patient", "visit", *_OF_VISIT]].assign(
        activity=activity,
        start=these[since],
        complete=these[until],
        place=these["visit"],
        stage=stage,
    )
    if taken:
        rows = rows.assign(resource_type=taken, resource=these[taken])
    if rated:
        rows = rows.assign(rated=these["rated_before"])
    return rows.assign(reason=these["why"]) if why else rows
