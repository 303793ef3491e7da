"""Numbers that change from minute to minute: how many are busy, how many are on duty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Steps:
    """The sum of stretches, each of which counts its weight from its begin until its end."""

    def __init__(self, begins: ArrayLike, ends: ArrayLike, weights: ArrayLike = 1.0) -> None:
        begins, ends = np.asarray(begins, dtype=float), np.asarray(ends, dtype=float)
        weights = np.broadcast_to(np.asarray(weights, dtype=float), begins.shape)
        self.minutes, where = np.unique(np.concatenate([begins, ends]), return_inverse=True)
        changes = np.bincount(where, np.concatenate([weights, -weights]), len(self.minutes))
        self.numbers: Floats = np.cumsum(changes, dtype=float)

    def at(self, minutes: Floats) -> Floats:
        """Give the number from each of these minutes on, until the next change."""
        rows = np.searchsorted(self.minutes, minutes, side="right") - 1
        numbers: Floats = np.append(self.numbers, 0.0)[rows]  # row -1: before the first change
        return numbers

    def __mul__(self, factor: float) -> Steps:
        """Multiply every number."""
        return self._with(self.numbers * factor)

    def larger(self, other: Steps) -> Steps:
        """Take the larger of two numbers at each minute."""
        both = Steps((), ())
        both.minutes = np.union1d(self.minutes, other.minutes)
        both.numbers = np.maximum(self.at(both.minutes), other.at(both.minutes))
        return both

    def rounded_up(self) -> Steps:
        """Round every number up to a whole one (sums of thirds to within 1e-9)."""
        return self._with(np.ceil(self.numbers - 1e-9).astype(float))

    def _with(self, numbers: Floats) -> Steps:
        other = Steps((), ())
        other.minutes, other.numbers = self.minutes, numbers
        return other


def smaller(one: Steps, other: Steps, edges: Floats) -> Floats:
    """Integrate the smaller of two numbers, in minutes, between neighbouring edges (rising)."""
    return _integral(one, other, edges, np.minimum)


def excess(busy: Steps, duty: Steps, span: Floats) -> float:
    """Integrate what one number exceeds the other by, in minutes, from span[0] to span[1]."""
    return float(_integral(busy, duty, span, lambda a, b: np.maximum(a - b, 0.0))[0])


def _integral(
    one: Steps, other: Steps, edges: Floats, combined: Callable[[Floats, Floats], Floats]
) -> Floats:
    cuts = np.unique(np.concatenate([one.minutes, other.minutes, edges]))
    cuts = cuts[(cuts >= edges[0]) & (cuts <= edges[-1])]
    areas = combined(one.at(cuts), other.at(cuts))[:-1] * np.diff(cuts)
    stretch = np.searchsorted(edges, cuts[:-1], side="right") - 1
    total: Floats = np.bincount(stretch, areas, len(edges) - 1).astype(float)
    return total
