"""The folder of a command's results, and how a command ends: in order, whatever happens."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from typer.core import TyperGroup

from sim.cli import signals
from sim.cli.signals import NOTHING, USER_FAULT, stop

UNWRITTEN: list[str] = []
"""What the command could not write."""


class Commands(TyperGroup):
    """The commands, each of which ends with a paragraph when it is interrupted or has no room."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the arguments; whatever ends that, typer would call it Ctrl-C."""
        try:
            return super().make_context(*arguments, **options)
        except KeyboardInterrupt:
            stop(f"{signals.interrupted()}; {NOTHING}", signals.status())

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what it could not write has made its status 2."""
        UNWRITTEN.clear()
        try:
            result = super().invoke(ctx)
        except KeyboardInterrupt:
            stop(f"{signals.interrupted()}; {NOTHING}", signals.status())
        except OSError as fault:
            if fault.errno == errno.EPIPE:  # whoever read the output has had enough
                raise
            status = signals.status() if signals.received() else USER_FAULT
            stop(f"{_named(fault)} cannot be read or written ({_reason(fault)}).", status)
        if UNWRITTEN:
            sys.exit(USER_FAULT)
        return result


def _named(fault: OSError) -> str:
    return str(fault.filename) if fault.filename else "the output"


def _reason(fault: OSError) -> str:
    return fault.strerror or str(fault)


def let_go() -> None:
    """Drop what the output does not take any more, which would be a traceback at the very end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def working_in(
    out: Path | None,
    name: str,
    overwrite: bool,
    told: str | Callable[[Path], str] = NOTHING,
    gone_on_with: Collection[str] = (),
) -> Iterator[Path]:
    """Give the folder asked for, or a new one under results/, for the whole of a command.

    When it is interrupted, one paragraph says what is in the folder, or `told`. A folder in which
    nothing was written is removed.
    """
    from sim.experiment.folder import MANIFEST, abandon, new_folder, prepare

    folder = new_folder(name) if out is None else prepare(out, overwrite, gone_on_with)
    before = _identity(folder / MANIFEST)
    try:
        yield folder
    except KeyboardInterrupt:
        found = told if isinstance(told, str) else told(folder)
        abandon(folder)
        now = _identity(folder / MANIFEST)
        stop(f"{signals.interrupted()}{_kept(folder, before, now, found)}", signals.status())
    except BaseException:
        abandon(folder)
        raise


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns


def _kept(folder: Path, before: object, now: object, told: str) -> str:
    if now is not None and now != before:
        return f"; the tables are whole, in {folder}."
    earlier = f" The earlier result in {folder} is as it was." if now is not None else ""
    return f"; {told}{earlier}"
