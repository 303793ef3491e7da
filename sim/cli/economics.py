"""`ketasim economics`: costs against QALYs of a study under uncertain parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from sim.cli.terminal import as_text, console, say, say_filled
from sim.cli.worth_extras import Extras, Weighing
from sim.config.errors import ScenarioError

if TYPE_CHECKING:
    from sim.economics.cost_effectiveness import CostEffectiveness
    from sim.experiment.asked import Asked
    from sim.experiment.uncertainty import Uncertain

_DRAWS, _EACH = 100, 2
_TOLD = "two draws were not finished, so nothing was kept."
_AGAIN = (
    "A folder is not simulated again: --draws, --replications, --worth, --vary, --seed, --set, "
    "--jobs, --cluster, --fresh and --anyway go with a study."
)


def economics_command(
    study: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY.toml|SCENARIO.toml|FOLDER",
            help="The study, or one scenario; or the folder of an earlier one under drawn "
            "parameters, from which other thresholds and perspectives are answered without "
            "simulating.",
        ),
    ],
    wtp: Annotated[
        list[float] | None,
        typer.Option(
            min=0, metavar="MONEY", help="Willingness to pay for a QALY; repeatable. Default: "
            "50000 and economics.willingness_to_pay.",
        ),
    ] = None,
    perspective: Annotated[
        str | None,
        typer.Option(
            metavar="payer|provider|societal", help="Whose costs; default: economics.perspective."
        ),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=2, help="Of the uncertain parameters; default 100.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=2, help="Within each draw; default 2.")
    ] = None,
    worth: Annotated[
        bool,
        typer.Option("--worth", help="Also what the limits of the reference's clinic cost, and "
                     "what an hour more of each brings."),
    ] = False,
    vary: Annotated[
        str | None,
        typer.Option(metavar="PATH=LOW:HIGH", help="Also the best variant at each capacity, such "
                     "as clinic.chairs=2:5."),
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
    """Put the costs of a study's variants against QALYs, and say which to choose, how surely."""
    where = Where(out, overwrite, fresh, quiet)
    if study.is_dir():
        if any((draws, replications, seed is not None, set_, jobs, cluster, fresh, anyway, worth,
                vary)):  # fmt: skip
            raise ScenarioError(_AGAIN)
        _answer_folder(study, wtp, perspective, where, figures, verbose)
        return
    from sim.economics.priced import terms_of, thresholds_of
    from sim.experiment.asked import asked_of
    from sim.experiment.design import read_either
    from sim.experiment.provenance import described
    from sim.experiment.uncertainty import propagate

    what = read_either(study, changes_of(set_, None, seed))
    terms = terms_of(described(what.scenarios), perspective)
    thresholds = thresholds_of(terms, wtp)
    draws, each = draws or _DRAWS, replications or _EACH
    extras = Extras(what.scenarios, what.reference, worth, vary)
    extras.check()
    asked = asked_of(
        "economics", what.scenarios, draws, each=each, reference=what.reference,
        seed=next(iter(what.scenarios.values())).run.seed, wtp=thresholds,
        perspective=terms.perspective, **extras.asked,
    )  # fmt: skip
    with working_in(where, f"{what.name}-economics", asked, _TOLD) as folder:
        logged(folder, verbose, overwrite)
        doing = workers(jobs, cluster, folder)
        with shown(quiet, then_written=True) as progress:
            found = propagate(
                what.scenarios, draws, each, jobs=doing, progress=progress,
                reference=what.reference, name=what.name, anyway=anyway,
            )  # fmt: skip
        _conclude(found, thresholds, terms.perspective, folder, where, asked, figures)
        if found.manifest["interrupted"]:
            kept = f"kept {found.draws} of {draws} draws, in {folder}; {GO_ON}"
            ended(found.manifest["interrupted_because"], kept)
        extras.work_out(Weighing(thresholds, terms.perspective, doing, folder, figures, quiet))


