"""What people really wait for: numbered chairs and prescribers, and nurses who share their time.

First come, first served. Ten lines in place of `simpy.Resource`, whose requests cost two calendar
events each; processes wait on plain SimPy events.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from typing import Any

from simpy import Environment, Event


class Places:
    """Numbered places, the lowest free number first; without limit when `capacity` is None."""

    __slots__ = ("_env", "_free", "_opens", "_unused", "capacity", "waiting")

    def __init__(self, env: Environment, capacity: int | None, opens: int = 0) -> None:
        self._env = env
        self._opens = opens  # minute before which there is no limit: extra places are lent
        self.capacity = capacity
        self._free = list(range(1, (capacity or 0) + 1))
        self._unused = (capacity or 0) + 1  # the next number never used yet, without limit
        self.waiting: deque[Event] = deque()

    def take(self) -> int:
        """Give the number of a free place, or 0 when there is none."""
        if self._free:
            return heappop(self._free)
        if self.capacity is None or self._env.now < self._opens:
            self._unused += 1
            return self._unused - 1
        return 0

    def wait(self) -> Event:
        """Join the queue; the event brings the number of a place."""
        event = self._env.event()
        self.waiting.append(event)
        return event

    def leave(self, number: int) -> None:
        """Give a place back, to whoever has waited longest; one that was lent is gone."""
        if self.capacity is not None and number > self.capacity:
            return
        if self.waiting:
            self.waiting.popleft().succeed(number)
        else:
            heappush(self._free, number)

    def leave_event(self, event: Event) -> None:
        """Give back the place whose number a timeout was given as its value."""
        number: Any = event.value
        self.leave(number)


class Nurses:
    """Nurses who give one patient all of their time, or watch up to `ratio` at once.

    Watching is handed over freely, so what is scarce is attention: each nurse has `ratio` shares of
    it, a task one to one takes them all, watching takes one. This equals the rule that the nurses
    on one-to-one tasks and ceil(watched / ratio) others fit into the staff.
    """

    __slots__ = ("_env", "_left", "_numbers", "_opens", "_unused", "_waiting", "ratio")

    def __init__(self, env: Environment, nurses: int | None, ratio: int, opens: int = 0) -> None:
        self._env = env
        self._opens = opens  # minute before which there is no limit
        self.ratio = ratio
        self._left = None if nurses is None else nurses * ratio  # shares of attention
        self._numbers = list(range(1, (nurses or 0) + 1))
        heapify(self._numbers)
        self._unused = (nurses or 0) + 1
        self._waiting: deque[Event] = deque()

    def take(self) -> int:
        """Take a nurse one to one: her number, or 0 when nobody has enough time."""
        if self._left is None:
            return self._number()
        if (self._waiting or self._left < self.ratio) and self._env.now >= self._opens:
            return 0
        self._left -= self.ratio
        return self._number()

    def wait(self) -> Event:
        """Join the queue for a nurse one to one; the event brings her number."""
        event = self._env.event()
        self._waiting.append(event)
        return event

    def leave(self, number: int, watch: bool = False) -> None:
        """End a task one to one; with `watch`, somebody goes on watching the patient."""
        heappush(self._numbers, number)
        self._give_back(self.ratio - 1 if watch else self.ratio)

    def stop_watching(self) -> None:
        """End the watch over one patient."""
        self._give_back(1)

    def _number(self) -> int:
        if self._numbers:
            return heappop(self._numbers)
        self._unused += 1
        return self._unused - 1

    def _give_back(self, shares: int) -> None:
        if self._left is None:
            return
        self._left += shares
        while self._waiting and self._left >= self.ratio:
            self._left -= self.ratio
            self._waiting.popleft().succeed(self._number())
