"""Tables as a spreadsheet may open them: no text in them is taken for a formula."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sim.config.names import harmless


def as_csv(table: pd.DataFrame) -> Callable[[Path], object]:
    """Give what writes a table in UTF-8: every digit of every number, every text made harmless."""

    def to(part: Path) -> None:
        # pandas writes the shortest text that gives the same number back.
        for_spreadsheets(table).to_csv(part, index=False, lineterminator="\n", encoding="utf-8")

    return to


def for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table with every text made harmless; numbers stay as they are."""
    texts = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    changed = {name: table[name].map(_cell) for name in texts}
    return table.assign(**changed).rename(columns=lambda name: harmless(str(name)))


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value
