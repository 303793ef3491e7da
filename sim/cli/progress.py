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
def shown(
    quiet: bool,
    then_written: bool = False,
    what: str = "replications",
    doing: str = "Simulating",
    at_most: bool = False,
) -> Iterator[Progress | None]:
    """Show a bar on a terminal, a line for each tenth elsewhere, and nothing when quiet.

    It begins when first told, and is over when all is done; where the total is one `at_most`, so is
    the time left. Where results are `then_written`, signals wait for that once the last is done.
    """
    most = "at most " if at_most else ""
    bar = _bar(doing, f"{most}time left" if most else "time left")
    with nullcontext() if quiet else bar if sys.stderr.isatty() else _lines(what, most) as tell:

        def told(done: int, total: int) -> None:
            if then_written and done == total:
                hold()
            if tell is not None:
                tell(done, total)

        yield told


@contextmanager
def _bar(doing: str, left: str) -> Iterator[Progress]:
    from rich import progress as rich

    columns = (
        rich.TextColumn(doing),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        rich.TextColumn(left),
        rich.TimeRemainingColumn(),
    )
    out = console(stderr=True)
    bar = rich.Progress(*columns, console=out, speed_estimate_period=STEADY_SECONDS)
    task = bar.add_task("", total=None, start=False)

    def told(done: int, total: int) -> None:
        if not bar.live.is_started and done < total:
            bar.start()
            bar.start_task(task)
        bar.update(task, completed=done, total=total)
        if done == total:
            ended()

    def ended() -> None:
        with suppress(OSError):  # the terminal may be gone, and no result for that
            bar.stop()

    try:
        yield told
    finally:
        ended()


@contextmanager
def _lines(what: str, most: str) -> Iterator[Progress]:
    """Tell each tenth of what is done since the first report, which may be of an earlier part."""
    began: list[tuple[float, int]] = []
    last = [0]

    def told(done: int, total: int) -> None:
        if not began:
            began.append((time.perf_counter(), done))
            last[0] = done
        started, before = began[0]
        if done > before and done * 10 // total > last[0] * 10 // total:
            left = (time.perf_counter() - started) / (done - before) * (total - done)
            warn(f"{done} of {most}{total} {what}, {most}{left:.0f} s left")
        last[0] = done

    yield told


@contextmanager
def trying(quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Give what tells on stderr which value is being tried, a line for each; nothing when quiet.

    How many values the search will try nobody knows, so the time left is that of this one at most,
    from the pace so far. On a terminal the last line is ended, so that what follows begins on one
    of its own.
    """
    if quiet:
        yield None
        return
    started, last, width, done_of = time.perf_counter(), [""], [0], dict[str, int]()

    def told(name: str, done: int, total: int) -> None:
        seconds = time.perf_counter() - started
        done_of[name] = max(done, done_of.get(name, 0))
        left = _left(seconds, sum(done_of.values()), total - done)
        text = f"{seconds:4.0f} s  {name}: {done} of at most {total} replications done{left}"
        if sys.stderr.isatty():
            before = "\n" if last[0] not in ("", name) else "\r"
            warn(text.ljust(width[0]), end="", before=before)
            width[0] = len(text)
        elif last[0] != name:
            warn(f"{seconds:4.0f} s  trying {name}{left}")
        last[0] = name

    try:
        yield told
    finally:
        if last[0] and sys.stderr.isatty():
            warn("\n")


def _left(seconds: float, done: int, more: int) -> str:
    """Say how long so many more replications take at the pace of those done, if there are any."""
    return f", at most about {seconds / done * more:.0f} s left" if done and more else ""
