"""The list of people for whom no appointment was free: whose turn it is, by the rule in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.clinic.booking_rules import Priority
from sim.clock import Sleeper
from sim.policy.orders import Order


class Request:
    """What somebody waits for: an appointment for an order, until they leave."""

    __slots__ = ("asleep", "leaves", "not_before", "order", "patient", "preferred", "rated",
                 "since")  # fmt: skip

    def __init__(
        self,
        patient: int,
        preferred: float,
        order: Order,
        rated: int,
        not_before: int,
        leaves: int,
        since: int = 0,
    ) -> None:
        self.patient = patient
        self.preferred = preferred  # 0..1 of the opening hours
        self.order = order
        self.rated = rated  # newest rating, all the clinic knows of the symptoms
        self.not_before = not_before  # minute
        self.leaves = leaves  # minute at which the person gives up
        self.since = since  # minute at which they joined the list
        self.asleep: Sleeper | None = None  # woken with the minute, or None once they have left


PRIORITIES: dict[Priority, Callable[[Request], tuple[float, ...]]] = {
    "first_come": lambda request: (),
    "induction_first": lambda request: (request.order.kind != "induction",),
    "most_severe_first": lambda request: (-request.rated,),
    "longest_overdue_first": lambda request: (request.order.due,),
}
"""The lowest comes first; among equals whoever has waited longest, then the lowest number."""


def in_turn(waiting: Iterable[Request], priority: Priority) -> list[Request]:
    """Put people in the order in which they are offered what is free."""
    rule = PRIORITIES[priority]
    return sorted(waiting, key=lambda one: (*rule(one), one.since, one.patient))
