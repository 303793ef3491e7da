"""The page of costs against QALYs: tables narrow enough to read, and the reporting standard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sim.experiment.results import TidyTable
from sim.experiment.store import read_table
from sim.figures.style import spoken
from sim.page.cheers import cheers
from sim.page.content import PageAnswer, ReadFolder, TextTable
from sim.study.ranking_words import probability_in_words

_Row = dict[Any, Any]
_ALL = "all"


def answer_of_economics(told: ReadFolder) -> PageAnswer:
    """Say what the command said; tables as far as the folder has them; CHEERS 2022."""
    draws, each = told.manifest["draws"], told.manifest["replications"]
    return PageAnswer(
        kind="Costs and QALYs",
        sentences=_choice_first([str(one) for one in told.manifest.get("answer", [])]),
        cautions=[str(one) for one in told.manifest.get("cautions", [])],
        grids=[*_grids(told), cheers(told)],
        uncertainty=[
            f"Intervals in brackets are 95 % and of expected values: over {draws} draws of the "
            f"parameters, each the mean of {each} replications. Single draws differ by more "
            "(plane.csv; `low` and `high` in economics.csv are their middle 95 %).",
            "A ratio (ICER) has no interval, as it has no bounds where the difference in QALYs may "
            "be none. Net benefit at a threshold has.",
        ],
    )


def _choice_first(sentences: list[str]) -> list[str]:
    """Put which scenario to choose before what is known of each."""
    choice = [one for one in sentences if one.startswith("At ") and "net benefit" in one]
    return [*choice, *(one for one in sentences if one not in choice)]


def _grids(told: ReadFolder) -> Iterator[TextTable]:
    made: dict[str, Callable[[TidyTable], TextTable]] = {
        "economics": _scenarios,
        "net_benefit": _benefits,
        "cost_items": _items,
        "budget_impact": _budget,
        "worth": partial(_worth, "What the clinic's limits cost, a year"),
        "worth_per_hour": partial(_worth, "What one more of each would bring"),
        "policy_by_capacity": _by_capacity,
    }
    for name, grid in made.items():
        if (path := told.folder / f"{name}.csv").exists() and len(table := read_table(path)):
            if name == "budget_impact":
                table = table[table["perspective"] == told.manifest["perspective"]]
            yield grid(table)


def _worth(heading: str, table: TidyTable) -> TextTable:
    """Tell net benefit at each threshold, and days in response, with the price of an hour."""
    hours = "price_per_hour" in table
    rows = []
    for row in table[table["quantity"].isin(["net_benefit", "days"])].to_dict("records"):
        money = row["quantity"] == "net_benefit"
        what = f"net benefit at {row['willingness_to_pay']:,.0f}" if money else "days in response"
        cells = [str(row["scenario"]), what, _gain(row, "", 0 if money else 1)]
        if hours:
            cells += [_gain(row, "_per_hour", 2), f"{row['price_per_hour']:,.2f}"]
        rows.append(cells)
    more = ["for each hour", "what an hour costs"] if hours else []
    return TextTable(heading, ["", "gain", "of the whole clinic and a year", *more], rows)


def _gain(row: _Row, of: str, digits: int) -> str:
    middle, low, high = (row[f"{end}{of}"] for end in ("difference", "lower", "upper"))
    return _with_limits(middle, low, high, "+", digits) or "–"


def _by_capacity(table: TidyTable) -> TextTable:
    """Tell the best at each capacity and threshold, and how many others may be as good."""
    rows = []
    best, may = (table[name].astype(str).eq("True") for name in ("best", "may_be_best"))
    for row in table[best].to_dict("records"):
        same = (table["value"] == row["value"]) & (
            table["willingness_to_pay"] == row["willingness_to_pay"]
        )
        rivals = int((may & same).sum()) - 1
        share = row["p_best"]
        rows.append([
            f"{row['path']} = {row['value']:g}", f"{row['willingness_to_pay']:,.0f}",
            spoken(str(row["scenario"])), "" if share != share else probability_in_words(share),
            str(rivals) if row["replications"] > 1 else "not told",
        ])  # fmt: skip
    columns = ["", "a QALY is worth", "most net benefit", "probability", "others not told apart"]
    return TextTable("The best at each capacity", columns, rows)


def _scenarios(table: TidyTable) -> TextTable:
    currency = table["currency"].iloc[0]
    rows = [
        [
            spoken(str(row["scenario"])), _money(row, "cost"), _qalys(row, "qalys"),
            _money(row, "difference_cost", "+"), _qalys(row, "difference_qalys", "+"),
            _status(row),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    against = spoken(str(table["reference"].iloc[0] or ""))
    columns = ["", f"cost ({currency})", "QALYs", f"cost, than {against}", f"QALYs, than {against}",
               f"{currency} a QALY"]  # fmt: skip
    if not against:
        columns, rows = columns[:3], [row[:3] for row in rows]
    return TextTable("Costs and QALYs a patient", columns, rows)


def _status(row: _Row) -> str:
    if row["icer"] == row["icer"]:
        return f"{row['icer']:,.0f} more than {spoken(str(row['against']))}"
    by = f" ({spoken(str(row['against']))})" if row["against"] else ""
    return f"{row['status']}{by}"


def _benefits(table: TidyTable) -> TextTable:
    rows = [
        [
            spoken(str(row["scenario"])), f"{row['wtp']:,.0f}", _of(row, "net_benefit", "", ""),
            _of(row, "difference", "difference_", "+"),
            f"{100 * row['probability_best']:.0f} %", f"{row['expected_loss']:,.0f}",
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    return TextTable(
        "Net benefit a patient", ["", "a QALY is worth", "net benefit", "than the best, or next",
        "best in", "expected loss"], rows,
        "Of the best the difference is from the next; else from the best.",
    )  # fmt: skip


def _items(table: TidyTable) -> TextTable:
    names = list(dict.fromkeys(table["scenario"].astype(str)))
    found = {
        (row["perspective"], row["item"], str(row["scenario"])): row
        for row in table.to_dict("records")
    }
    keys = list(dict.fromkeys((view, item) for view, item, _ in found))
    rows = [
        [f"{view}: {'all' if item == _ALL else spoken(str(item))}",
         *(f"{found[view, item, name]['mean']:,.0f}" for name in names)]
        for view, item in keys
    ]  # fmt: skip
    currency = table["currency"].iloc[0]
    return TextTable(f"Costs a patient by item ({currency})", ["", *map(spoken, names)], rows)


def _budget(table: TidyTable) -> TextTable:
    rows = [
        [
            spoken(str(row["scenario"])), str(row["year"]),
            str(row["days"]), f"{row['patients']:,.0f}", _of(row, "amount", "amount_", ""),
            _of(row, "difference", "difference_", "+"),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    currency = table["currency"].iloc[0]
    columns = ["", "year", "days", "referred", f"{currency} in the year", "than the reference"]
    title = f"Budget by year ({table['perspective'].iloc[0]})"
    return TextTable(title, columns, rows, "Everybody together, not discounted.")


def _money(row: _Row, what: str, sign: str = "") -> str:
    return _of(row, what, f"{what}_", sign)


def _of(row: _Row, what: str, ends: str, sign: str, digits: int = 0) -> str:
    middle, low, high = (float(row[name]) for name in (what, f"{ends}lower", f"{ends}upper"))
    return _with_limits(middle, low, high, sign, digits)


def _qalys(row: _Row, what: str, sign: str = "") -> str:
    return _of(row, what, f"{what}_", sign, 4)


def _with_limits(middle: float, low: float, high: float, sign: str, digits: int) -> str:
    """Write a number with its limits, as far as there are any; nothing where there is none."""
    if middle != middle:
        return ""
    limits = "" if low != low else f" ({low:{sign}z,.{digits}f} to {high:{sign}z,.{digits}f})"
    return f"{middle:{sign}z,.{digits}f}{limits}"
