"""The formats of an export, each with what writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd

from sim.config.errors import ScenarioError, nearest
from sim.events.event_log import event_table
from sim.events.of_run import (
    chosen_scenario,
    place_of_export,
    record_of_run,
)
from sim.events.vidigi_log import vidigi_table
from sim.events.workbook import write_workbook
from sim.events.xes import lifecycle_events, write_xes
from sim.experiment.exported import Exported, check_export, write_export
from sim.experiment.spreadsheets import for_spreadsheets
from sim.experiment.store import read_results

BUPAR_COLUMNS = (
    "case_id", "activity", "activity_instance_id", "lifecycle", "timestamp", "resource_id",
    "replication", "visit", "kind", "status", "route", "reason",
)  # fmt: skip
Tables = Iterator[pd.DataFrame]
FORMATS = {"vidigi": ".vidigi.csv", "xes": ".xes", "bupar": ".bupar.csv", "csv": ".csv",
           "xlsx": ".xlsx"}  # fmt: skip
"""Each format's ending."""


def bupar_table(events: pd.DataFrame) -> pd.DataFrame:
    """Give the event log that bupaR's `eventlog` takes: a row for each begin and each end."""
    rows = [event for _, of_one in events.groupby("case", sort=False)
            for event in lifecycle_events(of_one)]  # fmt: skip
    table = pd.DataFrame(rows, columns=[*events.columns, "transition", "when"])
    number = table["resource"].astype("Int64").astype("string")
    named = (table["resource_type"] + " " + number).fillna("").replace("", "none")
    table = table.assign(
        case_id="r" + table["replication"].astype(str) + "-p" + table["case"],
        activity_instance_id="r" + table["replication"].astype(str) + "-"
        + table["event"].astype(str),
        lifecycle=table["transition"],
        timestamp=table["when"],
        resource_id=named.astype(object).where(table["resource_type"] != "", "none"),
    )  # fmt: skip
    return table[list(BUPAR_COLUMNS)]


def export_run(
    folder: Path,
    format_: str,
    scenario: str | None = None,
    replication: int | None = 1,
    out: Path | None = None,
    overwrite: bool = False,
) -> Exported:
    """Write what a results folder holds for another program; replication None stands for all.

    Raises ScenarioError for a format, scenario or replication that there is not, for a folder of
    another kind, and for a file of somebody else's.
    """
    if format_ not in FORMATS:
        raise ScenarioError(
            f'--format: there is no format "{format_}"; the formats are {", ".join(FORMATS)}.'
            + nearest(format_, FORMATS)
        )
    results = read_results(folder)
    name = chosen_scenario(results, scenario)
    path = out or place_of_export(folder, name, replication, FORMATS[format_])
    check_export(path, overwrite)
    if format_ == "xlsx":
        if replication is None:
            raise ScenarioError(
                "--all: a workbook holds the visits of one replication; choose it with "
                "--replication, or export csv with --all."
            )
        missing = write_workbook(path, results, name, replication, overwrite)
        return Exported(path, f"{name}, visits of replication {replication}", tuple(missing))
    numbers = range(1, results.replications + 1) if replication is None else [replication]
    missing = []
    counted = [0, 0]

    def tables() -> Tables:
        for number in numbers:
            record, unknown = record_of_run(results, name, number)
            missing.extend(one for one in unknown if one not in missing)
            table = event_table(record)
            counted[0] += len(table)
            counted[1] += table["case"].nunique()
            yield table

    def write(part: Path) -> None:
        if format_ == "xes":
            with part.open("wb") as file:
                write_xes(file, tables(), name)
            return
        _write_csv(part, map(_AS_TABLE[format_], tables()))

    write_export(path, write, overwrite)
    of = (
        f"all {results.replications} replications"
        if replication is None
        else (f"replication {replication}")
    )
    told = f"{name}, {of}: {counted[0]:,} events of {counted[1]:,} patients"
    return Exported(path, told, tuple(missing))


_AS_TABLE: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "vidigi": vidigi_table,
    "bupar": bupar_table,
    "csv": lambda events: events,
}


def _write_csv(part: Path, tables: Iterable[pd.DataFrame]) -> None:
    """Write tables one below the other, texts made harmless for spreadsheets."""
    with part.open("w", encoding="utf-8", newline="") as file:
        for number, table in enumerate(tables):
            dated = {
                name: table[name].dt.strftime("%Y-%m-%dT%H:%M:%S")
                for name in table.columns
                if pd.api.types.is_datetime64_any_dtype(table[name])
            }
            harmless = for_spreadsheets(table.assign(**dated))
            harmless.to_csv(file, index=False, header=number == 0, lineterminator="\n")
