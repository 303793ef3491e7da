"""Who comes to a booked visit, how late, and who comes again after a missed one: keyed dice."""

from __future__ import annotations

from typing import Literal

from sim.people.behaviour import Behaviour
from sim.streams import Floats, PerUse, Purpose, Streams
from sim.units import minutes_of

Fate = Literal["comes", "misses", "calls_off"]

BEYOND = (15.0, 42.0)  # days until those come again who do not within two weeks


class Attendance:
    """The dice of all patients; each throw is of (patient, how many appointments before)."""

    __slots__ = ("_again", "_behaviour", "_delay", "_fate", "late_minutes", "notice_minutes")

    def __init__(self, behaviour: Behaviour, streams: Streams) -> None:
        def late(uniform: Floats) -> Floats:
            minutes: Floats = behaviour.lateness_minutes.quantile(uniform)
            return minutes.clip(0.0)

        self._behaviour = behaviour
        self.notice_minutes = minutes_of(behaviour.cancellation_notice_days)
        self._fate = PerUse(streams, Purpose.ATTENDANCE, _same, whole=False)
        self._again = PerUse(streams, Purpose.REBOOKING, _same, whole=False)
        self._delay = PerUse(streams, Purpose.REBOOKING_DELAY, _same, whole=False)
        self.late_minutes = PerUse(streams, Purpose.LATENESS, late)

    def fate(self, patient: int, number: int, missing: float, staying: bool) -> Fate:
        """Whether somebody whose share of missed visits is `missing` comes to this one.

        Who is `staying` in maintenance misses only visits that are booked again: the others are
        missed by those who have stopped, which is settled elsewhere.
        """
        if staying:
            missing *= self._behaviour.rebooked_share
        throw = self._fate.real(patient, number)
        if throw < missing:
            return "misses"
        called_off = throw < missing + (1 - missing) * self._behaviour.late_cancellation_share
        return "calls_off" if called_off else "comes"

    def comes_again(self, patient: int, number: int) -> bool:
        """Whether a visit missed outside maintenance is booked again."""
        return self._again.real(patient, number) < self._behaviour.rebooked_share

    def days_until_again(self, patient: int, number: int) -> float:
        """How long after it the next appointment is wished for: at once, or in some weeks."""
        soon = self._behaviour.rebooked_within_2_weeks_share
        throw = self._delay.real(patient, number)
        if throw < soon:
            return 0.0
        low, high = BEYOND
        return low + (high - low) * (throw - soon) / (1 - soon)


def _same(uniform: Floats) -> Floats:
    return uniform
