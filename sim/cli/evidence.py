"""`ketasim validate`, `calibrate`, `register` and `verify`: the model against what is published."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import signals
from sim.cli.folders import GO_ON, Where, working_in
from sim.cli.optional import draw_figures, optional, written
from sim.cli.options import (
    Assignments,
    Cluster,
    Figures,
    Fresh,
    Jobs,
    Out,
    Overwrite,
    Quiet,
    Verbose,
    changes_of,
    logged,
    workers,
)
from sim.cli.progress import shown
from sim.cli.signals import ended, stop
from sim.cli.terminal import say
from sim.config.errors import ScenarioError, nearest

if TYPE_CHECKING:
    from sim.evidence.calibration import Calibrated
    from sim.experiment.executors import Progress
    from sim.experiment.results import TidyTable
    from sim.figures.gallery import Each

_TOLD = "no cohort was finished, so nothing was kept."
NO_FIT = "nothing was evaluated, so nothing was kept."


def validate_command(
    targets: Annotated[
        Path | None,
        typer.Argument(metavar="[TARGETS.csv]", help="Published results; default: those shipped."),
    ] = None,
    calibration: Annotated[
        str | None, typer.Option(help="trial or community; default: both, as each row says.")
    ] = None,
    people: Annotated[int, typer.Option(min=10, help="In each cohort.")] = 5000,
    replications: Annotated[int, typer.Option(min=1, help="Independent cohorts.")] = 8,
    draws: Annotated[
        int, typer.Option(min=0, help="Draws of the uncertain parameters, for a 90 % interval.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the people and their dice.")] = 1,
    set_: Assignments = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    out: Out = None,
    quiet: Quiet = False,
    figures: Figures = True,
    overwrite: Overwrite = False,
    fresh: Fresh = False,
    verbose: Verbose = False,
) -> None:
    """Set published results beside the model's (docs/howto_validate.md has the vocabulary)."""
    from sim.evidence.model_validation import validate
    from sim.evidence.published import read_published, shipped
    from sim.experiment.asked import asked_of
    from sim.experiment.provenance import digest
    from sim.model.scenario import Scenario
    from sim.symptoms.calibrations import CALIBRATIONS

    chosen = [*CALIBRATIONS] if calibration is None else [_set(calibration, "--calibration")]
    file = targets or shipped()
    rows = read_published(file)  # its faults come before anything else
    scenario = Scenario().override(changes_of(set_))
    asked = asked_of(
        "validate", {"base": scenario}, replications, targets=digest(repr(rows)), draws=draws,
        calibrations=chosen, people=people, seed=seed,
    )  # fmt: skip
    with working_in(Where(out, overwrite, fresh, quiet), "validate", asked, _TOLD) as folder:
        logged(folder, verbose, overwrite)
        doing = workers(jobs, cluster, folder)
        with shown(quiet, then_written=True, what="cohorts") as progress:
            found = validate(
                rows, scenario, chosen, people, replications, draws, seed, doing, progress,
                name=file.name,
            )  # fmt: skip
        found.manifest["asked"] = asked.plain()
        with written(quiet, lambda: _show(found.table)):
            found.write(folder, asked.replaces(overwrite))
        if figures and not signals.received():
            draw_figures(lambda to, each: _figure(found.table, to, each), folder)
        if not quiet:
            with optional("table on the terminal", folder):
                _show(found.table)
        say(str(folder) if quiet else f"\nTable: {folder / 'validation.csv'}")
        if found.manifest["interrupted"]:
            done, wanted = found.manifest["cohorts"], found.manifest["cohorts_requested"]
            kept = f"kept {done} of {wanted} cohorts, in {folder}; {GO_ON}"
            ended(found.manifest["interrupted_because"], kept)


def calibrate_command(
    set_: Annotated[
        str, typer.Option("--set", metavar="trial|community", help="Which targets and priors.")
    ],
    structure: Annotated[
        str | None,
        typer.Option(help="lasting (default), afterwards, two_states, natural, one_state ..."),
    ] = None,
    targets: Annotated[
        Path | None, typer.Option(help="Published results to fit to; default: those shipped.")
    ] = None,
    evaluations: Annotated[int, typer.Option(min=10, help="Most, of the best fit.")] = 3000,
    steps: Annotated[int | None, typer.Option(min=20, help="Steps of every walker.")] = None,
    people: Annotated[int, typer.Option(min=100, help="In the cohort.")] = 5000,
    seed: Annotated[int, typer.Option(min=0, help="Of the people and their dice.")] = 20,
    chain_seed: Annotated[int, typer.Option(min=0, help="Of the walkers.")] = 1,
    samples: Annotated[int, typer.Option(min=10, help="Joint samples that are written.")] = 400,
    best_fit_only: Annotated[
        bool, typer.Option("--best-fit-only", help="No posterior: needs no emcee.")
    ] = False,
    compare_structures: Annotated[
        bool, typer.Option("--structures", help="Fit every structure, and compare them.")
    ] = False,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder; one that holds an unfinished chain is gone on with."),
    ] = None,
    quiet: Quiet = False,
    overwrite: Overwrite = False,
    fresh: Fresh = False,
    verbose: Verbose = False,
) -> None:
    """Fit the model to the published targets: best fit, and joint posterior samples."""
    from sim.evidence.calibration import GONE_ON_WITH, begin_anew, calibrate, structures_table
    from sim.evidence.posterior import Plan
    from sim.evidence.published import read_published, shipped, to_fit
    from sim.evidence.structures import DEFAULT_STRUCTURE
    from sim.experiment.asked import asked_of
    from sim.experiment.provenance import digest

    which = _set(set_, "--set")
    rows = to_fit(read_published(targets or shipped()))
    if compare_structures:
        with _fitting(quiet) as fitting:
            table = structures_table(which, rows, people, seed, evaluations, progress=fitting)
        say(table.to_string(index=False))
        return
    asked = asked_of(
        "calibrate", {}, steps or Plan().steps, which=which, structure=structure, people=people,
        targets=digest(repr(rows)), seed=seed, chain_seed=chain_seed, evaluations=evaluations,
        samples=samples, best_fit_only=best_fit_only,
    )  # fmt: skip
    where = Where(out, overwrite, fresh, quiet)
    with working_in(where, f"calibrate-{which}", asked, _go_on, GONE_ON_WITH) as folder:
        if overwrite or fresh:
            begin_anew(folder)
        logged(folder, verbose, overwrite)
        sampling = shown(quiet, what="blocks of the chain", doing="Sampling")
        with _fitting(quiet) as fitting, sampling as progress:
            found = calibrate(
                which, structure or DEFAULT_STRUCTURE, rows, folder, people=people, seed=seed,
                chain_seed=chain_seed, evaluations=evaluations, steps=steps,
                samples=samples, best_fit_only=best_fit_only, jobs=jobs, progress=progress,
                fitting=fitting,
            )  # fmt: skip
        if not quiet:
            with optional("tables on the terminal", folder):
                _say(found)
        say(str(folder) if quiet else f"\nTables: {folder}")


