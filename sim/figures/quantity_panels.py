"""The panels of a sensitivity analysis: one for each quantity, the first few of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import pandas as pd

from sim.figures import style

MOST_QUANTITIES = 4
"""Quantities that are drawn unless measures are named; the table has all."""
_KEYS = ["reference", "scenario", "measure"]


@dataclass(frozen=True, eq=False)
class OneQuantity:
    """One quantity: its title, its measure, and the rows of the table."""

    title: str
    measure: str
    rows: pd.DataFrame


def parts_of(table: pd.DataFrame, measures: Sequence[str] | None = None) -> list[OneQuantity]:
    """Part a table by quantity: those of the named measures, or the first few."""
    filled = table.assign(reference=table["reference"].fillna(""))
    wanted = filled if measures is None else filled[filled["measure"].isin(list(measures))]
    parts = [
        OneQuantity(_title(*map(str, keys)), str(keys[2]), rows)
        for keys, rows in wanted.groupby(_KEYS, sort=False)
    ]
    return parts if measures is not None else parts[:MOST_QUANTITIES]


def _title(reference: str, scenario: str, measure: str) -> str:
    words = style.title(measure)
    if not reference:
        return words
    return f"{words}, {style.spoken(scenario)} minus {style.spoken(reference)}"


def shared_note(table: pd.DataFrame, parts: Sequence[OneQuantity]) -> str:
    """Say how many quantities are not drawn; nothing where all are."""
    many = len(table.assign(reference=table["reference"].fillna(""))[_KEYS].drop_duplicates())
    left = many - len(parts)
    return f" {left} more in the table." if left > 0 else ""


def told_number(value: float, measure: str) -> str:
    """Write a level with three digits or more, of a share in per cent."""
    factor, sign = (100.0, " %") if style.is_share(measure) else (1.0, "")
    value = factor * value
    digits = 2 - int(log10(abs(value)) // 1) if value else 1
    return f"{value:.{min(4, max(0, digits))}f}{sign}"
