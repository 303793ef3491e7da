"""A page of the appointment book: one day, its slots, and who may still start a session in them.

Free starts are bits of one integer: a session of `length` slots may start at slot s when none of
the slots s .. s + length - 1 is closed to its group and it ends in time. A day with a break has the
slots of one stretch after those of the other, and a session lies within one of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sim.clinic.hours import Openings

Stretches = tuple[int, ...]
"""Slots of each stretch of a day, in order; one without a break."""


@cache
def slots_of(openings: Openings, grid: int) -> tuple[tuple[int, ...], Stretches]:
    """Give the minute of the day at which each slot begins, and the slots of each stretch."""
    stretches = [range(opens, closes - grid + 1, grid) for opens, closes in openings]
    return tuple(time for one in stretches for time in one), tuple(len(one) for one in stretches)


class Need(NamedTuple):
    """What an appointment takes: so many slots, so many until closing, and for which group."""

    length: int
    reach: int  # slots from its start to the end of the stretch at least; the length or more
    group: str = ""


def _starts(stretches: Stretches, reach: int) -> Iterator[range]:
    """Give the slots of each stretch at which a session ends in time."""
    begin = 0
    for slots in stretches:
        yield range(begin, max(begin, begin + slots - reach + 1))
        begin += slots


@cache
def starts_in_time(stretches: Stretches, reach: int) -> int:
    """Bits of the starts from which a session ends in time."""
    return sum(1 << slot for starts in _starts(stretches, reach) for slot in starts)


@cache
def rounds(stretches: Stretches, length: int, reach: int) -> int:
    """Bits of the starts in rounds, of each stretch from its first and back from its last start.

    At most one session a day and chair is lost to gaps between the two. Left to anybody's free
    choice, starts would break the day into gaps too short for a session: a chair would then hold
    3.5 sessions of 105 minutes in 8 hours, where it has room for 4.
    """
    return sum(
        1 << slot
        for starts in _starts(stretches, reach)
        for slot in {*starts[::length], *starts[::-length]}
    )


def wished(stretches: Stretches, reach: int, preferred: float) -> int:
    """Give the start at a person's place in the day (0..1), of all that end in time."""
    if len(stretches) == 1:
        return int(preferred * (stretches[0] - reach + 1))
    slots = [slot for starts in _starts(stretches, reach) for slot in starts]
    return slots[int(preferred * len(slots))]


class Page:
    """One open day: how many sessions each slot holds, and to whom it is closed.

    How many is written in binary, a digit of all slots at a time: bit s of `digits[d]` is digit d
    of the number that slot s holds. `full` marks the slots that hold as many as there are places,
    `over` those that take not even an overbooked one. Where places are kept for a group (`count`
    then tells the groups apart), what is closed to whom is in `closed` instead.
    """

    __slots__ = ("_digits", "_free", "_limits", "closed", "count", "full", "kept", "midnight",
                 "over", "overbooked", "places", "sessions", "slots", "stretches",
                 "times")  # fmt: skip

    def __init__(
        self,
        midnight: int,
        times: Sequence[int],
        places: tuple[int | None, ...],
        groups: Sequence[str],
        stretches: Stretches,
    ) -> None:
        self.midnight = midnight  # minute
        self.times = times  # minute of the day at which each slot begins
        self.places = places
        self.stretches = stretches
        self.slots = len(places)
        self._digits = [0]
        self._limits = slots_with(places)
        self.count = {group: [0] * self.slots for group in groups}
        self.kept: dict[str, int] = {}  # places by group
        self.full = self.over = 0
        self.overbooked = self.sessions = 0
        self.closed: dict[tuple[str, bool], int] = {}  # by group, and whether overbooked
        self._free: dict[tuple[Need, bool], int] = {}  # until a slot closes or opens
        self._renew(0, self.slots)

    def start(self, slot: int) -> int:
        """Give the minute at which a slot begins."""
        return self.midnight + self.times[slot]

    def slot_at(self, minute: int) -> int:
        """Give the first slot that begins at a minute or later."""
        return bisect_left(self.times, minute - self.midnight)

    def starts(self, need: Need, over: bool = False) -> int:
        """Bits of the slots at which such a session may start."""
        free = self._free.get((need, over))
        if free is None:
            blocked = self.over if over else self.full
            blocked = self.closed.get((need.group, over), blocked)
            for _ in range(need.length - 1):
                blocked |= blocked >> 1
            free = self._free[need, over] = ~blocked & starts_in_time(self.stretches, need.reach)
        return free

    def change(self, slot: int, need: Need, by: int) -> None:
        """Put a session in (by 1) or take it out (by -1)."""
        end = slot + need.length
        carried = ((1 << need.length) - 1) << slot
        for place, digit in enumerate(self._digits):
            self._digits[place] = digit ^ carried
            carried &= digit if by > 0 else ~digit
            if not carried:
                break
        else:
            self._digits.append(carried)
        if self.count:
            count = self.count[need.group]
            for taken in range(slot, end):
                count[taken] += by
        self._renew(slot, end)

    def keep(self, kept: dict[str, int]) -> None:
        """Keep so many places for the groups, from now on."""
        self.kept = kept
        self._renew(0, self.slots)

    def _renew(self, first: int, last: int) -> None:
        """Settle to whom the slots from `first` up to `last` are closed, after a change."""
        full = over = 0
        for places, slots in self._limits:
            full |= self._holding(places) & slots
            over |= self._holding(places + 1) & slots
        if self.count:
            for slot in range(first, last):
                if (most := self.places[slot]) is not None:
                    self._settle(slot, most)
        elif full == self.full and over == self.over:
            return
        self.full, self.over = full, over
        self._free.clear()

    def _holding(self, number: int) -> int:
        """Bits of the slots that hold at least so many: compared digit by digit, lowest first."""
        if number >> len(self._digits):
            return 0
        held = -1
        for place, digit in enumerate(self._digits):
            held = held & digit if number >> place & 1 else held | digit
        return held

    def _settle(self, slot: int, places: int) -> None:
        counts = {group: count[slot] for group, count in self.count.items()}
        left = places - sum(counts.values())
        shared = places - sum(self.kept.values())  # left for all, after what is kept
        shared -= sum(max(0, number - self.kept.get(group, 0)) for group, number in counts.items())
        bit = 1 << slot
        for group, number in counts.items():
            own = number < self.kept.get(group, 0)
            for over in (False, True):
                may = left + over > 0 and (own or shared + over > 0)
                closed = self.closed.get((group, over), 0)
                self.closed[group, over] = closed & ~bit if may else closed | bit


@cache
def slots_with(places: tuple[int | None, ...]) -> tuple[tuple[int, int], ...]:
    """Give each number of places that there is, with bits of the slots that have it."""
    bits: dict[int, int] = {}
    for slot, number in enumerate(places):
        if number is not None:
            bits[number] = bits.get(number, 0) | 1 << slot
    return tuple(bits.items())


def nearest_start(starts: int, preferred: int) -> int:
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
