"""How long one person stays: what is drawn is used up, faster while treatment does not help.

The hazard of withdrawing, and that of stopping maintenance, is multiplied while the newest rating
since the first infusion is no response. No die is thrown again: of the infusions tolerated one
without response counts as several, and of the days in maintenance

    what is left falls by f(t) dt        f(t) = 1 with a response, else the factor

so that the stay ends where the integral of f reaches what was drawn (operational time).
"""

from __future__ import annotations

from sim.people.settings import Leaving
from sim.units import MINUTES_PER_DAY, minutes_of


class Staying:
    """One person's stay; the patient tells it of infusions and ratings."""

    __slots__ = (
        "_counted",
        "_infusion_counts",
        "_left_days",
        "_spent",
        "_time_counts",
        "_tolerated",
        "_without_response",
        "by_benefit",
        "in_maintenance",
        "stops",
    )

    def __init__(self, tolerated: int, stays_days: float, numbers: Leaving) -> None:
        self._tolerated = tolerated  # infusions of induction, each with a response
        self._left_days = stays_days  # in maintenance, with a response
        self._infusion_counts = numbers.withdrawal_without_response
        self._time_counts = numbers.stopping_without_response
        self.by_benefit = (self._infusion_counts, self._time_counts) != (1, 1)
        self._spent = 0.0
        self._without_response = False  # before the first rating after an infusion: nobody knows
        self._counted = 0  # minute up to which the time in maintenance is used up
        self.in_maintenance = False
        self.stops = 0  # minute at which maintenance is stopped, once it has begun

    def infused(self) -> None:
        """Use up one of the infusions tolerated, or several."""
        self._spent += self._infusion_counts if self._without_response else 1

    @property
    def withdraws(self) -> bool:
        """Whether the induction has become too much."""
        return self._spent >= self._tolerated

    def enters_maintenance(self, minute: int) -> None:
        """Begin to use up the time in maintenance."""
        self.in_maintenance = True
        self._counted = minute
        self._ends()

    def rated(self, minute: int, response: bool) -> None:
        """Learn whether treatment helps; before the first infusion no rating says so."""
        changes = self._without_response is response
        if not changes or not self._spent:
            return
        if self.in_maintenance and self._time_counts != 1:
            since = max(minute, self._counted)
            self._left_days -= (since - self._counted) / MINUTES_PER_DAY * self._pace
            self._counted = since
        self._without_response = not response
        if self.in_maintenance and self._time_counts != 1:
            self._ends()

    @property
    def _pace(self) -> float:
        return self._time_counts if self._without_response else 1.0

    def _ends(self) -> None:
        self.stops = self._counted + minutes_of(max(self._left_days, 0.0) / self._pace)
