"""`ketasim sensitivity`: on which parameters, assumptions and pairs of values an answer rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from sim.cli.terminal import say, say_filled
from sim.config.names import stem_of

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from sim.sensitivity.answered import SensitivityAnswer

_TOLD = "too little was finished to tell anything, so there are no tables."


def sensitivity_command(
    scenario: Annotated[
        Path,
        typer.Argument(
            metavar="SCENARIO.toml",
            help="A scenario; or a study, of which the differences from its reference are told.",
        ),
    ],
    method: Annotated[
        str, typer.Option(metavar="tornado|morris|sobol|alternatives|map", help="How to look.")
    ] = "tornado",
    measure: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Of what; repeatable. Default: days in response, days "
                     "below 10, infusions a patient."),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH,...", help="Uncertain parameters by path or by the beginning "
                     'of paths, or "posterior"; default: all.'),
    ] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Of a study: this variant; repeatable."),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=1, help="Of each point, instead of run.replications (morris: 2)."),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(min=1, help="Trajectories (morris: 10), base samples (sobol: 256)."),
    ] = None,
    alternative: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=PATH=VALUE,...", help="An alternative of your own; repeatable."),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="PATH[=LOW..HIGH[:STEP]|=A,B,C]", help="An axis of the map; "
                     "give two."),
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
    """Tell on which parameters, assumptions or pairs of values the results rest."""
    from sim.sensitivity.alternatives import read_alternative
    from sim.sensitivity.answered import USUAL_MEASURES

    asked = _Wanted(
        method, tuple(measure or USUAL_MEASURES), _words(parameters), tuple(variant or ()),
        replications, samples, dict(map(read_alternative, alternative or ())),
        tuple(text.strip() for text in map_ or ()),
    )  # fmt: skip
    scenarios, reference = _read(scenario, changes_of(set_, None, seed))
    where = Where(out, overwrite, fresh, quiet)
    who = (jobs, cluster, verbose, anyway, figures)
    _answer(scenarios, reference, stem_of(scenario), asked, where, who)


@dataclass(frozen=True)
class _Wanted:
    """What was asked for, as `what_matters` takes it."""

    method: str
    measures: tuple[str, ...]
    parameters: list[str] | None
    against: tuple[str, ...]
    replications: int | None
    samples: int | None
    alternatives: dict[str, dict[str, object]]
    axes: tuple[str, ...]


def _words(texts: list[str] | None) -> list[str] | None:
    found = [word.strip() for text in texts or () for word in text.split(",")]
    return [word for word in found if word] or None


def _read(path: Path, changes: Mapping[str, object]) -> tuple[Mapping[str, Scenario], str | None]:
    """Read a scenario, or a study with its reference."""
    from sim.experiment.design import read_either

    what = read_either(path, changes)
    return what.scenarios, what.reference if len(what.scenarios) > 1 else None


def _answer(
    scenarios: Mapping[str, Scenario],
    reference: str | None,
    name: str,
    wanted: _Wanted,
    where: Where,
    who: tuple[int | None, str | None, bool, bool, bool],
) -> None:
    from sim.experiment.asked import asked_of
    from sim.sensitivity.answered import signed, what_matters, write_sensitivity

    jobs, cluster, verbose, anyway, figures = who
    run = next(iter(scenarios.values())).run
    of_samples = wanted.method in ("morris", "sobol")
    most = (wanted.samples or 0) if of_samples else wanted.replications or run.replications
    rest = {**vars(wanted), "each": wanted.replications if of_samples else None}
    del rest["samples"], rest["replications"]
    asked = asked_of("sensitivity", scenarios, most, seed=run.seed, reference=reference, **rest)
    with working_in(where, f"{name}-{wanted.method}", asked, _TOLD) as folder:
        logged(folder, verbose, where.overwrite)
        doing = workers(jobs, cluster, folder)
        with shown(where.quiet, then_written=True) as progress:
            answer = what_matters(
                scenarios, wanted.method, wanted.measures, wanted.parameters, wanted.replications,
                wanted.samples, reference, wanted.against, wanted.alternatives or None, wanted.axes,
                jobs=doing, progress=progress, name=name, anyway=anyway,
            )  # fmt: skip
        answer = signed(answer, asked=asked.plain())
        with written(where.quiet, lambda: _show(answer)):
            write_sensitivity(answer, folder, asked.replaces(where.overwrite))
        there = figures and not signals.received() and _draw(answer, folder)
        if where.quiet:
            say(str(folder))
        else:
            with optional("answer on the terminal", folder):
                _show(answer)
            say(f"\nTables: {folder} ({', '.join(answer.tables)})")
            say(f"Figures: {folder / 'figures'}" if there else "No figures drawn.")
        if answer.manifest["interrupted"]:
            done, of = (answer.manifest[name] for name in ("points", "points_requested"))
            kept = f"kept {done} of {of} points, in {folder}, and what they tell; {GO_ON}"
            ended(str(answer.manifest["interrupted_because"]), kept)


def _draw(answer: SensitivityAnswer, folder: Path) -> bool:
    from sim.figures.sensitivity import draw_sensitivity

    return draw_figures(
        lambda to, each: draw_sensitivity(answer.method, answer.table, to, each), folder
    )


def _show(answer: SensitivityAnswer) -> None:
    manifest: Mapping[str, Any] = answer.manifest
    if manifest["interrupted"]:
        say("The work was interrupted; what follows is of what was finished.\n")
    told = list(answer.sentences[:_MOST_SAID])
    if more := len(answer.sentences) - len(told):
        told.append(f"{more} more sentences are not printed here; ketasim report writes them all.")
    for sentence in told:
        say_filled(sentence)


_MOST_SAID = 36
"""Sentences that are printed of many variants."""
