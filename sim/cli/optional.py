"""What may be missing at the end of a command: then a line says so, and nothing else is lost.

A command writes its tables first. Figures, the build-up, margins and what is printed come after,
each in a context of `optional`: if one fails, the terminal says what is missing and why, and the
command goes on. What there was no room for makes the exit status 2 all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import signals
from sim.cli.folders import UNWRITTEN
from sim.cli.signals import stop
from sim.cli.terminal import warn
from sim.config.errors import ScenarioError
from sim.config.writing import Incomplete, Unwritten

if TYPE_CHECKING:
    from sim.figures.gallery import Each


@contextmanager
def optional(what: str, folder: Path | None = None, one_of_many: bool = False) -> Iterator[None]:
    """Do a part that nothing else rests on; `folder` is where the rest is already written.

    A disk that is full for one of many is so for the others: that is passed on, to be said once.
    """
    try:
        yield
    except KeyboardInterrupt:
        written = f"; the tables are in {folder}" if folder else ""
        stop(f"{signals.interrupted()}: no {what}{written}.", signals.status())
    except Exception as fault:
        if isinstance(fault, OSError | Unwritten):
            if one_of_many:
                raise
            UNWRITTEN.append(what)
        warn(f"ketasim: no {what}: {_reason(fault)}")


@contextmanager
def written(quiet: bool, show: Callable[[], object]) -> Iterator[None]:
    """Write the tables and go on without those for which there is no room.

    Where there is none at all, what was found is shown before the command ends. A signal waits
    until all is written.
    """
    signals.hold()
    try:
        yield
    except Incomplete as fault:
        UNWRITTEN.append("tables")
        warn(f"ketasim: {fault}")
    except Unwritten:
        if not quiet:
            show()
        raise
    signals.release()


def draw_figures(draw: Callable[[Path, Each], object], folder: Path) -> bool:
    """Draw figures into `folder`/figures, all that can be; whether there are any."""
    figures = folder / "figures"
    with optional("figures", folder):
        draw(figures, lambda name: optional(f"figure {name}", folder, one_of_many=True))
    return figures.is_dir() and any(figures.glob("*.png"))


def _reason(fault: Exception) -> str:
    """Say why in a line; what is no fault of the user's is named as one of the program's."""
    if isinstance(fault, ScenarioError):
        return " ".join(str(fault).split())
    if isinstance(fault, OSError):
        return f"{fault.filename or 'a file'} cannot be written ({fault.strerror or fault})"
    told = " ".join(str(fault).split())
    return f"{type(fault).__name__}: {told}, which is a fault of ketasim's"
