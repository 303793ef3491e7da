"""The tables of a capacity answer on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isnan
from textwrap import fill
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from sim.analysis.capacity import CapacityAnswer
    from sim.experiment.results import Table as Frame

WIDTH = 100
WHOLE = ("met", "share", "95 % interval", "verdict")  # columns that are never broken


def wrapped(text: str) -> str:
    """Break a text into lines as wide as the tables."""
    return fill(text, WIDTH)


def show_tried(answer: CapacityAnswer) -> None:
    """Print what was tried."""
    _console().print(_tried(answer))


def show_queues(answer: CapacityAnswer, beside: Frame) -> None:
    """Print Erlang C beside what was simulated."""
    _console().print(_queues(answer, beside))


def show_margins(bought: Frame, loop: Frame) -> None:
    """Print what one more of each buys, and the size of the loop."""
    console = _console()
    console.print(_margins(bought))
    console.print(_loop(loop))


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console.width = WIDTH
    return console


def _tried(answer: CapacityAnswer) -> Table:
    paths = [of.path for of in answer.varied]
    quantities = [target.quantity for target in answer.targets]
    rows = answer.table.to_dict("records")
    with_limits = any(row["relaxed"] for row in rows)
    table = _headed(
        "Values tried (share of replications that met all targets, 95 % interval; "
        "mean of each quantity)",
        [*paths, *(["US$ a year"] if answer.prices else []), *(["with"] if with_limits else []),
         "met", "share", "95 % interval", *map(str, answer.targets), "verdict"],
    )  # fmt: skip
    for row in rows:
        cells = [f"{row[path]:g}" for path in paths]
        cells += [f"{row['cost']:,.0f}"] if answer.prices else []
        cells += [row["relaxed"]] if with_limits else []
        cells += [f"{row['met']}/{row['replications']}", f"{row['share']:.2f}",
                  f"{row['lower']:.2f} to {row['upper']:.2f}"]  # fmt: skip
        cells += [_mean(row, name) for name in quantities]
        table.add_row(*cells, row["verdict"], style="bold" if row["verdict"] == "answer" else None)
    return table


def _mean(row: Mapping[Any, Any], name: str) -> str:
    mean, low, high = (float(row[f"{name}{end}"]) for end in ("", " lower", " upper"))
    if mean == inf:
        return "not reached"
    half = "" if isnan(low) else f" ± {(high - low) / 2:.2g}"
    return "not defined" if isnan(mean) else f"{mean:.3g}{half}"


def _queues(answer: CapacityAnswer, beside: Frame) -> Table:
    table = _headed(
        f"Erlang C at {beside['infusions_per_week'].iloc[0]:.0f} infusions a week (people who come "
        "at random and wait for a chair), beside the simulated clinic, which gives appointments",
        ["chairs", "load", "busy", "Erlang C mean wait", *(t.quantity for t in answer.targets)],
    )
    for row in beside.to_dict("records"):
        wait = float(row["wait_minutes"])
        said = "grows for ever" if wait == inf else f"{wait:.1f} open minutes"
        simulated = [_plain(float(row[t.quantity])) for t in answer.targets]
        table.add_row(f"{row['chairs']}", f"{row['load']:.1f}", f"{row['utilisation']:.0%}", said,
                      *simulated)  # fmt: skip
    return table


def _plain(value: float) -> str:
    return "not reached" if value == inf else "" if isnan(value) else f"{value:.3g}"


def _margins(rows: Frame) -> Table:
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


def _loop(rows: Frame) -> Table:
    from sim.analysis.margins import LIMITLESS, NOW

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
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    for heading in headings:
        whole = heading in WHOLE
        table.add_column(f"{escape(heading)} ", overflow="fold", no_wrap=whole)
    return table
