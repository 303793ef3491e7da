"""`ketasim capacity`: how many chairs, nurses or hours, or how many referrals a clinic can take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.folders import working_in
from sim.cli.options import changes_of
from sim.cli.progress import shown, trying
from sim.config.errors import ScenarioError

if TYPE_CHECKING:
    from sim.analysis.buildup import BuildUp
    from sim.analysis.capacity import CapacityAnswer
    from sim.analysis.margins import Margins
    from sim.experiment.results import Table as Frame
    from sim.model.scenario import Scenario

TOLD = "interrupted; there is no answer yet."


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("capacity")(capacity)


def capacity(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The clinic.")],
    vary: Annotated[
        list[str],
        typer.Option(metavar="PATH=LOW:HIGH[:STEP]", help="Values to try (or a,b,c); once, or "
                     "twice for the cheapest mix."),
    ],
    target: Annotated[
        list[str],
        typer.Option(metavar="QUANTITY<=BOUND", help="Such as p90(wait_first_infusion_days) <= 14; "
                     "repeatable."),
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
    replications: Annotated[
        int, typer.Option(min=1, help="A verdict rests on so many at most.")
    ] = 20,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of run.seed.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; default: all processors.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Any value by dotted path; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder; default: a new one under results/.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only the results folder.")
    ] = False,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw them.")] = True,
) -> None:  # fmt: skip
    """Find the smallest capacity, or the largest demand, that meets targets, and how surely."""
    from sim.analysis.capacity import capacity as answered
    from sim.analysis.planning import tables as written
    from sim.analysis.planning.costs import read_cost
    from sim.experiment.design import read_single

    what = read_single(scenario, changes_of(set_, None, seed))
    prices = dict(read_cost(text) for text in cost or ())
    with working_in(out, f"{scenario.stem}-capacity", written.ready, TOLD) as folder:
        with trying(quiet) as told:
            answer = answered(
                what, vary, target, confidence, replications, seed, jobs, when, days,
                largest or None, prices, told, scenario.stem,
            )  # fmt: skip
        if not quiet:
            _say(answer)  # at once: what follows takes a while, and may fail
        filling = _filling(what, seed, jobs)
        marginal = _marginal(what, seed, jobs, when, days, quiet) if margins else None
        tables = _tables(answer, filling, marginal)
        written.write(answer, folder, tables)
    if figures:
        _draw(answer, filling, folder / "figures")
    if quiet:
        typer.echo(str(folder))
        return
    _show(answer, filling, marginal, tables)
    typer.echo(f"\nTables: {folder} ({', '.join([written.TRIED, *tables])})")
    typer.echo(f"Figures: {folder / 'figures'}" if figures else "No figures drawn.")


def _filling(scenario: Scenario, seed: int | None, jobs: int | None) -> BuildUp | None:
    """Work out how the clinic would fill; not of demand that is no steady stream."""
    from sim.analysis.buildup import build_up

    if scenario.referrals.kind != "poisson" or scenario.clinic.hours == "always":
        return None
    return build_up(scenario, seed=seed, jobs=jobs)


def _marginal(
    scenario: Scenario, seed: int | None, jobs: int | None, when: str, days: int, quiet: bool
) -> Margins:
    from sim.analysis.margins import margins as bought

    with shown(quiet) as progress:
        return bought(scenario, seed=seed, jobs=jobs, when=when, days=days, progress=progress)


def _tables(
    answer: CapacityAnswer, filling: BuildUp | None, marginal: Margins | None
) -> dict[str, Frame]:
    from sim.analysis.planning.tables import queues

    tables: dict[str, Frame] = {}
    if filling is not None:
        tables["buildup.csv"] = filling.weeks
        if (beside := queues(answer, filling)) is not None:
            tables["erlang_c.csv"] = beside
    if marginal is not None:
        tables["margins.csv"], tables["loop.csv"] = marginal.table, marginal.loop
    return tables


def _draw(answer: CapacityAnswer, filling: BuildUp | None, folder: Path) -> None:
    from sim.figures.capacity_gallery import draw_all

    try:
        draw_all(answer, filling, folder)
    except OSError as fault:
        raise ScenarioError(
            f"{folder}: the tables are written, but the figures cannot be ({fault.strerror})."
        ) from fault


def _say(answer: CapacityAnswer) -> None:
    """Print the answer and the lines below it."""
    from sim.cli.capacity_tables import in_lines

    for line in in_lines(answer.sentence, *answer.details):
        typer.echo(line)
    typer.echo()


def _show(
    answer: CapacityAnswer,
    filling: BuildUp | None,
    marginal: Margins | None,
    tables: dict[str, Frame],
) -> None:
    from sim.cli.capacity_tables import in_lines, show_tables

    show_tables(answer, tables)
    for also in (filling, marginal):
        if also is not None:
            typer.echo("\n" + "\n".join(in_lines(also.sentence)))
