"""The cells of a file of patients as text, whatever the file's format."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError


@dataclass(frozen=True)
class Cells:
    """Headings and rows as text; an empty text is an empty cell."""

    path: str
    headings: list[str]
    rows: list[list[str]]
    numbers: list[int]  # the row's number, as the user sees it
    counting: str

    def column(self, name: str) -> list[str]:
        """Give one column's cells; empty where a row is too short."""
        place = self.headings.index(name)
        return [row[place] if place < len(row) else "" for row in self.rows]


def cells_of(path: str) -> Cells:
    """Read a CSV or Parquet file; an unreadable or empty one is refused."""
    kind = Path(path).suffix.lower()
    readers = {".csv": _csv, ".parquet": _parquet}
    if kind not in readers:
        raise _fault(path, "a table of patients is a .csv or a .parquet file")
    try:
        cells = readers[kind](path)
    except OSError as fault:
        raise _fault(path, f"it cannot be read ({fault.strerror or fault})") from None
    if not cells.headings:
        raise _fault(path, "the file is empty; its first row must name the columns")
    if not cells.rows:
        raise _fault(path, "the table has headings but no patients")
    return cells


def _csv(path: str) -> Cells:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = list(_numbered(csv.reader(file, strict=True)))
    except UnicodeDecodeError as fault:
        raise _fault(
            path, f"this is not a text file in UTF-8 (byte {fault.start + 1} is not)"
        ) from None
    except csv.Error as fault:
        raise _fault(path, f"this is not CSV ({fault})") from None
    headings = lines[0][1] if lines else []
    if len(headings) == 1 and any(mark in headings[0] for mark in ";\t"):
        raise _fault(path, "the columns must be separated by commas (and decimals by points)")
    rows = lines[1:]
    counting = "rows are counted as a spreadsheet does: row 1 is the heading"
    return Cells(path, headings, [row for _, row in rows], [n for n, _ in rows], counting)


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(reader, 1):
        stripped = [cell.strip() for cell in row]
        if any(stripped):
            yield number, stripped


def _parquet(path: str) -> Cells:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as fault:
        raise _fault(path, f"this is not Parquet ({str(fault).splitlines()[0]})") from None
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    names = [str(name).strip() for name in table.column_names]
    return Cells(path, names, rows, list(range(1, len(rows) + 1)), "row 1 is the first patient")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value).strip()


def _fault(path: str, what: str) -> ScenarioError:
    return ScenarioError(f"population.file: {path}: {what}.")
