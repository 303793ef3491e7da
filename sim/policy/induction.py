"""Induction: the first series of infusions."""

from __future__ import annotations

from functools import cache
from itertools import islice, pairwise
from math import ceil
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.config.value import Value, parameter
from sim.policy.chart import Chart
from sim.policy.orders import Discharge, Gap, Order
from sim.scales import is_response
from sim.units import MINUTES_PER_DAY, midnight_of

PATTERNS: dict[str, tuple[int, ...]] = {
    "weekly": (7,),
    "twice_weekly": (3, 4),
    "thrice_weekly": (2, 2, 3),
    "every_other_day": (2,),
    "daily": (1,),
}
"""Days between infusions, repeated as long as the series lasts."""

ROUNDING = 1e-9
"""55 % of 20 points are 11, though in binary 0.55 * 20 is a little more."""

Pattern = Literal["weekly", "twice_weekly", "thrice_weekly", "every_other_day", "daily"]


class Induction(Value):
    """What all kinds share: the windows of the infusions."""

    phase: ClassVar[str] = "induction"

    late_days: int = parameter(
        3, "how many days later than its gap an infusion may come (closed days make this "
        "necessary)", unit="days", source="assumption", grade="D", ge=0, le=60,
    )  # fmt: skip
    early_days: int = parameter(
        1, "how many days early, after a missed one, the next of the series may be taken",
        unit="days", source="assumption", grade="D", ge=0, le=60,
    )  # fmt: skip
    start_within_days: int = parameter(
        14, "wait from the assessment to the first infusion that is aimed at", unit="days",
        source="assumption", grade="D", ge=0, le=3650,
    )  # fmt: skip


class FixedInduction(Induction):
    """The same number of infusions for everybody, on a pattern of days."""

    kind: Literal["fixed"] = "fixed"
    infusions: int = parameter(
        6, "how many", unit="infusions", source="McInnes 2022; the source text: 4-7 in 2-3 weeks",
        grade="B", ge=1, le=60,
    )  # fmt: skip
    days: Pattern | tuple[Annotated[int, Field(ge=0, le=3650)], ...] = parameter(
        "twice_weekly",
        "when: a named pattern, or the day of each infusion counted from the first (day 0)",
        source="twice and thrice weekly did equally well in a trial in depression (Singh 2016)",
        grade="B",
    )

    @model_validator(mode="before")
    @classmethod
    def _count_the_days(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("days"), list | tuple):
            return {"infusions": len(data["days"]), **data}
        return data

    @model_validator(mode="after")
    def _days_fit(self) -> Self:
        if isinstance(self.days, str):
            return self
        if len(self.days) != self.infusions:
            raise ValueError(
                f"infusions = {self.infusions}, but days lists {len(self.days)}; "
                "give as many days as infusions, or leave infusions out"
            )
        if self.days[0] != 0 or any(later <= day for day, later in pairwise(self.days)):
            raise ValueError(
                f"days = {list(self.days)} must start at 0 and rise by at least 1 each time"
            )
        return self

    def describe(self) -> str:
        """Say the rule in a sentence."""
        when = "on days " + ", ".join(map(str, self.days))
        if isinstance(self.days, str):
            when = self.days.replace("_", " ")
        return (
            f"Induction of {self.infusions} infusions, {when}, each at most {self.late_days} days "
            "late."
        )

    def gaps(self) -> tuple[Gap, ...]:
        """Give the windows of the second and later infusions."""
        return _gaps(self.infusions, self.days, self.late_days, self.early_days)

    def next_order(self, chart: Chart) -> Order | None:
        """Order the next infusion of the series, or nothing once it is complete."""
        done = chart.count("induction")
        if done >= self.infusions:
            return None
        gaps, why = self.gaps(), f"infusion {done + 1} of {self.infusions}"
        if done == 0:
            return first_infusion(chart, self.start_within_days, gaps, why)
        return in_series(chart, gaps[done - 1], gaps[done:], why)


@cache
def _gaps(
    infusions: int, days: str | tuple[int, ...], late_days: int, early_days: int
) -> tuple[Gap, ...]:
    if isinstance(days, str):
        steps = PATTERNS[days]
        between = [steps[number % len(steps)] for number in range(infusions - 1)]
    else:
        between = [later - day for day, later in pairwise(days)]
    return tuple(Gap(days, late_days, min(early_days, days - 1)) for days in between)


