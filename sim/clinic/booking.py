"""The appointment book: which start times are left, and who holds which. Pure: no SimPy.

A day's free starts are bits of one integer: a session of `length` slots may start at slot s when
none of the slots s .. s + length - 1 is full and the session ends by closing time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from sim.clinic.hours import Calendar
from sim.config.value import Value, parameter
from sim.policy.orders import Gap
from sim.units import MINUTES_PER_DAY


class Slots(Value):
    """Appointments on a grid of start times, in the first free slot of an order's window."""

    kind: Literal["slots"] = "slots"
    grid_minutes: int = parameter(
        15, "start times lie this far apart; a planned length is rounded up to it",
        unit="minutes", source="assumption", grade="D", ge=1, le=240,
    )  # fmt: skip
    lead_days: int = parameter(
        1, "no appointment sooner than so many days ahead", unit="days", source="assumption",
        grade="D", ge=0, le=365,
    )  # fmt: skip
    series: Literal["together", "one_by_one"] = parameter(
        "together",
        "book a series at once, each infusion inside its gap, or start later; or one by one",
    )


class WalkIn(Value):
    """No appointments: people come when an infusion is due, or when the clinic next opens."""

    kind: Literal["walk_in"] = "walk_in"


class NoBooking(Value):
    """No clinic in the way: an infusion starts the minute it is due, whatever the hours."""

    kind: Literal["none"] = "none"


Booking = Annotated[Slots | WalkIn | NoBooking, Field(discriminator="kind")]


class Appointment(NamedTuple):
    """A place in the book: it starts at this minute and takes so many slots of the grid."""

    start: int
    length: int


def slots_for(minutes: float, grid: int) -> int:
    """Round a planned length up to slots of the grid, at least one."""
    return max(1, ceil(minutes / grid))


@cache
def rounds(slots: int, length: int) -> int:
    """Bits of the starts in rounds, from opening on and back from closing.

    At most one session a day and chair is lost to gaps between the two. Left to anybody's free
    choice, starts would break the day into gaps too short for a session: a chair would then hold
    3.5 sessions of 105 minutes in 8 hours, where it has room for 4.
    """
    last = slots - length
    forwards, backwards = range(0, last + 1, length), range(last, -1, -length)
    return sum(1 << slot for slot in {*forwards, *backwards})


class _Day:
    """One open day: how many sessions each slot holds, and which slots are full."""

    __slots__ = ("_free", "count", "full", "opens", "slots")

    def __init__(self, opens: int, slots: int) -> None:
        self.opens = opens  # minute
        self.slots = slots
        self.full = 0
        self.count = [0] * slots
        self._free: dict[int, int] = {}  # by length, until a slot fills or frees

    def starts(self, length: int) -> int:
        """Bits of the slots at which a session of this length may start."""
        free = self._free.get(length)
        if free is None:
            blocked = self.full
            for _ in range(length - 1):
                blocked |= blocked >> 1
            possible = (1 << max(0, self.slots - length + 1)) - 1
            free = self._free[length] = ~blocked & possible
        return free

    def changed(self, full: int) -> None:
        """Take note of which slots are full now."""
        if full != self.full:
            self.full = full
            self._free.clear()


class Book:
    """Appointments of one resource of so many places (None: without limit)."""

    def __init__(self, calendar: Calendar, places: int | None, grid: int, opens: int = 0) -> None:
        self._calendar = calendar
        self._opens = opens  # minute before which there is no limit
        self._places = places
        self._grid = grid
        self._days: dict[int, _Day | None] = {}
        self._nothing_before: dict[int, int] = {}  # length -> first day that may have a start
        self._today = 0

    def turn_to(self, day: int) -> None:
        """Turn to today's page: nothing is booked in the past."""
        self._today = day

    def first_free(
        self, length: int, earliest: int, last_day: int | None, preferred: float
    ) -> Appointment | None:
        """Find the first day from minute `earliest` on with a free start, at the time preferred.

        `preferred` (0..1) is the person's place in the day: the free start nearest to it is taken,
        of those that leave no gaps (`rounds`) as long as there are any.
        `last_day` is the last day to look at; None looks on for ever.
        """
        days = self._days
        first = earliest // MINUTES_PER_DAY
        known = max(self._nothing_before.get(length, 0), self._today)
        day = max(first, known)
        while last_day is None or day <= last_day:
            page = days[day] if day in days else self._page(day)
            free = page.starts(length) if page else 0
            if not free and day == known:
                known = self._nothing_before[length] = day + 1
            if page and free and day == first:
                passed = -(-max(0, earliest - page.opens) // self._grid)
                free = free >> passed << passed
            if page and free:
                free = free & rounds(page.slots, length) or free
                slot = _nearest(free, int(preferred * (page.slots - length + 1)))
                return Appointment(page.opens + slot * self._grid, length)
            day += 1
        return None

    def first_series(
        self, length: int, earliest: int, gaps: Sequence[Gap], preferred: float
    ) -> list[Appointment]:
        """Find the first start after which every later session fits inside its gap."""
        while True:
            first = self.first_free(length, earliest, None, preferred)
            assert first is not None
            series = [first]
            for gap in gaps:
                due = series[-1].start // MINUTES_PER_DAY + gap.days
                found = self.first_free(
                    length, due * MINUTES_PER_DAY, due + gap.late_days, preferred
                )
                if found is None:
                    break
                series.append(found)
            else:
                return series
            earliest = (first.start // MINUTES_PER_DAY + 1) * MINUTES_PER_DAY

    def take(self, appointment: Appointment) -> None:
        """Enter an appointment that was found free."""
        page, slot = self._place_of(appointment)
        full, count = page.full, page.count
        places = None if appointment.start < self._opens else self._places
        for taken in range(slot, slot + appointment.length):
            count[taken] += 1
            if count[taken] == places:
                full |= 1 << taken
        page.changed(full)

    def give_back(self, appointment: Appointment) -> None:
        """Strike out an appointment; its slots can be booked again."""
        page, slot = self._place_of(appointment)
        for freed in range(slot, slot + appointment.length):
            page.count[freed] -= 1
        page.changed(page.full & ~(((1 << appointment.length) - 1) << slot))
        day = appointment.start // MINUTES_PER_DAY
        for length, known in self._nothing_before.items():
            self._nothing_before[length] = min(known, day)

    def _place_of(self, appointment: Appointment) -> tuple[_Day, int]:
        page = self._page(appointment.start // MINUTES_PER_DAY)
        assert page is not None
        return page, (appointment.start - page.opens) // self._grid

    def _page(self, day: int) -> _Day | None:
        if day in self._days:
            return self._days[day]
        opening = self._calendar.opening(day)
        page = None
        if opening:
            opens, closes = opening
            page = _Day(day * MINUTES_PER_DAY + opens, (closes - opens) // self._grid)
        self._days[day] = page
        return page


def _nearest(starts: int, preferred: int) -> int:
    """Give the set bit nearest to `preferred`, the earlier of two equally near."""
    later = starts >> preferred
    before = starts & ((1 << preferred) - 1)
    if not later:
        return before.bit_length() - 1
    after = preferred + (later & -later).bit_length() - 1
    if before:
        earlier = before.bit_length() - 1
        if preferred - earlier <= after - preferred:
            return earlier
    return after
