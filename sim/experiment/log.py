"""The log: what began and ended when, and what was written. Silent unless somebody listens.

Everything goes to the logger `ketasim` of the standard library. `into` has it written to a file, by
the processes of a study too, which find the file's name in their environment.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOG = logging.getLogger("ketasim")
LOG.addHandler(logging.NullHandler())
FILE = "ketasim.log"
VARIABLE = "KETASIM_LOG"
LINE = "%(asctime)s %(process)d %(levelname)s %(message)s"


def into(folder: Path) -> None:
    """Write all that follows to a new log in a folder, also what the processes of a study do."""
    end()
    path = (folder / FILE).resolve()
    path.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(path)
    listening()


def end() -> None:
    """Write no more to a file."""
    os.environ.pop(VARIABLE, None)
    for handler in [one for one in LOG.handlers if isinstance(one, logging.FileHandler)]:
        LOG.removeHandler(handler)
        handler.close()


def listening() -> logging.Logger:
    """Give the logger, which in any process of a study with a log writes to its file."""
    path = os.environ.get(VARIABLE)
    if path and not any(isinstance(one, logging.FileHandler) for one in LOG.handlers):
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
        handler.setFormatter(logging.Formatter(LINE))
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)
    return LOG


@contextmanager
def timed(what: object) -> Iterator[None]:
    """Log that a piece of work has begun, that it has finished or failed, and its seconds."""
    log, began = listening(), time.perf_counter()
    log.info("%s: begun", what)
    try:
        yield
    except BaseException as fault:
        log.error("%s: failed (%s: %s)", what, type(fault).__name__, fault)
        raise
    log.info("%s: finished in %.2f s", what, time.perf_counter() - began)


def wrote(path: Path) -> None:
    """Log that a table or figure is written."""
    listening().info("wrote %s", path)
