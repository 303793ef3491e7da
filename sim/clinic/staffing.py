"""What people really wait for: numbered chairs and prescribers, and nurses who share their time.

When there are fewer than before, what is under way is finished, and nothing new begins until as
many are free again as are missing. First come, first served. Not `simpy.Resource`, whose requests
cost two calendar events each: processes wait on plain SimPy events.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from math import lcm
from typing import Any, NamedTuple

from simpy import Environment, Event


class Places:
    """Numbered places, the lowest free number first; without limit when `capacity` is None."""

    __slots__ = ("_env", "_free", "_missing", "_out", "_unused", "capacity", "waiting")

    def __init__(self, env: Environment, capacity: int | None) -> None:
        self._env = env
        self.capacity = capacity
        self._free = list(range(1, (capacity or 0) + 1))
        self._unused = (capacity or 0) + 1  # the next number never used yet
        self._out: list[int] = []  # numbers that are not to be used at present, a heap
        self._missing = 0  # places taken that go out of use when they are left
        self.waiting: deque[Event] = deque()

    def take(self) -> int | None:
        """Give the number of a free place, or None when there is none."""
        if self._free:
            return heappop(self._free)
        return self._next() if self.capacity is None else None

    def wait(self) -> Event:
        """Join the queue; the event brings the number of a place."""
        event = self._env.event()
        self.waiting.append(event)
        return event

    def leave(self, number: int) -> None:
        """Give a place back, to whoever has waited longest."""
        if self._missing:
            self._missing -= 1
            heappush(self._out, number)
        elif self.waiting:
            self.waiting.popleft().succeed(number)
        else:
            heappush(self._free, number)

    def leave_event(self, event: Event) -> None:
        """Give back the place whose number a timeout was given as its value."""
        number: Any = event.value
        self.leave(number)

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


class Shares(NamedTuple):
    """A nurse's attention in whole shares: what a patient takes of it in each stage."""

    whole: int  # one to one
    infusing: int
    monitoring: int


def shares_of(monitoring: int, infusing: int) -> Shares:
    """Divide the attention of a nurse who can watch so many at once, after and during infusion."""
    whole = lcm(monitoring, infusing)
    return Shares(whole, whole // infusing, whole // monitoring)


class Nurses:
    """Nurses who give one patient all of their time, or watch several at once.

    Watching is handed over freely, so what is scarce is attention: a task one to one takes all of
    one nurse's, watching a share. With one ratio this equals the rule that the nurses on one-to-one
    tasks and ceil(watched / ratio) others fit into the staff; with two ratios it is
    tasks + infusing / ratio + monitoring / ratio <= staff.
    """

    __slots__ = ("_env", "_infusing", "_left", "_monitoring", "_numbers", "_nurses", "_unused",
                 "_waiting", "_whole", "eases")  # fmt: skip

    def __init__(self, env: Environment, nurses: int | None, shares: Shares) -> None:
        self._env = env
        self._whole, self._infusing, self._monitoring = shares
        self.eases = shares.monitoring < shares.infusing  # less attention once infused
        self._nurses = nurses
        self._left = None if nurses is None else nurses * shares.whole  # below 0: too few on duty
        self._numbers = list(range(1, (nurses or 0) + 1))
        self._unused = (nurses or 0) + 1
        self._waiting: deque[Event] = deque()

    def take(self) -> int | None:
        """Take a nurse one to one: her number, or None when nobody has enough time."""
        if self._left is None:
            return self._number()
        if self._waiting or self._left < self._whole:
            return None
        self._left -= self._whole
        return self._number()

    def wait(self) -> Event:
        """Join the queue for a nurse one to one; the event brings her number."""
        event = self._env.event()
        self._waiting.append(event)
        return event

    def leave(self, number: int, watch: bool = False) -> None:
        """End a task one to one; with `watch`, somebody watches the infusion that now begins."""
        heappush(self._numbers, number)
        self._give_back(self._whole - self._infusing if watch else self._whole)

    def infusion_ends(self) -> None:
        """From now on the patient is monitored only."""
        self._give_back(self._infusing - self._monitoring)

    def stop_watching(self) -> None:
        """End the watch over one patient who was monitored."""
        self._give_back(self._monitoring)

    def resize(self, nurses: int) -> None:
        """Let so many be on duty from now on."""
        assert self._nurses is not None
        change, self._nurses = nurses - self._nurses, nurses
        self._give_back(change * self._whole)

    def _number(self) -> int:
        if self._numbers:
            return heappop(self._numbers)
        self._unused += 1
        return self._unused - 1

    def _give_back(self, shares: int) -> None:
        if self._left is None:
            return
        self._left += shares
        while self._waiting and self._left >= self._whole:
            self._left -= self._whole
            self._waiting.popleft().succeed(self._number())
