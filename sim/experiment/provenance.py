"""Where results come from: the scenario as resolved, its digest, versions and commit.

Nothing here says where on whose machine: a manifest is published with the results.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any

from sim.clinic.holidays import HOLIDAYS
from sim.config.errors import ScenarioError
from sim.config.named_files import fingerprint
from sim.config.value import Value
from sim.experiment.versions import commit, machine, versions
from sim.model.scenario import Scenario, files_of
from sim.people.tables.cells import CASELOAD, FORECAST, TABLE_OF_PATIENTS

_NAMED = {file.path: file for file in (TABLE_OF_PATIENTS, FORECAST, CASELOAD, HOLIDAYS)}


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Give every value of a scenario as plain data, from which the scenario can be rebuilt.

    An object of the user's own class is named, not stored: `{"object": "Mine(days=7)"}`.
    """
    return {name: _plain(getattr(scenario, name)) for name in type(scenario).model_fields}


def _plain(value: object) -> Any:
    if isinstance(value, Value):
        if value.shorthand:
            return _plain(getattr(value, value.shorthand))
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    if isinstance(value, date | time_of_day):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return {"object": _named(value)}


def _named(own: object) -> str:
    """Say what an object is, without the address that the default repr would add."""
    bare = type(own).__repr__ is object.__repr__
    return type(own).__qualname__ if bare else repr(own)


def has_foreign(data: object) -> bool:
    """Whether some object of the user's own stands in resolved data, which only name it."""
    if isinstance(data, dict):
        return set(data) == {"object"} or any(has_foreign(value) for value in data.values())
    return isinstance(data, list) and any(has_foreign(value) for value in data)


def digest(data: object) -> str:
    """Give the SHA-256 of plain data in canonical form: equal data, equal digest."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def described(scenarios: Mapping[str, Scenario]) -> dict[str, Any]:
    """Give each scenario's resolved data with its digest, by name."""
    return {name: _described(scenario) for name, scenario in scenarios.items()}


def _described(scenario: Scenario) -> dict[str, Any]:
    """Give one scenario; of the files it names the fingerprint, never what is in them."""
    data = resolved(scenario)
    files = {path: fingerprint(file, _NAMED[path]) for path, file in files_of(scenario).items()}
    if not files:
        return {"digest": digest(data), "resolved": data}
    return {"digest": digest([data, files]), "resolved": data, "files": files}


def origin_of(what: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """Say what a piece of work was, with its digest (of all but names), versions and commit."""
    return {
        "made_by": "ketasim",
        **names,
        **what,
        "digest": digest(what),
        "versions": versions(),
        "machine": machine(),
        "commit": commit(),
    }


def manifest(what: Mapping[str, Any], started: datetime, clock: float) -> dict[str, Any]:
    """Give the manifest of a piece of work: what is said about it, and when and how long it was.

    `clock` is the reading of `time.perf_counter` when it began.
    """
    return origin_of(what) | {
        "started_at": started.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - clock, 3),
    }


def check_files(scenario: Scenario, described: Mapping[str, Any]) -> None:
    """Refuse to simulate again with other files than the results came from."""
    for path, file in files_of(scenario).items():
        known, named = described.get("files", {}).get(path), _NAMED[path]
        if known is not None and fingerprint(file, named) != known:
            raise ScenarioError(
                f"{path}: {file} is not the {named.holds} that these results came from, "
                "as its content has changed since; put the old one back, or run again."
            )
