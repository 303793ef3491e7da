"""The table `[referrals]`: when people are referred, as minutes drawn before the first event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, create_model, field_validator, model_validator

from sim.arrays import Floats, Ints
from sim.config.errors import ScenarioError
from sim.config.value import Value, parameter
from sim.distributions import Distribution, Exponential
from sim.people.demand import (
    Forecast,
    When,
    at_random,
    evenly,
    forecast_of,
    minutes_at,
    shares_of_week,
)
from sim.streams import Purpose, Streams
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, MINUTES_PER_WEEK

MONTHS = 12


def _when() -> Any:
    return parameter("weekdays", "Monday to Friday 9-17 (`weekdays`), or day and night (`clock`)")


class _Shock(Value):
    """Some days on which more or fewer people are referred."""

    inline: ClassVar[bool] = True


_DATES: dict[str, Any] = {  # `from` is what a planner writes, and no name that Python allows
    "from": (date, parameter(..., "first day of a shock", unit="date")),
    "until": (date, parameter(..., "last day of a shock", unit="date")),
    "factor": (
        float, parameter(..., "multiplies the referrals of these days", ge=0, le=1000)
    ),
}  # fmt: skip


class Shock(create_model("_Dates", __base__=_Shock, **_DATES)):  # type: ignore[misc]
    """Some days, both ends included, on which referrals are multiplied by a factor."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until < self.begins:
            raise ValueError(f"until = {self.until} is before from = {self.begins}")
        return self

    @property
    def begins(self) -> date:
        """The first day."""
        day: date = getattr(self, "from")
        return day


class Poisson(Value):
    """Independent referrals by office hours or around the clock, at a rate known in advance."""

    kind: Literal["poisson"] = "poisson"
    per_week: float = parameter(
        4.0, "referrals a week, on average", unit="referrals/week", source="design of the default "
        "clinic: near binding", grade="D", ge=0, le=100_000,
    )  # fmt: skip
    when: When = _when()
    growth_per_year: float = parameter(
        0.0, "by which share the rate grows in a year (0.1 is 10 %), day by day from the start on",
        unit="share", source="a choice of the planner's", gt=-1, le=10,
    )  # fmt: skip
    seasonality: tuple[Annotated[float, Field(ge=0, le=1000)], ...] = parameter(
        (), "factors on the rate in January to December; empty: the same all year",
        source="a choice of the planner's",
    )  # fmt: skip
    shocks: tuple[Shock, ...] = parameter(
        (), "days with other rates, such as [{ from = 2026-07-01, until = 2026-08-31, "
        "factor = 0.5 }]; factors of shocks that overlap multiply",
    )  # fmt: skip

    @field_validator("seasonality")
    @classmethod
    def _a_year(cls, factors: tuple[float, ...]) -> tuple[float, ...]:
        if factors and len(factors) != MONTHS:
            raise ValueError(f"seasonality has {len(factors)} factors; give 12, January first")
        if factors and max(factors) == 0:
            raise ValueError("seasonality must not be 0 all year")
        return factors

    def daily(self, start: date, days: int, since: int = 0) -> Floats:
        """Expected referrals of each day from the start date on, shape (days,).

        `since` is the day on which there are `per_week`, from which on the rate grows.
        """
        expected = self.per_week * shares_of_week(self.when, start, 0, days)
        if self.growth_per_year:
            years = (np.arange(days) - since) / DAYS_PER_YEAR
            expected = expected * (1 + self.growth_per_year) ** years
        dates = np.datetime64(start, "D") + np.arange(days)
        if self.seasonality:
            month = dates.astype("datetime64[M]").astype(np.int64) % MONTHS
            expected = expected * np.array(self.seasonality)[month]
        for shock in self.shocks:
            hit = (dates >= np.datetime64(shock.begins)) & (dates <= np.datetime64(shock.until))
            expected = np.where(hit, shock.factor * expected, expected)
        return expected

    def daily_through(self, start: date, days: int, later: Sequence[tuple[int, Poisson]]) -> Floats:
        """Expected referrals of each day where other laws follow, shape (days,).

        A new rate is that of the day on which it begins to hold, and grows from there; a new growth
        goes on from the rate that was reached.
        """
        expected, law, since = self.daily(start, days), self, 0
        for day, then in later:
            if then.per_week != law.per_week:
                since = day
            elif then.growth_per_year != law.growth_per_year:
                grown = (1 + law.growth_per_year) ** ((day - since) / DAYS_PER_YEAR)
                then, since = then.model_copy(update={"per_week": law.per_week * grown}), day
            expected[day:] = then.daily(start, days, since)[day:]
            law = then
        return expected

    def expected(self, start: date, days: int) -> float:
        """Expected number of referrals of a run."""
        return float(self.daily(start, days).sum())

    def usual_per_week(self) -> float:
        """Referrals a week before the start: without growth or shock, mean over the year."""
        return self.per_week * float(np.mean(self.seasonality or (1.0,)))

    def minutes(
        self,
        streams: Streams,
        start: date,
        days: int,
        later: Sequence[tuple[int, Poisson]] = (),
    ) -> Ints:
        """Referral minutes before the horizon, floored to whole minutes, in order.

        `later` are the laws that hold from some days on, in order. None moves an earlier referral,
        and the n-th of the positions stays that of the n-th person.
        """
        daily = self.daily_through(start, days, later)
        positions = at_random(streams, float(daily.sum()), Purpose.REFERRAL_GAP)
        return minutes_at(positions, daily, self.when)


