"""Draws looked up by (patient, k-th use): blocks of dice, each thrown when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.streams import Purpose, Streams
from sim.units import half_up


def unscaled(uniform: Floats) -> Floats:
    """Leave uniforms as they are."""
    return uniform


View = Any
"""A block of numbers seen flat: item by item it gives Python's own numbers."""


def flat(block: NDArray[Any]) -> View:
    """See a block flat."""
    return np.ascontiguousarray(block).reshape(-1).data


class _Blocks(dict[tuple[int, int], View]):
    """Blocks by (chunk of patients, block of uses), each drawn when it is first asked for."""

    def __init__(self, streams: Streams, purpose: Purpose, scale: Callable[[Floats], Any]) -> None:
        super().__init__()
        self._streams = streams
        self._purpose = purpose
        self._scale = scale

    def __missing__(self, key: tuple[int, int]) -> View:
        uniforms = self._streams.uniforms(self._purpose, *key).ravel()
        block = self[key] = flat(self._scale(uniforms))
        return block


class PerUse:
    """Whole numbers by (patient, k-th use), rounded half up."""

    __slots__ = ("_blocks",)

    def __init__(
        self, streams: Streams, purpose: Purpose, scale: Callable[[Floats], Floats]
    ) -> None:
        self._blocks = _Blocks(streams, purpose, lambda uniform: half_up(scale(uniform)))

    def __call__(self, patient: int, use: int) -> int:
        """Give the patient's value for the k-th use (both counted from 0)."""
        number: int = self._blocks[patient >> 8, use >> 4][(patient & 255) << 4 | use & 15]
        return number


class RealPerUse:
    """Numbers by (patient, k-th use), as they are drawn."""

    __slots__ = ("_blocks",)

    def __init__(
        self, streams: Streams, purpose: Purpose, scale: Callable[[Floats], Floats] = unscaled
    ) -> None:
        self._blocks = _Blocks(streams, purpose, scale)

    def __call__(self, patient: int, use: int) -> float:
        """Give the patient's value for the k-th use (both counted from 0)."""
        number: float = self._blocks[patient >> 8, use >> 4][(patient & 255) << 4 | use & 15]
        return number
