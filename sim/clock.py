"""The clock of a run: SimPy's calendar, in whole minutes, with processes that cost one entry.

A process of the model yields the minute at which it goes on, or None to sleep until it is woken:

    def visit(clock, chairs):
        chair = chairs.take()
        if chair is None:
            chair = yield chairs.wait()     # woken with the number of a chair
        yield clock.now + 40                # 40 minutes later

Stock SimPy events and processes may run beside such processes, on the same calendar and in the same
order: by minute, then what is urgent, then what was entered first.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from math import inf
from typing import Any

from simpy import Environment
from simpy.events import NORMAL, URGENT

from sim.units import MINUTES_PER_DAY

Until = int | None
"""The minute at which a process goes on; None: it sleeps until it is woken."""

Process = Generator[Until, Any, None]

_Entry = tuple[int, int, int, "Sleeper"]
"""Minute, priority (lowest first), how many were entered before it, and who goes on."""


def _nothing(value: Any) -> None:
    """Do nothing: what was to go on has gone on already."""


class Sleeper:
    """A process that sleeps, or a call to come."""

    __slots__ = ("_clock", "goes_on", "value")

    def __init__(self, clock: Clock, goes_on: Callable[[Any], Any], value: Any = None) -> None:
        self._clock = clock
        self.goes_on = goes_on
        self.value = value  # what it is woken with

    def wake(self, value: Any) -> None:
        """Let a process that sleeps until it is woken go on in this minute, with a value."""
        self.value = value
        self._clock.enter(self._clock.now, self)

    def wake_early(self, value: Any) -> Sleeper:
        """Let a process that sleeps until a minute go on in this one, with a value.

        What stands in the calendar for it is of no effect any more. Gives its sleeper from now on.
        """
        other = Sleeper(self._clock, self.goes_on)
        self.goes_on = _nothing
        other.wake(value)
        return other


class Clock(Environment):
    """A SimPy environment whose own processes yield minutes."""

    now: int = 0  # SimPy's is a property

    def __init__(self) -> None:
        super().__init__()
        self.active: Any = None
        """The sleeper of the process that runs: `wake` it once it has yielded None."""
        # SimPy's queue holds what is entered for today while it runs, as a heap; the rest is here.
        # One heap of all that a hundred thousand people have before them would take much longer.
        self._today: list[_Entry] = []  # what was known when the day began, the next at the end
        self._later: dict[int, list[_Entry]] = {}  # what happens on later days, by day
        self._days: list[int] = []  # of these, a heap
        self._dawn = 0  # the midnight from which on entries lie in `_later`

    def begin(self, process: Process) -> None:
        """Start a process, in this minute and before all else of it."""
        self.enter(self.now, Sleeper(self, process.send), URGENT)

    def call(self, minute: int, function: Callable[[Any], None], value: Any) -> None:
        """Call a function with a value when a minute comes."""
        self.enter(minute, Sleeper(self, function, value))

    def before_all(self, minute: int) -> Until:
        """Let the process that runs, and yields this, go on before all else of a minute."""
        self.enter(minute, self.active, URGENT)
        return None

    def enter(self, minute: int, sleeper: Sleeper, priority: int = NORMAL) -> None:
        """Enter a sleeper in the calendar."""
        entry: Any = (minute, priority, next(self._eid), sleeper)
        if minute < self._dawn:
            heappush(self._queue, entry)
            return
        day = minute // MINUTES_PER_DAY
        if day in self._later:
            self._later[day].append(entry)
        else:
            self._later[day] = [entry]
            heappush(self._days, day)

    def peek(self) -> int | float:
        """Give the minute of what happens next; infinity when nothing does."""
        self._turn()
        known: int | float = self._today[-1][0] if self._today else inf
        return min(known, super().peek())

    def _turn(self) -> None:
        """Turn to the next day that has anything, when there is nothing more before it."""
        queue: Any = self._queue
        while self._days and not self._today and (not queue or queue[0][0] >= self._dawn):
            day = heappop(self._days)
            self._dawn = (day + 1) * MINUTES_PER_DAY
            self._today = self._later.pop(day)
            self._today.sort(reverse=True)

    def run(self, until: Any = None) -> None:
        """Run until a minute, or if that is left out until nothing is left to happen."""
        queue: Any = self._queue
        end = inf if until is None else until
        while True:
            if not self._today and (not queue or queue[0][0] >= self._dawn):
                self._turn()
            today: Any = self._today
            if today and (not queue or today[-1] < queue[0]):
                minute, _, _, sleeper = today[-1]
                if minute >= end:
                    break
                today.pop()
            elif queue and queue[0][0] < end:
                minute, _, _, sleeper = queue[0]
                if type(sleeper) is not Sleeper:
                    self.now = minute
                    self.step()
                    continue
                heappop(queue)
            else:
                break
            self.now = self._now = minute
            self.active = sleeper
            value, sleeper.value = sleeper.value, None
            try:
                wakes = sleeper.goes_on(value)
            except StopIteration:
                continue
            if wakes is not None:
                self.enter(wakes, sleeper)
        if until is not None:
            self.now = self._now = until

    def forget(self) -> None:
        """Let go of all that was still to happen: nothing of a run keeps itself alive then."""
        self._queue.clear()
        self._today.clear()
        self._later.clear()
        self._days.clear()
        self.active = None
