"""Published results as data: a CSV of population, regimen, metric, time, value and interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from math import inf, isfinite
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError, nearest
from sim.config.texts import Unreadable, read_rows
from sim.evidence.clashes import clashes
from sim.evidence.moments import ProtocolMoment, read_times
from sim.evidence.quantities import Metric, read_metric
from sim.evidence.regimens import read_arms
from sim.evidence.schedules import Arm
from sim.evidence.vocabulary import People, PhraseError, read_people

NOT_REACHABLE = ("time_to_loss", "median")
REQUIRED = ("regimen", "metric", "value")
_COLUMNS = (
    "id", "set", "population", "regimen", "metric", "time", "value", "low", "high", "source",
)  # fmt: skip
_USES = ("", "target", "held_out", "setting")
_TOLD = ("use", "topic", "n", "definition", "window", "route", "counted", "doi_or_pmid", "how_sure")
"""Columns that say more of a result; only `use` is read: a target of the calibrations, held out of
every fit, or what a setting of behaviour was fitted to."""
_SETS = ("both", "trial", "community")


@dataclass(frozen=True)
class PublishedResult:
    """One published result: as written, and as the model understands it."""

    name: str
    set: str  # both, trial or community
    population: str
    regimen: str
    metric: str
    time: str
    value: float
    low: float | None
    high: float | None
    source: str
    people: People
    arms: tuple[Arm, ...]
    reading: Metric
    times: tuple[ProtocolMoment, ...]
    use: str = ""

    @property
    def sign(self) -> float:
        """Give -1 where a fall is published as a negative number, else 1."""
        falls = self.reading.kind in ("change", "percent_change", "d")
        return -1.0 if falls and self.value < 0 else 1.0

    @property
    def sd(self) -> float:
        """Spread of the mean in the likelihood: a 95 % band, (high - low) / 3.92."""
        assert self.low is not None
        assert self.high is not None
        return (self.high - self.low) / 3.92


def shipped() -> Path:
    """Give the file of published results: what the calibrations are fitted to, and what is not."""
    return Path(str(files("sim"))) / "evidence" / "targets.csv"


def to_fit(rows: Iterable[PublishedResult]) -> list[PublishedResult]:
    """Give the rows that a calibration is fitted to: none that is held out, or made for a setting.

    Rows of attendance need a clinic, so the settings of behaviour are fitted to them instead.
    """
    return [row for row in rows if row.use in ("", "target")]


def read_published(path: str | Path) -> list[PublishedResult]:
    """Read a file of published results.

    Raises ScenarioError that names row, column, what is known there and the nearest word; every
    fault of the file has a line of its own.
    """
    found: list[PublishedResult] = []
    faults: list[str] = []
    above: People | None = None
    for row, cells in _rows(Path(path)):
        fault: list[str] = []
        target = _target(row, cells, above, fault)
        faults += [f"row {row}{_called(cells)}, column {text}" for text in fault]
        if target is not None:
            above = target.people
            found.append(target)
    if faults:
        shown = faults if len(faults) <= 10 else [*faults[:10], f"and {len(faults) - 10} more"]
        raise ScenarioError(f"{path}: " + "\n".join(shown))
    if not found:
        raise ScenarioError(f"{path}: there is no row below the header.")
    return found


def _called(cells: dict[str, str]) -> str:
    return f" ({cells['id']})" if cells.get("id") else ""


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        lines = read_rows(path)
    except Unreadable as fault:
        raise ScenarioError(f"{path}: {fault}.") from None
    if not lines:
        raise ScenarioError(f"{path}: the file is empty; its header is {','.join(_COLUMNS)}.")
    header = [name.strip().lower() for name in lines[0]]
    for name in header:
        if name not in (*_COLUMNS, *_TOLD):
            known = (*_COLUMNS, *_TOLD)
            raise ScenarioError(
                f'{path}: row 1: "{name}" is no known column; known: {", ".join(known)}.'
                + nearest(name, known)
            )
    for name in REQUIRED:
        if name not in header:
            raise ScenarioError(f"{path}: row 1: the column {name} is missing.")
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(header):
            raise ScenarioError(
                f"{path}: row {number} has {len(line)} cells, but the header has {len(header)}; "
                'put a text with commas in "quotes".'
            )
        yield number, {name: cell.strip() for name, cell in zip(header, line, strict=True)}


def _target(
    row: int, cells: dict[str, str], above: People | None, faults: list[str]
) -> PublishedResult | None:
    def read(column: str, reader: Any, *more: Any) -> Any:
        try:
            return reader(cells.get(column, ""), *more)
        except PhraseError as fault:
            faults.append(f"{column}: {fault}")
            return None

    people = read("population", read_people, above)
    arms = read("regimen", read_arms)
    reading = read("metric", read_metric)
    maintained = any(arm.every_days is not None for arm in arms or ())
    times = read("time", read_times, maintained)
    value, low, high = (read(name, _number, name) for name in ("value", "low", "high"))
    if value == inf and not faults and (reading.kind, reading.statistic) != NOT_REACHABLE:
        faults.append("value: only a median time to a loss may be not reached")
    which = cells.get("set", "").lower() or "both"
    if which not in _SETS:
        faults.append(f'set: "{which}" is not allowed; {", ".join(_SETS)}.{nearest(which, _SETS)}')
    use = cells.get("use", "")
    if use not in _USES:
        faults.append(f'use: "{use}" is not allowed; target, held_out or nothing')
    if low is not None and high is not None and not low < high:
        faults.append(f"low: {low:g} is not below high = {high:g}")
    if not faults:
        faults += clashes(people, arms, reading, times, cells["metric"])
    if faults:
        return None
    return PublishedResult(
        cells.get("id") or f"row {row}", which, cells.get("population", ""), cells["regimen"],
        cells["metric"], cells.get("time", ""), value, low, high, cells.get("source", ""),
        people, arms, reading, times, use,
    )  # fmt: skip


def _number(text: str, column: str) -> float | None:
    if not text:
        if column == "value":
            raise PhraseError("a number is missing")
        return None
    if column == "value" and text.lower() == "not reached":
        return inf
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise PhraseError(f'"{text}" is not a number')
    return number
