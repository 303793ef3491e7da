"""What the options that commands share stand for."""

from __future__ import annotations

from typing import Annotated

import typer

Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace an earlier result in the folder of --out.")
]


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
