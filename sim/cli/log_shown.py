"""The log of a command: what stands in it from the start, and on stderr with `--verbose`.

Several processes write to the log. What they write is read from the file again, so that all of it
is shown, in the order in which it stands there.
"""

from __future__ import annotations

import os
import shlex
import threading
from contextlib import suppress
from pathlib import Path

from sim.cli.terminal import warn

LOOK_SECONDS = 0.1
ASKED: list[str] = []
"""The arguments of the command as they were typed."""

_shown: list[tuple[threading.Event, threading.Thread]] = []


def begin_log(folder: Path, verbose: bool, anew: bool) -> None:
    """Begin the log in the folder of results, with what was asked for, of which versions."""
    from sim.experiment import log
    from sim.experiment.versions import machine, versions

    end_log()
    log.into(folder, anew)
    if verbose and (file := log.file()) is not None:
        path = Path(file)
        _show(path, path.stat().st_size)
    log.LOG.info("asked: ketasim %s", shlex.join(ASKED))
    log.LOG.info("versions: %s; %s", _listed(versions()), machine())


def end_log() -> None:
    """Say what it came to, write no more, and show what is not shown yet."""
    from sim.experiment import log

    log.conclude()
    while _shown:
        enough, thread = _shown.pop()
        enough.set()
        thread.join()


def _listed(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in found.items())


def _show(path: Path, begin: int) -> None:
    enough = threading.Event()
    thread = threading.Thread(target=_follow, args=(path, begin, enough), daemon=True)
    thread.start()
    _shown.append((enough, thread))


def _follow(path: Path, begin: int, enough: threading.Event) -> None:
    """Print each line once it is whole; the last look comes after the last line was written."""
    with suppress(OSError), path.open("rb") as log:
        log.seek(begin)
        rest, last = b"", False
        while not last:
            last = enough.wait(LOOK_SECONDS)
            if path.stat().st_size < log.tell():  # the part of an earlier result was taken out
                log.seek(-begin, os.SEEK_CUR)
            *lines, rest = (rest + log.read()).split(b"\n")
            for line in lines:
                warn(line.decode("utf-8", "replace"))
