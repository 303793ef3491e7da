"""What is to be said above the results: sentences of `sim.model.cautions`, on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import fill
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sim.model.scenario import Scenario

WIDTH = 96


def show_cautions(scenarios: Iterable[Scenario]) -> None:
    """Print every caution that can be known before a run, each once."""
    from sim.model.cautions import known_before

    for caution in dict.fromkeys(text for one in scenarios for text in known_before(one)):
        typer.echo(fill(f"Caution: {caution}", WIDTH, break_long_words=False))
