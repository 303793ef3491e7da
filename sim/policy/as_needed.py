"""Boosters as needed: rated remotely every week, infused when the rating crosses a level."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from sim.config.value import parameter
from sim.policy.boosters import CUT, Boosters
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Order
from sim.units import MINUTES_PER_DAY, minutes_of

RATING_WINDOW = MINUTES_PER_DAY


class AsNeededBoosters(Boosters):
    """An infusion when a remote rating reaches `level`, and hysteresis against noise.

    After an infusion the next one needs a rating of at most `rearm` in between, or `rearm_days`
    since it: else one noisy score after another would order infusions. A rating that was missed is
    asked for again a week later.
    """

    kind: Literal["as_needed"] = "as_needed"
    level: int = parameter(
        10, "a remote rating from which an infusion is ordered", unit="points",
        source=CUT, grade="C", ge=1, le=21,
    )  # fmt: skip
    rearm: int = parameter(
        7, "after an infusion, a rating up to which the next may be ordered at once",
        unit="points", source="assumption", grade="D", ge=0, le=20,
    )  # fmt: skip
    rearm_days: float = parameter(
        28, "or so long after the last infusion", unit="days", source="assumption", grade="D",
        ge=0, le=3650,
    )  # fmt: skip
    shortest_days: float = parameter(
        14, "no two infusions closer than this", unit="days",
        source="source text (2-3 weeks if symptoms return)", grade="C", gt=0, le=3650,
    )  # fmt: skip
    rate_every_days: float = parameter(
        7, "between remote ratings", unit="days", source="source text (weekly)", grade="C", gt=0,
        le=365,
    )  # fmt: skip

    @model_validator(mode="after")
    def _hysteresis(self) -> Self:
        if self.rearm >= self.level:
            raise ValueError(f"rearm = {self.rearm} must be below level = {self.level}")
        return self

    def rule(self) -> str:
        """Say in a sentence when a booster is given."""
        return (
            f"Boosters as needed: rated remotely every {self.rate_every_days:g} days, an infusion "
            f"from a rating of {self.level} on, the next one after a rating of at most "
            f"{self.rearm} or {self.rearm_days:g} days."
        )

    def order(self, chart: Chart, last: Visit) -> Order:
        """Order an infusion if the newest rating asks for one, else the next rating."""
        newest = chart.visits[-1]
        if newest.kind == "rating" and newest.rated >= self.level and self._armed(chart, last):
            earliest = last.minute + minutes_of(self.shortest_days)
            due = max(newest.minute, earliest)
            latest = due + self.late_days * MINUTES_PER_DAY
            days = (due - last.minute) / MINUTES_PER_DAY
            why = f"rated remotely at least {self.level}"
            return Order("booster", due, latest, chart.maintenance, days, why=why)
        due = newest.minute + minutes_of(self.rate_every_days)
        why = f"rated remotely every {self.rate_every_days:g} days"
        return Order("rating", due, due + RATING_WINDOW, why=why)

    def _armed(self, chart: Chart, last: Visit) -> bool:
        """Whether symptoms were low since the last infusion, or long enough has passed."""
        if chart.visits[-1].minute - last.minute >= self.rearm_days * MINUTES_PER_DAY:
            return True
        for visit in reversed(chart.visits):
            if visit is last:
                return False
            if visit.kind in ("rating", "evaluation") and visit.rated <= self.rearm:
                return True
        return False
