"""The command `explain`: one patient's story from a results folder, and its timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.optional import optional
from sim.cli.terminal import say

ResultsFolder = Annotated[
    Path, typer.Argument(metavar="RUN", help="A results folder of run or compare.")
]
PatientNumber = Annotated[int, typer.Option(metavar="N", help="The patient's number, from 0.")]
ReplicationNumber = Annotated[int, typer.Option(metavar="R", help="Of which replication, from 1.")]
Chosen = Annotated[
    str | None, typer.Option(metavar="S", help="Under which scenario; default: the reference.")
]
Two = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="A B", help="Say instead where the courses under A and B part."),
]
Figure = Annotated[bool, typer.Option("--figure/--no-figure", help="Draw the timeline.")]


def explain(
    run: ResultsFolder,
    patient: PatientNumber,
    replication: ReplicationNumber = 1,
    scenario: Chosen = None,
    why_different: Two = None,
    figure: Figure = True,
) -> None:
    """Tell one patient's course in plain words, and draw its timeline."""
    from sim.experiment.store import read_results
    from sim.story.tell import explained

    told = explained(read_results(run), patient, replication, scenario, why_different)
    say(told.text)
    if figure:
        from sim.figures.story import draw

        with optional("figure"):
            say(f"\nFigure: {draw(told.courses, run / 'figures')}")
