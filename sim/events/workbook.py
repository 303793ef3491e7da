"""A workbook for planners: what a run found, what it assumed, and the visits of one replication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.config.errors import ScenarioError
from sim.config.names import visible
from sim.events.event_log import on_calendar
from sim.events.of_run import is_simulable, record_of_run
from sim.experiment.exported import write_export
from sim.experiment.results import Results
from sim.outcomes.catalogue import title_of
from sim.report.assumptions import NOT_ADVICE, describe
from sim.study.paired import compare
from sim.units import NEVER

DATE, DATE_TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
SHEET_ROWS = 1_048_576
"""That a sheet can hold, its header among them."""
_LONGEST_TEXT, _WIDEST = 32_000, 60
_MINUTES = ("ordered", "due", "booked", "arrived", "seated", "infusion_start", "infusion_end",
            "ready", "left", "chair_free")  # fmt: skip
_VISIT = {
    "patient": "patient", "visit": "visit", "kind": "kind", "status": "status", "route": "route",
    "dose_mg_kg": "dose (mg/kg)", "chair": "chair", "prescriber": "prescriber",
    "rated_before": "GAD-7 on arrival",
}  # fmt: skip

SheetRow = Sequence[Any]


def write_workbook(
    path: Path, results: Results, scenario: str, replication: int, overwrite: bool = False
) -> list[str]:
    """Write the workbook; give in sentences what of it is missing, and why."""
    try:
        from openpyxl import Workbook
    except ImportError as missing:
        raise ScenarioError(
            "A workbook is written by openpyxl, which is not installed; add it with: "
            "pip install 'ketasim[excel]'. The other formats need nothing more."
        ) from missing
    lacking: list[str] = []
    book = Workbook(write_only=True)
    sheets = {
        "Summary": _summary(results),
        "Comparison": _comparison(results),
        "Weeks": _weeks(results),
        "Visits": _visits(results, scenario, replication, lacking),
        "Assumptions": _assumptions(results, scenario, lacking),
        "About": _about(results, scenario, replication, lacking),
    }
    for title, rows in sheets.items():
        if rows:
            _sheet(book, title, rows, lacking)
    written = BytesIO()  # a file that cannot be written would leave openpyxl's archive open
    book.save(written)
    write_export(path, lambda part: part.write_bytes(written.getvalue()), overwrite)
    return lacking


_SUMMARY = {
    "scenario": "scenario", "measure": "measure", "mean": "mean", "lower": "lower 95 %",
    "upper": "upper 95 %", "unit": "unit", "replications": "replications", "median": "median",
    "not_reached": "replications that never reached it", "name": "name",
}  # fmt: skip
_COMPARISON = {
    "scenario": "scenario", "reference": "compared with", "measure": "measure",
    "difference": "difference", "lower": "lower 95 %", "upper": "upper 95 %", "unit": "unit",
    "p_value": "p", "p_adjusted": "p (Holm)", "replications": "replications",
    "median_difference": "median difference", "method": "method", "name": "name",
}  # fmt: skip


def _summary(results: Results) -> list[SheetRow]:
    """Give the mean over replications of each measure, with its interval."""
    return _in_words(results.summary(), _SUMMARY)


def _comparison(results: Results) -> list[SheetRow]:
    """Give the paired differences from the reference; nothing where there is none."""
    if results.reference not in results.names or len(results.names) < 2:
        return []
    return _in_words(compare(results), _COMPARISON)


def _in_words(table: pd.DataFrame, columns: dict[str, str]) -> list[SheetRow]:
    """Give these columns under names in words, measures by their titles and by name."""
    named = table.assign(name=table["measure"], measure=table["measure"].map(title_of))
    return [tuple(columns.values()), *named[list(columns)].itertuples(index=False, name=None)]


def _weeks(results: Results) -> list[SheetRow]:
    """Give the clinic's weeks, each a mean over replications."""
    weeks = results.weeks
    if "week" not in weeks.columns or weeks.empty:
        return []
    values = [name for name in weeks.columns if name not in ("scenario", "replication", "week")]
    means = weeks.groupby(["scenario", "week"], sort=False)[values].mean().reset_index()
    rows: list[SheetRow] = [
        ("scenario", "week", "begins", *(name.replace("_", " ") for name in values))
    ]
    for scenario, week, *means_of in means.itertuples(index=False, name=None):
        begins = _week_of(results, str(scenario), int(week))
        rows.append((scenario, int(week), begins, *means_of))
    return rows


def _week_of(results: Results, scenario: str, week: int) -> date | None:
    found = results.manifest.get("scenarios", {}).get(scenario)
    if found is None:
        return None
    began = date.fromisoformat(found["resolved"]["run"]["start_date"])
    return began + timedelta(days=7 * week)


