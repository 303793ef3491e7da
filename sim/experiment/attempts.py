"""One attempt at one task, here or in a process of its own, and where its outcome then lies."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sim.config.errors import ScenarioError
from sim.config.writing import reason
from sim.experiment.ledger import Slot
from sim.experiment.log import follow_log, timed
from sim.experiment.part import declared_by
from sim.experiment.processes import FOLDERS, bound_to

_Task = TypeVar("_Task")
_Outcome = TypeVar("_Outcome")


class WorkerLost(ScenarioError):
    """The machine cannot carry the work: it ends its processes, or has no room for what they do."""


class ReplicationError(RuntimeError):
    """A replication that failed by no fault of the user's; says which, and the cause."""


@dataclass(frozen=True)
class _InFile:
    """An outcome that was left for the parent."""

    file: Path

    def take(self, work: Callable[..., Any]) -> Any:
        """Give the outcome, and remove its file."""
        found = pickle.loads(self.file.read_bytes())
        self.file.unlink()
        return found


@dataclass(frozen=True)
class _InLedger:
    """An outcome that is kept."""

    slot: Slot

    def take(self, work: Callable[..., Any]) -> Any:
        """Give the outcome as it is kept."""
        return self.slot.read(declared_by(work))


Left = _InFile | _InLedger
"""Where an outcome lies that did not come by itself."""


@dataclass(frozen=True)
class Unkept:
    """An outcome for which the ledger has no room."""

    outcome: Any
    folder: str
    why: str


def placed(
    parent: int,
    folder: str,
    work: Callable[[_Task], _Outcome],
    place: int,
    task: _Task,
    slot: Slot | None,
    log: str | None,
) -> tuple[int, _Outcome | _InFile | _InLedger | Unkept]:
    """Do one task in a process of its own; the outcome is left in the ledger or in the folder.

    So the message to the parent is shorter than what a pipe takes at once. In the middle of a
    longer one the system may end its sender, and the parent would wait for the rest without end.
    """
    bound_to(parent)
    FOLDERS[:] = [folder]
    follow_log(log)
    outcome, file = attempt(work, task, slot), Path(folder, str(place))
    if isinstance(outcome, _InLedger):
        return place, outcome
    try:
        file.write_bytes(pickle.dumps(outcome))
    except OSError:  # no room: it is sent as it is
        return place, outcome
    return place, _InFile(file)


def attempt(
    work: Callable[[_Task], _Outcome], task: _Task, slot: Slot | None
) -> _Outcome | _InLedger | Unkept:
    """Do one task and keep it, unless somebody else has done so in the meantime."""
    if slot is not None and slot.path.exists():
        return _InLedger(slot)
    try:
        with timed(task):
            outcome = work(task)
            return outcome if slot is None else kept_in(slot, outcome)
    except ScenarioError as fault:
        raise ScenarioError(f"{task}: {fault}") from fault
    except Exception as fault:
        raise ReplicationError(f"{task} failed: {type(fault).__name__}: {fault}") from fault


def kept_in(slot: Slot, outcome: object) -> _InLedger | Unkept:
    """Keep an outcome; where there is no room it is given back with the reason."""
    try:
        slot.write(outcome)
    except OSError as fault:
        return Unkept(outcome, slot.ledger, reason(fault))
    return _InLedger(slot)
