"""Boosters just before the predicted return: the minimum effective frequency, learned per patient.

From this patient's own chart only. Between infusions the rated score is taken to be

    b (1 - e exp(-t / tau)) + noise,    b the rated baseline, t days since the last infusion

with an unknown peak relief e and time constant tau. A small grid of both carries a prior (plain
numbers of the policy) and is updated by every rating since the induction (Bayes). The next booster
is booked for the day on which the posterior mean of the score reaches `target`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import model_validator

from sim.arrays import Floats
from sim.config.value import parameter
from sim.policy.boosters import Boosters, booster
from sim.policy.chart import Chart, Visit
from sim.policy.orders import INFUSIONS, Order
from sim.units import MINUTES_PER_DAY


class Grid(NamedTuple):
    """Every pair of a peak relief and a time constant, with its prior log probability."""

    peak: Floats
    tau_days: Floats
    log_prior: Floats


class PredictiveBoosters(Boosters):
    """Book the next booster for the day on which this patient's score is predicted to return."""

    kind: Literal["predictive"] = "predictive"
    target: float = parameter(
        9.0, "predicted score at which a booster is due", unit="points",
        source="just below the cut of 10", grade="D", gt=0, le=21,
    )  # fmt: skip
    shortest_days: float = parameter(
        14, "never shorter than this", unit="days", source="source text", grade="C", gt=0, le=3650
    )
    longest_days: float = parameter(
        84, "never longer than this", unit="days", source="reviews: up to 12 weeks", grade="C",
        gt=0, le=3650,
    )  # fmt: skip
    tau_median_days: float = parameter(
        45, "prior of the time constant of decay, median", unit="days",
        source="between the two calibrations", grade="C", gt=0, le=3650,
    )  # fmt: skip
    tau_sigma: float = parameter(
        0.9, "prior of the time constant, sd of its logarithm",
        source="spread within and between the calibrations", grade="C", gt=0, le=3,
    )  # fmt: skip
    noise_sd: float = parameter(
        2.7, "of one rating: noise and drift together", unit="points",
        source="root of 2.2^2 + 1.5^2", grade="C", gt=0, le=10,
    )  # fmt: skip

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.shortest_days > self.longest_days:
            raise ValueError(
                f"shortest_days = {self.shortest_days:g} must not exceed longest_days = "
                f"{self.longest_days:g}"
            )
        return self

    def rule(self) -> str:
        """Say in a sentence when a booster is given."""
        return (
            f"Predictive boosters: the day on which this patient's score is predicted to reach "
            f"{self.target:g}, from the chart alone, within {self.shortest_days:g} to "
            f"{self.longest_days:g} days."
        )

    def order(self, chart: Chart, last: Visit) -> Order:
        """Order the next booster for the day of the predicted return."""
        interval, score = self.interval(chart), f"{self.target:g}"
        why = f"a score of {score} is predicted for then"
        if interval <= self.shortest_days:
            why = f"a score of {score} or more is predicted, with {interval:g} days the shortest"
        elif interval >= self.longest_days:
            why = f"a score below {score} is predicted, with {interval:g} days the longest"
        return booster(chart, last, interval, self.late_days, why)

    def interval(self, chart: Chart) -> float:
        """Give the days from an infusion until the predicted score reaches the target, in bounds.

        The posterior mean of the score rises with time, so whole days are bisected.
        """
        grid, weight = self.posterior(chart)
        low, high = self.shortest_days, self.longest_days
        if self._score(grid, weight, chart.baseline, low) >= self.target:
            return low
        if self._score(grid, weight, chart.baseline, high) <= self.target:
            return high
        while high - low > 0.5:
            middle = (low + high) / 2
            if self._score(grid, weight, chart.baseline, middle) >= self.target:
                high = middle
            else:
                low = middle
        return float(round(low))

    def posterior(self, chart: Chart) -> tuple[Grid, Floats]:
        """Give the grid and the probability of each of its points after this chart's ratings."""
        grid = _grid(self.tau_median_days, self.tau_sigma)
        days, rated = _ratings(chart)
        expected = chart.baseline * (
            1 - grid.peak[:, None] * np.exp(-days[None, :] / grid.tau_days[:, None])
        )
        misses = ((rated[None, :] - expected) ** 2).sum(axis=1)
        log_weight = grid.log_prior - misses / (2 * self.noise_sd**2)
        weight = np.exp(log_weight - log_weight.max())
        return grid, weight / weight.sum()

    @staticmethod
    def _score(grid: Grid, weight: Floats, baseline: int, days: float) -> float:
        left = (weight * grid.peak * np.exp(-days / grid.tau_days)).sum()
        return float(baseline * (1 - left))


@lru_cache(maxsize=64)
def _grid(median: float, sigma: float) -> Grid:
    """Lay a grid of 10 peaks (flat prior) by 15 time constants (log-normal prior)."""
    steps = np.linspace(-2.5, 2.5, 15)
    peak, step = (values.ravel() for values in np.meshgrid(np.linspace(0.05, 0.95, 10), steps))
    return Grid(peak, median * np.exp(sigma * step), -0.5 * step**2)


def _ratings(chart: Chart) -> tuple[Floats, Floats]:
    """Days since the infusion before, and score, of every rating but those of the induction."""
    days: list[float] = []
    rated: list[int] = []
    infused: int | None = None
    for visit in chart.visits:
        if infused is not None and visit.kind in ("evaluation", "booster", "rating"):
            days.append((visit.minute - infused) / MINUTES_PER_DAY)
            rated.append(visit.rated)
        if visit.kind in INFUSIONS:
            infused = visit.minute
    return np.array(days), np.array(rated, dtype=float)
