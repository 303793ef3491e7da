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
from typing import Any

from simpy import Environment
from simpy.events import NORMAL, URGENT

Until = int | None
"""The minute at which a process goes on; None: it sleeps until it is woken."""

Process = Generator[Until, Any, None]


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


class Clock(Environment):
    """A SimPy environment whose own processes yield minutes."""

    now: int = 0  # SimPy's is a property

    def __init__(self) -> None:
        super().__init__()
        self.active: Any = None
        """The sleeper of the process that runs: `wake` it once it has yielded None."""

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
        heappush(self._queue, (minute, priority, next(self._eid), sleeper))  # type: ignore[misc]

    def run(self, until: Any = None) -> None:
        """Run until a minute, which is left out, or until nothing is left to happen."""
        queue: Any = self._queue
        entries = self._eid
        while queue and (until is None or queue[0][0] < until):
            sleeper: Any = queue[0][3]
            self.now = minute = queue[0][0]
            if type(sleeper) is not Sleeper:
                self.step()
                continue
            heappop(queue)
            self._now = minute
            self.active = sleeper
            value, sleeper.value = sleeper.value, None
            try:
                wakes = sleeper.goes_on(value)
            except StopIteration:
                continue
            if wakes is not None:
                heappush(queue, (wakes, NORMAL, next(entries), sleeper))
        if until is not None:
            self.now = self._now = until