def _visits(
    results: Results, scenario: str, replication: int, lacking: list[str]
) -> list[SheetRow]:
    """Give the visits of one replication, dates as dates; nothing where they are not known."""
    try:
        record, _ = record_of_run(results, scenario, replication)
    except ScenarioError as fault:
        if is_simulable(results, scenario):
            raise
        lacking.append(f"The sheet Visits is missing. {fault}")
        return []
    table = pd.DataFrame(record.visits).sort_values(["patient", "visit"])
    columns: dict[str, list[Any]] = {}
    for name, words in _VISIT.items():
        columns[words] = [None if value == NEVER else value for value in table[name].tolist()]
    for name in _MINUTES:
        minutes = table[name].astype("Float64").mask(table[name] == NEVER)
        when = on_calendar(minutes, record.first_day)
        columns[name.replace("_", " ")] = [
            None if pd.isna(one) else one.to_pydatetime() for one in when
        ]
    columns["why it was ordered"] = table["why"].tolist()
    return [tuple(columns), *zip(*columns.values(), strict=True)]


def _assumptions(results: Results, scenario: str, lacking: list[str]) -> list[SheetRow]:
    if not is_simulable(results, scenario):
        lacking.append(
            f'The sheet Assumptions is missing, as "{scenario}" was run with an object of your '
            "own, which the results folder cannot rebuild."
        )
        return []
    told = describe(results.scenarios[scenario]).splitlines()
    return [(f"Assumptions of the scenario {scenario}",), *((line,) for line in told)]


def _about(
    results: Results, scenario: str, replication: int, lacking: Sequence[str]
) -> list[SheetRow]:
    told = results.manifest
    commit = told.get("commit") or {}
    rows: list[SheetRow] = [
        ("About", ""),
        ("made by", "ketasim"),
        ("study", told.get("name", "")),
        ("seed", results.seed),
        ("replications", results.replications),
        ("reference", results.reference or "none"),
        ("visits are those of", f"{scenario}, replication {replication}"),
        ("version of ketasim", told.get("versions", {}).get("ketasim", "")),
        ("commit", commit.get("id", "") if isinstance(commit, dict) else ""),
        ("run on", str(told.get("started_at", ""))),
        ("digest of the run", told.get("digest", "")),
    ]
    described = told.get("scenarios", {})
    rows += [(f"digest of {name}", entry.get("digest", "")) for name, entry in described.items()]
    if results.interrupted:
        rows.append(("interrupted", "the run ended before all its replications were done"))
    rows += [("missing", sentence) for sentence in lacking]
    rows.append(("intervals", "95 %, over replications; comparisons are paired"))
    rows.append(("caution", NOT_ADVICE))
    return rows


def _sheet(book: Any, title: str, rows: Sequence[SheetRow], lacking: list[str]) -> None:
    """Write a sheet with a frozen header and columns as wide as what stands in them."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    if len(rows) > SHEET_ROWS:
        lacking.append(f"The sheet {title} ends after {SHEET_ROWS - 1:,} rows, all that fit.")
        rows = rows[:SHEET_ROWS]
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for column, width in enumerate(_widths(rows), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows):
        cells = [_cell(sheet, value) for value in row]
        if number == 0:
            for cell in cells:
                cell.font, cell.alignment = bold, wrapped
        sheet.append(cells)


def _cell(sheet: Any, value: Any) -> Any:
    """Make a cell: a text is a text, whatever it begins with; a date is a date."""
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        value = None if value != value else "not reached"
    if value is None or value is pd.NA:
        return WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, visible(value[:_LONGEST_TEXT], keep="\n\t"))
        cell.data_type = "s"
        return cell
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, datetime | date):
        cell.number_format = DATE_TIME if isinstance(value, datetime) else DATE
    elif isinstance(value, float):
        cell.number_format = _digits(value)
    return cell


def _digits(value: float) -> str:
    """Say how many digits a number is shown with; it keeps all of them."""
    size = abs(value)
    if size and size < 0.0005:
        return "0.0E+00"
    return "0.0" if size >= 100 else "0.00" if size >= 1 else "0.0000"


def _widths(rows: Sequence[SheetRow]) -> Iterator[float]:
    """Give the width of each column, by its header and the first rows."""
    for column in range(len(rows[0])):
        texts = [_shown(row[column]) for row in rows[1:200] if column < len(row)]
        head = max(map(len, str(rows[0][column]).split()), default=0)
        if len(rows[0]) == 1:
            yield 2 * _WIDEST
        else:
            yield min(_WIDEST, max([8, head, *map(len, _lines(texts))]) + 2)


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from text.split("\n")


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return "2026-01-05 09:00"
    return f"{value:.4g}" if isinstance(value, float) else "" if value is None else str(value)
