"""The one place that writes a user's file: aside, and under its own name only once it is whole.

A file that is cut short (no room left, a process killed) is never taken for a whole one, and what
stood under its name stays until then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.config.errors import ScenarioError

PART = ".part-"
"""Before the name of a file that is not whole yet; the ending stays, as writers go by it."""


class Unwritten(ScenarioError):
    """What could not be written, to a disk or a folder that takes no more."""


class Incomplete(Unwritten):
    """Some of what was found could not be written; the rest is there and whole."""


def part_of(path: Path) -> Path:
    """Name the file under which `path` is written until it is whole."""
    return path.with_name(f"{PART}{path.name}")


@contextmanager
def aside(path: Path, whose: str = "") -> Iterator[Path]:
    """Give a name to write to; it becomes `path` at the end, or is removed if that fails.

    `whose` begins the name where several processes may write the same file at once.
    """
    part = part_of(path.with_name(f"{whose}{path.name}"))
    try:
        yield part
        settle(part)
        part.replace(path)
    except BaseException:
        discard(part)
        raise


def settle(part: Path) -> None:
    """Wait until a file is on the disk: some disks say only then that they are full."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def discard(part: Path) -> None:
    """Remove a file that is not whole, if it is there and can be removed."""
    with suppress(OSError):
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all."""
    with aside(path) as part:
        part.write_text(text, encoding="utf-8")


def reason(fault: OSError) -> str:
    """Say in the system's words what is wrong: "No space left on device"."""
    return fault.strerror or str(fault)


def unwritable(folder: Path, fault: OSError) -> Unwritten:
    """Say that results cannot be written to a folder, why, and what to do."""
    return Unwritten(
        f"{folder}: results cannot be written there ({reason(fault)}); "
        "give a folder that can be written with --out."
    )
