"""Attendance: the dice of who comes to a visit, how late, who puts it off, who comes again."""

from __future__ import annotations

from math import log
from typing import Literal

from sim.arrays import Floats
from sim.people.behaviour import Behaviour
from sim.per_use import PerUse, RealPerUse
from sim.streams import Purpose, Streams
from sim.units import minutes_of

Fate = Literal["comes", "misses", "calls_off"]

UNTIL_AGAIN_DAYS = (15.0, 42.0)
"""Days until those come again who do not within two weeks."""


class Attendance:
    """The dice of all patients; each throw is of (patient, how many appointments before)."""

    __slots__ = (
        "_again",
        "_called_off_share",
        "_delay",
        "_fate",
        "_put_off",
        "_rebooked_share",
        "_soon_share",
        "late_minutes",
        "notice_minutes",
        "numbers",
        "shares",
    )

    def __init__(self, behaviour: Behaviour, streams: Streams) -> None:
        self.shares: tuple[Floats, Floats] | None = None
        self._holds(behaviour, streams)

    def turns_to(
        self, behaviour: Behaviour, streams: Streams, shares: tuple[Floats, Floats]
    ) -> None:
        """Let other numbers hold for the appointments made from now on.

        `shares` are everybody's own of visits missed, later ones and the first of all.
        """
        self.shares = shares
        self._holds(behaviour, streams)

    def _holds(self, behaviour: Behaviour, streams: Streams) -> None:
        def late(uniform: Floats) -> Floats:
            minutes: Floats = behaviour.lateness_minutes.quantile(uniform)
            return minutes.clip(0.0)

        self._rebooked_share = behaviour.rebooked_share
        self._soon_share = behaviour.rebooked_within_2_weeks_share
        self._called_off_share = behaviour.late_cancellation_share
        self.numbers = behaviour.in_force()
        self.notice_minutes = minutes_of(behaviour.cancellation_notice_days)
        self._fate = RealPerUse(streams, Purpose.ATTENDANCE)
        self._again = RealPerUse(streams, Purpose.REBOOKING)
        self._delay = RealPerUse(streams, Purpose.REBOOKING_DELAY)
        self._put_off = RealPerUse(streams, Purpose.POSTPONING)
        self.late_minutes = PerUse(streams, Purpose.LATENESS, late)

    def fate(self, patient: int, number: int, missing: float, staying: bool) -> Fate:
        """Whether somebody whose share of missed visits is `missing` comes to this one.

        Who is `staying` in maintenance misses only visits that are booked again: the others are
        missed by those who have stopped, which is settled elsewhere.
        """
        if staying:
            missing *= self._rebooked_share
        throw = self._fate(patient, number)
        if throw < missing:
            return "misses"
        called_off = throw < missing + (1 - missing) * self._called_off_share
        return "calls_off" if called_off else "comes"

    def comes_again(self, patient: int, number: int) -> bool:
        """Whether a visit missed outside maintenance is booked again."""
        return self._again(patient, number) < self._rebooked_share

    def days_until_again(self, patient: int, number: int) -> float:
        """How long after it the next appointment is wished for: at once, or in some weeks."""
        soon = self._soon_share
        throw = self._delay(patient, number)
        if throw < soon:
            return 0.0
        low, high = UNTIL_AGAIN_DAYS
        return low + (high - low) * (throw - soon) / (1 - soon)

    def days_put_off(self, patient: int, number: int) -> float:
        """How many days later than booked somebody wishes to come: exponential, 0 for most."""
        share = self.numbers.postponed_share
        if not share or (throw := self._put_off(patient, number)) >= share:
            return 0.0
        return -log(throw / share) * self.numbers.postponed_days
