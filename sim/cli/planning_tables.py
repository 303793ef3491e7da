"""The tables of a capacity answer on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from math import inf, isnan
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from rich import box
from rich.measure import Measurement
from rich.table import Table

from sim.cli.terminal import WIDTH, as_text, console
from sim.planning.answer_words import periods
from sim.planning.ranges import NOUNS
from sim.planning.relaxing import CAPACITIES, LONGER, OPENING_HOURS

if TYPE_CHECKING:
    from sim.experiment.results import TidyTable
    from sim.planning.answer import CapacityAnswer
    from sim.planning.targets import Target


def width() -> int:
    """Give the width of the terminal; a file or a pipe has none of its own."""
    return get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH


def in_lines(first: str, *more: str) -> list[str]:
    """Break an answer into lines as wide as the terminal, what follows it marked."""
    lines = wrap(first, width())
    for text in more:
        lines += wrap(text, width(), initial_indent="- ", subsequent_indent="  ")
    return lines


def show_tried(answer: CapacityAnswer) -> None:
    """Print what was tried."""
    _print(_tried(answer))


def show_queues(answer: CapacityAnswer, beside: TidyTable) -> None:
    """Print Erlang C beside what was simulated."""
    _print(_queues(answer, beside))


def show_margins(bought: TidyTable, loop: TidyTable) -> None:
    """Print what one more of each buys, and the size of the loop."""
    _print(_margins(bought))
    _print(_loop(loop))


def _print(table: Table) -> None:
    """Print a table as wide as the terminal, or as its longest words ask."""
    out = console()
    free = out.options.update(max_width=10 * WIDTH)
    least = Measurement.get(out, free, table).minimum
    out.width = max(width(), least)  # no word is ever broken
    out.print(table)


def _tried(answer: CapacityAnswer) -> Table:
    columns, rows = _columns(answer), answer.table.to_dict("records")
    longer = any(OPENING_HOURS in row["relaxed"] for row in rows)
    table = _headed(
        f"Values tried: how many {periods(answer, 2)} met all targets, and the mean of each "
        "quantity",
        [*(_noun(path) for path in columns), *(["US$ a year"] if answer.prices else []),
         *([OPENING_HOURS] if longer else []), "met", "% (95 % interval)",
         *map(_quantity, answer.targets), "verdict"],
    )  # fmt: skip
    for row in rows:
        cells = [_number(row, path) for path in columns]
        cells += [f"{row['cost']:,.0f}"] if answer.prices else []
        cells += [f"{LONGER} ×" if OPENING_HOURS in row["relaxed"] else "1 ×"] if longer else []
        limits = f"{_percent(row['lower'])} to {_percent(row['upper'])}"
        cells += [f"{row['met']} of {row['replications']}", f"{_percent(row['share'])} ({limits})"]
        cells += [_mean(row, target.quantity) for target in answer.targets]
        table.add_row(*cells, row["verdict"], style="bold" if row["verdict"] == "answer" else None)
    return table


def _columns(answer: CapacityAnswer) -> list[str]:
    """Give what was varied, and the capacities that differ between rows or go with chairs."""
    varied = [of.path for of in answer.varied]
    also = [path for path in CAPACITIES.values() if path not in varied]
    return varied + [
        path for path in also if path == "clinic.nurses" or answer.table[path].nunique() > 1
    ]


def _noun(path: str) -> str:
    return NOUNS[path][1] if path in NOUNS else path.rpartition(".")[2].replace("_", " ")


def _number(row: Mapping[Any, Any], path: str) -> str:
    return row[path] if isinstance(row[path], str) else f"{row[path]:g}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _quantity(target: Target) -> str:
    """Say a quantity so that a heading can be broken between words."""
    name = target.name.replace("_", " ")
    told = name if target.percentile is None else f"P{target.percentile:g} {name}"
    return f"{told} ({'≤' if target.upper else '≥'} {target.bound:g})"


def _mean(row: Mapping[Any, Any], name: str) -> str:
    mean, low, high = (float(row[f"{name}{end}"]) for end in ("", " lower", " upper"))
    if mean == inf:
        return "not reached"
    half = "" if isnan(low) else f" ± {_short((high - low) / 2, 2)}"
    return "not defined" if isnan(mean) else f"{_short(mean, 3)}{half}"


def _short(value: float, digits: int) -> str:
    """Round to so many digits, without powers of ten."""
    return f"{value:.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"


def _queues(answer: CapacityAnswer, beside: TidyTable) -> Table:
    in_days = all(target.name.endswith("_days") for target in answer.targets)
    unit, each = ("days", _open_day(answer)) if in_days else ("minutes", 1.0)
    quantities = map(_quantity, answer.targets)
    table = _headed(
        f"Erlang C at {beside['infusions_per_week'].iloc[0]:.0f} infusions a week: people who come "
        "at random and wait for a chair, beside the simulated clinic, which gives appointments",
        ["chairs", "busy (%)", f"Erlang C: mean wait, open {unit}", *quantities],
    )  # fmt: skip
    for row in beside.to_dict("records"):
        wait = float(row["wait_minutes"]) / each
        said = "grows for ever" if wait == inf else f"{wait:.2g}"
        simulated = [_plain(float(row[t.quantity])) for t in answer.targets]
        table.add_row(f"{row['chairs']}", _percent(row["utilisation"]), said, *simulated)
    return table


def _open_day(answer: CapacityAnswer) -> float:
    """Give the minutes of a mean opening day."""
    days = [minutes for minutes in answer.scenario.clinic.open_minutes() if minutes]
    return sum(days) / len(days)


def _plain(value: float) -> str:
    return "not reached" if value == inf else "" if isnan(value) else f"{value:.3g}"


def _margins(rows: TidyTable) -> Table:
    table = _headed(
        "What one more buys (paired differences, 95 % interval; and for each hour a week added)",
        ["", "hours", "measure", "difference", "95 % interval", "per hour"],
    )
    for row in rows.to_dict("records"):
        table.add_row(
            row["scenario"], f"{row['added_hours']:g}", row["measure"].replace("_", " "),
            _signed(row["difference"]), _limits(row), _signed(row["difference_per_hour"], 3),
        )  # fmt: skip
    return table


def _loop(rows: TidyTable) -> Table:
    from sim.planning.margins import LIMITLESS, NOW

    table = _headed(
        "The size of the loop: the same people without limits of chairs, nurses and prescribers",
        ["measure", NOW, LIMITLESS, "difference", "95 % interval"],
    )
    for row in rows.to_dict("records"):
        table.add_row(row["measure"].replace("_", " "), f"{row[NOW]:.1f}", f"{row[LIMITLESS]:.1f}",
                      _signed(row["difference"]), _limits(row))  # fmt: skip
    return table


def _signed(value: float, decimals: int = 1) -> str:
    return "–" if isnan(value) else f"{value:+z.{decimals}f}"


def _limits(row: Mapping[Any, Any]) -> str:
    low, high = float(row["lower"]), float(row["upper"])
    return "" if isnan(low) else f"{low:+z.1f} to {high:+z.1f}"


def _headed(title: str, headings: list[str]) -> Table:
    """Make a table whose headings are broken between words, never inside them."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    for heading in headings:
        longest = max(map(len, heading.split()), default=0)
        table.add_column(f"{as_text(heading)} ", min_width=longest + 1)
    return table
