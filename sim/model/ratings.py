"""Remote ratings of one patient: those by protocol, and those that a policy orders."""

from __future__ import annotations

from collections.abc import Sequence

from sim.clinic.visit import DONE, MISSED, VisitRow
from sim.model.record import Record
from sim.people.patient import Patient
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Order
from sim.units import NEVER


class RemoteRatings:
    """Rates a patient from afar.

    By protocol a rating falls due so long after the end of each infusion, unless the next one comes
    first. It is a fact of patient and minute alone, so it needs no event of its own: what has
    fallen due is written down before the patient is seen again.
    """

    def __init__(
        self, patient: Patient, chart: Chart, record: Record, delays: Sequence[int]
    ) -> None:
        self._patient = patient
        self._chart = chart
        self._record = record
        self._delays = delays  # in minutes, from the end of an infusion
        self._due: list[int] = []
        self._asked = 0  # that a policy ordered

    def follow(self, delays: Sequence[int]) -> None:
        """Count other delays, from the end of the next infusion on."""
        self._delays = delays

    def after_infusion(self, ended: int) -> None:
        """Count the protocol's delays from the end of an infusion; those before are over."""
        if self._delays:
            self._due = [ended + delay for delay in self._delays]

    def up_to(self, minute: int) -> None:
        """Write down the ratings by protocol that have fallen due at a minute."""
        while self._due and self._due[0] <= minute:
            due = self._due.pop(0)
            order = Order("rating", due, due, why="so long after an infusion, by protocol")
            visit = self._record.ordered(self._patient.number, order, due)
            visit.arrived = visit.left = due
            self._rate(visit, due)
            self._record.over(visit)

    def to_the_last(self) -> None:
        """Write down all that are still to come."""
        self.up_to(max(self._due, default=0))

    def ordered(self, visit: VisitRow, now: int) -> None:
        """Be asked for a rating by a policy; some are never sent."""
        visit.left = now
        self._asked += 1
        if self._patient.misses_rating(self._asked):
            visit.status = MISSED
            self._chart.add(Visit("missed", now, NEVER))
        else:
            self._patient.learns(now, self._rate(visit, now))

    def _rate(self, visit: VisitRow, minute: int) -> int:
        visit.true_before, rated = self._patient.scores(minute)
        visit.rated_before, visit.status = rated, DONE
        self._chart.add(Visit("rating", minute, rated))
        return rated
