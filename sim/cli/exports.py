"""The command `export`: what a results folder holds, for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.story import Chosen, ResultsFolder
from sim.cli.terminal import say, warn
from sim.config.errors import ScenarioError

FormatName = Annotated[
    str,
    typer.Option(
        "--format", metavar="F",
        help="vidigi, xes (process mining), bupar (R), csv (the event table) or xlsx (a workbook).",
    ),
]  # fmt: skip
OutFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Default: a file in RUN/exports.")
]
Overwrites = Annotated[
    bool, typer.Option("--overwrite", help="Replace a file that ketasim did not write.")
]


def export(
    run: ResultsFolder,
    format_: FormatName,
    scenario: Chosen = None,
    replication: Annotated[
        int | None, typer.Option(metavar="R", help="Which replication, from 1; default 1.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every replication in one file.")] = False,
    out: OutFile = None,
    overwrite: Overwrites = False,
) -> None:
    """Write the events of a replication, or a workbook, for other programs."""
    from sim.events.formats import export_run

    if all_ and replication is not None:
        raise ScenarioError("--all and --replication: give one of these options.")
    which = None if all_ else (1 if replication is None else replication)
    done = export_run(run, format_, scenario, which, out, overwrite)
    for sentence in done.missing:
        warn(f"ketasim: {sentence}")
    say(f"{done.told}\nWritten: {done.path}")