def _answer_folder(
    source: Path,
    wtp: list[float] | None,
    perspective: str | None,
    where: Where,
    figures: bool,
    verbose: bool,
) -> None:
    from sim.economics.economic_folder import read_draws
    from sim.economics.priced import terms_of, thresholds_of
    from sim.experiment.asked import Asked

    found = read_draws(source)
    told = found.manifest
    terms = terms_of(told["scenarios"], perspective)
    thresholds = thresholds_of(terms, wtp)
    digests = {name: entry["digest"] for name, entry in told["scenarios"].items()}
    rest = {
        "each": found.replications, "reference": found.reference, "seed": told["seed"],
        "wtp": thresholds, "perspective": terms.perspective,
    }  # fmt: skip
    asked = Asked("economics", digests, found.draws, rest)
    if where.out is not None and where.out.resolve() == source.resolve():
        raise ScenarioError(
            f"--out: {where.out} is the folder that is read; give another, so that its tables stay."
        )
    name = f"{told.get('name') or 'study'}-economics"
    with working_in(where, name, asked) as folder:
        logged(folder, verbose, where.overwrite)
        _conclude(found, thresholds, terms.perspective, folder, where, asked, figures)


def _conclude(
    found: Uncertain,
    thresholds: list[float],
    perspective: str,
    folder: Path,
    where: Where,
    asked: Asked,
    figures: bool,
) -> None:
    """Write what was simulated, with its answer; then what is worked out of it, and pictures."""
    from sim.economics.economic_folder import with_answer
    from sim.experiment.store import add_table, write_folder

    replaced = asked.replaces(where.overwrite)
    found.manifest["asked"] = asked.plain()
    try:
        answer = with_answer(found, thresholds, perspective)
    except ScenarioError:
        with written(where.quiet, lambda: None):
            told = {**found.manifest, "kind": "economics", "wtp": thresholds}
            told["perspective"] = perspective
            write_folder(folder, found.measured(), told, replaced)
        raise
    with written(where.quiet, lambda: _show(answer)):
        write_folder(folder, answer.measured(), answer.found.manifest, replaced)
    for file, table in answer.tables().items():
        with optional(file, folder):
            add_table(folder, file, table())
    there = figures and not signals.received() and _draw(answer, folder)
    if where.quiet:
        say(str(folder))
        return
    with optional("answer on the terminal", folder):
        _show(answer)
    drawn = f"\nFigures: {folder / 'figures'}" if there else ""
    say(f"\nTables: {folder} ({', '.join(answer.tables())}){drawn}")


def _draw(answer: CostEffectiveness, folder: Path) -> bool:
    from sim.figures.economics import draw_economics

    return draw_figures(lambda to, each: draw_economics(answer, to, each), folder)


def _show(answer: CostEffectiveness) -> None:
    """Print cautions, the table and the sentences."""
    first, *sentences = answer.found.manifest["answer"]
    for caution in answer.found.manifest["cautions"]:
        say_filled(f"Caution: {caution}")
    say_filled(first)
    if len(answer.of.names) > 1:
        console().print(_table(answer))
        skipped = len(answer.of.names)
        sentences = sentences[skipped if skipped <= _MOST_SAID else _SAID_OF_MORE :]
    for sentence in sentences:
        say_filled(sentence)


_MOST_SAID, _SAID_OF_MORE = 12, 7
"""Scenarios of which each has a sentence of its costs, which the table tells too; else so many."""


def _table(answer: CostEffectiveness) -> Any:
    from rich import box
    from rich.table import Table

    money = answer.terms.money
    at = ", ".join(money(one) for one in answer.thresholds)
    table = Table(
        title=as_text(f"Per patient, ± 95 % of the expected value; best: in how many draws at {at} "
                      "a QALY"),
        title_justify="left", box=box.SIMPLE_HEAD, padding=0, show_edge=False,
    )  # fmt: skip
    table.add_column("", overflow="fold")
    for heading in (f"cost ({answer.terms.currency})", "QALYs", "ICER", "best"):
        table.add_column(f"  {as_text(heading)}", justify="right", overflow="fold")
    best: dict[str, list[str]] = {}
    for row in answer.net_benefit.to_dict("records"):
        best.setdefault(str(row["scenario"]), []).append(f"{100 * row['probability_best']:.0f} %")
    for row in answer.economics.to_dict("records"):
        told = row["status"] if row["icer"] != row["icer"] else f"{money(row['icer'])}"
        cells = (
            f"{row['cost']:,.0f}{_half(row, 'cost', 0)}", f"{row['qalys']:.4f}"
            f"{_half(row, 'qalys', 4)}", as_text(told), ", ".join(best[str(row["scenario"])]),
        )  # fmt: skip
        table.add_row(as_text(row["scenario"]), *(f"  {cell}" for cell in cells))
    return table


def _half(row: dict[Any, Any], what: str, digits: int) -> str:
    half = (row[f"{what}_upper"] - row[f"{what}_lower"]) / 2
    return "" if half != half else f" ±{half:,.{digits}f}"
