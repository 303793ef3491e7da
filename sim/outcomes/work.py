"""How many chairs and staff are busy, and how many on duty, at each minute of a replication.

`Steps` are such numbers that change from minute to minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Columns, Floats
from sim.clinic.clinic_table import RESOURCES, STAFF
from sim.clinic.hours import Calendar
from sim.clinic.rota import Resource, Staff
from sim.model.eras import Stretch
from sim.units import MINUTES_PER_DAY, NEVER


class Steps:
    """The sum of stretches, each of which counts its weight from its begin until its end."""

    def __init__(self, begins: ArrayLike, ends: ArrayLike, weights: ArrayLike = 1.0) -> None:
        begins, ends = np.asarray(begins, dtype=float), np.asarray(ends, dtype=float)
        weights = np.broadcast_to(np.asarray(weights, dtype=float), begins.shape)
        self.minutes, where = np.unique(np.concatenate([begins, ends]), return_inverse=True)
        changes = np.bincount(where, np.concatenate([weights, -weights]), len(self.minutes))
        self.numbers: Floats = np.cumsum(changes, dtype=float)

    def at(self, minutes: Floats) -> Floats:
        """Give the number from each of these minutes on, until the next change."""
        rows = np.searchsorted(self.minutes, minutes, side="right") - 1
        numbers: Floats = np.append(self.numbers, 0.0)[rows]  # row -1: before the first change
        return numbers

    def until(self, minutes: Floats) -> Floats:
        """Integrate the numbers, in minutes, from their first change up to each of these."""
        if not len(self.minutes):
            return np.zeros(len(minutes))
        rows = np.searchsorted(self.minutes, minutes, side="right") - 1
        full = np.concatenate([[0.0], np.cumsum(self.numbers[:-1] * np.diff(self.minutes))])
        since = self.numbers[rows] * (minutes - self.minutes[rows])
        return np.where(rows < 0, 0.0, full[rows] + since)

    def area(self, edges: Floats) -> Floats:
        """Integrate the numbers, in minutes, between neighbouring edges (rising)."""
        return np.diff(self.until(edges))

    def __mul__(self, factor: float) -> Steps:
        """Multiply every number."""
        return self._with(self.numbers * factor)

    def larger(self, other: Steps) -> Steps:
        """Take the larger of two numbers at each minute."""
        both = Steps((), ())
        both.minutes = np.union1d(self.minutes, other.minutes)
        both.numbers = np.maximum(self.at(both.minutes), other.at(both.minutes))
        return both

    def rounded_up(self) -> Steps:
        """Round every number up to a whole one (sums of thirds to within 1e-9)."""
        return self._with(np.ceil(self.numbers - 1e-9).astype(float))

    def _with(self, numbers: Floats) -> Steps:
        other = Steps((), ())
        other.minutes, other.numbers = self.minutes, numbers
        return other


def smaller(one: Steps, other: Steps, edges: Floats) -> Floats:
    """Integrate the smaller of two numbers, in minutes, between neighbouring edges (rising)."""
    return _integral(one, other, edges, np.minimum)


def excess(busy: Steps, duty: Steps, span: Floats) -> float:
    """Integrate what one number exceeds the other by, in minutes, from span[0] to span[1]."""
    return float(_integral(busy, duty, span, _surplus)[0])


def _surplus(one: Floats, other: Floats) -> Floats:
    more: Floats = np.maximum(one - other, 0.0)
    return more


def _integral(
    one: Steps, other: Steps, edges: Floats, combined: Callable[[Floats, Floats], Floats]
) -> Floats:
    cuts = np.unique(np.concatenate([one.minutes, other.minutes, edges]))
    cuts = cuts[(cuts >= edges[0]) & (cuts <= edges[-1])]
    areas = combined(one.at(cuts), other.at(cuts))[:-1] * np.diff(cuts)
    stretch = np.searchsorted(edges, cuts[:-1], side="right") - 1
    total: Floats = np.bincount(stretch, areas, len(edges) - 1).astype(float)
    return total


def _shifts(stretch: Stretch, resource: Resource) -> Iterator[tuple[int, int, int]]:
    """Cut a stretch's opening hours where the number changes: from, to (minutes), number."""
    begin, end, clinic, calendar = stretch
    for day in range(begin // MINUTES_PER_DAY, -(-end // MINUTES_PER_DAY)):
        midnight = day * MINUTES_PER_DAY
        for since, until, number in clinic.shifts(resource, calendar, day):
            first, last = (min(max(midnight + at, begin), end) for at in (since, until))
            yield first, last, number or 0


LOTS = 1e9  # more than are ever busy


class Work:
    """What the visits of a replication took of the clinic's capacity, between two minutes."""

    def __init__(
        self,
        stretches: Sequence[Stretch],
        calendar: Calendar,
        visits: Columns,
        begin: int,
        horizon: int,
    ) -> None:
        """Set it up; `stretches` are the clinic of each part of that time, one after another."""
        self._stretches, self._calendar, self._visits = stretches, calendar, visits
        self._clinic = stretches[0].clinic  # for what cannot change in mid-run
        self._horizon = horizon
        self.span = np.array([begin, horizon], dtype=float)

    @cached_property
    def open(self) -> Steps:
        """1 while the clinic is open, 0 while it is closed."""
        begin, horizon = (int(minute) for minute in self.span)
        hours = np.array(self._calendar.open_intervals(begin, horizon), dtype=float).reshape(-1, 2)
        return Steps(hours[:, 0], hours[:, 1])

    def duty(self, resource: Resource) -> Steps | None:
        """Chairs in order or staff on duty, 0 while the clinic is closed; None without limit."""
        number = self._clinic.staffed(resource)
        if number is None:
            return None
        if len(self._stretches) == 1 and self._clinic.is_steady:
            return self.open * number
        shifts = np.array(
            [shift for stretch in self._stretches for shift in _shifts(stretch, resource)],
            dtype=float,
        ).reshape(-1, 3)
        begins, ends, numbers = shifts.T
        return Steps(begins, ends, numbers)

    @cached_property
    def busy(self) -> dict[Resource, Steps]:
        """Those of every resource that are taken or needed."""
        return {resource: self._busy(resource) for resource in RESOURCES}

    def _busy(self, resource: Resource) -> Steps:
        """Chairs taken (turnover included) or staff needed by patients; who watches in part.

        As many nurses as there are tasks one to one, or as the patients' shares of attention add up
        to: whichever is more, as a nurse leaves those whom she watches for a short task.
        """
        if resource == "chairs":
            return self._between(("seated", "chair_free", 1), of="chair")
        if resource == "prescribers":
            return self._between(("seated", "left", 1), of="prescriber")
        nurse = self._clinic.nurse_shares()
        tasks = self._between(
            ("prepare_start", "prepared", 1), ("discharge_start", "left", 1), of="nurse"
        )
        shares = self._between(
            ("prepare_start", "infusion_end", nurse.infusing),
            ("infusion_end", "left", nurse.monitoring),
            of="nurse",
        )
        return tasks.larger(shares * (1 / nurse.whole))

    def in_hours(self, resource: Resource, edges: Floats) -> tuple[Floats, Floats] | None:
        """Minutes busy, of those on duty, between neighbouring edges; None without limit."""
        duty = self.duty(resource)
        if duty is None:
            return None
        used = smaller(self.busy[resource], duty, edges)
        return used, smaller(duty, duty, edges)

    @cached_property
    def of_all(self) -> dict[Resource, tuple[float, float] | None]:
        """Likewise from begin to horizon, of every resource."""
        found = {resource: self.in_hours(resource, self.span) for resource in RESOURCES}
        return {
            resource: minutes and (float(minutes[0][0]), float(minutes[1][0]))
            for resource, minutes in found.items()
        }

    @cached_property
    def beyond_duty(self) -> dict[Staff, float]:
        """Likewise `beyond` from begin to horizon, of each staff."""
        return {staff: self.beyond(staff, self.span) for staff in STAFF}

    def beyond(self, staff: Staff, span: Floats) -> float:
        """Minutes that whole staff were with patients beyond those on duty, closing time included.

        Two patients watched at once take one nurse, one patient takes one as well; so do a task
        one to one and the others of one nurse's patients.
        """
        return excess(self._whole(staff), self.duty(staff) or self.open * LOTS, span)

    def beyond_each(self, staff: Staff, edges: Floats) -> Floats:
        """Give likewise the minutes between neighbouring edges (rising)."""
        duty = self.duty(staff) or self.open * LOTS
        return _integral(self._whole(staff), duty, edges, _surplus)

    def needed(self, staff: Staff) -> float:
        """Minutes that staff were needed from begin to horizon, on duty or not."""
        return float(self.busy[staff].area(self.span)[0])

    def after_hours(self, resource: Resource) -> float:
        """Minutes of these while the clinic was closed."""
        return excess(self._whole(resource), self.open * LOTS, self.span)

    def _whole(self, resource: Resource) -> Steps:
        return self.busy[resource].rounded_up()

    def _between(self, *stretches: tuple[str, str, int], of: str) -> Steps:
        """Add up stretches between two stages of the visits that used a resource.

        A stage that has not ended at the horizon counts up to it.
        """
        rows = self._visits[of] != NEVER
        begins, ends, weights = [], [], []
        for begin, end, weight in stretches:
            began = rows & (self._visits[begin] != NEVER)
            until = self._visits[end][began]
            begins.append(self._visits[begin][began])
            ends.append(np.where(until == NEVER, self._horizon, until))
            weights.append(np.full(len(until), weight))
        return Steps(np.concatenate(begins), np.concatenate(ends), np.concatenate(weights))
