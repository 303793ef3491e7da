"""The log: what was asked for, what began and ended when, and what was written.

Everything goes to the logger `ketasim` of the standard library. `into` has it written to
`run.log` in a folder, by the processes of a study too, which are told the file's name with each
task. A disk that takes no more of it does not stop the work.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

LOG = logging.getLogger("ketasim")
LOG.addHandler(logging.NullHandler())
FILE = "run.log"
ON_STDERR = "shown"
"""Set of a record that is on stderr already."""
LINE = "%(asctime)s %(process)d %(levelname)s %(message)s"


class Log(logging.FileHandler):
    """A log in a file; a disk that takes no more of it does not stop the work."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: the tables, for which there is no room either, are told of."""


class Tally:
    """Tasks that are done together: says how many began, how many were finished, and the time."""

    def __init__(self, tasks: Sequence[object], processes: int, kept: int) -> None:
        """Begin with the tasks that are left, beside those that an earlier command has `kept`."""
        self._tasks, self._processes, self._began = tasks, processes, time.perf_counter()
        if kept:
            LOG.info("tasks: %d that were finished before", kept)
        if tasks:
            seeds = {getattr(task, "seed", None) for task in tasks} - {None}
            seed = f"seed: {seeds.pop()}, " if len(seeds) == 1 else ""
            LOG.info("tasks: %d, %sprocesses: %d", len(tasks), seed, processes)

    def finished(self, done: int) -> None:
        """Say how many were, and the seconds a process spent on one, on average."""
        if not self._tasks:
            return
        seconds = time.perf_counter() - self._began
        _spent.append((done, seconds * self._processes))
        told = done, len(self._tasks), seconds, _each(_spent[-1:])
        LOG.info("%d of %d tasks finished in %.2f s%s", *told)


def _each(spent: Sequence[tuple[int, float]]) -> str:
    """Tell what one task took of a process, which had to start and to wait for the others."""
    done = sum(tasks for tasks, _ in spent)
    seconds = sum(seconds for _, seconds in spent)
    if not done:
        return ""
    return f"; on average one took {seconds / done:.2f} s of a process, its start included"


_spent: list[tuple[int, float]] = []  # tasks finished, and seconds of processes, each time
_since: list[float] = []  # when the log began
_earlier: list[int] = []  # bytes of the log of an earlier result, to be replaced with it
_made: list[str] = []  # the log, where there was none before
_warned: list[Callable[..., None]] = []  # what shows warnings when there is no log


def into(folder: Path, anew: bool = False) -> None:
    """Write all that follows to the log in a folder, also what the processes of a study do.

    It goes on with what is there; `anew` only until the earlier result has been replaced.
    """
    end()
    path = _in(folder)
    there = path.exists()
    _since[:], _spent[:], _made[:] = [time.perf_counter()], [], [] if there else [str(path)]
    _earlier[:] = [path.stat().st_size] if there and anew else []
    follow_log(str(path))


def conclude() -> None:
    """Say what it came to, and write no more."""
    if file() and _since:
        done = sum(tasks for tasks, _ in _spent)
        seconds = time.perf_counter() - _since[0]
        LOG.info("ended after %.2f s: %d tasks finished%s", seconds, done, _each(_spent))
    end()


def forget(folder: Path) -> None:
    """Remove an earlier log from a folder; of one that is being written anew, what was before."""
    path = _in(folder)
    with suppress(OSError):
        if str(path) != file():
            path.unlink(missing_ok=True)
        elif _earlier:
            with path.open("rb+") as log:  # in place, as other processes hold it open
                log.seek(_earlier.pop())
                kept = log.read()
                log.seek(0)
                log.truncate()
                log.write(kept)


def forget_own(folder: Path) -> None:
    """Remove the log from a folder in which nothing else is, unless it was there before."""
    path = _in(folder)
    if [str(path)] == _made and [entry.name for entry in folder.iterdir()] == [FILE]:
        end()
        forget(folder)


def _in(folder: Path) -> Path:
    return (folder / FILE).resolve()


def end() -> None:
    """Write no more to a file."""
    for handler in [one for one in LOG.handlers if isinstance(one, logging.FileHandler)]:
        LOG.removeHandler(handler)
        with suppress(OSError):  # what the disk did not take
            handler.close()
    if _warned and warnings.showwarning is _heard:
        warnings.showwarning = _warned.pop()


def file() -> str | None:
    """Give the path of the log, for a process that is to write to it too."""
    files = [one.baseFilename for one in LOG.handlers if isinstance(one, logging.FileHandler)]
    return files[0] if files else None


def follow_log(path: str | None) -> None:
    """Go on in the log of this path, or in none: a process serves one study after another."""
    if path == file():
        return
    end()
    if path is None:
        return
    with suppress(OSError):  # a disk without room for one more file
        handler = Log(path, encoding="utf-8", errors="backslashreplace")
        handler.setFormatter(logging.Formatter(LINE))
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)
        if warnings.showwarning is not _heard:
            _warned[:] = [warnings.showwarning]
            warnings.showwarning = _heard


def _heard(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Log a warning of Python's, where from without this machine's folders, and show it too."""
    where = f"{Path(filename).name}:{lineno}"
    LOG.warning("%s: %s (%s)", category.__name__, message, where, extra={ON_STDERR: True})
    if _warned:
        _warned[0](message, category, filename, lineno, file, line)


@contextmanager
def timed(what: object) -> Iterator[None]:
    """Log that a piece of work has begun, that it has finished or failed, and its seconds."""
    began = time.perf_counter()
    LOG.info("%s: begun", what)
    try:
        yield
    except BaseException as fault:
        LOG.error("%s: failed (%s: %s)", what, type(fault).__name__, fault)
        raise
    LOG.info("%s: finished in %.2f s", what, time.perf_counter() - began)


def wrote(path: Path) -> None:
    """Log that a table or figure is written, by its place in the folder of the log."""
    home = file()
    with suppress(ValueError, OSError):
        if home is not None:
            path = path.resolve().relative_to(Path(home).parent)
    LOG.info("wrote %s", path.as_posix())
