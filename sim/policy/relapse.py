"""What is done about a relapse: a short series again, at most so often, then usual care."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.config.value import Value, parameter
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Discharge, Gap, Order
from sim.scales import CONFIRMED_WITHIN_DAYS, is_response, observed_relapse, points_to_relapse
from sim.units import MINUTES_PER_DAY, midnight_of


class NoReinduction(Value):
    """A relapse changes nothing but what the boosters make of the rating."""

    phase: ClassVar[str] = "relapse"
    kind: Literal["none"] = "none"

    def describe(self) -> str:
        """Say nothing: it is what is usual."""
        return ""

    def next_order(self, chart: Chart) -> None:
        """Order nothing."""
        return


class Reinduction(Value):
    """A short series after an observed relapse, which a second rating must confirm.

    When the first rating was at a booster, the second one says whether the booster was enough.
    """

    phase: ClassVar[str] = "relapse"
    kind: Literal["series"] = "series"
    infusions: int = parameter(
        3, "of one series", unit="infusions", source="assumption", grade="D", ge=1, le=20
    )
    every_days: int = parameter(
        3, "between them", unit="days", source="as the induction", grade="C", ge=1, le=60
    )
    late_days: int = parameter(
        3, "how many days later than its gap an infusion may come", unit="days",
        source="assumption", grade="D", ge=0, le=60,
    )  # fmt: skip
    at_most: int = parameter(
        1, "series; the relapse after them ends treatment here", unit="series",
        source="assumption", grade="D", ge=0, le=20,
    )  # fmt: skip
    confirm_after_days: int = parameter(
        3, "second (remote) rating after one that points to relapse", unit="days",
        source="a relapse is confirmed within 7 days", grade="D", ge=1, le=CONFIRMED_WITHIN_DAYS,
    )  # fmt: skip

    def describe(self) -> str:
        """Say the rule in a sentence."""
        return (
            f"After a confirmed relapse {self.infusions} infusions, at most {self.at_most} time(s)."
        )

    def next_order(self, chart: Chart) -> Order | Discharge | None:
        """Order a confirming rating, an infusion of the series, the end, or nothing."""
        last = chart.last_infusion
        if last is None:
            return None
        done = chart.count("reinduction")
        if done % self.infusions:
            due = last.minute + self.every_days * MINUTES_PER_DAY
            return self._infusion(chart, due, done, "the series after a relapse goes on")
        ratings = _ratings_since_series(chart)
        if observed_relapse(ratings, chart.baseline) is not None:
            if done >= self.at_most * self.infusions:
                return Discharge("relapsed")
            return self._infusion(chart, chart.visits[-1].minute, done, "a confirmed relapse")
        if _suspected(ratings, chart):
            due = ratings[-1][0] + self.confirm_after_days * MINUTES_PER_DAY
            why = "a rating pointed to relapse, which a second one must confirm"
            return Order("rating", due, due + MINUTES_PER_DAY, why=why)
        return None

    def _infusion(self, chart: Chart, due: int, done: int, why: str) -> Order:
        gap = Gap(self.every_days, self.late_days)
        left = self.infusions - 1 - done % self.infusions
        latest = midnight_of(due) + (self.late_days + 1) * MINUTES_PER_DAY - 1
        series = (gap,) * left
        return Order("reinduction", due, latest, chart.prescription, series=series, why=why)


def _ratings_since_series(chart: Chart) -> list[tuple[int, int]]:
    """Ratings after the newest series of infusions, oldest first; the evaluation's is one."""
    found: list[Visit] = []
    for visit in reversed(chart.visits):
        if visit.kind in ("induction", "reinduction"):
            break
        if visit.kind in ("evaluation", "booster", "rating"):
            found.append(visit)
    return [(visit.minute, visit.rated) for visit in reversed(found)]


def _suspected(ratings: list[tuple[int, int]], chart: Chart) -> bool:
    """Whether the newest contact is a rating that points to relapse, after an observed response."""
    if not ratings or chart.visits[-1].minute != ratings[-1][0]:
        return False
    responded = any(is_response(rated, chart.baseline) for _, rated in ratings[:-1])
    return responded and points_to_relapse(ratings[-1][1], chart.baseline)
