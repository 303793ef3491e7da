"""`ketasim capacity`: how many chairs, nurses or hours, or how many referrals a clinic can take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sim.cli import planning_extras as extras
from sim.cli.controls_table import ControlsOption, refuse_with
from sim.cli.folders import GO_ON, Where, working_in
from sim.cli.optional import draw_figures, optional
from sim.cli.optional import written as kept
from sim.cli.options import (
    Anyway,
    Assignments,
    Cluster,
    Figures,
    Fresh,
    Jobs,
    Out,
    Overwrite,
    Quiet,
    Seed,
    Verbose,
    changes_of,
    logged,
    workers,
)
from sim.cli.progress import trying
from sim.cli.signals import ended
from sim.cli.terminal import say
from sim.config.names import stem_of

if TYPE_CHECKING:
    from sim.planning.answer import CapacityAnswer

_TOLD = "nothing was simulated to its end, so there is no answer and nothing was kept."


def capacity_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The clinic.")],
    vary: Annotated[
        list[str],
        typer.Option(metavar="PATH=LOW:HIGH[:STEP]", help="Values to try (or a,b,c); once, or "
                     "twice for the cheapest mix."),
    ],
    target: Annotated[
        list[str],
        typer.Option(metavar="QUANTITY<=BOUND", help="Such as "
                     "p90(clinic_wait_first_infusion_days) <= 14; repeatable."),
    ],
    confidence: Annotated[
        float, typer.Option(help="Share of replications that must meet all targets.")
    ] = 0.9,
    when: Annotated[
        str, typer.Option(metavar="steady|first-year", help="A clinic that runs, or a new one.")
    ] = "steady",
    days: Annotated[int, typer.Option(min=1, help="How long is measured.")] = 365,
    largest: Annotated[
        bool, typer.Option("--largest", help="Find the largest value (as of referrals anyway).")
    ] = False,
    cost: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=US$", help="A year of one more, for a mix; repeatable."),
    ] = None,
    margins: Annotated[
        bool, typer.Option("--margins", help="Also what one more of each would buy.")
    ] = False,
    uncertainty: Annotated[
        str | None,
        typer.Option(metavar="posterior", help="Draw the uncertain parameters each time anew."),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, help="A verdict rests on so many at most.")
    ] = 20,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    set_: Assignments = None,
    out: Out = None,
    quiet: Quiet = False,
    figures: Figures = True,
    anyway: Anyway = False,
    overwrite: Overwrite = False,
    fresh: Fresh = False,
    verbose: Verbose = False,
    controls: ControlsOption = False,
) -> None:  # fmt: skip
    """Find the smallest capacity, or the largest demand, that meets targets, and how surely."""
    from sim.experiment.asked import asked_of
    from sim.experiment.design import read_single
    from sim.figures.planning import draw_answer
    from sim.planning import answer_tables
    from sim.planning.answer import capacity
    from sim.planning.costs import read_cost

    refuse_with(uncertainty, controls)
    what = read_single(scenario, changes_of(set_, None, seed))
    prices = dict(read_cost(text) for text in cost or ())
    where, name = Where(out, overwrite, fresh, quiet), stem_of(scenario)
    asked = asked_of(
        "capacity", {name: what}, replications, seed=what.run.seed, vary=vary, target=target,
        confidence=confidence, when=when, days=days, largest=largest, cost=cost, margins=margins,
        uncertainty=uncertainty, controls=controls,
    )  # fmt: skip
    with working_in(where, f"{name}-capacity", asked, _TOLD) as folder:
        logged(folder, verbose, overwrite)
        doing = workers(jobs, cluster, folder)
        with trying(quiet) as told:
            answer = capacity(
                what, vary, target, confidence, replications, seed, doing, when, days,
                largest or None, prices, told, name, uncertainty, anyway,
            )  # fmt: skip
        answer = replace(answer, manifest={**answer.manifest, "asked": asked.plain()})
        with kept(quiet, lambda: _show(answer, folder)):
            replaced = asked.replaces(overwrite)
            answer_tables.write_capacity(answer, folder, overwrite=replaced)
        if not quiet:
            _show(answer, folder)
        if answer.cut:
            _end(answer, folder)
        there = figures and draw_figures(lambda to, each: draw_answer(answer, to, each), folder)
        files = [answer_tables.TRIED, *extras.spread(answer, folder, quiet)]
        files += extras.filled(answer, doing, folder, figures, quiet)
        if margins:
            files += extras.bought(answer, doing, folder, quiet)
        if controls:
            files += extras.with_controls(answer, doing, folder, quiet)
        if quiet:
            say(str(folder))
            return
        say(f"\nTables: {folder} ({', '.join(files)})")
        say(f"Figures: {folder / 'figures'}" if there else "No figures drawn.")


def _end(answer: CapacityAnswer, folder: Path) -> NoReturn:
    """Say what was kept of a search that was interrupted, and that it is no answer, if so."""
    assert answer.cut is not None
    years = sum(len(tried.values) for tried in answer.found.values())
    kept = f"kept what was tried ({years} replications), in {folder}"
    if answer.cut.answered:
        lacks = answer.uncertainty is not None and answer.spread is None
        without = ", without its spread over draws," if lacks else ""
        ended(answer.cut.why, f"kept the answer{without} in {folder}; {GO_ON}")
    ended(answer.cut.why, f"{kept}; there is no answer yet: {GO_ON}")


def _show(answer: CapacityAnswer, folder: Path) -> None:
    """Print the answer, the lines below it, what was tried, and cautions."""
    from sim.cli.planning_tables import in_lines, show_tried
    from sim.planning.details import cautions_of_answer

    for line in in_lines(answer.sentence, *answer.details):
        say(line)
    say()
    with optional("table on the terminal", folder):
        show_tried(answer)
        for caution in cautions_of_answer(answer):
            say("\n" + "\n".join(in_lines(caution)))
