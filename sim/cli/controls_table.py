"""`--controls`: what results are when told with the controls of cheap twins, as a file and text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.optional import optional
from sim.cli.progress import shown
from sim.cli.terminal import as_text, console, warn
from sim.config.errors import ScenarioError
from sim.experiment.workers import JobsWanted

if TYPE_CHECKING:
    from sim.experiment.results import Results, TidyTable

CONTROLLED_FILE = "controlled.csv"
ControlsOption = Annotated[
    bool,
    typer.Option("--controls", help="Also tell results with controls: surer where that pays."),
]


def refuse_with(uncertainty: str | None, controls: bool) -> None:
    """Refuse --controls where parameters are drawn as well."""
    if uncertainty is not None and controls:
        raise ScenarioError(
            "--controls does not go with --uncertainty, where the draws of the parameters and not "
            "the replications are what leaves a result unsure; leave one of them out."
        )


def add_controls(results: Results, folder: Path, jobs: JobsWanted, quiet: bool) -> None:
    """Work out the twins of results, and write what they make of them beside the plain numbers."""
    from sim.experiment.store import add_table
    from sim.study.controlled import controlled

    with optional("controls", folder):
        if not quiet:
            warn(f"Working out the twins of {results.replications} replications (--controls).")
        with shown(quiet, what="twins") as progress:
            table = controlled(results, jobs=jobs, progress=progress)
        add_table(folder, CONTROLLED_FILE, table)
        if not quiet:
            _show(table)


def _show(table: TidyTable) -> None:
    """Print the headline measures that are surer with controls, or why none is."""
    from sim.cli.results_tables import _table
    from sim.outcomes.catalogue import CATALOGUE, title_of

    out = console()
    headline = [name for name, measure in CATALOGUE.items() if measure.headline]
    rows = table[table["measure"].isin(headline)]
    paying = rows[rows["why_not"] == ""]
    out.print()
    if paying.empty:
        reasons = "; ".join(dict.fromkeys(rows["why_not"]))
        out.print(as_text(f"Nothing is surer with controls: {reasons} ({CONTROLLED_FILE})."))
        return
    grid = _table("With the controls of cheap twins: surer where that saves work")
    for heading in ("", "plain", "with controls", "less work"):
        grid.add_column(f"{heading}  ", justify="right" if heading else "left")
    for row in paying.to_dict("records"):
        name = f"{row['scenario']} - {row['reference']}" if row["reference"] else row["scenario"]
        plain = row["mean"], row["lower"], row["upper"]
        told = row["adjusted"], row["adjusted_lower"], row["adjusted_upper"]
        label = as_text(f"{title_of(row['measure'])}, {name}  ")
        grid.add_row(label, _said(plain), _said(told), f"x {row['net_gain']:.1f}")
    out.print(grid)
    out.print(
        "Regression on what the same people would have without limits; the work for their twins "
        f"is counted. The plain numbers above stand as they are (all measures: {CONTROLLED_FILE}).",
        style="dim",
    )


def _said(limits: tuple[Any, Any, Any]) -> str:
    """Write a mean with half of its interval."""
    from sim.report.numbers_told import rounded

    mean, lower, upper = limits
    half = (upper - lower) / 2
    return f"{rounded(mean, half)} ±{rounded(half, half)}  "
