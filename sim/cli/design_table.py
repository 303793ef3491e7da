"""`--vary` and designs: what each factor does, as files and as text that 64 points do not flood."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.optional import optional
from sim.cli.terminal import as_text, console

if TYPE_CHECKING:
    from sim.cli.results_tables import RowCells
    from sim.experiment.results import Results, TidyTable

DESIGN_FILE, EFFECTS_FILE = "design.csv", "by_factor.csv"
FEW = 8
"""Scenarios up to which each has a line on the terminal, as the variants of a study have."""
_KINDS = {
    "grid": "a grid",
    "latin_hypercube": "a Latin hypercube",
    "sobol": "a Sobol sequence",
}
VaryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--vary", metavar="PATH=LOW:HIGH[:STEP]|A,B,C", help="Cross with values; repeatable."
    ),
]


def add_design(results: Results, folder: Path) -> TidyTable | None:
    """Write the points and the main effects beside the measures; give the effects."""
    if not results.manifest.get("design"):
        return None
    from sim.experiment.store import add_table
    from sim.study.by_factor import by_factor, design_table

    with optional("main effects", folder):
        add_table(folder, DESIGN_FILE, design_table(results))
        effects = by_factor(results)
        add_table(folder, EFFECTS_FILE, effects)
        return effects
    return None


def lists_scenarios(results: Results) -> bool:
    """Tell whether the terminal has a line for each scenario."""
    return not results.manifest.get("design") or len(results.names) <= FEW


def show_design(results: Results, effects: TidyTable) -> None:
    """Print the headline measures by level of each factor, and what each factor does to them."""
    from sim.cli.results_tables import (
        _grids,
        _headline,
        _sureness,
        say_cautions,
        units_told,
    )
    from sim.report.numbers_told import marks_told

    out = console()
    design = results.manifest["design"]
    if not lists_scenarios(results):
        out.print()
        say_cautions(results, out)
    if len(design["factors"]) < 2 and lists_scenarios(results):
        return
    headline = [m for m in _headline(results) if (effects["measure"] == m).any()]
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()} for row in effects.to_dict("records")
    ]
    shown = [row for row in rows if row["measure"] in headline]
    if not shown:
        out.print(
            "The points are too few to tell the factors apart, or some did not reach the measures, "
            "so there are no main effects."
        )
    labels = {entry["path"]: entry for entry in design["factors"]}
    where = f"over {design['points']} points of {_KINDS.get(design['kind'], 'a design')}"
    for title, cells in (
        (f"Means by level, averaged {where}", _means_of(shown, headline, labels)),
        (f"Main effects {where}", _effects_of(shown, headline, labels)),
    ):
        if cells:
            for table in _grids(f"{title} ({_sureness(results)})", headline, cells, out.width):
                out.print(table)
                out.print()
    note = units_told(headline)
    if results.replications > 1 and shown:
        note += (
            " The p values are adjusted for the number of effects (Holm, within each measure). "
            "Told by main effects: the share of the variance between the points' means."
        )
    marked = marks_told(row["method"] for row in shown)
    out.print(as_text(f"{note} {marked}".strip()), style="dim")
    out.print(
        as_text(
            f"All measures: {EFFECTS_FILE}; the points: {DESIGN_FILE}; each point's means: "
            "summary.csv; each against the reference: comparison.csv."
        ),
        style="dim",
    )


def _means_of(
    rows: list[dict[str, Any]], headline: list[str], labels: dict[str, dict[str, Any]]
) -> RowCells:
    from sim.report.numbers_told import mean_cell

    cells: RowCells = {}
    for row in rows:
        if row["mean"] == row["mean"]:
            name = f"{labels[row['factor']]['short']} = {row['level']}"
            line = cells.setdefault(name, ["–"] * len(headline))
            # A mean that was not reached has no interval, and here no median either.
            told = row if not row["not_reached"] else row | {"not_reached": 0}
            line[headline.index(row["measure"])] = mean_cell(told | {"method": ""})
    return cells


def _effects_of(
    rows: list[dict[str, Any]], headline: list[str], labels: dict[str, dict[str, Any]]
) -> RowCells:
    """Write differences from the first level, and slopes as what the whole range makes."""
    from sim.report.numbers_told import difference_cell

    cells: RowCells = {}
    explained = ["–"] * len(headline)
    for row in rows:
        place = headline.index(row["measure"])
        if row["explained"] == row["explained"]:
            explained[place] = f"{100 * row['explained']:.0f} %"
        if row["against"]:
            entry, times = labels[row["factor"]], 1.0
            name = f"{entry['short']}: {row['against']} to {row['level']}"
        elif row["level"] == "slope":
            low, high = _ends(labels[row["factor"]])
            entry, times = labels[row["factor"]], high - low
            name = f"{entry['short']}: {low:g} to {high:g}"
        else:
            continue
        told = {
            "difference": times * row["effect"],
            "lower": times * row["effect_lower"],
            "upper": times * row["effect_upper"],
        }
        cells.setdefault(name, ["–"] * len(headline))[place] = difference_cell(row | told)
    if cells:
        cells["told by main effects"] = explained
    return cells


def _ends(entry: dict[str, Any]) -> tuple[float, float]:
    if "low" in entry:
        return entry["low"], entry["high"]
    return min(entry["levels"]), max(entry["levels"])
