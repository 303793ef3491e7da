"""What a result rests on: assumptions in words, what differs between scenarios, sources, origin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.config.listing import Entry, entries
from sim.figures.style import spoken
from sim.model.register import CHOICE, uncertainty_of
from sim.model.scenario import Scenario
from sim.page.content import ReadFolder, TextTable
from sim.report.assumptions import as_written, parts_in_words

_MOST_LISTED = 12
"""Scenarios whose differences from the first are listed."""


def first_of(told: ReadFolder) -> str | None:
    """Name the scenario that is told whole: the reference, or the first that can be rebuilt."""
    reference = told.manifest.get("reference")
    return str(reference) if reference in told.scenarios else next(iter(told.scenarios), None)


def assumptions(told: ReadFolder) -> list[tuple[str, str]]:
    """Give title and text of each part that the first scenario assumes."""
    name = first_of(told)
    return parts_in_words(told.scenarios[name]) if name is not None else []


def what_differs(told: ReadFolder) -> TextTable | None:
    """List the parameters in which the other scenarios are not as the first."""
    name = first_of(told)
    others = [other for other in told.scenarios if other != name][:_MOST_LISTED]
    if name is None or not others:
        return None
    base = _values(told.scenarios[name])
    found = {other: _apart(base, _values(told.scenarios[other])) for other in others}
    paths = list(dict.fromkeys(path for of in found.values() for path in of))
    rows = [
        [path, base.get(path, "–"), *(of.get(path, (None, "as there"))[1] for of in found.values())]
        for path in paths
    ]
    left = len(told.scenarios) - 1 - len(others)
    note = f"{left} more scenarios are in the manifest." if left else ""
    columns = ["", f"{spoken(name)}", *map(spoken, others)]
    return TextTable("In what the scenarios differ", columns, rows, note) if rows else None


def differing(one: Scenario, other: Scenario) -> dict[str, tuple[str, str]]:
    """Give by path the values of two scenarios that are not the same; a dash for none."""
    return _apart(_values(one), _values(other))


def _apart(here: Mapping[str, str], there: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    paths = list(dict.fromkeys([*here, *there]))
    pairs = {path: (here.get(path, "–"), there.get(path, "–")) for path in paths}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def _values(scenario: Scenario) -> dict[str, str]:
    return {entry.path: _value(entry) for entry in entries(scenario)}


def _value(entry: Entry) -> str:
    if entry.value is None:
        return "by default"
    return f"{as_written(entry.value)} {entry.unit}".strip()


def sources(told: ReadFolder) -> TextTable | None:
    """List every parameter of the first scenario that has a source: value, grade, source."""
    name = first_of(told)
    if name is None:
        return None
    rows = [
        [entry.path, _value(entry), entry.grade, uncertainty_of(entry.path) or "–", entry.source]
        for entry in entries(told.scenarios[name])
        if entry.source and entry.grade != CHOICE
    ]
    note = "Grades: A trial, B one study, C weak or indirect, D assumption."
    columns = ["parameter", "value", "grade", "uncertainty", "source"]
    return TextTable("Parameters and their sources", columns, rows, note)


def origin(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say how a result was made, so that it can be made again."""
    return [(name, text) for name, text in _origin(manifest) if text]


def _origin(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    versions = manifest.get("versions", {})
    commit = manifest.get("commit") or {}
    yield "seed", _text(manifest.get("seed"))
    yield "replications", _text(manifest.get("replications"))
    yield "draws of parameters", _text(manifest.get("draws"))
    yield "begun", _text(manifest.get("started_at"))
    yield "seconds", _text(manifest.get("wall_seconds"))
    yield "digest", _text(manifest.get("digest"))
    yield "versions", ", ".join(f"{name} {number}" for name, number in versions.items())
    changed = " (sources changed since)" if commit.get("modified") else ""
    yield "commit", f"{commit['id']}{changed}" if commit.get("id") else ""
    yield "machine", _text(manifest.get("machine"))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