def parameters(
    renew: Annotated[
        bool, typer.Option("--renew", help="Write the register anew from the code, in place.")
    ] = False,
) -> None:
    """Print the register: every parameter with default, uncertainty, grade and source."""
    from sim.config.writing import write_text
    from sim.model.register import path_of, renewed

    text = renewed()
    if renew:
        write_text(path_of(), text)
        say("The register is as the code says; new rows have no uncertainty yet.")
    else:
        say(text, end="")


def _fitting(quiet: bool) -> AbstractContextManager[Progress | None]:
    return shown(quiet, what="evaluations of the fit", doing="Fitting", at_most=True)


def _go_on(folder: Path) -> str:
    """Say how a calibration that was interrupted is gone on with, if anything is there of it."""
    from sim.evidence.calibration import GONE_ON_WITH
    from sim.experiment.ledger import keeps_nothing

    if keeps_nothing(folder) and not any((folder / name).exists() for name in GONE_ON_WITH):
        return NO_FIT
    return f"kept what is finished in {folder}; {GO_ON}"


def _set(name: str, option: str) -> str:
    from sim.symptoms.calibrations import CALIBRATIONS

    if name not in CALIBRATIONS:
        raise ScenarioError(
            f'{option}: "{name}" is not allowed; it must be trial or community.'
            + nearest(name, CALIBRATIONS)
        )
    return name


def _figure(table: TidyTable, folder: Path, each: Each) -> None:
    from sim.figures.evidence import validation
    from sim.figures.gallery import save_all

    save_all({"validation": partial(validation, table)}, folder, each)


def _show(table: TidyTable) -> None:
    told = table[["id", "calibration", "metric", "published", "low", "high", "model"]].copy()
    told["metric"] = [text if len(text) <= 34 else f"{text[:33]}…" for text in table["metric"]]
    half = (table["model_upper"] - table["model_lower"]) / 2
    told["±"] = half
    if table["model_low_90"].notna().any():
        told["5 %"], told["95 %"] = table["model_low_90"], table["model_high_90"]
    told["verdict"] = table["verdict"]
    if table["use"].any():
        told["use"] = table["use"]
    say(told.round(3).to_string(index=False, na_rep="–"))
    outside = int(table["verdict"].isin(["above", "below", "not reached"]).sum())
    say(f"\n{outside} of {len(table)} outside their band; ± is simulation error (95 %).")
    if (table["verdict"] == "no answer").any():
        say(
            "No answer: in some cohort nobody is counted, or no finite ratio exists (hazard ratio: "
            "everybody of one arm relapses while nobody of the other is at risk, or nobody does)."
        )


def _say(found: Calibrated) -> None:
    say(found.predictive.round(3).to_string(index=False, na_rep="–"))
    say("")
    say(found.estimates.round(4).to_string(index=False, na_rep="–"))
    for name, value in found.manifest["fit"].items():
        say(f"{name.replace('_', ' ')}: {value}")
    for name, value in found.manifest.get("convergence", {}).items():
        say(f"{name.replace('_', ' ')}: {value}")


Cases = Annotated[list[str] | None, typer.Argument(help="Names of cases; default: all.")]
Visits = Annotated[
    int | None, typer.Option(min=1, help="Visits of each case; default: the full size.")
]


NOT_WHOLE = "nothing is told of a verification that is not whole, and nothing was kept."


def verify_command(
    cases: Cases = None,
    visits: Visits = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Set theory beside simulation; exit status 1 when they differ."""
    from sim.evidence.known_answers import verify

    try:
        with shown(quiet) as progress:
            table = verify(cases, visits, workers(jobs, cluster), progress)
    except KeyboardInterrupt:
        stop(f"{signals.interrupted()}; {NOT_WHOLE}", signals.status())
    told = table.assign(half_width_share=(100 * table["half_width_share"]).round(2)).rename(
        columns={"half_width_share": "half_width_%"}
    )
    say(told.drop(columns=["case", "rounding"]).round(4).to_string(index=False))
    if not (table["verdict"] == "agrees").all():
        raise typer.Exit(1)
