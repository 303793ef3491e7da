"""The folder of a command's results, and how a command ends: in order, whatever happens."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

from sim.cli import signals
from sim.cli.log_shown import ASKED, end_log
from sim.cli.signals import NOTHING, USER_FAULT, stop
from sim.cli.terminal import warn
from sim.config.errors import ScenarioError
from sim.config.writing import Unwritten
from sim.experiment.log import LOG

if TYPE_CHECKING:
    from sim.experiment.asked import Asked

UNWRITTEN: list[str] = []
"""What the command could not write."""
GO_ON = "the same command goes on from there."


class Commands(TyperGroup):
    """The commands, each of which ends with a paragraph when it is interrupted or has no room."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the arguments; whatever ends that, typer would call it Ctrl-C."""
        ASKED[:] = options["args"] if "args" in options else arguments[1]
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


@dataclass(frozen=True)
class Where:
    """Where results go, what they may replace there, and how much is said of it."""

    out: Path | None
    overwrite: bool
    fresh: bool
    quiet: bool


@contextmanager
def working_in(
    where: Where,
    name: str,
    asked: Asked,
    told: str | Callable[[Path], str] = NOTHING,
    gone_on_with: Collection[str] = (),
) -> Iterator[Path]:
    """Give the folder to work in for the whole of a command.

    It is the one asked for; or that in which an earlier command of the same question was ended; or
    a new one under results/. When the command is interrupted, one paragraph says what is in the
    folder, or `told`. A folder in which nothing was written but the log is removed.
    """
    from sim.experiment.asked import worked_on
    from sim.experiment.attempts import WorkerLost
    from sim.experiment.folder import MANIFEST, abandon

    folder = _folder(where, name, asked, gone_on_with)
    before = _identity(folder / MANIFEST)
    try:
        with worked_on(folder, asked):
            yield folder
    except KeyboardInterrupt:
        found = told if isinstance(told, str) else told(folder)
        abandon(folder)
        now = _identity(folder / MANIFEST)
        said = _kept(folder, before, now, _with_parts(folder, found))
        stop(f"{signals.interrupted()}{said}", signals.status())
    except ScenarioError as fault:
        goes_on = isinstance(fault, WorkerLost | Unwritten)  # any other fault would come again
        said = _with_parts(folder, "") if goes_on else ""
        told_of = f"{fault} {said[:1].upper()}{said[1:]}" if said else str(fault)
        LOG.error("%s: %s", type(fault).__name__, told_of)
        abandon(folder)
        raise type(fault)(told_of) from fault
    except BaseException as fault:
        if isinstance(fault, Exception):
            LOG.error("%s: %s", type(fault).__name__, fault)
        abandon(folder)
        raise
    finally:
        end_log()


def _folder(where: Where, name: str, asked: Asked, gone_on_with: Collection[str]) -> Path:
    from sim.experiment.asked import unfinished
    from sim.experiment.folder import new_folder, prepare
    from sim.experiment.ledger import alone_in, count_parts, forget_parts, sweep

    found = None if where.out or where.fresh else unfinished(name, asked)
    if where.out is None and found is None:
        return new_folder(name)
    folder = found or where.out or Path()
    with alone_in(folder):
        replaces = asked.may_replace(folder, where.overwrite or found is not None)
        prepare(folder, replaces, gone_on_with)
    if where.fresh:
        forget_parts(folder)
    sweep(folder)
    if (parts := count_parts(folder)) and not where.quiet:
        warn(f"Going on in {folder}, where {parts} finished tasks are kept (--fresh: anew).")
    return folder


def _with_parts(folder: Path, told: str) -> str:
    """Say how a command goes on that has finished tasks and no results yet; else `told`."""
    from sim.experiment.ledger import count_parts

    if not (parts := count_parts(folder)):
        return told
    more = "task is" if parts == 1 else "tasks are"
    return f"{parts} finished {more} kept in {folder}; {GO_ON}"


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
