"""What people really wait for: numbered chairs and prescribers, and nurses who share their time.

When there are fewer than before, what is under way is finished, and nothing new begins until as
many are free again as are missing. First come, first served. Not `simpy.Resource`, whose requests
cost two calendar events each: processes sleep in a queue until they are woken.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from math import lcm
from typing import NamedTuple

from sim.clock import Clock, Sleeper, Until


class Places:
    """Numbered places, the lowest free number first; without limit when `capacity` is None."""

    __slots__ = ("_clock", "_free", "_missing", "_out", "_unused", "capacity", "waiting")

    def __init__(self, clock: Clock, capacity: int | None) -> None:
        self._clock = clock
        self.capacity = capacity
        self._free = list(range(1, (capacity or 0) + 1))
        self._unused = (capacity or 0) + 1  # the next number never used yet
        self._out: list[int] = []  # numbers that are not to be used at present, a heap
        self._missing = 0  # places taken that go out of use when they are left
        self.waiting: deque[Sleeper] = deque()

    def take(self) -> int | None:
        """Give the number of a free place, or None when there is none."""
        if self._free:
            return heappop(self._free)
        return self._next() if self.capacity is None else None

    def wait(self) -> Until:
        """Join the queue; the process that yields this is woken with the number of a place."""
        self.waiting.append(self._clock.active)
        return None

    def leave(self, number: int) -> None:
        """Give a place back, to whoever has waited longest."""
        if self._missing:
            self._missing -= 1
            heappush(self._out, number)
        elif self.waiting:
            self.waiting.popleft().wake(number)
        else:
            heappush(self._free, number)

    def resize(self, capacity: int) -> None:
        """Let there be so many from now on; the highest free numbers go out of use first."""
        assert self.capacity is not None
        change, self.capacity = capacity - self.capacity, capacity
        for _ in range(change):
            if self._missing:
                self._missing -= 1
            else:
                self.leave(heappop(self._out) if self._out else self._next())
        for _ in range(-change):
            if self._free:
                self._free.remove(highest := max(self._free))
                heapify(self._free)
                heappush(self._out, highest)
            else:
                self._missing += 1

    def _next(self) -> int:
        self._unused += 1
        return self._unused - 1


class AttentionShares(NamedTuple):
    """A nurse's attention in whole shares: what a patient takes of it in each stage."""

    whole: int  # all of one nurse's
    infusing: int  # from the nurse's beginning to the end of the infusion
    monitoring: int  # from then on until the patient leaves


def shares_of(monitoring: int, infusing: int) -> AttentionShares:
    """Divide the attention of a nurse who can watch so many at once, after and during infusion."""
    whole = lcm(monitoring, infusing)
    return AttentionShares(whole, whole // infusing, whole // monitoring)


class Nurses:
    """Nurses who do one-to-one tasks (prepare, discharge) and watch several patients at once.

    Hands: there are at most as many tasks one to one at a time as nurses on duty. Attention: each
    patient takes a share of one nurse's from the moment she begins until the patient leaves, and
    all shares together are at most the nurses on duty. So a nurse leaves those whom she watches for
    a short task, and has no more patients at a time than her ratio. Watching is handed over freely.
    Of those who can begin, whoever has waited longest comes first: to be discharged takes hands
    only, so a patient who is ready may pass one for whom there is no attention.
    """

    __slots__ = ("_clock", "_coming", "_going", "_hands", "_infusing", "_left", "_monitoring",
                 "_numbers", "_nurses", "_order", "_unused", "_whole", "eases")  # fmt: skip

    def __init__(self, clock: Clock, nurses: int | None, shares: AttentionShares) -> None:
        self._clock = clock
        self._whole, self._infusing, self._monitoring = shares
        self.eases = shares.monitoring < shares.infusing  # less attention once infused
        self._nurses = nurses
        self._hands = nurses or 0  # free; below 0, as attention left, when too few are on duty
        self._left = (nurses or 0) * shares.whole
        self._numbers = list(range(1, (nurses or 0) + 1))
        self._unused = (nurses or 0) + 1
        self._order = 0  # of waiting, through both queues
        self._coming: deque[tuple[int, Sleeper]] = deque()
        self._going: deque[tuple[int, Sleeper]] = deque()

    def take(self, new: bool = True) -> int | None:
        """Begin a task one to one, with a `new` patient or one watched: the nurse, or None.

        Whoever waits while hands are free lacks attention, as a newcomer then does too.
        """
        if self._nurses is None:
            return self._number()
        if self._hands <= 0 or (new and self._left < self._infusing):
            return None
        self._hands -= 1
        if new:
            self._left -= self._infusing
        return self._number()

    def wait(self, new: bool = True) -> Until:
        """Join the queue for such a task; who yields this is woken with the nurse's number."""
        self._order += 1
        (self._coming if new else self._going).append((self._order, self._clock.active))
        return None

    def leave(self, number: int, gone: bool = False) -> None:
        """End a task one to one; the patient is watched from now on, or has `gone`."""
        heappush(self._numbers, number)
        self._give_back(1, self._monitoring if gone else 0)

    def infusion_ends(self) -> None:
        """From now on the patient is monitored only."""
        self._give_back(0, self._infusing - self._monitoring)

    def gone(self) -> None:
        """End the watch over a patient who leaves without a discharge."""
        self._give_back(0, self._monitoring)

    def resize(self, nurses: int) -> None:
        """Let so many be on duty from now on."""
        assert self._nurses is not None
        change, self._nurses = nurses - self._nurses, nurses
        self._give_back(change, change * self._whole)

    def _number(self) -> int:
        if self._numbers:
            return heappop(self._numbers)
        self._unused += 1
        return self._unused - 1

    def _give_back(self, hands: int, shares: int) -> None:
        if self._nurses is None:
            return
        self._hands += hands
        self._left += shares
        while self._hands > 0 and (queue := self._next()):
            self._hands -= 1
            if queue is self._coming:
                self._left -= self._infusing
            queue.popleft()[1].wake(self._number())

    def _next(self) -> deque[tuple[int, Sleeper]] | None:
        """Give the queue whose first has waited longest of those who can begin."""
        coming, going = self._coming, self._going
        if coming and self._left >= self._infusing and not (going and going[0][0] < coming[0][0]):
            return coming
        return going
