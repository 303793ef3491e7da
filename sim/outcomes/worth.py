"""What every day is worth: its utility, and the work that is lost on it, one row a patient.

    QALYs       = sum over noons of  u(score) (1 + r_q)^(-t / 365.25) / 365.25
    lost work   = sum over noons of  w(score) (1 + r_c)^(-t / 365.25)

with t the days from the beginning of the measured time to a noon, u the mapping in force and w what
is lost on a day in the score's band. Noons are those that `Days` counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.scales import band_of
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, NOON
from sim.welfare.economics_table import Economics, discounted

BUDGET_YEAR = 365
"""Days of a year of a budget, counted from the start date."""


class Worth(NamedTuple):
    """Sums over the noons of each patient that count."""

    qalys: Floats  # discounted
    qalys_untreated: Floats  # the same days without any infusion
    work_lost: Floats  # money, discounted
    work_lost_by_year: Floats  # money, not discounted; shape (patients, years of the budget)


class DayWeights:
    """What the noons of a run count for, by calendar day; nothing outside the measured time."""

    def __init__(self, economics: Economics, opens: int, begin: int, horizon: int) -> None:
        self.mapping, self.lost = economics.mapping, economics.lost_work.per_day()
        days = horizon // MINUTES_PER_DAY
        when = np.arange(2 * days + 1) * MINUTES_PER_DAY + NOON  # nobody has more days to come
        counted = (when >= begin) & (when < horizon)
        since = (when - begin) / MINUTES_PER_DAY
        self._costs = counted * discounted(economics.discount_costs, since)
        self._qalys = counted * discounted(economics.discount_qalys, since) / DAYS_PER_YEAR
        first = opens // MINUTES_PER_DAY
        years = first + BUDGET_YEAR * np.arange(-(-(days - first) // BUDGET_YEAR) + 1)
        self.years = np.clip(years, begin // MINUTES_PER_DAY, days)
        """Days on which the years of the budget begin and end, as far as they are measured."""

    def of_qalys(self, first: Ints, noons: int) -> Floats:
        """Give the weights of QALYs, shape (patients, noons), from each one's first day on."""
        return _windows(self._qalys, first, noons)

    def of_costs(self, first: Ints, noons: int) -> Floats:
        """Give likewise the weights of costs."""
        return _windows(self._costs, first, noons)


def _windows(weights: Floats, first: Ints, noons: int) -> Floats:
    return np.array([weights[day : day + noons] for day in first.tolist()]).reshape(-1, noons)


def worth_of(
    score: Floats, natural: Floats, first: Ints, present: Bools, weights: DayWeights
) -> Worth:
    """Value the days of some patients; scores are (patients, noons), the first on day `first`.

    `natural` is the score without any infusion. Nothing counts of those who are not `present`.
    """
    noons = score.shape[1]
    qalys, costs = weights.of_qalys(first, noons), weights.of_costs(first, noons)
    lost = weights.lost.take(band_of(score))
    so_far = np.zeros((len(score), noons + 1))
    np.cumsum(lost, axis=1, out=so_far[:, 1:])
    turns = np.clip(weights.years - first[:, None], 0, noons)
    by_year = np.diff(np.take_along_axis(so_far, turns, axis=1), axis=1)
    return Worth(
        qalys=_summed(weights.mapping.of(score), qalys, present),
        qalys_untreated=_summed(weights.mapping.of(natural), qalys, present),
        work_lost=_summed(lost, costs, present),
        work_lost_by_year=by_year * present[:, None],
    )


def _summed(values: Floats, weights: Floats, present: Bools) -> Floats:
    summed: Floats = np.einsum("ij,ij->i", values, weights) * present
    return summed
