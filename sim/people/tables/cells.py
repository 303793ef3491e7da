"""The cells of a file that a scenario names, as text whatever its format; and its faults told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.named_files import File
from sim.config.texts import WIDEST, Unreadable, read_bytes, read_rows

_TOLD = 100  # faults; more would not be read


TABLE_OF_PATIENTS = File("population.file", "table of patients", "patients")
FORECAST = File("referrals.file", "forecast of referrals", "weeks or months")
CASELOAD = File("start.file", "table of those already there", "patients")


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


def told(
    cells: Cells, file: File, found: list[tuple[int, int, str]], columns: Iterable[str]
) -> str:
    """Say all faults in one go, a line each, by row and then by column."""
    number = "1 fault" if len(found) == 1 else f"{len(found)} faults"
    known = f"; the columns are {', '.join(columns)}" if found[0][0] == 0 else ""
    lines = [f"{file.path}: {cells.path}: {number} in the {file.holds} ({cells.counting}{known}):"]
    lines += [f"  - {text}" for _, _, text in found[:_TOLD]]
    if len(found) > _TOLD:
        lines.append(f"  - and {len(found) - _TOLD} more")
    return "\n".join(lines)


def cells_of(path: str, file: File = TABLE_OF_PATIENTS) -> Cells:
    """Read a CSV or Parquet file; an unreadable or empty one is refused."""
    kind = Path(path).suffix.lower()
    readers = {".csv": _csv, ".parquet": _parquet}
    if kind not in readers:
        raise _fault(path, file, f"a {file.holds} is a .csv or a .parquet file")
    try:
        cells = readers[kind](path, file)
    except Unreadable as fault:
        raise _fault(path, file, str(fault)) from None
    if not cells.headings:
        raise _fault(path, file, "the file is empty; its first row must name the columns")
    if not cells.rows:
        raise _fault(path, file, f"the table has headings but no {file.rows}")
    return cells


def _csv(path: str, file: File) -> Cells:
    lines = list(_numbered(read_rows(Path(path), strict=True)))
    headings = lines[0][1] if lines else []
    if len(headings) == 1 and any(mark in headings[0] for mark in ";\t"):
        raise _fault(path, file, "the columns must be separated by commas (and decimals by points)")
    rows = lines[1:]
    counting = "rows are counted as a spreadsheet does: row 1 is the heading"
    return Cells(path, headings, [row for _, row in rows], [n for n, _ in rows], counting)


def _numbered(reader: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(reader, 1):
        stripped = [cell.strip() for cell in row]
        if any(stripped):
            yield number, stripped


def _parquet(path: str, file: File) -> Cells:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    raw = read_bytes(Path(path))
    try:
        table = pq.read_table(pa.BufferReader(raw))
        if table.num_columns > WIDEST:
            raise Unreadable(f"a row has {table.num_columns:,} columns, and a table at most 1,000")
    except (pa.ArrowException, OSError) as fault:
        raise Unreadable(f"this is not Parquet ({str(fault).splitlines()[0]})") from None
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


def _fault(path: str, file: File, what: str) -> ScenarioError:
    return ScenarioError(f"{file.path}: {path}: {what}.")
