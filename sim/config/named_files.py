"""Files that a scenario names: what they are to it, whether they are there, and still the same."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from sim.config.errors import ScenarioError
from sim.config.texts import Unreadable, read_bytes


class File(NamedTuple):
    """What a file is to a scenario: where it is named, what it holds, and what its rows are."""

    path: str  # dotted
    holds: str
    rows: str


def state_of(path: str, file: File) -> tuple[str, int, int]:
    """Give the path, time and size of a file, by which a reading can be kept; it must be there."""
    try:
        state = Path(path).stat()
    except OSError:
        raise ScenarioError(
            f"{file.path}: {Path(path)}: there is no such file; the path is relative to the file "
            "that names it (to the current folder where --set or Python names it)."
        ) from None
    return str(Path(path)), state.st_mtime_ns, state.st_size


def fingerprint(path: str, file: File) -> str:
    """Give the SHA-256 of a file, by which a later run can tell whether it is still the same."""
    try:
        return hashlib.sha256(read_bytes(Path(path))).hexdigest()
    except Unreadable as fault:
        raise ScenarioError(
            f"{file.path}: {path}: the {file.holds} cannot be read ({fault}); "
            "these results need it to simulate a replication again."
        ) from None
