"""`ketasim dose-count`: how many infusions, and how often, for whom, and what shifts it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import signals
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
from sim.cli.progress import shown
from sim.cli.signals import ended
from sim.cli.terminal import WIDTH, as_text, console, say
from sim.config.names import stem_of

if TYPE_CHECKING:
    from rich.table import Table

    from sim.doses.dose_count import DoseCount
    from sim.experiment.results import TidyTable

_TOLD = "the first replication was not finished, so nothing was kept."
_COLUMNS = (  # heading, question, statistic, unit
    ("response\nrated", "response_rated", "infusions", ""),
    ("response\ntrue", "response_latent", "infusions", ""),
    ("never\nrated", "response_rated", "never", "%"),
    ("remission\nrated", "remission_rated", "infusions", ""),
    ("remission\ntrue", "remission_latent", "infusions", ""),
    ("never\nrated", "remission_rated", "never", "%"),
    ("booster\ndays", "booster_interval", "median", ""),
)
MEAN = ("mean", "lower", "upper")
DIFFERENCE = ("difference", "difference_lower", "difference_upper")


def dose_count_command(
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO.toml", help="Whose people, treatment and pattern.")
    ],
    people: Annotated[int, typer.Option(min=10, max=1_000_000, help="In each replication.")] = 2000,
    max_infusions: Annotated[int, typer.Option(min=1, max=60, help="After these: never.")] = 12,
    replications: Annotated[
        int | None, typer.Option(min=1, help="Independent cohorts; instead of run.replications.")
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
) -> None:
    """Count infusions to response and remission, and find the longest booster interval.

    Without a clinic: for everybody, for groups, and for the same people with one factor changed.
    """
    from sim.doses.dose_count import dose_count
    from sim.doses.sentences import dose_sentences, write_dose_count
    from sim.experiment.asked import asked_of
    from sim.experiment.design import read_single

    what = read_single(scenario, changes_of(set_))
    where, name = Where(out, overwrite, fresh, quiet), stem_of(scenario)
    asked = asked_of(
        "dose-count", {name: what}, replications or what.run.replications, people=people,
        max_infusions=max_infusions, seed=what.run.seed if seed is None else seed,
    )  # fmt: skip
    with working_in(where, f"{name}-dose-count", asked, _TOLD) as folder:
        logged(folder, verbose, overwrite)
        doing = workers(jobs, cluster, folder)
        with shown(quiet, then_written=True) as progress:
            answers = dose_count(
                what, people, max_infusions, replications, seed, doing, progress, name, anyway,
            )  # fmt: skip
        answers.manifest["asked"] = asked.plain()
        with optional("answer in the manifest"):
            answers.manifest["answer"] = dose_sentences(answers)
        with written(quiet, lambda: _show(answers)):
            write_dose_count(answers, folder, asked.replaces(overwrite))
        there = figures and not signals.received() and _draw(answers, folder)
        if quiet:
            say(str(folder))
        else:
            with optional("answers on the terminal", folder):
                _show(answers)
            say(f"\nTables: {folder} (dose_count.csv, factors.csv)")
            say(f"Figures: {folder / 'figures'}" if there else "No figures drawn.")
        if answers.manifest["interrupted"]:
            wanted = answers.manifest["replications_requested"]
            kept = f"kept {answers.replications} of {wanted} replications, in {folder}; {GO_ON}"
            ended(answers.manifest["interrupted_because"], kept)


def _draw(answers: DoseCount, folder: Path) -> bool:
    from sim.figures.doses import draw_dose_count

    return draw_figures(lambda to, each: draw_dose_count(answers, to, each), folder)


def _show(answers: DoseCount) -> None:
    from textwrap import fill

    from sim.doses.sentences import dose_sentences

    for sentence in dose_sentences(answers):
        say(fill(sentence, WIDTH) + "\n")
    out = console()
    for table in (_groups(answers), _factors(answers)):
        out.print(table)
        out.print()
    sure = "± half of the 95 % interval." if answers.replications > 1 else "One replication: no ±."
    out.print(
        "Response and remission: mean infusions, where a series stops when it succeeds or after "
        f"{answers.maximum}. Never: % of people. Booster: longest interval of the middle person "
        f"(0: none keeps well). Differences are paired, of shares in percentage points. {sure}",
        style="dim",
    )


def _groups(answers: DoseCount) -> Table:
    table = _headed("Groups of the population as they are")
    groups = answers.counts
    for group in dict.fromkeys(groups["group"]):
        table.add_row(as_text(group), *_cells(groups[groups["group"] == group], MEAN))
    return table


def _factors(answers: DoseCount) -> Table:
    table = _headed("Differences: the same people with only one factor changed")
    for factor in answers.factors.values():
        table.add_section()
        table.add_row(f"[bold]against {as_text(factor.reference.split(' (')[0])}[/]")
        rows = answers.shifts[answers.shifts["factor"] == factor.name]
        for level in factor.levels:
            if level != factor.reference:
                table.add_row(as_text(level), *_cells(rows[rows["level"] == level], DIFFERENCE))
    return table


def _headed(title: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0, show_edge=False
    )
    table.add_column("", width=WIDTH - 10 * len(_COLUMNS), overflow="fold")
    for heading, *_ in _COLUMNS:
        table.add_column(heading, justify="right", width=9, overflow="fold")
    return table


def _cells(rows: TidyTable, columns: tuple[str, str, str]) -> Iterator[str]:
    found = {(row["question"], row["statistic"]): row for row in rows.to_dict("records")}
    sign = "+" if columns == DIFFERENCE else ""
    for _, question, statistic, unit in _COLUMNS:
        row = found[question, statistic]
        times, digits = (100, 1) if unit == "%" else (1, 2)
        middle, lower, upper = (times * float(row[name]) for name in columns)
        half = "" if isnan(lower) else f" ±{(upper - lower) / 2:.{digits}f}".replace("±0.", "±.")
        text = "-" if isnan(middle) else f"{middle + 0.0:{sign}.{digits}f}{half}"
        yield text if len(text) < 10 else text.replace(" ", "")