class InductionToResponse(Induction):
    """As many infusions as it takes: stop on response, extend slow responders, give up in vain.

    Rated before each infusion, from the `minimum` on. With a known comorbid condition the response
    must be seen twice in a row, as all symptoms count and the others lag behind.
    """

    kind: Literal["to_response"] = "to_response"
    minimum: int = parameter(
        4, "infusions that everybody gets", unit="infusions", source="source text: 4-7",
        grade="C", ge=1, le=60,
    )  # fmt: skip
    maximum: int = parameter(
        8, "infusions after which the evaluation decides", unit="infusions",
        source="range of what was tried: 4-8 in 7-28 days", grade="C", ge=1, le=60,
    )  # fmt: skip
    days: Pattern = parameter(
        "twice_weekly", "when: a named pattern",
        source="twice and thrice weekly did equally well in a trial in depression (Singh 2016)",
        grade="B",
    )  # fmt: skip
    futility_after: int = parameter(
        4, "infusions after which those who are hardly better stop", unit="infusions",
        source="Transl Psychiatry 2024 s41398-024-03027-2 (sensitivity > 90 %)", grade="B", ge=1,
        le=60,
    )  # fmt: skip
    futility_below: float = parameter(
        0.20, "hardly better: rated improvement below this", unit="share",
        source="Transl Psychiatry 2024 s41398-024-03027-2", grade="B", ge=0, le=1,
    )  # fmt: skip
    count_all_symptoms: bool = parameter(
        True, "with a comorbid condition, ask for two ratings in response in a row",
        source="source text; the rule itself is an assumption", grade="D",
    )  # fmt: skip

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"minimum = {self.minimum} must not exceed maximum = {self.maximum}")
        return self

    def describe(self) -> str:
        """Say the rule in a sentence."""
        return (
            f"Induction of {self.minimum} to {self.maximum} infusions, "
            f"{self.days.replace('_', ' ')}, until the rated response; less than "
            f"{self.futility_below:.0%} better after {self.futility_after} ends it."
        )

    def gaps(self) -> tuple[Gap, ...]:
        """Give the windows of the second and later infusions, of a course of maximal length."""
        return _gaps(self.maximum, self.days, self.late_days, self.early_days)

    def next_order(self, chart: Chart) -> Order | None:
        """Order the next infusion, or nothing once the course has done what it can."""
        done = chart.count("induction")
        if done == 0:
            series, why = self.gaps()[: self.minimum - 1], f"infusion 1 of at least {self.minimum}"
            return first_infusion(chart, self.start_within_days, series, why)
        if chart.last("evaluation") or done >= self.maximum or self._finished(chart, done):
            return None
        gaps = self.gaps()
        return in_series(chart, gaps[done - 1], gaps[done : self.minimum - 1], self._why(chart))

    def _why(self, chart: Chart) -> str:
        """Say why the course goes on."""
        last = chart.last_infusion
        if (number := chart.count("induction") + 1) <= self.minimum:
            return f"infusion {number} of at least {self.minimum}"
        if last is not None and chart.responds(last):
            return "a response must be seen twice, as another condition is known"
        return f"no response yet, of {self.maximum} infusions at most"

    def _finished(self, chart: Chart, done: int) -> bool:
        ratings = [visit.rated for visit in islice(chart.of_kind("induction"), 2)]
        enough = 2 if self.count_all_symptoms and chart.comorbid else 1
        if done >= self.minimum and len(ratings) >= enough:
            responded = all(is_response(rated, chart.baseline) for rated in ratings[:enough])
            if responded:
                return True
        least = ceil(self.futility_below * chart.baseline - ROUNDING)  # whole points
        hopeless = chart.baseline - ratings[0] < least
        return done >= self.futility_after and hopeless


class NoInduction(Value):
    """No infusions at all: for `usual_care` and the natural course."""

    phase: ClassVar[str] = "induction"
    kind: Literal["none"] = "none"

    def describe(self) -> str:
        """Say the rule in a sentence."""
        return "No infusions."

    def next_order(self, chart: Chart) -> Discharge:
        """Discharge at once."""
        return Discharge("no infusions")


def first_infusion(chart: Chart, within_days: int, series: tuple[Gap, ...], why: str) -> Order:
    """Order the first infusion: due since the assessment, or else since the referral."""
    seen = chart.last("assessment")
    due = seen.minute if seen else chart.referred
    latest = due + within_days * MINUTES_PER_DAY
    return Order("induction", due, latest, chart.prescription, series=series, why=why)


def in_series(chart: Chart, gap: Gap, series: tuple[Gap, ...], why: str) -> Order:
    """Order an infusion of induction some days after the last one, others to follow it."""
    last = chart.last_infusion
    assert last is not None
    due = last.minute + gap.days * MINUTES_PER_DAY
    latest = midnight_of(due) + (gap.late_days + 1) * MINUTES_PER_DAY - 1
    early, dose = gap.early_days, chart.prescription
    return Order("induction", due, latest, dose, series=series, early_days=early, why=why)
