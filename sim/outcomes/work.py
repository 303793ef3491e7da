"""How many chairs and staff are busy, and how many on duty, at each minute of a replication."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.clinic.hours import Calendar
from sim.clinic.rota import Resource
from sim.clinic.table import ClinicTable
from sim.outcomes.steps import Floats, Steps, excess, smaller
from sim.units import MINUTES_PER_DAY, NEVER

LOTS = 1e9  # more than are ever busy


class Work:
    """What the visits of a replication took of the clinic's capacity, between two minutes."""

    def __init__(
        self,
        clinic: ClinicTable,
        calendar: Calendar,
        visits: dict[str, NDArray[Any]],
        begin: int,
        horizon: int,
    ) -> None:
        self._clinic, self._calendar, self._visits = clinic, calendar, visits
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
        if number is None or self._clinic.is_steady:
            return None if number is None else self.open * number
        begin, horizon = self.span
        days = range(int(begin) // MINUTES_PER_DAY, -(-int(horizon) // MINUTES_PER_DAY))
        shifts = np.array(
            [
                (day * MINUTES_PER_DAY + start, day * MINUTES_PER_DAY + end, number or 0)
                for day in days
                for start, end, number in self._clinic.shifts(resource, self._calendar, day)
            ],
            dtype=float,
        ).reshape(-1, 3)
        begins, ends, numbers = shifts.T
        return Steps(np.clip(begins, *self.span), np.clip(ends, *self.span), numbers)

    def busy(self, resource: Resource) -> Steps:
        """Chairs taken (turnover included) or staff with patients; a nurse who watches in part."""
        if resource == "chairs":
            return self._between(("seated", "chair_free", 1), of="chair")
        if resource == "prescribers":
            return self._between(("seated", "left", 1), of="prescriber")
        nurse = self._clinic.nurse_shares()
        shares = self._between(
            ("prepare_start", "prepared", nurse.whole),
            ("prepared", "infusion_end", nurse.infusing),
            ("infusion_end", "ready", nurse.monitoring),
            ("discharge_start", "left", nurse.whole),
            of="nurse",
        )
        return shares * (1 / nurse.whole)

    def in_hours(self, resource: Resource, edges: Floats) -> tuple[Floats, Floats] | None:
        """Minutes busy, of those on duty, between neighbouring edges; None without limit."""
        duty = self.duty(resource)
        if duty is None:
            return None
        used = smaller(self.busy(resource), duty, edges)
        return used, smaller(duty, duty, edges)

    def beyond_duty(self, resource: Resource) -> float:
        """Minutes that whole staff were with patients beyond those on duty, closing time included.

        Two patients watched at once take one nurse, one patient takes one as well.
        """
        return excess(self._whole(resource), self.duty(resource) or self.open * LOTS, self.span)

    def after_hours(self, resource: Resource) -> float:
        """Minutes of these while the clinic was closed."""
        return excess(self._whole(resource), self.open * LOTS, self.span)

    def _whole(self, resource: Resource) -> Steps:
        return self.busy(resource).rounded_up()

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
