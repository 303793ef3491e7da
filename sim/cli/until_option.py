"""`--until`, `--at-least`, `--at-most`: as many replications as it takes, and what is said then."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.terminal import WIDTH, say
from sim.config.errors import ScenarioError

if TYPE_CHECKING:
    from sim.experiment.enough import Enough
    from sim.experiment.results import Results

UntilOption = Annotated[
    list[str] | None,
    typer.Option(
        "--until",
        metavar="CONDITION",
        help='Go on until, say, "half_width(days_in_response) <= 1.5" holds; repeatable.',
    ),
]
AtLeast = Annotated[int | None, typer.Option(min=1, help="Replications with --until; default 20.")]
AtMost = Annotated[int | None, typer.Option(min=1, help="Replications with --until; default 200.")]


def rule_of(
    conditions: list[str] | None,
    at_least: int | None,
    at_most: int | None,
    replications: int | None,
    uncertainty: str | None,
) -> Enough | None:
    """Read when replications are enough; refuse options that contradict it."""
    from sim.experiment.enough import until

    if not conditions:
        for option, given in (("--at-least", at_least), ("--at-most", at_most)):
            if given is not None:
                raise ScenarioError(f"{option} goes with --until; give --replications otherwise.")
        return None
    if replications is not None:
        raise ScenarioError(
            "--replications and --until exclude each other; give --at-most for the most "
            "replications."
        )
    if uncertainty is not None:
        raise ScenarioError(
            "--until and --uncertainty exclude each other: half-widths are of chance alone."
        )
    return until(conditions, at_least, at_most)


def say_whether_enough(results: Results) -> None:
    """Say that the replications were enough, or what is lacking; nothing after an interrupt."""
    if said := results.manifest.get("until", {}).get("said"):
        say("\n" + fill(said, WIDTH, break_long_words=False))
