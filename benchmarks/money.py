"""Tables of costs against QALYs for the docs, written from what `ketasim economics` leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tables import MINUS, markdown, spoken


def under(calibration: str) -> Callable[[Path], str]:
    """Give what writes costs, QALYs, ICER, who is best and EVPI under one set (howto_economics)."""
    return lambda folder: _table(folder / calibration)


def _table(folder: Path) -> str:
    found = pd.read_csv(folder / "economics.csv")
    at = pd.read_csv(folder / "net_benefit.csv")
    thresholds = list(dict.fromkeys(at["wtp"]))
    rows = []
    for row in found.to_dict("records"):
        shares = at[at["scenario"] == row["scenario"]]["probability_best"]
        rows.append(
            [
                spoken(str(row["scenario"])),
                _with_half(row, "cost", 0),
                _with_half(row, "qalys", 4),
                _ratio(row),
                *(f"{100 * share:.0f} %" for share in shares),
            ]
        )
    known = at.drop_duplicates("wtp")[["evpi_held_back", "evpi"]].to_numpy()
    rows.append(["EVPI, US$ a patient", "", "", "", *(_range(*pair) for pair in known)])
    best = [f"best at {threshold:,.0f}" for threshold in thresholds]
    return markdown(["policy", "cost (US$)", "QALYs", "US$ a QALY more", *best], rows)


def _range(low: float, high: float) -> str:
    digits = 0 if high >= 10 else 1
    ends = f"{low:.{digits}f}", f"{high:.{digits}f}"
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _with_half(row: dict[Any, Any], what: str, digits: int) -> str:
    half = (row[f"{what}_upper"] - row[f"{what}_lower"]) / 2
    return f"{row[what]:,.{digits}f} ± {half:,.{digits}f}".replace("-", MINUS)


def _ratio(row: dict[Any, Any]) -> str:
    """Give the ratio on the line, or why there is none."""
    if row["icer"] == row["icer"]:
        return f"{round(row['icer'], -3):,.0f}"
    return "the cheapest" if row["status"] == "on the line" else str(row["status"])
