"""What stands on a page: an answer, then sections of sentences, tables and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.experiment.results import Results, TidyTable
from sim.experiment.store import read_results, rebuilt
from sim.figures.embedded import FigureMaker
from sim.model.scenario import Scenario

RUN = "run"
"""The kind of a run or a comparison, whose manifest names none."""


@dataclass(frozen=True)
class ReadFolder:
    """A results folder: where it is and its manifest; what else is in it is read when asked for."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What was asked: "run" for a run or a comparison, else as the manifest says."""
        return str(self.manifest.get("kind", RUN))

    @cached_property
    def results(self) -> Results:
        """The tables of a run or a comparison."""
        return read_results(self.folder)

    @cached_property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenarios that can be built again, by name."""
        if self.kind == RUN:
            return self.results.scenarios
        return dict(rebuilt(self.folder, self.manifest))


@dataclass(frozen=True)
class Tile:
    """One number that stands out: its name, the mean, its limits, its unit."""

    name: str
    value: str
    limits: str
    unit: str


@dataclass(frozen=True)
class TextTable:
    """A table of texts: heading, names of columns, rows of cells (the first names it), a note."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class PageAnswer:
    """What a folder answers: sentences first, then tables and what can be drawn from tables."""

    kind: str
    sentences: Sequence[str]
    cautions: Sequence[str] = ()
    tiles: Sequence[Tile] = ()
    grids: Sequence[TextTable] = ()
    uncertainty: Sequence[str] = ()
    drawn: Mapping[str, FigureMaker] = field(default_factory=dict)


def table_as_grid(title: str, table: TidyTable) -> TextTable:
    """Give a table as it was written, its numbers shortened; an empty cell for what is missing."""
    columns = [str(name).replace("_", " ") for name in table.columns]
    rows = [[_cell(value) for value in row] for row in table.to_numpy(dtype=object)]
    return TextTable(title, columns, rows)


def _cell(value: object) -> str:
    if isinstance(value, float):
        if value != value:
            return ""
        return "not reached" if value == float("inf") else f"{value:.3g}"
    return str(value)
