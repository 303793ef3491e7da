"""The appointment book: which start times are left, and who holds which. Pure: no SimPy.

A day's free starts are bits of one integer: a session of `length` slots may start at slot s when
none of the slots s .. s + length - 1 is closed to its group and it ends in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sim.clinic.hours import Calendar
from sim.policy.orders import Gap
from sim.units import MINUTES_PER_DAY

Places = Callable[[int, int], int | None]
"""Places on a day at a minute of it, None without limit."""

FAR = 3650
"""Days ahead at which a search without horizon gives up."""


class Need(NamedTuple):
    """What an appointment takes: so many slots, so many until closing, and for which group."""

    length: int
    reach: int  # slots from its start to closing at least; the length or more
    group: str = ""


class Appointment(NamedTuple):
    """A place in the book: it starts at this minute and takes so many slots of the grid."""

    start: int
    need: Need
    over: bool = False  # overbooked: beyond the places of the day


class Fence(NamedTuple):
    """Places kept for a group until so many days ahead; None: for good."""

    places: int
    release_days: int | None


@cache
def rounds(slots: int, length: int, reach: int) -> int:
    """Bits of the starts in rounds, from opening on and back from the last start.

    At most one session a day and chair is lost to gaps between the two. Left to anybody's free
    choice, starts would break the day into gaps too short for a session: a chair would then hold
    3.5 sessions of 105 minutes in 8 hours, where it has room for 4.
    """
    last = slots - reach
    forwards, backwards = range(0, last + 1, length), range(last, -1, -length)
    return sum(1 << slot for slot in {*forwards, *backwards})


class _Day:
    """One open day: how many sessions each slot holds, and to whom it is closed.

    `full` marks the slots that hold as many as there are places, `over` those that take not even
    an overbooked one. Where places are kept for a group (`count` then tells the groups apart),
    what is closed to whom is in `closed` instead.
    """

    __slots__ = ("_free", "closed", "count", "full", "kept", "opens", "over", "overbooked",
                 "places", "slots", "total")  # fmt: skip

    def __init__(self, opens: int, places: list[int | None], groups: Sequence[str]) -> None:
        self.opens = opens  # minute
        self.places = places
        self.slots = len(places)
        self.total = [0] * self.slots
        self.count = {group: [0] * self.slots for group in groups}
        self.kept: dict[str, int] = {}  # places by group
        self.full = self.over = 0
        self.overbooked = 0
        self.closed: dict[tuple[str, bool], int] = {}  # by group, and whether overbooked
        self._free: dict[tuple[Need, bool], int] = {}  # until a slot closes or opens
        self.renew(0, self.slots)

    def starts(self, need: Need, over: bool = False) -> int:
        """Bits of the slots at which such a session may start."""
        free = self._free.get((need, over))
        if free is None:
            blocked = self.over if over else self.full
            blocked = self.closed.get((need.group, over), blocked)
            for _ in range(need.length - 1):
                blocked |= blocked >> 1
            possible = (1 << max(0, self.slots - need.reach + 1)) - 1
            free = self._free[need, over] = ~blocked & possible
        return free

    def change(self, slot: int, need: Need, by: int) -> None:
        """Put a session in (by 1) or take it out (by -1)."""
        total, end = self.total, slot + need.length
        for taken in range(slot, end):
            total[taken] += by
        if self.count:
            count = self.count[need.group]
            for taken in range(slot, end):
                count[taken] += by
        self.renew(slot, end)

    def keep(self, kept: dict[str, int]) -> None:
        """Keep so many places for the groups, from now on."""
        self.kept = kept
        self.renew(0, self.slots)

    def renew(self, first: int, last: int) -> None:
        """Settle to whom the slots from `first` up to `last` are closed, after a change."""
        full, over, total = self.full, self.over, self.total
        for slot in range(first, last):
            if (places := self.places[slot]) is not None:
                left, bit = places - total[slot], 1 << slot
                full = full | bit if left <= 0 else full & ~bit
                over = over | bit if left < 0 else over & ~bit
        if self.count:
            self._renew_groups(first, last)
        elif full == self.full and over == self.over:
            return
        self.full, self.over = full, over
        self._free.clear()

    def _renew_groups(self, first: int, last: int) -> None:
        for slot in range(first, last):
            if (places := self.places[slot]) is not None:
                self._settle(slot, places)

    def _settle(self, slot: int, places: int) -> None:
        counts = {group: count[slot] for group, count in self.count.items()}
        left = places - self.total[slot]
        shared = places - sum(self.kept.values())  # left for all, after what is kept
        shared -= sum(max(0, number - self.kept.get(group, 0)) for group, number in counts.items())
        bit = 1 << slot
        for group, number in counts.items():
            own = number < self.kept.get(group, 0)
            for over in (False, True):
                may = left + over > 0 and (own or shared + over > 0)
                closed = self.closed.get((group, over), 0)
                self.closed[group, over] = closed & ~bit if may else closed | bit


class Book:
    """Appointments of one resource: chairs, or prescribers.

    `places` says how many may be in at a time; `fences` keeps some of them for a group until so
    many days ahead; `overbook` sessions a day may go beyond the places, once the day is full.
    Before day `opens` there is no limit.
    """

    def __init__(
        self,
        calendar: Calendar,
        places: Places,
        grid: int,
        groups: Sequence[str] = ("",),
        fences: Mapping[str, Fence] | None = None,
        overbook: int = 0,
        opens: int = 0,
    ) -> None:
        self._calendar = calendar
        self._places = places
        self._grid = grid
        self._fences = dict(fences or {})
        self._groups = tuple(groups)
        self._overbook = overbook
        self._opens = opens
        self._days: dict[int, _Day | None] = {}
        self._nothing_before: dict[Need, int] = {}  # first day that may have a start
        self._today = 0

    def turn_to(self, day: int) -> None:
        """Turn to today's page: nothing is booked in the past, and kept places are released."""
        if day == self._today:
            return
        for group, fence in self._fences.items():
            if fence.release_days is not None:
                for ahead in range(self._today + 1, day + 1):
                    self._release(group, ahead + fence.release_days, day)
        self._today = day

    def _release(self, group: str, day: int, today: int) -> None:
        page = self._days.get(day)
        if page and group in page.kept:
            page.keep({other: kept for other, kept in page.kept.items() if other != group})
        for need, known in self._nothing_before.items():
            self._nothing_before[need] = max(today, min(known, day))

    def first_free(
        self, need: Need, earliest: int, last_day: int | None, preferred: float
    ) -> Appointment | None:
        """Find the first day from minute `earliest` on with a free start, at the time preferred.

        `preferred` (0..1) is the person's place in the day: the free start nearest to it is taken,
        of those that leave no gaps (`rounds`) as long as there are any.
        `last_day` is the last day to look at; None looks on for ten years.
        """
        days = self._days
        first = earliest // MINUTES_PER_DAY
        known = max(self._nothing_before.get(need, 0), self._today)
        day = max(first, known)
        last = self._today + FAR if last_day is None else last_day
        while day <= last:
            page = days[day] if day in days else self._page(day)
            free, over = self._starts(page, need) if page else (0, False)
            if not free and day == known:
                known = self._nothing_before[need] = day + 1
            if page and free and day == first:
                passed = -(-max(0, earliest - page.opens) // self._grid)
                free = free >> passed << passed
            if page and free:
                free = free & rounds(page.slots, need.length, need.reach) or free
                slot = _nearest(free, int(preferred * (page.slots - need.reach + 1)))
                return Appointment(page.opens + slot * self._grid, need, over)
            day += 1
        return None

    def _starts(self, page: _Day, need: Need) -> tuple[int, bool]:
        """Starts within the places, else those of an overbooked session; and which they are."""
        free = page.starts(need)
        if not free and page.overbooked < self._overbook:
            return page.starts(need, over=True), True
        return free, False

    def first_series(
        self,
        need: Need,
        earliest: int,
        gaps: Sequence[Gap],
        preferred: float,
        last_day: int | None = None,
    ) -> list[Appointment] | None:
        """Find the first start, by `last_day`, after which every later session fits its gap."""
        while first := self.first_free(need, earliest, last_day, preferred):
            series = [first]
            for gap in gaps:
                due = series[-1].start // MINUTES_PER_DAY + gap.days
                found = self.first_free(need, due * MINUTES_PER_DAY, due + gap.late_days, preferred)
                if found is None:
                    break
                series.append(found)
            else:
                return series
            earliest = (first.start // MINUTES_PER_DAY + 1) * MINUTES_PER_DAY
        return None

    def take(self, appointment: Appointment) -> None:
        """Enter an appointment that was found free."""
        page, slot = self._place_of(appointment)
        page.change(slot, appointment.need, 1)
        page.overbooked += appointment.over

    def give_back(self, appointment: Appointment) -> None:
        """Strike out an appointment; its slots can be booked again."""
        page, slot = self._place_of(appointment)
        page.change(slot, appointment.need, -1)
        page.overbooked -= appointment.over
        day = appointment.start // MINUTES_PER_DAY
        for need, known in self._nothing_before.items():
            self._nothing_before[need] = min(known, day)

    def _place_of(self, appointment: Appointment) -> tuple[_Day, int]:
        page = self._page(appointment.start // MINUTES_PER_DAY)
        assert page is not None
        return page, (appointment.start - page.opens) // self._grid

    def _page(self, day: int) -> _Day | None:
        if day in self._days:
            return self._days[day]
        page = self._days[day] = self._opened(day)
        return page

    def _opened(self, day: int) -> _Day | None:
        opening = self._calendar.opening(day)
        if opening is None:
            return None
        opens, closes = opening
        times = range(opens, closes - self._grid + 1, self._grid)
        limited = day >= self._opens
        places = [self._places(day, time) if limited else None for time in times]
        groups = self._groups if self._fences else ()
        page = _Day(day * MINUTES_PER_DAY + opens, places, groups)
        if self._fences:
            ahead = day - self._today
            page.keep(
                {
                    group: fence.places
                    for group, fence in self._fences.items()
                    if fence.release_days is None or ahead > fence.release_days
                }
            )
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
