"""`ketasim verify`: known answers of queueing theory, at full size or small."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.progress import shown
from sim.cli.terminal import say

Cases = Annotated[list[str] | None, typer.Argument(help="Names of cases; default: all.")]
Visits = Annotated[
    int | None, typer.Option(min=1, help="Visits of each case; default: the full size.")
]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes; default: all processors.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)


def verify(
    cases: Cases = None,
    visits: Visits = None,
    jobs: Jobs = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Set theory beside simulation; exit status 1 when they differ."""
    from sim.analysis.verification import verify as verified

    with shown(quiet) as progress:
        table = verified(cases, visits, jobs, progress)
    told = table.assign(half_width_share=(100 * table["half_width_share"]).round(2)).rename(
        columns={"half_width_share": "half_width_%"}
    )
    say(told.drop(columns=["case", "rounding"]).round(4).to_string(index=False))
    if not (table["verdict"] == "agrees").all():
        raise typer.Exit(1)
