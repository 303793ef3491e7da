"""`ketasim best`: the best of a study's variants with a probability, or its Pareto front."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.folders import GO_ON, Where, working_in
from sim.cli.optional import draw_figures, optional, written
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
from sim.cli.terminal import as_text, console, say, say_filled
from sim.config.errors import ScenarioError
from sim.config.names import stem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.table import Table

    from sim.experiment.asked import Asked
    from sim.figures.gallery import Each
    from sim.study.pareto import ParetoAnswer
    from sim.study.ranking import BestAnswer

_TOLD = "not every variant had a replication, so there is no answer and nothing was kept."


def best_command(
    study: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="The study.")],
    measure: Annotated[
        list[str],
        typer.Option(metavar="MEASURE[:largest|smallest]", help="What is wanted; twice or more "
                     "for a Pareto front."),
    ],
    delta: Annotated[
        float | None, typer.Option(help="The least difference that matters, in the measure's unit.")
    ] = None,
    confidence: Annotated[
        float, typer.Option(help="That the choice is the best, or within delta of it.")
    ] = 0.95,
    procedure: Annotated[
        str, typer.Option(metavar="kn|ocba", help="Until it is sure, or within a budget.")
    ] = "kn",
    budget: Annotated[
        int | None, typer.Option(min=1, help="Replications in all, with --procedure ocba.")
    ] = None,
    at_most: Annotated[
        int | None, typer.Option(min=1, help="Replications of each variant; default 200.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=1, help="Of a Pareto front, instead of run.replications."),
    ] = None,
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
) -> None:  # fmt: skip
    """Choose the best variant of a study on the same patients, and say how surely."""
    from sim.experiment.asked import asked_of
    from sim.experiment.design import read_study
    from sim.study.pareto import pareto
    from sim.study.ranking import best

    what = read_study(study, changes_of(set_, None, seed))
    several = len(measure) > 1
    one_only = (delta, budget, at_most, confidence, procedure)
    if several and one_only != (None, None, None, 0.95, "kn"):
        raise ScenarioError(
            "--delta, --confidence, --procedure, --budget and --at-most go with one measure; "
            "several make a Pareto front, of --replications."
        )
    if not several and replications is not None:
        raise ScenarioError("--replications goes with several measures; give --at-most for one.")
    where, first = Where(out, overwrite, fresh, quiet), next(iter(what.scenarios.values())).run
    most = (replications or first.replications) if several else budget or at_most or 200
    asked = asked_of(
        "best", what.scenarios, most, seed=first.seed, measure=measure, delta=delta,
        confidence=confidence, procedure=procedure, budget=budget,
    )  # fmt: skip
    with working_in(where, f"{stem_of(study)}-best", asked, _TOLD) as folder:
        logged(folder, verbose, overwrite)
        doing = workers(jobs, cluster, folder)
        with trying(quiet) as told:
            if several:
                front = pareto(
                    what.scenarios, measure, replications, None, doing, told, what.name, anyway
                )
            else:
                answer = best(
                    what.scenarios, measure[0], delta, confidence, procedure, at_most or 200,
                    budget, None, doing, told, what.name, anyway,
                )  # fmt: skip
        if several:
            _tell_front(front, folder, where, asked, figures)
        else:
            _tell_best(answer, folder, where, asked, figures)


def _tell_best(answer: BestAnswer, folder: Path, where: Where, asked: Asked, figures: bool) -> None:
    from sim.figures.choices import draw_best
    from sim.study.ranking_tables import write_best

    answer = replace(answer, manifest={**answer.manifest, "asked": asked.plain()})
    with written(where.quiet, lambda: _show(answer.sentence, _ranked(answer))):
        write_best(answer, folder, asked.replaces(where.overwrite))
    _tell(
        folder, where.quiet, figures, answer.sentence, lambda: _ranked(answer),
        lambda to, each: draw_best(answer, to, each), "best.csv, best_replications.csv",
    )  # fmt: skip
    if answer.interrupted:
        done = sum(map(len, answer.values.values()))
        kept = f"kept what was simulated ({done} replications), in {folder}"
        ended(answer.interrupted_because, f"{kept}; there is no answer yet: {GO_ON}")


def _tell_front(
    answer: ParetoAnswer, folder: Path, where: Where, asked: Asked, figures: bool
) -> None:
    from sim.figures.choices import draw_pareto
    from sim.study.pareto import write_pareto

    answer = replace(answer, manifest={**answer.manifest, "asked": asked.plain()})
    with written(where.quiet, lambda: _show(answer.sentence, _on_front(answer))):
        write_pareto(answer, folder, asked.replaces(where.overwrite))
    _tell(
        folder, where.quiet, figures, answer.sentence, lambda: _on_front(answer),
        lambda to, each: draw_pareto(answer, to, each), "pareto.csv, pareto_replications.csv",
    )  # fmt: skip
    if answer.interrupted:
        kept = f"kept {answer.replications} of {answer.wanted} replications, in {folder}; {GO_ON}"
        ended(answer.interrupted_because, kept)


def _tell(
    folder: Path,
    quiet: bool,
    figures: bool,
    sentence: str,
    table: Callable[[], Table],
    draw: Callable[[Path, Each], object],
    files: str,
) -> None:
    there = figures and draw_figures(draw, folder)
    if quiet:
        say(str(folder))
        return
    with optional("answer on the terminal", folder):
        _show(sentence, table())
    say(f"\nTables: {folder} ({files})")
    say(f"Figures: {folder / 'figures'}" if there else "No figures drawn.")


def _show(sentence: str, table: Table) -> None:
    say_filled(sentence)
    console().print(table)


def _headed(title: str, *headings: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=as_text(title), title_justify="left", box=box.SIMPLE_HEAD, padding=0, show_edge=False
    )
    table.add_column("", overflow="fold")
    for heading in headings:
        table.add_column(f"  {heading}", justify="right", overflow="fold")
    return table


def _ranked(answer: BestAnswer) -> Table:
    from sim.outcomes.catalogue import title_of, unit
    from sim.study.ranking_words import probability_in_words

    table = _headed(
        f"{title_of(answer.aim.measure)} ({unit(answer.aim.measure)}), ± 95 % interval; "
        f"difference from {answer.table['leader'].iloc[0]}",
        "mean", "difference", "replications", "", "best (bootstrap)",
    )  # fmt: skip
    for row in answer.table.to_dict("records"):
        status, gone = row["status"], row["eliminated_after"]
        if status == "eliminated":
            status = f"out after {gone}"
        share = row["probability_best"]
        cells = (
            _with_half(row["mean"], row["lower"], row["upper"]),
            _with_half(row["difference"], row["difference_lower"], row["difference_upper"], "+"),
            str(row["replications"]), status, "" if isnan(share) else probability_in_words(share),
        )  # fmt: skip
        table.add_row(as_text(row["scenario"]), *(f"  {cell}" for cell in cells))
    return table


def _on_front(answer: ParetoAnswer) -> Table:
    from sim.outcomes.catalogue import title_of
    from sim.study.ranking_words import probability_in_words

    ways = [f"{title_of(a.measure)} ({'more' if a.largest else 'less'})" for a in answer.aims]
    table = _headed("Means, ± 95 % interval; front: beaten by no other", *ways, "front", "sure")
    for row in answer.table.to_dict("records"):
        names = [aim.measure for aim in answer.aims]
        cells = [_with_half(row[m], row[f"{m} lower"], row[f"{m} upper"]) for m in names]
        share = row["probability_on_front"]
        cells += [
            "yes" if row["on_front"] else "", "" if isnan(share) else probability_in_words(share)
        ]  # fmt: skip
        table.add_row(as_text(row["scenario"]), *(f"  {cell}" for cell in cells))
    return table


def _with_half(middle: float, lower: float, upper: float, sign: str = "") -> str:
    if isnan(middle):
        return ""
    half = "" if isnan(lower) else f" ±{(upper - lower) / 2:.3g}"
    return f"{middle:{sign}.4g}{half}"
