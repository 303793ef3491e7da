"""Measures by subgroup as text: groups down, headline measures across."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.cli.results_tables import RowCells, _grids
from sim.cli.terminal import as_text, console
from sim.outcomes.catalogue import CATALOGUE
from sim.report.numbers_told import marks_told, mean_cell

if TYPE_CHECKING:
    from sim.experiment.results import Results


def show_subgroups(results: Results) -> None:
    """Print the headline measures of every group, and how often a group was too small to tell."""
    if not len(results.subgroups):
        return
    out = console()
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()}
        for row in results.subgroup_summary().to_dict("records")
    ]
    headline = [m.name for m in CATALOGUE.values() if m.headline and m.of_people]
    present = [name for name in headline if any(row["measure"] == name for row in rows)]
    for by in dict.fromkeys(row["by"] for row in rows):
        cells: RowCells = {}
        for row in rows:
            if row["by"] != by or row["measure"] not in present:
                continue
            group = f"{row['group']} ({row['patients']:.0f} people)"
            name = f"{row['scenario']}: {group}" if len(results.names) > 1 else group
            line = cells.setdefault(name, ["–"] * len(present))
            said = mean_cell(row) if row["replications"] else "too small"
            if row["too_small"] and row["replications"]:
                said += f"\n{row['too_small']} left out"
            line[present.index(row["measure"])] = said
        for table in _grids(f"By {as_text(by.replace('_', ' '))}", present, cells, out.width):
            out.print(table)
            out.print()
    if marked := marks_told(row["method"] for row in rows if row["measure"] in present):
        out.print(marked, style="dim")
    least = next(iter(results.scenarios.values())).run.min_group if results.scenarios else 10
    out.print(
        f"Groups of fewer than {least} people in a replication have no values in it and are left "
        "out of the mean (all measures: subgroups.csv).",
        style="dim",
    )
