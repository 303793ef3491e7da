"""How much is done and how long it will still take, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from sim.cli.signals import hold
from sim.cli.terminal import console, warn

if TYPE_CHECKING:
    from sim.experiment.executors import Progress

STEADY_SECONDS = 300.0
"""The time left is estimated from the pace of this long, as replications differ in length."""


@contextmanager
def shown(quiet: bool, then_written: bool = False) -> Iterator[Progress | None]:
    """Show a bar on a terminal, a line for each tenth elsewhere, and nothing when quiet.

    Where results are `then_written`, signals wait for that once the last replication is done.
    """
    with nullcontext() if quiet else _bar() if sys.stderr.isatty() else _lines() as tell:

        def told(done: int, total: int) -> None:
            if then_written and done == total:
                hold()
            if tell is not None:
                tell(done, total)

        yield told


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich import progress as rich

    columns = (
        rich.TextColumn("Simulating"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        rich.TextColumn("time left"),
        rich.TimeRemainingColumn(),
    )
    out = console(stderr=True)
    bar = rich.Progress(*columns, console=out, speed_estimate_period=STEADY_SECONDS)
    bar.start()
    task = bar.add_task("", total=None)
    try:
        yield lambda done, total: bar.update(task, completed=done, total=total)
    finally:
        with suppress(OSError):  # the terminal may be gone, and no result for that
            bar.stop()


@contextmanager
def _lines() -> Iterator[Progress]:
    started = time.perf_counter()

    def told(done: int, total: int) -> None:
        if done and done * 10 // total > (done - 1) * 10 // total:
            left = (time.perf_counter() - started) / done * (total - done)
            warn(f"{done} of {total} replications, {left:.0f} s left")

    yield told


@contextmanager
def trying(quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Give what tells on stderr which value is being tried, a line for each; nothing when quiet.

    On a terminal the last line is ended, so that what follows begins on one of its own.
    """
    if quiet:
        yield None
        return
    started, last = time.perf_counter(), [""]

    def told(name: str, done: int, total: int) -> None:
        seconds = time.perf_counter() - started
        text = f"{seconds:4.0f} s  {name}: {done} of at most {total} replications done"
        if sys.stderr.isatty():
            before = "\n" if last[0] not in ("", name) else "\r"
            warn(text, end="", before=before)
        elif last[0] != name:
            warn(f"{seconds:4.0f} s  trying {name}")
        last[0] = name

    try:
        yield told
    finally:
        if last[0] and sys.stderr.isatty():
            warn("\n")
