"""The command `animate`: patients on their way through the clinic, to be watched in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.exports import OutFile, Overwrites
from sim.cli.story import Chosen, ReplicationNumber, ResultsFolder
from sim.cli.terminal import say

WeeksWanted = Annotated[
    str | None,
    typer.Option(
        metavar="FROM:TO", help="Weeks from 0, as in weeks.csv; default: the last whole week."
    ),
]
DaysWanted = Annotated[
    str | None, typer.Option(metavar="FROM:TO", help="Days instead, the start date is 0.")
]
EveryMinutes = Annotated[
    int | None,
    typer.Option(min=1, max=1440, metavar="MINUTES", help="Between frames; default: as fits."),
]


def animate(
    run: ResultsFolder,
    scenario: Chosen = None,
    replication: ReplicationNumber = 1,
    weeks: WeeksWanted = None,
    days: DaysWanted = None,
    every: EveryMinutes = None,
    out: OutFile = None,
    overwrite: Overwrites = False,
) -> None:
    """Show patients on the waiting list, in the clinic and at home, as one page for a browser."""
    from sim.events.animation import animate_run, window_of

    window = window_of(days, weeks)
    done = animate_run(run, scenario, replication, window, every, out, overwrite)
    say(f"{done.told}\nWritten: {done.path}")
