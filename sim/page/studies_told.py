"""The answer of a run or a comparison, from its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sim.experiment.results import Results, TidyTable, rows_by_measure
from sim.experiment.store import read_table
from sim.figures.gallery import figures_of
from sim.figures.style import spoken, title
from sim.outcomes.catalogue import headline_among
from sim.outcomes.measures import DAYS_WELL
from sim.page.compared import compared_in_words
from sim.page.content import PageAnswer, ReadFolder, TextTable, Tile, table_as_grid
from sim.report.numbers_told import difference_cell, in_list, marks_told, mean_cell
from sim.study.beside import STANDS_ON, said_beside
from sim.study.paired import compare
from sim.study.turned_out import cautions_of_results

MOST_SIDE_BY_SIDE = 6
"""Scenarios that stand beside each other; of more each has a line."""


def answer_of_results(told: ReadFolder) -> PageAnswer:
    """Say what a run or a comparison found; every number is of its tables."""
    results = told.results
    comparison = comparison_of(results)
    one = len(results.names) == 1
    summary = results.summary(headline_of(results))
    sentences = [
        *compared_in_words(results, comparison),
        *_said_beside(results),
    ]
    return PageAnswer(
        kind="Comparison" if not one else "Run",
        sentences=[*([_sentence_of_one(results)] if one else []), *sentences],
        cautions=cautions_of_results(results),
        tiles=list(_tiles(summary)) if one else (),
        grids=[
            *([_every_measure(results)] if one else _grids_of(results, summary, comparison)),
            *_by_factor(told.folder),
        ],
        uncertainty=list(_sureness(results, comparison)),
        drawn=figures_of(results),
    )


def _said_beside(results: Results) -> list[str]:
    """Say how the same people fare untreated, and whose response it is, with names as words."""
    summary = results.summary(STANDS_ON)
    summary["scenario"] = summary["scenario"].map(spoken)
    return said_beside(summary, spoken(results.reference or ""))


def comparison_of(results: Results) -> TidyTable | None:
    """Pair every scenario with the reference, where there is one and something to pair."""
    if results.reference is None or len(results.names) < 2:
        return None
    found = compare(results)
    return found if len(found) else None


def headline_of(results: Results) -> list[str]:
    """List the headline measures that the results have, then measures of one's own."""
    return [*headline_among(set(results.metrics["measure"])), *results.own_units]


def _sentence_of_one(results: Results) -> str:
    scenario, n = results.scenarios.get(results.names[0]), results.replications
    length = f" of {scenario.run.days} days" if scenario else ""
    counted = ""
    if scenario and scenario.run.warm_up:
        counted = f", of which the first {scenario.run.warm_up} count in no measure"
    many = f"Means over {n} simulated runs" if n > 1 else "One simulated run"
    return f"{many}{length}{counted}; every number stands below."


def _tiles(summary: TidyTable) -> Iterator[Tile]:
    for row in summary.to_dict("records"):
        if row["mean"] == row["mean"]:
            value, limits = in_list(row)
            yield Tile(title(str(row["measure"])), value, limits, str(row["unit"]))


def _by_factor(folder: Path) -> Iterator[TextTable]:
    """Give what each factor of a design does to both kinds of good days."""
    if (path := folder / "by_factor.csv").exists():
        table = read_table(path)
        shown = table[table["measure"].isin(DAYS_WELL)].dropna(axis="columns", how="all")
        yield table_as_grid("What each factor does", shown)


def _every_measure(results: Results) -> TextTable:
    summary = results.summary()
    rows = [
        [title(str(row["measure"])), *in_list(row), str(row["unit"])]
        for row in summary.to_dict("records")
    ]
    note = f"{_interval_note(results)} {marks_told(summary['method'])}".strip()
    return TextTable("Every measure", ["", "mean", "95 % interval", "unit"], rows, note)


def _grids_of(
    results: Results, summary: TidyTable, comparison: TidyTable | None
) -> Iterator[TextTable]:
    measures = headline_of(results)
    cells = {key: mean_cell(row) for key, row in rows_by_measure(summary).items()}
    marks = marks_told(summary["method"])
    note = f"{_interval_note(results)} {marks}".strip()
    yield from _beside("Means", results.names, measures, cells, results, note)
    if comparison is None:
        return
    shown = comparison[comparison["measure"].isin(measures)]
    differences = {key: difference_cell(row) for key, row in rows_by_measure(shown).items()}
    others = [name for name in results.names if name != results.reference]
    heading = f"Differences from {spoken(results.reference or '')}, on the same people"
    tested = (
        "Paired by replication; p values by Holm over the scenarios, within each measure. "
        if results.replications > 1
        else ""
    )
    note = f"{tested}{_interval_note(results)} {marks_told(shown['method'])}".strip()
    yield from _beside(heading, others, measures, differences, results, note)


def _beside(
    heading: str,
    names: Sequence[str],
    measures: Sequence[str],
    cells: Mapping[tuple[str, str], str],
    results: Results,
    note: str,
) -> Iterator[TextTable]:
    """Set few scenarios beside each other, measures down; of many each has a line."""
    known = [m for m in measures if any((name, m) in cells for name in names)]
    if not known:
        return
    labels = [f"{title(m)}\n{results.unit(m)}" for m in known]
    if len(names) <= MOST_SIDE_BY_SIDE:
        rows = [
            [label, *(cells.get((name, m), "–") for name in names)]
            for label, m in zip(labels, known, strict=True)
        ]
        yield TextTable(heading, ["", *(_labelled(results, name) for name in names)], rows, note)
        return
    rows = [
        [_labelled(results, name), *(cells.get((name, m), "–") for m in known)] for name in names
    ]
    yield TextTable(heading, ["", *labels], rows, note)


def _labelled(results: Results, name: str) -> str:
    return spoken(name) + (" (reference)" if name == results.reference else "")


def _interval_note(results: Results) -> str:
    if results.replications == 1:
        return "One replication: no intervals."
    return f"{results.replications} replications; ± and limits: 95 % intervals."


def _sureness(results: Results, comparison: TidyTable | None) -> Iterator[str]:
    n = results.replications
    if n == 1:
        yield (
            "One replication was simulated: its numbers have no intervals, and another year could "
            "look quite different. Simulate more (--replications)."
        )
    else:
        yield (
            f"Intervals are 95 %, over {n} replications, each with other people and other luck. "
            "They tell how well the means of this model are known, not how one year will turn out."
        )
    if comparison is not None and n > 1:
        yield (
            "Differences are paired: both scenarios treat the same people with the same draws, so "
            "a difference can be sure although the intervals of the means overlap."
        )
    yield (
        "The parameters were held fixed. What is not known about them is not in these intervals; "
        "--uncertainty posterior draws them as well, and says how much of the spread is theirs."
    )
