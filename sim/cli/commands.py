"""The commands; all that is heavy is imported inside them, so `ketasim --help` is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli import (
    animate,
    best,
    doses,
    economics,
    evidence,
    exports,
    planning,
    population_table,
    rerun,
    sensitivity,
    signals,
    story,
    studies,
)
from sim.cli.folders import Commands, let_go
from sim.cli.options import Assignments, ScenarioFile, changes_of
from sim.cli.signals import NOTHING, USER_FAULT, stop
from sim.cli.terminal import ready, say
from sim.cli.version import print_versions
from sim.config.errors import ScenarioError

app = typer.Typer(
    name="ketasim",
    cls=Commands,
    help="Simulate people treated with ketamine for severe anxiety in clinics of limited capacity.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def command_line() -> None:
    """Run the command; a fault of the user's is one paragraph on stderr and exit status 2."""
    ready()
    try:
        app(prog_name="ketasim")
    except ScenarioError as fault:
        stop(str(fault), USER_FAULT)
    except KeyboardInterrupt:
        stop(f"{signals.interrupted()}; {NOTHING}", signals.status())
    finally:
        let_go()


@app.callback()
def ketasim(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=print_versions, is_eager=True, help="Print versions and exit."
        ),
    ] = False,
) -> None:
    """Simulate people treated with ketamine for severe anxiety in clinics of limited capacity."""


@app.command("describe")
def describe_command(scenario: ScenarioFile, set_: Assignments = None) -> None:
    """Say in words what a scenario assumes."""
    from sim.experiment.design import read_single
    from sim.report.assumptions import describe

    say(describe(read_single(scenario, changes_of(set_))))


@app.command()
def schema(
    toml: Annotated[
        bool, typer.Option("--toml", help="A scenario file with every default instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors; or a file to start from."""
    import json

    from sim.config.schema import json_schema
    from sim.model.scenario import Scenario
    from sim.report.assumptions import base_file

    if toml:
        say(base_file(), end="")
        return
    say(json.dumps(json_schema(Scenario), indent=2, ensure_ascii=False))


app.command("run")(studies.run_command)
app.command("compare")(studies.compare_command)
app.command("rerun")(rerun.rerun_command)
app.command()(story.explain)
app.command("report")(story.report_command)
app.command("export")(exports.export)
app.command()(animate.animate)
app.command()(population_table.population)
app.command("capacity")(planning.capacity_command)
app.command("best")(best.best_command)
app.command("sensitivity")(sensitivity.sensitivity_command)
app.command("economics")(economics.economics_command)
app.command("dose-count")(doses.dose_count_command)
app.command("validate")(evidence.validate_command)
app.command("calibrate")(evidence.calibrate_command)
app.command("register")(evidence.parameters)
app.command("verify")(evidence.verify_command)
