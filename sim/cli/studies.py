"""`ketasim run` and `ketasim compare`: write what was measured, then what follows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import signals, uncertain
from sim.cli.controls_table import ControlsOption, add_controls, refuse_with
from sim.cli.design_table import VaryOption, add_design, lists_scenarios, show_design
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
    ScenarioFile,
    Seed,
    Verbose,
    changes_of,
    logged,
    workers,
)
from sim.cli.progress import shown
from sim.cli.signals import ended
from sim.cli.terminal import say, warn
from sim.cli.until_option import AtLeast, AtMost, UntilOption, rule_of, say_whether_enough
from sim.config.names import stem_of
from sim.experiment.workers import Workers

if TYPE_CHECKING:
    from sim.experiment.asked import Asked
    from sim.experiment.enough import Enough
    from sim.experiment.results import Results, TidyTable
    from sim.model.scenario import Scenario

_TOLD = "the first replication was not finished, so nothing was kept."

StudyFile = Annotated[Path, typer.Argument(metavar="STUDY.toml", help="The study.")]
Replications = Annotated[int | None, typer.Option(min=1, help="Instead of run.replications.")]
Keep = Annotated[
    list[str] | None,
    typer.Option(metavar="patients|visits", help="Keep single patients or visits; repeatable."),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TRAIT", help="Split measures by anxiety_type, severity, ...; repeatable."
    ),
]
Uncertainty = Annotated[
    str | None,
    typer.Option(
        metavar="posterior", help="Draw the uncertain parameters too, and tell them from chance."
    ),
]
DrawsOption = Annotated[int, typer.Option(min=2, help="Of the parameters, with --uncertainty.")]


def run_command(
    scenario: ScenarioFile,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    set_: Assignments = None,
    out: Out = None,
    quiet: Quiet = False,
    keep: Keep = None,
    by: By = None,
    figures: Figures = True,
    uncertainty: Uncertainty = None,
    draws: DrawsOption = 40,
    anyway: Anyway = False,
    overwrite: Overwrite = False,
    fresh: Fresh = False,
    verbose: Verbose = False,
    controls: ControlsOption = False,
    until: UntilOption = None,
    at_least: AtLeast = None,
    at_most: AtMost = None,
) -> None:
    """Simulate one scenario: a summary with 95 % intervals, and a results folder."""
    from sim.experiment.design import read_single
    from sim.experiment.runner import run

    refuse_with(uncertainty, controls)
    where = Where(out, overwrite, fresh, quiet)
    rule = rule_of(until, at_least, at_most, replications, uncertainty)
    name = stem_of(scenario)
    given = {name: read_single(scenario, changes_of(set_, replications, seed, by))}
    _say_tables(given, quiet)
    if uncertainty is not None:
        nested = uncertain.Nested(
            uncertainty, draws, replications, jobs, cluster, keep, by, anyway, verbose, figures
        )
        uncertain.study(given, None, name, nested, where)
        return
    asked = _asked("run", given, None, keep, controls, rule)
    with working_in(where, name, asked, _TOLD) as folder:
        logged(folder, verbose, overwrite)
        doing = workers(jobs, cluster, folder)
        with shown(quiet, then_written=True, at_most=rule is not None) as progress:
            results = run(
                given,
                jobs=doing,
                progress=progress,
                keep=keep,
                name=name,
                anyway=anyway,
                until=rule,
            )
        _finish(results, folder, where, asked, figures, doing, controls)


def compare_command(
    study: StudyFile,
    vary: VaryOption = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    set_: Assignments = None,
    out: Out = None,
    quiet: Quiet = False,
    keep: Keep = None,
    by: By = None,
    figures: Figures = True,
    uncertainty: Uncertainty = None,
    draws: DrawsOption = 40,
    anyway: Anyway = False,
    overwrite: Overwrite = False,
    fresh: Fresh = False,
    verbose: Verbose = False,
    controls: ControlsOption = False,
    until: UntilOption = None,
    at_least: AtLeast = None,
    at_most: AtMost = None,
) -> None:
    """Simulate a study's variants on the same patients and pair them with its reference."""
    from sim.experiment.design import read_study
    from sim.experiment.runner import run

    refuse_with(uncertainty, controls)
    where = Where(out, overwrite, fresh, quiet)
    rule = rule_of(until, at_least, at_most, replications, uncertainty)
    what = read_study(study, changes_of(set_, replications, seed, by), vary or ())
    _say_tables(what.scenarios, quiet)
    if uncertainty is not None:
        nested = uncertain.Nested(
            uncertainty, draws, replications, jobs, cluster, keep, by, anyway, verbose, figures
        )
        uncertain.study(what.scenarios, what.reference, what.name, nested, where)
        return
    asked = _asked("compare", what.scenarios, what.reference, keep, controls, rule)
    with working_in(where, what.name, asked, _TOLD) as folder:
        logged(folder, verbose, overwrite)
        doing = workers(jobs, cluster, folder)
        with shown(quiet, then_written=True, at_most=rule is not None) as progress:
            results = run(
                what.scenarios,
                jobs=doing,
                progress=progress,
                keep=keep,
                reference=what.reference,
                name=what.name,
                anyway=anyway,
                design=what.design,
                until=rule,
            )
        _finish(results, folder, where, asked, figures, doing, controls)


