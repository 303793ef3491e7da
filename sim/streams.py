"""Every die of the model, found by key and never by order.

A draw belongs to (seed, replication, purpose, patient, k-th use). One Philox key serves a
replication; the purpose, the patient's chunk and the block of uses are written into its counter,
so that any block can be drawn at any time, in any order, on any worker, and holds the same values.
Blocks are drawn whole, whatever part of them is needed: 256 patients by 16 uses cost about 4 ns a
value, where a generator per patient would cost 10 microseconds.

A patient is known to the dice by a key. It is the place in the cohort, unless `Streams.of` says
otherwise. Keys from NAMED on belong to people known by name: each has dice of their own, whoever
else is there.

With the sampling `sobol` the n-th person's traits are the n-th point of a Sobol sequence, scrambled
anew in each replication: one person alone is drawn as ever, all together are spread more evenly.
All other dice, and people known by name, stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, unique
from operator import index
from typing import Literal, SupportsIndex

import numpy as np
from scipy.special import ndtri

from sim.arrays import Floats, Ints

PATIENTS = 256  # in a chunk
USES = 16  # in a block
ASIDE = 2**32  # added to a purpose for people who were there before the run
THERE = 2**32  # added to the keys of people drawn who were there before the run
NAMED = 2**56  # keys from here on are of people known by name
PURPOSES = 128  # more than there will ever be
_LEAST = 2.0**-54  # uniforms are above 0

Sampling = Literal["random", "sobol"]
"""Whether people's traits are independent draws, or a point of a scrambled sequence each."""


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
    SCRAMBLING = 93


SOBOL = (
    Purpose.BASELINE, Purpose.CEILING, Purpose.DURABILITY, Purpose.SENSITIVITY,
    Purpose.DRUG_SHARE, Purpose.STOPPING, Purpose.BASELINE_RATING, Purpose.BASELINE_DRIFT,
    Purpose.WITHDRAWAL, Purpose.PATIENCE, Purpose.NO_SHOW_SHARE, Purpose.COMPONENT,
    Purpose.ANXIETY_TYPE, Purpose.PTSD, Purpose.CHRONIC_PAIN, Purpose.BENZODIAZEPINE,
    Purpose.BENZODIAZEPINE_HIGH, Purpose.CLEARANCE, Purpose.WEIGHT, Purpose.BIOAVAILABILITY,
    Purpose.USUAL_CARE, Purpose.AGE, Purpose.DEPRESSION, Purpose.PREFERRED_TIME,
)  # fmt: skip
"""The dimension of each trait's purpose; the first are the best, and have those of most weight.

Places are for ever: add at the end, never reorder.
"""
DIMENSIONS = 32  # of a sequence, with room for more: the scrambling depends on their number
_BITS = 53  # of a point's coordinates: as many as a double holds


class Streams:
    """The dice of one replication."""

    def __init__(
        self,
        seed: SupportsIndex,
        replication: SupportsIndex,
        aside: int = 0,
        keys: Ints | None = None,
        sampling: Sampling = "random",
    ) -> None:
        self._key = np.array([index(seed), index(replication)], dtype=np.uint64)
        self._aside = ASIDE * aside
        self._keys = keys
        self.sampling: Sampling = sampling
        self._persons: Floats | None = None
        self._points: Floats | None = None

    def aside(self, place: int = 1) -> Streams:
        """Give dice of the same replication that share no draw with these: for other people."""
        seed, replication = self._key.tolist()
        return Streams(seed, replication, place, sampling=self.sampling)

    def independent(self) -> Streams:
        """Give dice of the same replication without points."""
        seed, replication = self._key.tolist()
        return Streams(seed, replication, self._aside // ASIDE, self._keys)

    def of(self, keys: Ints) -> Streams:
        """Give these dice as thrown by people of these keys, in this order."""
        seed, replication = self._key.tolist()
        return Streams(seed, replication, self._aside // ASIDE, keys, self.sampling)

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
        people = self._highest(patients)
        if self._by_points(purpose):
            drawn = self._coordinates(purpose, people)
        else:
            drawn = self.generator(purpose).random(people)
        if self._keys is None:
            return np.maximum(drawn, _LEAST)
        return np.maximum(self._by_key(drawn, self._of_persons()[:, purpose]), _LEAST)

    def normal_per_patient(self, purpose: Purpose, patients: int) -> Floats:
        """Draw one standard normal a patient, shape (patients,), likewise."""
        if self._by_points(purpose):
            return ndtri(self.uniform_per_patient(purpose, patients))
        drawn = self.generator(purpose).standard_normal(self._highest(patients))
        if self._keys is None:
            return drawn
        return self._by_key(drawn, ndtri(self._of_persons()[:, purpose]))

    def _by_points(self, purpose: Purpose) -> bool:
        return self.sampling == "sobol" and purpose in SOBOL

    def _coordinates(self, purpose: Purpose, people: int) -> Floats:
        """Give one coordinate of the first points, shape (people,).

        Each dimension has a random linear matrix and a digital shift (Matousek 1998), so that
        each point is uniform in the cube. They are made up to a power of two.
        """
        if self._points is None or len(self._points) < people:
            from scipy.stats.qmc import Sobol  # takes 0.6 s, so only for those who ask for it

            seed = int(self.generator(Purpose.SCRAMBLING).integers(2**63))
            sequence = Sobol(DIMENSIONS, scramble=True, bits=_BITS, rng=seed)
            self._points = sequence.random_base2(max(0, people - 1).bit_length())
        return self._points[:people, SOBOL.index(purpose)]

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
