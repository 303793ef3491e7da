"""The appointment book: which start times are left, and who holds which. Pure: no SimPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sim.clinic.book_page import Need, Page, nearest_start, rounds, slots_of, wished
from sim.clinic.hours import Calendar
from sim.policy.orders import Gap
from sim.units import MINUTES_PER_DAY

PlacesByMinute = Callable[[int, int], int | None] | int | None
"""Places at any time; or on a day at a minute of it. None: without limit."""

FAR = 3650
"""Days ahead at which a search without horizon gives up."""


class Appointment(NamedTuple):
    """A place in the book: it starts at this minute and takes so many slots of the grid."""

    start: int
    need: Need
    over: bool = False  # overbooked: beyond the places of the day


class Fence(NamedTuple):
    """Places kept for a group until so many days ahead; None: for good."""

    places: int
    release_days: int | None


class Book:
    """Appointments of one resource: chairs, or prescribers.

    `places` says how many may be in at a time; `fences` keeps some of them for a group until so
    many days ahead; `overbook` sessions a day may go beyond the places, once the day is full, and
    `a_day` sessions are the most of a day. Before day `opens` there is no limit.
    """

    def __init__(
        self,
        calendar: Calendar,
        places: PlacesByMinute,
        grid: int,
        groups: Sequence[str] = ("",),
        fences: Mapping[str, Fence] | None = None,
        overbook: int = 0,
        opens: int = 0,
        today: int = 0,
        a_day: int | None = None,
    ) -> None:
        self._calendar = calendar
        self._places = places
        self._grid = grid
        self._fences = dict(fences or {})
        self._groups = tuple(groups)
        self._overbook = overbook
        self._opens = opens
        self._days: dict[int, Page | None] = {}
        self._nothing_before: dict[Need, int] = {}  # first day that may have a start
        self._today = today
        self._a_day = a_day

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
                passed = page.slot_at(earliest)
                free = free >> passed << passed
            if page and free:
                free = free & rounds(page.stretches, need.length, need.reach) or free
                slot = nearest_start(free, wished(page.stretches, need.reach, preferred))
                return Appointment(page.start(slot), need, over)
            day += 1
        return None

    def _starts(self, page: Page, need: Need) -> tuple[int, bool]:
        """Starts within the places, else those of an overbooked session; and which they are."""
        if self._a_day is not None and self._is_used_up(page):
            return 0, False
        free = page.starts(need)
        if not free and page.overbooked < self._overbook:
            return page.starts(need, over=True), True
        return free, False

    def _is_used_up(self, page: Page) -> bool:
        """Whether a day has as many sessions as there may be."""
        limited = page.midnight // MINUTES_PER_DAY >= self._opens
        return limited and self._a_day is not None and page.sessions >= self._a_day

    def keeps(self, appointment: Appointment, now: int = 0) -> bool:
        """Enter an appointment of an earlier book if it can be kept here, and tell whether.

        Its start must be one of this book's, with room for what was planned up to closing; one that
        has passed, whose patient is late, is kept if that day was open.
        """
        page = self._page(appointment.start // MINUTES_PER_DAY)
        passed = appointment.start < now
        if page is None or not (passed or self._has_room(page, appointment)):
            return False
        self.take(appointment)
        return True

    def _has_room(self, page: Page, appointment: Appointment) -> bool:
        start, need, over = appointment
        slot = page.slot_at(start)
        if slot == page.slots or page.start(slot) != start or self._is_used_up(page):
            return False
        if over and page.overbooked >= self._overbook:
            return False
        free = page.starts(Need(need.length, need.length, need.group), over)
        return bool(free >> slot & 1)

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

    def could_start(self, day: int, need: Need) -> bool:
        """Tell whether such a session may start on a day as long as nothing is booked."""
        page = self._opened(day)
        return page is not None and page.starts(need) > 0

    def take(self, appointment: Appointment) -> None:
        """Enter an appointment that was found free."""
        page, slot = self._place_of(appointment)
        page.change(slot, appointment.need, 1)
        page.sessions += 1
        page.overbooked += appointment.over

    def give_back(self, appointment: Appointment) -> None:
        """Strike out an appointment; its slots can be booked again."""
        page, slot = self._place_of(appointment)
        page.change(slot, appointment.need, -1)
        page.sessions -= 1
        page.overbooked -= appointment.over
        day = appointment.start // MINUTES_PER_DAY
        for need, known in self._nothing_before.items():
            self._nothing_before[need] = min(known, day)

    def _place_of(self, appointment: Appointment) -> tuple[Page, int]:
        page = self._page(appointment.start // MINUTES_PER_DAY)
        assert page is not None
        return page, page.slot_at(appointment.start)

    def _places_on(self, day: int, times: tuple[int, ...]) -> tuple[int | None, ...]:
        places = self._places if day >= self._opens else None
        if places is None or isinstance(places, int):
            return (places,) * len(times)
        return tuple(places(day, time) for time in times)

    def _page(self, day: int) -> Page | None:
        if day in self._days:
            return self._days[day]
        page = self._days[day] = self._opened(day)
        return page

    def _opened(self, day: int) -> Page | None:
        openings = self._calendar.openings(day)
        if not openings:
            return None
        times, stretches = slots_of(openings, self._grid)
        page = Page(
            day * MINUTES_PER_DAY,
            times,
            self._places_on(day, times),
            self._groups if self._fences else (),
            stretches,
        )
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