def _asked(
    kind: str,
    scenarios: Mapping[str, Scenario],
    reference: str | None,
    keep: list[str] | None,
    controls: bool,
    rule: Enough | None,
) -> Asked:
    from sim.experiment.asked import asked_of

    first = next(iter(scenarios.values())).run
    until = {}
    if rule is not None:
        until = {"until": [*map(str, rule.conditions)], "at_least": rule.at_least}
    return asked_of(
        kind, scenarios, rule.at_most if rule else first.replications, seed=first.seed,
        reference=reference, by=first.by, keep=sorted(keep or ()), controls=controls, **until,
    )  # fmt: skip


def _say_tables(scenarios: Mapping[str, Scenario], quiet: bool) -> None:
    """Say of each table of patients how many of them the run can use."""
    from sim.report.people import table_note

    if not quiet:
        for note in dict.fromkeys(filter(None, map(table_note, scenarios.values()))):
            warn(note)


def _finish(
    results: Results,
    folder: Path,
    where: Where,
    asked: Asked,
    figures: bool,
    doing: Workers,
    controls: bool,
) -> None:
    """Write what was measured; then what can be concluded and drawn from it."""
    from sim.experiment.store import write_results

    results.manifest["asked"] = asked.plain()
    with written(where.quiet, lambda: _show(results, None)):
        write_results(results, folder, overwrite=asked.replaces(where.overwrite))
    comparison, effects = _compared(results, folder), add_design(results, folder)
    there = figures and not signals.received() and _draw(results, folder)
    if where.quiet:
        say(str(folder))
    else:
        with optional("summary on the terminal", folder):
            _show(results, comparison, effects)
    if controls and not results.interrupted:
        add_controls(results, folder, doing, where.quiet)
    if not where.quiet:
        say_whether_enough(results)
        say(f"\nResults: {folder}" + (f"\nFigures: {folder / 'figures'}" if there else ""))
    if results.interrupted:
        wanted = results.manifest["replications_requested"]
        kept = f"kept {results.replications} of {wanted} replications, in {folder}; {GO_ON}"
        ended(results.manifest["interrupted_because"], kept)


def _compared(results: Results, folder: Path) -> TidyTable | None:
    """Pair a study with its reference, and write that beside the measures."""
    if results.reference is None:
        return None
    from sim.experiment.store import add_table
    from sim.study.paired import compare

    with optional("comparison", folder):
        comparison = compare(results)
        add_table(folder, "comparison.csv", comparison)
        return comparison
    return None


def _show(results: Results, comparison: TidyTable | None, effects: TidyTable | None = None) -> None:
    from sim.cli.results_tables import show
    from sim.cli.subgroup_tables import show_subgroups
    from sim.experiment.warmup import warm_up_told

    if told := warm_up_told(results.manifest):
        say(f"\n{told}")
    if effects is None or lists_scenarios(results):
        show(results, comparison)
    if effects is not None:
        show_design(results, effects)
    show_subgroups(results)


def _draw(results: Results, folder: Path) -> bool:
    from sim.figures.gallery import draw_all

    return draw_figures(lambda to, each: draw_all(results, to, each), folder)
