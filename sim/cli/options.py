"""What the options that commands share stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.config.errors import ScenarioError
from sim.experiment.workers import Workers

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The scenario.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes; default: all processors.")]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="tcp://HOST:PORT|local:N", help="Have the work done by a Dask cluster."),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Any value by dotted path; repeatable."),
]
Out = Annotated[Path | None, typer.Option(help="Folder; default: a new one under results/.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the results folder.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the figures.")]
Anyway = Annotated[bool, typer.Option("--anyway", help="Run what seems too much for the machine.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Instead of run.seed.")]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace an earlier result in the folder of --out.")
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Simulate all anew, whatever an earlier command has kept.")
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", help="Show on stderr what is written to run.log in the folder."),
]


def logged(folder: Path, verbose: bool, overwrite: bool = False) -> None:
    """Go on with the log in the folder of results, with what was asked for.

    What it tells of an earlier result that is overwritten gives way together with that.
    """
    from sim.cli.log_shown import begin_log

    begin_log(folder, verbose, overwrite)


def workers(jobs: int | None, cluster: str | None, ledger: Path | None = None) -> Workers:
    """Give who is to do the work, and the folder that keeps what they finish."""
    if jobs is not None and cluster is not None:
        raise ScenarioError(
            "--jobs and --cluster do not go together: a cluster has as many workers as it has, and "
            "local:N has N; leave one of them out."
        )
    return Workers(jobs, cluster or "", ledger)


def changes_of(
    assignments: list[str] | None,
    replications: int | None = None,
    seed: int | None = None,
    by: list[str] | None = None,
) -> dict[str, object]:
    """Give the overrides that the options of a command stand for."""
    from sim.config.overrides import parse_assignment

    changes = dict(parse_assignment(text) for text in assignments or ())
    names = [name.strip() for entry in by or () for name in entry.split(",")]
    options = {"run.replications": replications, "run.seed": seed, "run.by": names or None}
    return changes | {path: value for path, value in options.items() if value is not None}
