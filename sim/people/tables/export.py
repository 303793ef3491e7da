"""A cohort written as a table of patients, to be edited and given back as `population.file`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.names import harmless
from sim.config.writing import Unwritten, aside, reason, write_text
from sim.people.cohort import Cohort
from sim.people.named_populations import ANXIETY_TYPES, POPULATIONS
from sim.people.tables.columns import COLUMNS, columns_in_words

_WORDS = {"anxiety_type": ANXIETY_TYPES, "population": POPULATIONS}
_KINDS = (".csv", ".parquet")


def beside_it(path: Path) -> Path:
    """Name the text that explains the columns of a table."""
    return path.with_suffix(".columns.txt")


def check_path(path: Path, overwrite: bool = False) -> None:
    """Refuse a name that cannot be written, or that holds somebody's work."""
    if path.suffix.lower() not in _KINDS:
        raise ScenarioError(f"{path}: a table of patients is written as .csv or as .parquet.")
    if path.exists() and not overwrite:
        raise ScenarioError(
            f"{path}: this file is already there, and may have been edited; give another name, or "
            "--overwrite."
        )


def write_patients(
    cohort: Cohort, path: Path, referred: bool = True, overwrite: bool = False
) -> None:
    """Write a table with every column, every digit, and a text beside it that explains them.

    Read back, it gives the same people, bit for bit. Without `referred` it does not say when
    people are referred, so that `[referrals]` does.
    """
    check_path(path, overwrite)
    names = [name for name in COLUMNS if referred or name != "referred"]
    columns = {name: _values(cohort, name) for name in names}
    try:
        with aside(path) as part:
            (_csv if path.suffix.lower() == ".csv" else _parquet)(columns, part)
        write_text(beside_it(path), columns_in_words())
    except OSError as fault:
        raise Unwritten(
            f"{path}: the table cannot be written there ({reason(fault)}); give another --out."
        ) from None


def _values(cohort: Cohort, name: str) -> list[Any]:
    column = cohort.label if name == "patient" else getattr(cohort, name)
    if name in _WORDS:
        return [_WORDS[name][place] for place in column]
    values: list[Any] = column.tolist()
    return values


def _csv(columns: dict[str, list[Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(
            [_cell(value) for value in row] for row in zip(*columns.values(), strict=True)
        )


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return harmless(value) if isinstance(value, str) else value


def _parquet(columns: dict[str, list[Any]], path: Path) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    pq.write_table(pa.table(columns), path)
