"""Episodes: whether a person is in one, by day since referral; two states, with dice by key.

Nobody is in an episode on the day of referral. From one day to the next somebody outside enters
one with probability a = 1 - exp(-rate per day), and somebody inside leaves it with probability
b = 1 - exp(-1 / mean days). So on day t

    P(in an episode) = a / (a + b) (1 - (1 - a - b)^t)

and days outside and inside are geometric. Blocks of 64 days for 256 people are drawn when asked
for, and kept: a byte a person and day. A calibration asks the same dice at many rates; they are
thrown once for all of these.
"""

from __future__ import annotations

from math import exp

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.per_use import View, flat
from sim.streams import PATIENTS, Purpose, Streams

_DAYS = 64  # in a block, as of the drift


class TwoStates:
    """Who is in an episode of one kind on which day; nobody ever where the rate is 0."""

    def __init__(
        self,
        streams: Streams,
        purpose: Purpose,
        per_year: float,
        mean_days: float,
        thrown: dict[tuple[int, int], Floats] | None = None,
    ) -> None:
        self._streams = streams
        self._purpose = purpose
        self._thrown = thrown  # dice that other rates ask for as well
        self.happen = per_year > 0
        self._enters = 1 - exp(-per_year / 365.25)
        self._leaves = 1 - exp(-1 / mean_days)
        self._blocks: dict[tuple[int, int], Bools] = {}
        self._views: dict[tuple[int, int], View] = {}

    def under(self, per_year: float, mean_days: float) -> TwoStates:
        """Give the same dice at other rates."""
        if self._thrown is None:
            self._thrown = {}
        return TwoStates(self._streams, self._purpose, per_year, mean_days, self._thrown)

    def within(self, patient: int, day: int) -> bool:
        """Whether one person is in an episode on one day since referral (0 is that day)."""
        if not self.happen:
            return False
        key = (patient >> 8, day >> 6)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = flat(self._block(*key))
        here: bool = view[(day & 63) << 8 | patient & 255]
        return here

    def chance(self, within: Bools, days: Ints) -> Floats:
        """Give the probability to be in an episode so many days after being in one, or not."""
        if not self.happen:
            return np.zeros(len(days))
        level = self._enters / (self._enters + self._leaves)
        left: Floats = np.power(1 - self._enters - self._leaves, days).astype(np.float64)
        return level + (within - level) * left

    def at(self, patient: Ints, day: Ints) -> Bools:
        """Whether people are in an episode on days since their referral; shapes broadcast."""
        patient, day = np.broadcast_arrays(patient, day)
        found = np.zeros(patient.shape, dtype=bool)
        if not self.happen or not found.size:
            return found
        chunk = patient >> 8
        if (one := int(chunk.flat[0])) == chunk.max() == chunk.min():
            found[...] = self._course(one, int(day.max()))[day, patient & 255]
            return found
        for one in np.unique(chunk).tolist():
            rows = chunk == one
            course = self._course(one, int(day[rows].max()))
            found[rows] = course[day[rows], patient[rows] & 255]
        return found

    def _course(self, chunk: int, last: int) -> Bools:
        """Who of a chunk is in an episode on each day up to the last, shape (days, people)."""
        return np.concatenate([self._block(chunk, block) for block in range((last >> 6) + 1)])

    def on(self, day: int, patients: int) -> Floats:
        """1 for those of the first patients who are in an episode on one day, else 0."""
        if not self.happen:
            return np.zeros(patients)
        chunks = range(-(-patients // PATIENTS))
        self._draw(chunks, day >> 6)
        rows = [self._blocks[chunk, day >> 6][day & 63] for chunk in chunks]
        return np.concatenate(rows)[:patients].astype(np.float64)

    def _block(self, chunk: int, block: int) -> Bools:
        known = self._blocks.get((chunk, block))
        if known is None:
            self._draw(range(chunk, chunk + 1), block)
            known = self._blocks[chunk, block]
        return known

    def _draw(self, chunks: range, block: int) -> None:
        """Draw a block of days, and those before it, of some chunks of people together."""
        missing = [chunk for chunk in chunks if (chunk, block) not in self._blocks]
        if not missing:
            return
        throws = np.concatenate([self._throws(chunk, block) for chunk in missing], axis=1)
        stays, enters = throws >= self._leaves, throws < self._enters
        states = np.zeros(throws.shape, dtype=bool)
        before = states[0]
        if block:
            self._draw(chunks, block - 1)
            before = np.concatenate([self._blocks[chunk, block - 1][-1] for chunk in missing])
        for day in range(0 if block else 1, _DAYS):
            before = states[day] = np.where(before, stays[day], enters[day])
        for place, chunk in enumerate(missing):
            columns = slice(place * PATIENTS, (place + 1) * PATIENTS)
            self._blocks[chunk, block] = np.ascontiguousarray(states[:, columns])

    def _throws(self, chunk: int, block: int) -> Floats:
        """Dice of a block by day and person; kept where other rates ask for them as well."""
        if self._thrown is not None and (chunk, block) in self._thrown:
            return self._thrown[chunk, block]
        throws = self._streams.uniforms(self._purpose, chunk, block, _DAYS).T
        if self._thrown is not None:
            self._thrown[chunk, block] = throws
        return throws
