"""The ledger: what each finished task gave, kept at once, a file each, under the results folder.

A part is named by what its task is (`sim.experiment.identity`), so whoever asks for the same task
again finds it: the same command after an end of any kind, one of more replications or variants, or
two commands at once. Files are put in place whole; one that is not is said and done again.

    ledger/tasks/KEY.parquet       scenario, seed, replication, path, row, number
    ledger/patients/KEY.parquet    and visits/: tables that were asked for (--keep)
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.locks import locked
from sim.config.writing import PART, aside, discard
from sim.experiment.identity import NoIdentityError, key_of
from sim.experiment.log import LOG
from sim.experiment.part import DamagedError, declared_by, outcome_of_part, part_of_outcome

LEDGER = "ledger"
QUESTION, IN_USE, WRITING = "asked.json", "in_use", "writing"
_TASKS = "tasks"
_ABANDONED_SECONDS = 600.0
"""A file that was not finished for so long is of a process that was killed."""


@dataclass(frozen=True)
class Slot:
    """The place of one task in a ledger, and what its rows say of it."""

    ledger: str
    key: str
    about: tuple[tuple[str, Any], ...]

    @property
    def path(self) -> Path:
        """The part, which is there once the task is finished."""
        return self._beside(_TASKS)

    def _beside(self, kind: str) -> Path:
        return Path(self.ledger, kind, f"{self.key}.parquet")

    def write(self, outcome: object) -> None:
        """Keep an outcome: what lies beside the table first. Raises OSError without room."""
        part = part_of_outcome(outcome, dict(self.about))
        for kind, content in part.beside.items():
            _put(self._beside(kind), content)
        _put(self.path, part.table)

    def read(self, kind: object) -> Any:
        """Give the outcome that is kept; raises DamagedError where it is not whole."""
        return outcome_of_part(self.path, self._found, kind, dict(self.about))

    def _found(self, kind: str) -> Path:
        path = self._beside(kind)
        if not path.exists():
            raise DamagedError(f"its {kind} are missing")
        return path


def places_in_ledger(
    folder: str | os.PathLike[str] | None, work: Callable[..., Any], tasks: Sequence[object]
) -> list[Slot | None]:
    """Give each task its place in the ledger of a results folder.

    None for a task that no digest tells from others, and for all where nothing is kept.
    """
    if folder is None:
        return [None] * len(tasks)
    ledger = str(Path(folder, LEDGER))
    found: list[Slot | None] = []
    for task in tasks:
        try:
            found.append(Slot(ledger, key_of(work, task), tuple(_about(task).items())))
        except NoIdentityError as fault:
            LOG.info("not kept in the ledger: %s (%s)", task, fault)
            return [None] * len(tasks)
    return found


def finished_before(slots: Sequence[Slot | None], work: Callable[..., Any]) -> dict[int, Any]:
    """Read what is kept of these tasks, by place; what is damaged is said and removed."""
    found: dict[int, Any] = {}
    for place, slot in enumerate(slots):
        if slot is None or not slot.path.exists():
            continue
        try:
            found[place] = slot.read(declared_by(work))
        except DamagedError as fault:
            LOG.warning("ketasim: %s is damaged (%s), so its task is done again.", slot.path, fault)
            discard(slot.path)
    return found


def sweep(folder: Path) -> None:
    """Remove what killed processes have left unfinished."""
    for path in Path(folder, LEDGER).glob(f"*/{PART}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                path.unlink()


def forget_parts(folder: Path) -> None:
    """Remove the ledger of a folder: everything is simulated anew."""
    shutil.rmtree(folder / LEDGER, ignore_errors=True)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let only one command at a time put its tables in a folder that others may work in too."""
    ledger = folder / LEDGER
    if not ledger.is_dir():
        yield
        return
    with locked(ledger / WRITING):
        yield


def keeps_nothing(folder: Path) -> bool:
    """Tell whether the ledger of a folder holds no more than what says that it is one."""
    names = {path.name for path in Path(folder, LEDGER).rglob("*") if path.is_file()}
    return names <= {QUESTION, IN_USE, WRITING}


def count_parts(folder: Path) -> int:
    """Count the finished tasks in the ledger of a folder."""
    return sum(1 for path in Path(folder, LEDGER, _TASKS).glob("[!.]*.parquet"))


def _about(task: object) -> Mapping[str, Any]:
    """Say what a task is in columns: its scenario, seed and replication, as far as it has them."""
    names = {"scenario": "name", "seed": "seed", "replication": "replication"}
    return {column: getattr(task, name) for column, name in names.items() if hasattr(task, name)}


def _put(path: Path, content: bytes) -> None:
    """Write a file whole: under a name of this process's own until it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with aside(path, f"{os.getpid()}-") as part:
        part.write_bytes(content)
