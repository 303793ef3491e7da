"""The table `[referrals]`: when people are referred, as minutes drawn before the first event."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.config.errors import ScenarioError
from sim.config.value import Value, parameter
from sim.distributions import Distribution, Exponential
from sim.streams import Purpose, Streams
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK

Ints = NDArray[np.int64]

OFFICE_OPENS = 9 * MINUTES_PER_HOUR  # referrals by weekday come Monday to Friday, 9 to 17
OFFICE_MINUTES = 8 * MINUTES_PER_HOUR


class Poisson(Value):
    """Independent referrals at a constant rate, by office hours or around the clock."""

    kind: Literal["poisson"] = "poisson"
    per_week: float = parameter(
        4.0, "referrals a week, on average", unit="referrals/week", source="design of the default "
        "clinic: near binding", grade="D", gt=0, le=100_000,
    )  # fmt: skip
    when: Literal["weekdays", "clock"] = parameter(
        "weekdays", "Monday to Friday 9-17 (`weekdays`), or day and night (`clock`)"
    )

    def minutes(self, streams: Streams, start: date, days: int) -> Ints:
        """Referral minutes before the horizon, floored to whole minutes, in order."""
        expected = self.per_week * days / 7
        gaps = _unit_gaps(streams, expected + 10 * expected**0.5 + 20)
        weeks = np.cumsum(gaps) / self.per_week  # on the clock that runs only when referrals can
        if self.when == "clock":
            minutes = weeks * MINUTES_PER_WEEK
        else:
            minutes = _in_office_hours(weeks, start.weekday())
        whole = np.floor(minutes).astype(np.int64)
        return whole[whole < days * MINUTES_PER_DAY]


class Cohort(Value):
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


class Interarrival(Value):
    """Referrals one after another, the time between two drawn from a distribution."""

    kind: Literal["interarrival"] = "interarrival"
    minutes_between: Distribution = parameter(
        Exponential(mean=2520.0), "time between two referrals", unit="minutes"
    )

    def minutes(self, streams: Streams, start: date, days: int) -> Ints:
        """Referral minutes before the horizon, floored to whole minutes, in order."""
        horizon = days * MINUTES_PER_DAY
        generator = streams.generator(Purpose.REFERRAL_GAP)
        drawn: list[NDArray[np.float64]] = []
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


Referrals = Annotated[Poisson | Cohort | Interarrival, Field(discriminator="kind")]


def _unit_gaps(streams: Streams, count: float) -> NDArray[np.float64]:
    """Draw standard exponential gaps: a changed rate stretches them and shifts no draw."""
    uniform = streams.generator(Purpose.REFERRAL_GAP).random(int(count))
    return -np.log1p(-uniform)


def _in_office_hours(weeks: NDArray[np.float64], first_weekday: int) -> NDArray[np.float64]:
    """Map weeks of office time (5 days of 8 hours) to minutes since midnight of the start date."""
    office_days = np.floor(weeks * 5)
    within = weeks * 5 - office_days
    lost = min(first_weekday, 5)  # weekdays of the first week that are over before the start
    nth = office_days + lost
    calendar = np.floor(nth / 5) * 7 + nth % 5 - first_weekday
    minutes: NDArray[np.float64] = (
        calendar * MINUTES_PER_DAY + OFFICE_OPENS + within * OFFICE_MINUTES
    )
    return minutes
