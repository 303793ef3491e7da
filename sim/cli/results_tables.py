"""Results as text: the headline measures of each scenario, with how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from sim.cli.terminal import as_text, console
from sim.experiment.results import rows_by_measure
from sim.outcomes.catalogue import CATALOGUE, headline_among, title_of
from sim.report.numbers_told import difference_cell, in_list, marks_told, mean_cell
from sim.study.beside import STANDS_ON, UNTREATED, said_beside
from sim.study.turned_out import cautions_of_results

if TYPE_CHECKING:
    from rich.console import Console

    from sim.experiment.results import Results, TidyTable

_NAMES = 20
"""Columns that the names of scenarios have at least; they take what the measures leave."""

_BETTER = {"higher": "higher is better", "lower": "lower is better", "none": ""}
RowCells = dict[str, list[str]]
"""By row, one text for each measure; its lines stand below each other."""


def show(results: Results, comparison: TidyTable | None = None) -> None:
    """Print one scenario as a list of measures, several as a grid, then any comparison."""
    out = console()
    headline = _headline(results)
    out.print()
    say_cautions(results, out)
    beside = said_beside(results.summary(STANDS_ON), results.reference)
    if len(results.names) == 1:
        out.print(_list(results, headline))
        if marked := marks_told(results.summary(headline)["method"]):
            out.print(marked, style="dim")
        if beside:
            out.print()
        for said in beside:
            out.print(as_text(said))
        return
    for table in _means(results, headline, out.width):
        out.print(table)
        out.print()
    for said in beside:
        out.print(as_text(said))
    if beside:
        out.print()
    if comparison is not None:
        differing = [name for name in headline if not _is_everybodys(comparison, name)]
        for table in _differences(results, comparison, differing, out.width):
            out.print(table)
            out.print()
    methods = [*results.summary(headline)["method"]]
    if comparison is not None:
        methods += [*comparison[comparison["measure"].isin(headline)]["method"]]
    note = _footnote(headline, comparison is not None and results.replications > 1)
    out.print(as_text(f"{note} {marks_told(methods)}".rstrip()), style="dim")


def say_cautions(results: Results, out: Console) -> None:
    """Print what to know before the numbers."""
    for caution in cautions_of_results(results):
        out.print(f"Caution: {as_text(caution)}")
        out.print()


def _headline(results: Results) -> list[str]:
    return headline_among(set(results.metrics["measure"]))


def _is_everybodys(comparison: TidyTable, measure: str) -> bool:
    """Tell whether these are days of the same people untreated, whatever is done with them."""
    rows = comparison[comparison["measure"] == measure]
    return measure == UNTREATED and bool((rows["difference"] == 0).all())


def _sureness(results: Results) -> str:
    if results.replications == 1:
        return "one replication: no interval"
    return f"{results.replications} replications, ± 95 % interval"


def _list(results: Results, headline: Sequence[str]) -> Table:
    table = _table(f"{as_text(results.names[0])} ({_sureness(results)})")
    for heading in ("measure", "mean", "95 % interval", "unit", ""):
        table.add_column(f"{heading}  ", justify="right" if heading == "mean" else "left")
    for row in rows_by_measure(results.summary(headline)).values():
        better = _BETTER[CATALOGUE[row["measure"]].direction]
        told, limits = in_list(row)
        table.add_row(
            as_text(title_of(row["measure"])),
            told,
            limits,
            as_text(row["unit"]),
            f"[dim]{better}[/]",
        )
    return table


def _means(results: Results, headline: Sequence[str], width: int) -> Iterator[Table]:
    rows = rows_by_measure(results.summary(headline))
    cells = {
        name: [mean_cell(rows[name, m]) if (name, m) in rows else "–" for m in headline]
        for name in results.names
    }
    return _grids(f"Means ({_sureness(results)})", headline, cells, width, results.reference)


def _differences(
    results: Results, comparison: TidyTable, headline: Sequence[str], width: int
) -> Iterator[Table]:
    rows = rows_by_measure(comparison)
    reference = str(comparison["reference"].iloc[0])
    cells = {
        name: [difference_cell(rows[name, measure]) for measure in headline]
        for name in results.names
        if name != reference
    }
    if results.replications > 1:
        gains = [[rows[name, m]["variance_gain"] for name in cells] for m in headline]
        cells["pairing gained"] = [_gain(values) for values in gains]
    title = f"Differences from {as_text(reference)} on the same patients ({_sureness(results)})"
    return _grids(title, headline, cells, width)


def _grids(
    title: str, headline: Sequence[str], cells: RowCells, width: int, reference: str | None = None
) -> Iterator[Table]:
    """Scenarios down and measures across, in as many tables as the width asks for."""
    widths = [_width(measure, cells, place) for place, measure in enumerate(headline)]
    for places in _fitting(widths, width - _NAMES):
        table = _table(title)
        left = width - sum(widths[place] + 1 for place in places)
        table.add_column("", width=min(left, max(map(len, cells))), overflow="fold")
        for place in places:
            heading = as_text(title_of(headline[place]))
            table.add_column(heading, width=widths[place], justify="right")
        for name, texts in cells.items():
            label = as_text(name) + ("\n[dim]reference[/]" if name == reference else "")
            table.add_row(label, *(texts[place] for place in places))
        yield table


def _width(measure: str, cells: RowCells, place: int) -> int:
    lines = [line for texts in cells.values() for line in texts[place].splitlines()]
    return max(len(text) for text in (*title_of(measure).split(), *lines))


def _fitting(widths: Sequence[int], available: int) -> Iterator[list[int]]:
    """Deal out the columns, in order, to tables that are no wider than what is available."""
    places: list[int] = []
    for place in range(len(widths)):
        if places and sum(widths[p] + 1 for p in (*places, place)) > available:
            yield places
            places = []
        places.append(place)
    yield places


def _table(title: str) -> Table:
    # One space between columns, which is the box's own.
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0, show_edge=False)


def units_told(headline: Sequence[str]) -> str:
    """Say the units of measures, those of one unit together."""
    units: dict[str, list[str]] = {}
    for measure in headline:
        units.setdefault(CATALOGUE[measure].unit, []).append(title_of(measure))
    return " ".join(
        f"{', '.join(names).capitalize()}: {unit}." for unit, names in units.items() if unit
    )


def _footnote(headline: Sequence[str], tested: bool) -> str:
    notes = [units_told(headline)]
    if tested:
        notes.append(
            "The p values are adjusted for the number of scenarios (Holm, within each measure). "
            "Pairing gained ×n: unpaired, n times as many replications would have been needed."
        )
    return " ".join(filter(None, notes))


def _gain(gains: Sequence[float]) -> str:
    """The range over scenarios; one that never differs from the reference has no gain."""
    finite = sorted(gain for gain in gains if isfinite(gain))
    if not finite:
        return "–"
    low, high = (_times(gain) for gain in (finite[0], finite[-1]))
    return low if low == high else f"{low}\nto {high}"


def _times(gain: float) -> str:
    return f"×{gain:.0f}" if gain >= 9.5 else f"×{gain:.1f}"
