"""The folder of a command's results: made before the work, and removed if nothing comes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from sim.cli.terminal import warn

INTERRUPTED = 130  # what shells report for a program ended by Ctrl-C


def stop(message: str, status: int) -> NoReturn:
    """End the command with one paragraph on stderr."""
    warn(f"ketasim: {message}")
    sys.exit(status)


@contextmanager
def working_in(
    out: Path | None, name: str, prepare: Callable[[Path], Path], told: str
) -> Iterator[Path]:
    """Give the folder asked for, or a new one under results/; say `told` on Ctrl-C."""
    from sim.experiment.store import abandon, default_folder

    folder = prepare(out or default_folder(name))
    try:
        yield folder
    except KeyboardInterrupt:
        abandon(folder)
        stop(told, INTERRUPTED)
    except BaseException:
        abandon(folder)
        raise
