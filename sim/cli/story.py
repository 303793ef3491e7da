"""What is made of a results folder: one patient's story (`explain`), a page (`report`)."""

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


def report_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A results folder of any command.")],
    beside: Annotated[
        Path | None, typer.Option(metavar="RUN", help="A second run or comparison, side by side.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page; default: report.html in RUN.")
    ] = None,
) -> None:
    """Write one page of HTML: the answer first, then tables, figures, assumptions and sources.

    The page needs no network and no other file, can be mailed, and prints well.
    """
    from sim.page.one_page import write_report

    page = write_report(run, beside, out)
    say(f"Report: {page} ({page.stat().st_size / 1000:,.0f} kB)")
