"""What a comparison found, in sentences: only what its intervals and its replications bear."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb, isnan
from typing import Any

from sim.config.names import listed
from sim.experiment.results import Results, TidyTable
from sim.figures.main_effects import is_design
from sim.figures.style import spoken, title
from sim.outcomes.measures import DAYS_WELL
from sim.report.numbers_told import p_in_words, rounded
from sim.study.paired import compare

SURE = 0.05
"""The p value, after allowing for how many were compared, below which a difference is found."""
MOST_TOLD = 12
"""Scenarios of which each has a sentence; of more, the table tells."""
_TOLD = {
    "days_below_10": ("days below 10", "more days below 10", "fewer days below 10"),
    "days_in_response": ("days in response", "more days in response", "fewer days in response"),
    "infusions_per_patient": (
        "infusions a patient", "more infusions a patient", "fewer infusions a patient",
    ),
    "clinic_wait_first_infusion_days": (
        "days of the clinic's wait for the first infusion",
        "days more of the clinic's wait for the first infusion",
        "days less of the clinic's wait for the first infusion",
    ),
}  # fmt: skip
"""What each difference is called, and a difference up and down."""


def compared_in_words(results: Results, comparison: TidyTable | None) -> list[str]:
    """Say which scenario has most good days, and how each differs from the reference.

    Both kinds of good days stand side by side, as the order of policies can depend on the choice.
    """
    if len(results.names) < 2:
        return []
    told = [said for measure in DAYS_WELL if (said := most_in_words(results, measure))]
    if comparison is None or results.replications < 2:
        return told
    reference = str(comparison["reference"].iloc[0])
    others = [name for name in results.names if name != reference]
    if is_design(results) and len(others) > MOST_TOLD:
        return [*told, f"All {len(results.names)} points of the design stand in the table."]
    told += [_differs(comparison, name, reference) for name in others[:MOST_TOLD]]
    if len(others) > MOST_TOLD:
        told.append(f"The other {len(others) - MOST_TOLD} scenarios stand in the table.")
    return told


def most_in_words(results: Results, measure: str) -> str:
    """Say who has most of a measure, and who cannot be told from it; nothing where nobody has it.

    Who is ahead is known only after looking, so the p value allows for all pairs.
    """
    summary = results.summary([measure])
    rows = {str(row["scenario"]): row for row in summary.to_dict("records") if not _open(row)}
    if len(rows) < 2:
        return ""
    top = max(rows, key=lambda name: rows[name]["mean"])
    half = (rows[top]["upper"] - rows[top]["lower"]) / 2
    per = results.unit(measure).removeprefix("days").strip()
    mean = rounded(rows[top]["mean"], half)
    what = f"{_lower(title(measure))} {per}"
    begin = f"Most {what}: {spoken(top)} with {mean}"
    if results.replications < 2:
        return f"{begin} in the one replication, which has no interval and so finds nothing."
    against = compare(results, top, [measure]).to_dict("records")
    apart, alike = _sorted(against, rows, comb(len(rows), 2))
    limits = f" ({_limits(rows[top], half)})"
    if not alike:
        return f"{begin}{limits}, ahead of every other (paired, all pairs allowed for)."
    if not apart:
        return (
            f"Nobody is surely ahead in {what}: the highest mean is that of {spoken(top)}, "
            f"{mean}{limits}, and none of the others can be told from it."
        )
    return f"{begin}{limits}; not to be told from it: {', '.join(map(spoken, alike))}."


def _sorted(
    against: list[dict[Any, Any]], rows: Mapping[str, object], pairs: int
) -> tuple[list[str], list[str]]:
    """Give the scenarios that are behind for sure, and those that may not be."""
    apart: list[str] = []
    alike: list[str] = []
    for row in against:
        if row["scenario"] in rows:
            p = row["p_value"]
            behind = row["difference"] < 0 and not isnan(p) and p * pairs < SURE
            (apart if behind else alike).append(str(row["scenario"]))
    return apart, alike


def _open(row: Mapping[Any, Any]) -> bool:
    return bool(isnan(row["mean"]) or row["not_reached"])


def _differs(comparison: TidyTable, name: str, reference: str) -> str:
    """Say what was found, then in what nothing was found, then what is the same."""
    rows = comparison[comparison["scenario"] == name].to_dict("records")
    of = {str(row["measure"]): row for row in rows if not _untold(row)}
    found, nothing, same = [], [], []
    for measure, (words, more, less) in _TOLD.items():
        if (row := of.get(measure)) is None:
            continue
        half = (row["upper"] - row["lower"]) / 2
        if row["method"] == "sign":
            pairs = row["replications"] + row["not_reached"]
            found.append(f"{words} more in {row['higher']} of {pairs} replications")
        elif row["lower"] == row["upper"] == 0:
            same.append(words)
        elif row["lower"] <= 0 <= row["upper"]:
            nothing.append(f"{words} ({_limits(row, half)})")
        else:
            found.append(_found(row, half, more if row["difference"] > 0 else less))
    told = found
    told += [f"no difference found in {listed(nothing)}"] if nothing else []
    told += [f"the same {listed(same)} in every replication"] if same else []
    said = "; ".join(told) or "no measure that both have"
    return f"{_capital(spoken(name))} against {spoken(reference)}: {said}."


def _untold(row: Mapping[Any, Any]) -> bool:
    return bool(row["method"] != "sign" and isnan(row["upper"] - row["lower"]))


def _found(row: Mapping[Any, Any], half: float, words: str) -> str:
    low, high = sorted((abs(row["lower"]), abs(row["upper"])))
    p = row["p_adjusted"]
    doubt = "" if p < SURE else f", maybe by chance among several comparisons ({p_in_words(p)})"
    limits = f"{rounded(low, half)} to {rounded(high, half)}"
    return f"{rounded(abs(row['difference']), half)} ({limits}) {words}{doubt}"


def _limits(row: Mapping[Any, Any], half: float) -> str:
    return f"{rounded(row['lower'], half)} to {rounded(row['upper'], half)}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
