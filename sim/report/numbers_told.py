"""Numbers as tables tell them: as many digits as they are sure of, limits, marks, p values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, isfinite, isnan, log10, nan
from typing import Any

INTERVAL_MARKS = {"bootstrap-t": "*", "few values": "†"}
"""What stands behind an interval of a method other than Student's."""
_MARKED = {
    "*": "* Skewed between replications: the interval is widened by a bootstrap-t.",
    "†": "† Most replications have the same value: the interval may be too narrow.",
}


def rounded(value: float, half_width: float, sign: str = "") -> str:
    """Write a number with two digits of its half-width, or three of its own without one.

    `sign` is "+" for a difference; infinity is what was not reached.
    """
    if value == inf:
        return "not reached"
    if isfinite(half_width) and half_width > 0:
        decimals = 1 - int(log10(half_width) // 1)
    else:
        decimals = 2 - int(log10(abs(value)) // 1) if value else 1
    return f"{value:{sign}z.{min(4, max(0, decimals))}f}"


def money(amount: float, currency: str) -> str:
    """Write an amount with three digits, cents below a hundred, and one digit of less than a cent.

    So it is "123,000 US$", "12.30 US$" and "0.0004 US$".
    """
    if not isfinite(amount):
        return "–"
    if 0 < abs(amount) < 0.01:
        return f"{amount:.{-int(log10(abs(amount)) // 1)}f} {currency}"
    digits = 2 if 0 < abs(amount) < 100 else 3 - len(f"{abs(amount):.0f}")
    return f"{round(amount, min(digits, 2)):z,.{max(digits if amount else 0, 0)}f} {currency}"


def p_in_words(p: float) -> str:
    """Write a p value: "p=0.032", or "p<0.001"."""
    return "p<0.001" if p < 0.001 else f"p={p:.3f}"


def marks_told(methods: Iterable[object]) -> str:
    """Explain the marks that stand beside intervals of these methods."""
    found = {INTERVAL_MARKS[str(method)] for method in methods if str(method) in INTERVAL_MARKS}
    return " ".join(text for mark, text in _MARKED.items() if mark in found)


def in_list(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Give the mean and its limits, or the median and in how many replications it was missed."""
    if not row["not_reached"]:
        half = (row["upper"] - row["lower"]) / 2
        limits = _range(row["lower"], row["upper"], half)
        return rounded(row["mean"], half), limits + INTERVAL_MARKS.get(row["method"], "")
    missed = _missed(row["not_reached"], row["replications"])
    half = _spread(row["median"], row["median_lower"], row["median_upper"])
    limits = _range(row["median_lower"], row["median_upper"], half)
    middle = rounded(row["median"], half)
    return f"median {middle}", "; ".join(filter(None, (limits, missed)))


def _missed(missed: int, of: int) -> str:
    return f"not reached in {missed} of {of}"


def _range(lower: float, upper: float, half: float) -> str:
    if isnan(lower) or isnan(upper):
        return ""
    return f"{rounded(lower, half)} to {rounded(upper, half)}"


def _spread(middle: float, lower: float, upper: float) -> float:
    """Half of an interval as a measure of how many digits count, from its finite side."""
    return max((abs(end - middle) for end in (lower, upper) if isfinite(end - middle)), default=nan)


def mean_cell(row: Mapping[Any, Any]) -> str:
    """Write a mean with ±, or with both limits where the possible cuts one of them off."""
    if row["not_reached"]:
        middle, told = in_list(row)
        narrow = {"; ": "\n", " to ": " to\n", "not reached in": "not reached\nin"}
        for wide, broken in narrow.items():
            told = told.replace(wide, broken)
        return f"{middle}\n{told}"
    half = (row["upper"] - row["lower"]) / 2
    mean = rounded(row["mean"], half).replace(" ", "\n")
    if isnan(half):
        return mean
    return f"{mean}\n{_limits(row, row['mean'], half)}{INTERVAL_MARKS.get(row['method'], '')}"


def _limits(row: Mapping[Any, Any], middle: float, half: float) -> str:
    if abs((row["lower"] + row["upper"]) / 2 - middle) <= 1e-9 * max(half, abs(middle)):
        return f"±{rounded(half, half)}"
    return f"{rounded(row['lower'], half)}\nto {rounded(row['upper'], half)}"


def difference_cell(row: Mapping[Any, Any]) -> str:
    """Write a paired difference with its limits and adjusted p value, or what ranks say of it."""
    if row["method"] == "sign":
        pairs = row["replications"] + row["not_reached"]
        tested = "" if isnan(row["p_adjusted"]) else f"\n{p_in_words(row['p_adjusted'])}"
        return f"higher in\n{row['higher']} of {pairs}{tested}"
    if isnan(row["difference"]):
        return "–"
    half = (row["upper"] - row["lower"]) / 2
    difference = rounded(row["difference"], half, sign="+")
    if isnan(half):
        return difference
    limits = f"{_limits(row, row['difference'], half)}{INTERVAL_MARKS.get(row['method'], '')}"
    return f"{difference}\n{limits}\n{p_in_words(row['p_adjusted'])}"
