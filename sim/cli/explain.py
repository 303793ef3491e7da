"""The command `explain`: one patient's story from a results folder, and its timeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.config.errors import ScenarioError

if TYPE_CHECKING:
    from sim.analysis.narrative.course import Course

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder of run or compare.")]
Patient = Annotated[int, typer.Option(metavar="N", help="The patient's number, from 0.")]
Replication = Annotated[int, typer.Option(metavar="R", help="Of which replication, from 1.")]
Chosen = Annotated[
    str | None, typer.Option(metavar="S", help="Under which scenario; default: the reference.")
]
Two = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="A B", help="Say instead where the courses under A and B part."),
]
Figure = Annotated[bool, typer.Option("--figure/--no-figure", help="Draw the timeline.")]


def register(app: typer.Typer) -> None:
    """Give the application its command `explain`."""
    app.command()(explain)


def explain(
    run: Run,
    patient: Patient,
    replication: Replication = 1,
    scenario: Chosen = None,
    why_different: Two = None,
    figure: Figure = True,
) -> None:
    """Tell one patient's course in plain words, and draw its timeline."""
    from sim.analysis.story import explained
    from sim.experiment.store import read_results

    told = explained(read_results(run), patient, replication, scenario, why_different)
    typer.echo(told.text)
    if figure:
        typer.echo(f"\nFigure: {_drawn(told.courses, run / 'figures')}")


def _drawn(courses: tuple[tuple[str, Course], ...], folder: Path) -> Path:
    from sim.figures.story import draw

    try:
        return draw(courses, folder)
    except OSError as fault:
        raise ScenarioError(
            f"{folder}: the figure cannot be written there ({fault.strerror}); "
            "leave it out with --no-figure."
        ) from fault
