"""The one place that prints: any text, on any terminal, into any file, in any encoding."""

from __future__ import annotations

import codecs
import logging
import sys
from contextlib import suppress
from textwrap import fill
from typing import IO, TYPE_CHECKING, Any

from sim.config.names import visible
from sim.experiment.log import LOG, ON_STDERR

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100
"""Columns of what is printed into a file or a pipe, which have no width of their own."""
PLAIN = {
    "±": "+-", "≤": "<=", "≥": ">=", "–": "-", "—": "-", "−": "-", "…": "...", "×": "x", "∞": "oo",
    "†": "+", "’": "'", "“": '"', "”": '"', "▲": "^", "•": "*", "·": ".", "≈": "~", "→": "->",
}  # fmt: skip
"""How a mark is written where the encoding has none."""
HANDLER = "ketasim-plain"


def _plain(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    lost = fault.object[fault.start : fault.end]
    backslashed = (c.encode("ascii", "backslashreplace").decode("ascii") for c in lost)
    return "".join(PLAIN.get(c, b) for c, b in zip(lost, backslashed, strict=True)), fault.end


class _Told(logging.Handler):
    """Warnings of the log on stderr; a fault is told by whoever ends the command with it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one warning."""
        if record.levelno == logging.WARNING and not hasattr(record, ON_STDERR):
            warn(record.getMessage())


def ready() -> None:
    """Let both streams write whatever they are given; what they cannot, they spell out."""
    if not any(isinstance(handler, _Told) for handler in LOG.handlers):
        LOG.addHandler(_Told())
    codecs.register_error(HANDLER, _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)


def say(text: object = "", end: str = "\n") -> None:
    """Print a result, its control characters written out."""
    _print(text, end, sys.stdout)


def say_filled(sentence: str) -> None:
    """Print a sentence in lines of WIDTH, no word broken, and an empty line after it."""
    say(fill(sentence, WIDTH, break_long_words=False, break_on_hyphens=False) + "\n")


def warn(text: object, end: str = "\n", before: str = "") -> None:
    """Print on stderr what is no result: a fault, a caution, how much is done.

    `before` is where the line begins: on a terminal "\\r" writes over the one before. Where nobody
    can read it any more nothing is printed.
    """
    with suppress(OSError):
        _print(text, end, sys.stderr, before)


def _print(text: object, end: str, stream: IO[str], before: str = "") -> None:
    told = visible(str(text), keep="\n\t")
    print(f"{before}{told}", end=end, file=stream, flush=True)


def console(stderr: bool = False, **options: Any) -> Console:
    """Give what prints tables; a file or a pipe has a width of its own."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, emoji=False, **options)
    if not made.is_terminal:
        made.width = WIDTH
    return made


def as_text(name: object) -> str:
    """Give a name as a cell of a table takes it: markup and control characters as text."""
    from rich.markup import escape

    return escape(visible(str(name)))
