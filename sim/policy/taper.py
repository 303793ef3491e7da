"""Boosters that step down: lengthened and ended, or from twice weekly to every other week."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.config.value import parameter
from sim.policy.boosters import CUT, FIRST_BOOSTER, Boosters, booster, within
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Discharge, Order
from sim.scales import is_remission


class TaperBoosters(Boosters):
    """Lengthen the interval while the patient is well, and discharge after sustained remission."""

    kind: Literal["taper"] = "taper"
    first_days: float = parameter(
        14, "first interval", unit="days", source="assumption", grade="D", gt=0, le=3650
    )
    longest_days: float = parameter(
        84, "interval at which the taper ends", unit="days", source="reviews: up to 12 weeks",
        grade="C", gt=0, le=3650,
    )  # fmt: skip
    lengthen: float = parameter(
        1.5, "factor on the interval while well", source="assumption", grade="D", gt=1, le=10
    )
    low_rating: int = parameter(
        7, "a rating up to which the patient is well", unit="points", source="assumption",
        grade="D", ge=0, le=20,
    )  # fmt: skip
    high_rating: int = parameter(
        10, "a rating from which the taper goes one step back", unit="points", source=CUT,
        grade="C", ge=1, le=21,
    )  # fmt: skip
    sustained: int = parameter(
        2, "successive boosters at the longest interval rated in remission, then discharge",
        unit="boosters", source="assumption", grade="D", ge=1, le=100,
    )  # fmt: skip

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_days > self.longest_days:
            raise ValueError(
                f"first_days = {self.first_days:g} must not exceed longest_days = "
                f"{self.longest_days:g}"
            )
        if self.low_rating >= self.high_rating:
            raise ValueError(
                f"low_rating = {self.low_rating} must be below high_rating = {self.high_rating}"
            )
        return self

    def rule(self) -> str:
        """Say in a sentence when a booster is given."""
        return (
            f"Tapered boosters: first after {self.first_days:g} days, the interval times "
            f"{self.lengthen:g} while rated at most {self.low_rating}, up to "
            f"{self.longest_days:g} days; discharged after {self.sustained} in remission."
        )

    def order(self, chart: Chart, last: Visit) -> Order | Discharge:
        """Order the next booster of the taper, or its end."""
        if last.kind != "booster":
            return booster(chart, last, self.first_days, self.late_days, FIRST_BOOSTER)
        if self._sustained(chart):
            return Discharge("sustained remission")
        interval = last.interval_days
        why = f"rated above {self.low_rating} and below {self.high_rating}"
        if last.rated <= self.low_rating:
            interval *= self.lengthen
            why = f"rated at most {self.low_rating}"
        elif last.rated >= self.high_rating:
            interval /= self.lengthen
            why = f"rated at least {self.high_rating}"
        interval, why = within(interval, self.first_days, self.longest_days, why)
        return booster(chart, last, interval, self.late_days, why)

    def _sustained(self, chart: Chart) -> bool:
        newest = []
        for visit in chart.of_kind("booster"):
            newest.append(visit)
            if len(newest) == self.sustained:
                break
        return len(newest) == self.sustained and all(
            is_remission(visit.rated) and visit.interval_days >= self.longest_days
            for visit in newest
        )


class StepDownBoosters(Boosters):
    """Twice weekly, then weekly, then every other week, as long as remission holds.

    A step lasts `each` boosters at least; it is left downwards in remission, and taken back when
    the rating is high again.
    """

    kind: Literal["weekly_step_down"] = "weekly_step_down"
    steps_days: tuple[Annotated[float, Field(ge=1, le=3650)], ...] = parameter(
        (3.5, 7.0, 14.0), "interval of each step", unit="days",
        source="esketamine's schedule; source text", grade="B",
    )  # fmt: skip
    each: int = parameter(
        4, "boosters of a step before the next one", unit="boosters",
        source="esketamine's schedule (four weeks a phase)", grade="C", ge=1, le=100,
    )  # fmt: skip
    high_rating: int = parameter(
        10, "a rating from which the step is taken back", unit="points", source=CUT, grade="C",
        ge=5, le=21,
    )  # fmt: skip

    @model_validator(mode="after")
    def _steps_rise(self) -> Self:
        steps = self.steps_days
        if not steps or any(later <= step for step, later in pairwise(steps)):
            raise ValueError(f"steps_days = {list(steps)} must rise, and be one or more")
        return self

    def rule(self) -> str:
        """Say in a sentence when a booster is given."""
        steps = ", then ".join(f"{days:g}" for days in self.steps_days)
        return f"Boosters every {steps} days, a step down after {self.each} in remission."

    def order(self, chart: Chart, last: Visit) -> Order:
        """Order the next booster of this step, or the first of the next."""
        if last.kind != "booster":
            return booster(chart, last, self.steps_days[0], self.late_days, FIRST_BOOSTER)
        step, why = self._step_nearest(last.interval_days), "the step goes on"
        if last.rated >= self.high_rating:
            step, why = max(step - 1, 0), f"rated at least {self.high_rating}"
        elif is_remission(last.rated) and self._done(chart, last.interval_days):
            step = min(step + 1, len(self.steps_days) - 1)
            why = f"in remission after {self.each} of the step"
        return booster(chart, last, self.steps_days[step], self.late_days, why)

    def _step_nearest(self, interval_days: float) -> int:
        """Number of the step of this interval; of an interval ordered elsewhere, the nearest."""
        steps = self.steps_days
        return min(range(len(steps)), key=lambda step: abs(steps[step] - interval_days))

    def _done(self, chart: Chart, interval_days: float) -> bool:
        """Whether so many boosters in a row had this interval."""
        number = 0
        for visit in chart.of_kind("booster"):
            if visit.interval_days != interval_days:
                break
            number += 1
        return number >= self.each
