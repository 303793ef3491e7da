"""Every die of the model, found by key and never by order.

A draw belongs to (seed, replication, purpose, patient, k-th use). One Philox key serves a
replication; the purpose, the patient's chunk and the block of uses are written into its counter,
so that any block can be drawn at any time, in any order, on any worker, and holds the same values.
Blocks are drawn whole, whatever part of them is needed: 256 patients by 16 uses cost about 4 ns a
value, where a generator per patient would cost 10 microseconds.

A patient is known to the dice by a key. It is the place in the cohort, unless `Streams.of` says
otherwise. Keys from NAMED on belong to people known by name: each has dice of their own, whoever
else is there.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, unique
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.arrays import Floats, Ints
from sim.units import half_up

PATIENTS = 256  # in a chunk
USES = 16  # in a block
ASIDE = 2**32  # added to a purpose for people who were there before the run
THERE = 2**32  # added to the keys of people drawn who were there before the run
NAMED = 2**56  # keys from here on are of people known by name
PURPOSES = 128  # more than there will ever be
_LEAST = 2.0**-54  # uniforms are above 0


@unique
class Purpose(IntEnum):
    """What a die is thrown for. Numbers are for ever: add at the end, never renumber."""

    REFERRAL_GAP = 1
    REFERRAL_SPREAD = 2
    BASELINE = 10
    BASELINE_DRIFT = 11
    BASELINE_RATING = 12
    AGE = 13
    WEIGHT = 14
    ANXIETY_TYPE = 15
    CLEARANCE = 16
    SENSITIVITY = 17
    DURABILITY = 18
    CEILING = 19
    BIOAVAILABILITY = 20
    PTSD = 21
    CHRONIC_PAIN = 22
    DEPRESSION = 23
    BENZODIAZEPINE = 24
    BENZODIAZEPINE_HIGH = 25
    PREFERRED_TIME = 26
    WITHDRAWAL = 27
    STOPPING = 28
    USUAL_CARE = 29
    COMPONENT = 30
    NO_SHOW_SHARE = 31
    PATIENCE = 32
    DRIFT = 40
    RATING = 41
    PREPARE = 60
    INFUSE = 61
    MONITOR = 62
    DISCHARGE = 63
    TURNOVER = 64
    ASSESSMENT = 65
    EVALUATION = 66
    MISSED_RATING = 67
    SESSION_BIOAVAILABILITY = 68
    ADVERSE_EVENT = 70
    ADVERSE_TREATED = 71
    ATTENDANCE = 80
    REBOOKING = 81
    REBOOKING_DELAY = 82
    LATENESS = 83
    PARAMETER = 90
    WORSENING = 42
    NATURAL_REMISSION = 43
    DRUG_SHARE = 33
    PERSON = 91  # all traits of somebody known by name: the n-th throw is for purpose n
    POSTPONING = 92


class Streams:
    """The dice of one replication."""

    def __init__(
        self, seed: int, replication: int, aside: int = 0, keys: Ints | None = None
    ) -> None:
        self._key = np.array([seed, replication], dtype=np.uint64)
        self._aside = ASIDE * aside
        self._keys = keys
        self._persons: Floats | None = None

    def aside(self, place: int = 1) -> Streams:
        """Give dice of the same replication that share no draw with these: for other people."""
        seed, replication = self._key.tolist()
        return Streams(seed, replication, place)

    def of(self, keys: Ints) -> Streams:
        """Give these dice as thrown by people of these keys, in this order."""
        seed, replication = self._key.tolist()
        return Streams(seed, replication, self._aside // ASIDE, keys)

    def generator(self, purpose: Purpose, chunk: int = 0, block: int = 0) -> np.random.Generator:
        """Place the replication's Philox at the start of one block of one purpose."""
        counter = np.array([0, block, chunk, purpose + self._aside], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self._key, counter=counter))

    def uniforms(self, purpose: Purpose, chunk: int, block: int, uses: int = USES) -> Floats:
        """Draw one block, shape (256 patients, uses), strictly between 0 and 1."""

        def draw(generator: np.random.Generator, people: int) -> Floats:
            return generator.random((people, uses))

        return np.maximum(self._block(draw, purpose, chunk, block), _LEAST)

    def normals(self, purpose: Purpose, chunk: int, block: int, uses: int) -> Floats:
        """Draw one block of standard normals, shape (256 patients, uses)."""

        def draw(generator: np.random.Generator, people: int) -> Floats:
            return generator.standard_normal((uses, people)).T

        return self._block(draw, purpose, chunk, block)

    def _block(
        self,
        draw: Callable[[np.random.Generator, int], Floats],
        purpose: Purpose,
        chunk: int,
        block: int,
    ) -> Floats:
        """Draw a block of the 256 people from place 256 `chunk` on, each by their key."""
        first = chunk * PATIENTS
        keys = [] if self._keys is None else self._keys[first : first + PATIENTS].tolist()
        if keys == list(range(first, first + len(keys))):
            return draw(self.generator(purpose, chunk, block), PATIENTS)
        drawn: dict[int, Floats] = {}
        rows = []
        for key in keys:
            named = key >= NAMED
            place = key if named else key // PATIENTS
            if place not in drawn:
                drawn[place] = draw(self.generator(purpose, place, block), 1 if named else PATIENTS)
            rows.append(drawn[place][0 if named else key % PATIENTS])
        padding = [rows[-1]] * (PATIENTS - len(rows))
        return np.array(rows + padding)

    def uniform_per_patient(self, purpose: Purpose, patients: int) -> Floats:
        """Draw one uniform a patient, shape (patients,): the i-th is the same for any number."""
        drawn = self.generator(purpose).random(self._highest(patients))
        if self._keys is None:
            return np.maximum(drawn, _LEAST)
        return np.maximum(self._by_key(drawn, self._of_persons()[:, purpose]), _LEAST)

    def normal_per_patient(self, purpose: Purpose, patients: int) -> Floats:
        """Draw one standard normal a patient, shape (patients,), likewise."""
        drawn = self.generator(purpose).standard_normal(self._highest(patients))
        if self._keys is None:
            return drawn
        return self._by_key(drawn, ndtri(self._of_persons()[:, purpose]))

    def _highest(self, patients: int) -> int:
        if self._keys is None:
            return patients
        return int(np.max(self._keys, where=self._keys < NAMED, initial=-1)) + 1

    def _by_key(self, numbered: Floats, named: Floats) -> Floats:
        """Give the throws of these people: by number, or of the person known by name."""
        assert self._keys is not None
        by_number = self._keys < NAMED
        named = named.copy()
        named[by_number] = numbered[self._keys[by_number]]
        return named

    def _of_persons(self) -> Floats:
        """Throw for all traits of those known by name, shape (people, purposes)."""
        assert self._keys is not None
        if self._persons is None:
            self._persons = np.full((len(self._keys), PURPOSES), 0.5)
            for place in np.flatnonzero(self._keys >= NAMED).tolist():
                generator = self.generator(Purpose.PERSON, int(self._keys[place]))
                self._persons[place] = np.maximum(generator.random(PURPOSES), _LEAST)
        return self._persons


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
