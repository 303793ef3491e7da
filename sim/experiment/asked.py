"""What a command was asked for, by which the same command goes on from what an earlier one left.

A result may be replaced by one that holds all of it: the same question of the same scenarios, or of
more of them, with as many replications or more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sim.config.locks import is_held, locked
from sim.config.names import safe_name
from sim.config.texts import MOST_TABLE, Unreadable, read_text
from sim.config.writing import unwritable, write_text
from sim.experiment.folder import manifest_in, manifests_in
from sim.experiment.identity import scenario_digest
from sim.experiment.ledger import IN_USE, LEDGER, QUESTION
from sim.model.scenario import Scenario


@dataclass(frozen=True)
class Asked:
    """A question: of which scenarios, with how many replications at most, and all else of it."""

    kind: str
    scenarios: dict[str, str]  # digest by name
    replications: int
    rest: dict[str, Any] = field(default_factory=dict)

    def holds(self, earlier: Asked) -> bool:
        """Tell whether the answer to this holds that of an earlier question."""
        same = (self.kind, self.rest) == (earlier.kind, earlier.rest)
        fewer = earlier.replications <= self.replications
        return same and fewer and earlier.scenarios.items() <= self.scenarios.items()

    def same(self, other: Asked) -> bool:
        """Tell whether this is the same question, with whatever number of replications."""
        return (self.kind, self.rest, self.scenarios) == (other.kind, other.rest, other.scenarios)

    def replaces(self, overwrite: bool) -> Callable[[Path], bool]:
        """Give what tells of a folder, at the moment of writing, whether its result gives way."""
        return partial(self.may_replace, overwrite=overwrite)

    def may_replace(self, folder: Path, overwrite: bool) -> bool:
        """Tell whether the result in a folder gives way to that of this question."""
        earlier = [_read(manifest.get("asked")) for manifest in manifests_in(folder)]
        held = [one is not None and self.holds(one) for one in earlier]
        return overwrite or (bool(held) and all(held))

    def plain(self) -> dict[str, Any]:
        """Give it as plain data, for a manifest."""
        return asdict(self)


def asked_of(kind: str, scenarios: Mapping[str, Scenario], replications: int, **rest: Any) -> Asked:
    """Put a question into digests; `rest` is all else that its tables depend on, as plain data."""
    digests = {name: scenario_digest(scenario) for name, scenario in scenarios.items()}
    plain: dict[str, Any] = json.loads(json.dumps(rest, default=str))
    return Asked(kind, digests, replications, plain)


def unfinished(name: str, asked: Asked, root: str | Path = "results") -> Path | None:
    """Find the newest folder in which the same question was begun, and nobody works on it now.

    One whose result is whole is none.
    """
    found = []
    for file in Path(root).glob(f"{safe_name(name) or 'run'}-*/{LEDGER}/{QUESTION}"):
        folder = file.parents[1]
        earlier, manifest = _asked_in(file), manifest_in(folder)
        if earlier is None or not asked.same(earlier):
            continue
        whole = isinstance(manifest, dict) and not manifest.get("interrupted")
        if not whole and not is_held(file.with_name(IN_USE)):
            found.append((file.stat().st_mtime_ns, folder))
    return max(found)[1] if found else None


@contextmanager
def worked_on(folder: Path, asked: Asked) -> Iterator[None]:
    """Say in a folder what is asked, and that somebody works on it, for as long as this lasts."""
    ledger = folder / LEDGER
    try:
        ledger.mkdir(parents=True, exist_ok=True)
        write_text(ledger / QUESTION, json.dumps(asked.plain(), indent=2) + "\n")
    except OSError as fault:
        raise unwritable(folder, fault) from fault
    with locked(ledger / IN_USE, shared=True):
        yield


def _asked_in(file: Path) -> Asked | None:
    try:
        return _read(json.loads(read_text(file, MOST_TABLE)))
    except (Unreadable, ValueError, RecursionError):
        return None


def _read(data: object) -> Asked | None:
    """Read a question from plain data; None for anything else."""
    if not isinstance(data, dict):
        return None
    try:
        found = Asked(**data)
    except TypeError:
        return None
    forms = (
        (found.kind, str),
        (found.scenarios, dict),
        (found.replications, int),
        (found.rest, dict),
    )
    return found if all(isinstance(value, form) for value, form in forms) else None