class ClosedCohort(Value):
    """A closed cohort, for trials: all at minute 0, or spread evenly at random over some days."""

    kind: Literal["cohort"] = "cohort"
    patients: int = parameter(100, "how many", unit="patients", ge=1, le=10_000_000)
    over_days: float = parameter(
        0.0, "referred within this many days of the start", unit="days", ge=0, le=36500
    )

    def minutes(self, streams: Streams, start: date, days: int) -> Ints:
        """Referral minutes before the horizon, in order."""
        spread = streams.uniform_per_patient(Purpose.REFERRAL_SPREAD, self.patients)
        minutes = np.floor(spread * self.over_days * MINUTES_PER_DAY).astype(np.int64)
        return np.sort(minutes[minutes < days * MINUTES_PER_DAY])

    def expected(self, start: date, days: int) -> float:
        """Expected number of referrals of a run."""
        return self.patients * (min(1.0, days / self.over_days) if self.over_days else 1.0)


class Interarrival(Value):
    """Referrals one after another, the time between two drawn from a distribution."""

    kind: Literal["interarrival"] = "interarrival"
    minutes_between: Distribution = parameter(
        Exponential(mean=2520.0), "time between two referrals", unit="minutes"
    )

    @property
    def when(self) -> When:
        """They come day and night."""
        return "clock"

    def expected(self, start: date, days: int) -> float:
        """Expected number of referrals of a run."""
        return days / 7 * self.usual_per_week()

    def usual_per_week(self) -> float:
        """Referrals a week before the start."""
        return MINUTES_PER_WEEK / self.minutes_between.expectation()

    def minutes(self, streams: Streams, start: date, days: int) -> Ints:
        """Referral minutes before the horizon, floored to whole minutes, in order."""
        horizon = days * MINUTES_PER_DAY
        generator = streams.generator(Purpose.REFERRAL_GAP)
        drawn: list[Floats] = []
        reached = 0.0
        while reached < horizon:
            uniform = np.maximum(generator.random(4096), 2.0**-54)
            gaps = np.maximum(self.minutes_between.quantile(uniform), 0.0)
            if not gaps.any():
                raise ScenarioError(
                    "referrals.minutes_between never lets time pass: every draw is 0 minutes; "
                    "give a distribution with a positive mean"
                )
            drawn.append(gaps)
            reached += float(gaps.sum())
        whole = np.floor(np.cumsum(np.concatenate(drawn))).astype(np.int64)
        return whole[whole < horizon]


class FromFile(Value):
    """Referrals as a forecast says, week by week or month by month."""

    kind: Literal["file"] = "file"
    file: str = parameter(
        ..., "a forecast: CSV or Parquet with the columns week (0, 1, 2 ... from the start date "
        "on, or the dates of its Mondays) or month (2026-03), and referrals, relative to this "
        "file", min_length=1,
    )  # fmt: skip
    exact: bool = parameter(
        False, "just as many as the forecast says, at random times; else at random around it "
        "(Poisson)",
    )  # fmt: skip
    beyond: Literal["last", "repeat", "none"] = parameter(
        "last", "what holds after the last week or month: its number, all of them again from the "
        "first, or no more referrals",
    )  # fmt: skip
    when: When = _when()

    def forecast(self) -> Forecast:
        """Read the file, whose faults are told all at once; the same file is read once."""
        return forecast_of(self.file, self.exact)

    def _daily(self, start: date, days: int) -> tuple[Floats, int]:
        """Expected referrals of each day, and the first of these days, 0 or before the start."""
        return self.forecast().daily(start, days, self.when, self.beyond)

    def expected(self, start: date, days: int) -> float:
        """Expected number of referrals of a run."""
        daily, first = self._daily(start, days)
        return float(daily[-first:].sum())

    def usual_per_week(self) -> float:
        """Referrals a week before the start: the mean of the first 13 weeks, or three months."""
        return self.forecast().usual_per_week()

    def minutes(self, streams: Streams, start: date, days: int) -> Ints:
        """Referral minutes before the horizon, floored to whole minutes, in order."""
        daily, first = self._daily(start, days)
        total = float(daily.sum())
        positions = (
            evenly(streams, total)
            if self.exact
            else at_random(streams, total, Purpose.REFERRAL_GAP)
        )
        minutes = minutes_at(positions, daily, self.when, first)
        return minutes[minutes >= 0]


Referrals = Annotated[Poisson | ClosedCohort | Interarrival | FromFile, Field(discriminator="kind")]
