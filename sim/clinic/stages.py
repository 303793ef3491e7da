"""The draws of infusion sessions: how long each stage takes, and adverse events, by infusion."""

from __future__ import annotations

from collections.abc import Callable

from sim.arrays import Floats
from sim.clinic.session import COURSE, AdverseEvents, Session
from sim.distributions import Constant, Duration
from sim.per_use import PerUse, RealPerUse
from sim.streams import Purpose, Streams
from sim.units import whole_minutes

Draw = Callable[[int, int], int]  # (patient, k-th use) -> whole minutes

NONE, EPISODE, TREATED = 0, 1, 2
"""What the record's column `adverse` says of an infusion."""


class Stages:
    """The draws of one route's session, by (patient, k-th infusion)."""

    __slots__ = ("discharge", "infuse", "is_monitored", "monitor", "prepare", "turnover")

    def __init__(self, session: Session, streams: Streams) -> None:
        self.is_monitored = session.is_monitored
        self.prepare = draws_of_duration(session.prepare_minutes, streams, Purpose.PREPARE)
        self.infuse = draws_of_duration(session.infuse_minutes, streams, Purpose.INFUSE)
        self.monitor = draws_of_duration(session.monitor_minutes, streams, Purpose.MONITOR)
        self.discharge = draws_of_duration(session.discharge_minutes, streams, Purpose.DISCHARGE)
        self.turnover = draws_of_duration(session.turnover_minutes, streams, Purpose.TURNOVER)


def draws_of_duration(duration: Duration, streams: Streams, purpose: Purpose) -> Draw:
    """Give the draws of a duration by (patient, k-th use), in whole minutes, rounded half up."""
    if isinstance(duration, Constant):
        minutes = whole_minutes(duration.value)
        return lambda patient, use: minutes

    def scaled(uniform: Floats) -> Floats:
        values: Floats = duration.quantile(uniform)
        return values

    return PerUse(streams, purpose, scaled)


class Episodes:
    """The throws of one replication, by (patient, k-th infusion)."""

    __slots__ = ("_risks", "_thrown", "_treated", "_treated_share")

    def __init__(self, events: AdverseEvents, streams: Streams) -> None:
        self._risks = [events.risk(use) for use in range(COURSE)]
        self._treated_share = events.treated_share
        self._thrown = RealPerUse(streams, Purpose.ADVERSE_EVENT)
        self._treated = RealPerUse(streams, Purpose.ADVERSE_TREATED)

    def __call__(self, patient: int, use: int) -> int:
        """Say NONE, EPISODE or TREATED."""
        if self._thrown(patient, use) >= self._risks[min(use, COURSE - 1)]:
            return NONE
        treated = self._treated(patient, use) < self._treated_share
        return TREATED if treated else EPISODE
