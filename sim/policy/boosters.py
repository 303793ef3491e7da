"""Boosters: how the response is kept."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.config.value import Value, parameter
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Discharge, Order
from sim.units import MINUTES_PER_DAY, minutes_of

SOURCE = "source text (4-8 weeks; 2-3 weeks if symptoms return); reviews: up to 12 weeks"
CUT = "Spitzer 2006 (the cut that finds cases; as a sign of return indirect)"


class NoBoosters(Value):
    """Treatment ends with the induction."""

    phase: ClassVar[str] = "boosters"
    kind: Literal["none"] = "none"

    def describe(self) -> str:
        """Say the rule in a sentence."""
        return "No boosters."

    def next_order(self, chart: Chart) -> None:
        """Order nothing."""
        return


class Boosters(Value):
    """What all kinds share: a window, and giving up on people whom boosters never help."""

    phase: ClassVar[str] = "boosters"

    late_days: int = parameter(
        7, "how many days late a booster may come", unit="days", source="assumption", grade="D",
        ge=0, le=365,
    )  # fmt: skip
    give_up_after: Annotated[int, Field(ge=1, le=1000)] | Literal["never"] = parameter(
        3, "discharge after so many boosters if no rating from the first of them on was a "
        'response; "never": go on', unit="boosters", source="benefit is to be looked at again "
        "(esketamine's label; Sanacora 2017); the number is an assumption", grade="D",
    )  # fmt: skip

    def describe(self) -> str:
        """Say the rule in a sentence, and in another when a person is given up on."""
        if self.give_up_after == "never":
            return f"{self.rule()} They go on even where none ever brings a response."
        many = f"{self.give_up_after} booster{'s' * (self.give_up_after != 1)}"
        none = "no rating from the first of them on was a response"
        return f"{self.rule()} Discharged after {many} if {none}."

    def rule(self) -> str:
        """Say in a sentence when a booster is given."""
        raise NotImplementedError

    def next_order(self, chart: Chart) -> Order | Discharge | None:
        """Order what the kind orders, unless boosters have never helped; nothing before a dose."""
        if chart.last_infusion is None:
            return None
        after = self.give_up_after
        if after != "never" and never_brought_response(chart, after):
            return Discharge("no response to boosters")
        return self.order(chart, chart.last_infusion)

    def order(self, chart: Chart, last: Visit) -> Order | Discharge:
        """Order the next booster or rating of a patient whose newest infusion is `last`."""
        raise NotImplementedError


class FixedBoosters(Boosters):
    """One infusion every so many days, whatever the symptoms."""

    kind: Literal["fixed"] = "fixed"
    every_days: float = parameter(
        28, "from one infusion to the next", unit="days", source=SOURCE, grade="C", gt=0, le=3650
    )

    def rule(self) -> str:
        """Say in a sentence when a booster is given."""
        return f"Boosters every {self.every_days:g} days, whatever the rating."

    def order(self, chart: Chart, last: Visit) -> Order:
        """Order the next infusion, `every_days` after the last one."""
        why = "the interval is fixed, whatever the rating"
        return booster(chart, last, self.every_days, self.late_days, why)


class AdaptiveBoosters(Boosters):
    """The minimum effective frequency: closer when symptoms return, further apart while well.

    At a booster visit, rated before the infusion: at least `high_rating`, or at least `rise` above
    the rating after induction -> the interval shrinks; at most `low_rating` -> it grows; else it is
    kept. It steps the interval that was *ordered*, never the one a full clinic made of it.
    """

    kind: Literal["adaptive"] = "adaptive"
    first_days: float = parameter(
        28, "first interval, from the last infusion of the induction", unit="days", source=SOURCE,
        grade="C", gt=0, le=3650,
    )  # fmt: skip
    shortest_days: float = parameter(
        14, "never shorter than this", unit="days", source=SOURCE, grade="C", gt=0, le=3650
    )
    longest_days: float = parameter(
        84, "never longer than this", unit="days", source=SOURCE, grade="C", gt=0, le=3650
    )
    high_rating: int = parameter(
        10, "a rating from which symptoms have returned", unit="points", source=CUT, grade="C",
        ge=1, le=21,
    )  # fmt: skip
    rise: int = parameter(
        4, "or a rise above the rating after induction", unit="points",
        source="Toussaint 2020 (minimal important difference)", grade="B", ge=1, le=21,
    )  # fmt: skip
    low_rating: int = parameter(
        7, "a rating up to which the patient is well", unit="points", source="assumption",
        grade="D", ge=0, le=21,
    )  # fmt: skip
    shorten: float = parameter(
        0.7, "factor on the interval when symptoms have returned", source="assumption", grade="D",
        gt=0, le=1,
    )  # fmt: skip
    lengthen: float = parameter(
        1.2, "factor on the interval while the patient is well", source="assumption", grade="D",
        ge=1, le=10,
    )  # fmt: skip

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if not self.shortest_days <= self.first_days <= self.longest_days:
            raise ValueError(
                f"first_days = {self.first_days:g} must lie between shortest_days = "
                f"{self.shortest_days:g} and longest_days = {self.longest_days:g}"
            )
        if self.low_rating >= self.high_rating:
            raise ValueError(
                f"low_rating = {self.low_rating} must be below high_rating = {self.high_rating}"
            )
        return self

    def rule(self) -> str:
        """Say in a sentence when a booster is given."""
        return (
            f"Adaptive boosters: first after {self.first_days:g} days, then the interval times "
            f"{self.shorten:g} when rated at least {self.high_rating} or {self.rise} above the "
            f"rating after induction, times {self.lengthen:g} when rated at most "
            f"{self.low_rating}, within {self.shortest_days:g} to {self.longest_days:g} days."
        )

    def order(self, chart: Chart, last: Visit) -> Order:
        """Order the next infusion after an interval that the last rating lengthens or shortens."""
        if last.kind != "booster":
            return booster(chart, last, self.first_days, self.late_days, FIRST_BOOSTER)
        factor, why = self._factor(chart, last.rated)
        wanted = last.interval_days * factor
        interval, why = within(wanted, self.shortest_days, self.longest_days, why)
        return booster(chart, last, interval, self.late_days, why)

    def _factor(self, chart: Chart, rated: int) -> tuple[float, str]:
        """By what a rating at a booster multiplies the interval, and why."""
        if rated >= self.high_rating:
            return self.shorten, f"rated at least {self.high_rating}"
        after = rating_after_induction(chart)
        if rated - after >= self.rise:
            why = f"risen by at least {self.rise} from the {after} after induction"
            return self.shorten, why
        if rated <= self.low_rating:
            return self.lengthen, f"rated at most {self.low_rating}"
        return 1.0, f"rated above {self.low_rating} and below {self.high_rating}"


FIRST_BOOSTER = "the first booster"


def booster(chart: Chart, last: Visit, interval_days: float, late_days: int, why: str) -> Order:
    """Order a booster so many days after the last infusion."""
    due = last.minute + minutes_of(interval_days)
    latest = due + late_days * MINUTES_PER_DAY
    return Order("booster", due, latest, chart.maintenance, interval_days, why=why)


def within(wanted: float, shortest: float, longest: float, why: str) -> tuple[float, str]:
    """Keep an interval in its bounds; say so where they are what settles it."""
    if wanted < shortest:
        return shortest, f"{why}, with {shortest:g} days the shortest"
    if wanted > longest:
        return longest, f"{why}, with {longest:g} days the longest"
    return wanted, why


def rating_after_induction(chart: Chart) -> int:
    """Give the rating of the evaluation, else of the last infusion of the induction."""
    after = chart.last("evaluation") or chart.last("induction")
    return after.rated if after else chart.baseline


def never_brought_response(chart: Chart, boosters: int) -> bool:
    """Whether so many boosters were given and every rating since the first says: no response.

    The rating on the day of the first counts as well: who still responds then has shown benefit.
    Who was not rated after that day is not known to have none. Boosters of a past by script, from
    before the policy took over, count neither way.
    """
    given = rated = 0
    for visit in chart.visits:
        given += visit.kind == "booster" and visit.minute >= chart.taken_over
        if given and visit.kind in ("booster", "rating"):
            if chart.responds(visit):
                return False
            rated += 1
    return given >= boosters and rated > 1
