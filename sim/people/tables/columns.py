"""The columns of a table of patients: what each means, and which values it may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from sim.config.errors import nearest
from sim.people.named_populations import ANXIETY_TYPES, POPULATIONS
from sim.scales import GAD7_HIGHEST, GAD7_LOWEST

DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NOT_FINITE = ("nan", "inf", "infinity")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
LONGEST = 10**6  # infusions or days: what stands for never


class BadCell(ValueError):
    """A value that a column cannot hold; the text says what it may hold."""


@dataclass(frozen=True)
class Column:
    """One column: how its cells are read, and what it means."""

    name: str
    meaning: str
    read: Callable[[str], Any]
    allowed: str
    unit: str = ""
    required: bool = False
    dtype: type | str = float


def _number(low: float, high: float, allowed: str, above: bool = False) -> Callable[[str], float]:
    def read(text: str) -> float:
        bare = text.lstrip("+-").lower()
        if bare in NOT_FINITE:
            raise BadCell(f"is not a finite number; it must be {allowed}, or empty")
        if not DECIMAL.fullmatch(text):
            comma = " (with a point, not a comma)" if re.fullmatch(r"-?\d+,\d+", text) else ""
            raise BadCell(f"is not a number{comma}; it must be {allowed}")
        value = float(text)
        if not isfinite(value) or value < low or value > high or (above and value == low):
            raise BadCell(f"is not possible; it must be {allowed}")
        return value

    return read


def _whole(low: int, high: int, allowed: str) -> Callable[[str], int]:
    number = _number(-inf, inf, allowed)

    def read(text: str) -> int:
        value = number(text)
        if value != int(value) or not low <= value <= high:
            raise BadCell(f"is not possible; it must be {allowed}")
        return int(value)

    return read


def _boolean(text: str) -> bool:
    word = text.lower()
    if word not in _TRUE + _FALSE:
        raise BadCell("is neither true nor false (nor yes, no, 1, 0)")
    return word in _TRUE


def _one_of(words: tuple[str, ...]) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text not in words:
            raise BadCell(f"is not known; it must be one of {', '.join(words)}."
                          + nearest(text, words))  # fmt: skip
        return words.index(text)

    return read


def real(
    name: str, meaning: str, unit: str, low: float, high: float, above: bool = False
) -> Column:
    """Make a column of numbers from `low`, or above it, to `high`."""
    if above:
        allowed = f"a number above {low:g} and at most {high:g}"
    else:
        allowed = f"a number from {low:g} to {high:g}"
    return Column(name, meaning, _number(low, high, allowed, above), allowed, unit)


def whole(
    name: str, meaning: str, unit: str, low: int, high: int, required: bool = False
) -> Column:
    """Make a column of whole numbers from `low` to `high`."""
    allowed = f"a whole number from {low} to {high}"
    return Column(name, meaning, _whole(low, high, allowed), allowed, unit, required, int)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, meaning, _boolean, "true or false", dtype=bool)


def choice(name: str, meaning: str, words: tuple[str, ...], required: bool = False) -> Column:
    """Make a column of words, held as their places."""
    allowed = "one of " + ", ".join(words)
    return Column(name, meaning, _one_of(words), allowed, "", required, int)


COLUMNS = {
    column.name: column
    for column in (
        Column(
            "patient", "a name or number of your own, each once; draws are made by it, so that no "
            "other row matters to them (without this column, by the number of the row, from 0)",
            str, "a text", "", True, str,
        ),
        whole(
            "referred", "when referred, from midnight of run.start_date on; leave the column out "
            "and [referrals] says when", "minutes", 0, 36500 * 1440,
        ),
        choice(
            "population", "the named population that what is left out is drawn from", POPULATIONS
        ),
        choice("anxiety_type", "type of anxiety", ANXIETY_TYPES),
        real("age", "age", "years", 0, 120, above=True),
        real("weight", "body weight", "kg", 0, 500, above=True),
        whole(
            "baseline", "rated GAD-7 at referral", "points", GAD7_LOWEST, GAD7_HIGHEST,
            required=True,
        ),
        real("untreated", "the true GAD-7 without treatment behind it", "points", 0, 21),
        real("first_drift", "drift of the true score on the day of referral", "points", -21, 21),
        real("first_noise", "error of the rating at referral", "points", -42, 42),
        real("clearance", "clearance at 70 kg", "L/h per 70 kg", 0, 10_000, above=True),
        real("sensitivity", "sensitivity s to the drug; 1 is the median", "", 0, 1e6, above=True),
        real("tau_slow", "time constant of the slow relief's decay", "days", 0, 1e6, above=True),
        real("ceiling", "highest relief that can be reached", "share", 0, 1),
        real("drug_share", "share of the open-label relief that is the drug's own", "share", 0, 1),
        real("bioavailability_z", "bioavailability by all routes, as a normal score", "", -10, 10),
        real("usual_care_ceiling", "highest relief by an SSRI or SNRI", "share", 0, 1),
        _flag("ptsd", "has PTSD"),
        _flag("chronic_pain", "has chronic pain"),
        _flag("depression", "has major depression"),
        _flag("benzodiazepine", "takes a benzodiazepine daily"),
        _flag("benzodiazepine_high", "more than 8 mg diazepam-equivalent of it"),
        real("preferred_time", "preferred time of day, within the opening hours", "share", 0, 1),
        whole(
            "infusions_tolerated", "withdraws after so many infusions of induction", "infusions",
            1, LONGEST,
        ),
        real(
            "days_in_maintenance", "stops maintenance so many days after it began", "days", 0,
            LONGEST,
        ),
        real("no_show_share", "booked visits that are missed without a word", "share", 0, 1),
        real("first_no_show_share", "likewise of the first assessment", "share", 0, 1),
        real(
            "patience_days", "leaves the waiting list so long after referral", "days", 0, LONGEST
        ),
    )
}  # fmt: skip
"""In the order in which a table is written."""


def columns_in_words() -> str:
    """Describe the columns, as a text to stand beside a table."""
    lines = [
        "The columns of a table of patients. Required: baseline. Every other column",
        "may be left out, and a cell of it left empty: it is then drawn as the scenario says.",
        "(referred must be given for everybody or for nobody.)",
        "",
    ]
    for column in COLUMNS.values():
        unit = f" [{column.unit}]" if column.unit else ""
        need = " (required)" if column.required else ""
        lines.append(f"{column.name}{unit}{need}: {column.meaning}; {column.allowed}")
    return "\n".join(lines) + "\n"
