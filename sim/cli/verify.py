"""`ketasim verify`: known answers of queueing theory, at full size or small."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli import signals
from sim.cli.progress import shown
from sim.cli.signals import stop
from sim.cli.terminal import say

Cases = Annotated[list[str] | None, typer.Argument(help="Names of cases; default: all.")]
Visits = Annotated[
    int | None, typer.Option(min=1, help="Visits of each case; default: the full size.")
]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes; default: all processors.")]


TOLD = "nothing is told of a verification that is not whole, and nothing was kept."


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

    try:
        with shown(quiet) as progress:
            table = verified(cases, visits, jobs, progress)
    except KeyboardInterrupt:
        stop(f"{signals.interrupted()}; {TOLD}", signals.status())
    told = table.assign(half_width_share=(100 * table["half_width_share"]).round(2)).rename(
        columns={"half_width_share": "half_width_%"}
    )
    say(told.drop(columns=["case", "rounding"]).round(4).to_string(index=False))
    if not (table["verdict"] == "agrees").all():
        raise typer.Exit(1)
