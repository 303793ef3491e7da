"""The log: what began and ended when, and what was written. Silent unless somebody listens.

Everything goes to the logger `ketasim` of the standard library. `into` has it written to a file, by
the processes of a study too, which are told the file's name with each task.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOG = logging.getLogger("ketasim")
LOG.addHandler(logging.NullHandler())
FILE = "ketasim.log"
LINE = "%(asctime)s %(process)d %(levelname)s %(message)s"


class Log(logging.FileHandler):
    """A log in a file; a disk that takes no more of it does not stop the work."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: the tables, for which there is no room either, are told of."""


def into(folder: Path, anew: bool = True) -> None:
    """Write all that follows to a log in a folder, also what the processes of a study do.

    It is a new one, or goes on with what is there.
    """
    end()
    if anew:
        forget(folder)
    follow_log(str(_in(folder)))


def forget(folder: Path) -> None:
    """Remove an earlier log from a folder; one that is being written stays."""
    if str(path := _in(folder)) != file():
        path.unlink(missing_ok=True)


def _in(folder: Path) -> Path:
    return (folder / FILE).resolve()


def end() -> None:
    """Write no more to a file."""
    for handler in [one for one in LOG.handlers if isinstance(one, logging.FileHandler)]:
        LOG.removeHandler(handler)
        with suppress(OSError):  # what the disk did not take
            handler.close()


def file() -> str | None:
    """Give the path of the log, for a process that is to write to it too."""
    files = [one.baseFilename for one in LOG.handlers if isinstance(one, logging.FileHandler)]
    return files[0] if files else None


def follow_log(path: str | None) -> None:
    """Go on in the log of this path, or in none: a process serves one study after another."""
    if path == file():
        return
    end()
    if path is not None:
        handler = Log(path, encoding="utf-8", errors="backslashreplace")
        handler.setFormatter(logging.Formatter(LINE))
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)


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
    """Log that a table or figure is written."""
    LOG.info("wrote %s", path)
