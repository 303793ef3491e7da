"""Locks on files, which the system lets go of however their holder ends.

Where it knows none (Windows), or on a disk that takes none, nothing waits: two commands in one
folder then may write the same table at once, and the later one says that it could not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(path: Path, shared: bool = False) -> Iterator[None]:
    """Hold a file for as long as this lasts, alone or with others who share it; wait for that."""
    if fcntl is None:
        yield
        return
    with path.open("a") as file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def is_held(path: Path) -> bool:
    """Tell whether somebody holds a file now."""
    if fcntl is None or not path.exists():
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
