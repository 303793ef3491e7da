"""The evaluations of a best fit, kept one by one, so that a fit that was ended goes on.

A minimiser without dice asks for the same points in the same order, so it is at once where it was.
A line a point: its digits, the log posterior and what the model answered.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from sim.arrays import Floats
from sim.config.texts import MOST_RESULTS, Unreadable, read_text
from sim.config.writing import unwritable, write_text

Evaluated = tuple[float, Floats]
"""The log posterior at a point, and the model's answers."""


class Evaluations:
    """What was evaluated so far, in a file that grows by a line each; without one, in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: dict[str, Evaluated] = {}
        if path is not None and path.exists():
            self._read(path)

    def __len__(self) -> int:
        return len(self._known)

    def at(self, x: Floats) -> Evaluated | None:
        """Give what is known of a point."""
        return self._known.get(_digits(x))

    def add(self, x: Floats, found: Evaluated) -> None:
        """Keep what was found at a point."""
        self._known[_digits(x)] = found
        if self._path is None:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_line(_digits(x), found))
        except OSError as fault:
            raise unwritable(self._path.parent, fault) from fault

    def _read(self, path: Path) -> None:
        """Read all whole lines; what a killed process left of one is cut off."""
        try:
            text = read_text(path, MOST_RESULTS)
        except Unreadable:
            text = ""
        for line in text.splitlines():
            try:
                digits, log_posterior, values = json.loads(line)
                self._known[str(digits)] = float(log_posterior), np.array(values, dtype=float)
            except (ValueError, TypeError):
                continue
        whole = "".join(_line(digits, found) for digits, found in self._known.items())
        if whole != text:
            write_text(path, whole)


def _digits(x: Floats) -> str:
    return np.asarray(x, dtype=float).tobytes().hex()


def _line(digits: str, found: Evaluated) -> str:
    return json.dumps([digits, found[0], found[1].tolist()]) + "\n"
