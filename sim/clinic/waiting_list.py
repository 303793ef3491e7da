"""The list of people for whom no appointment was free: whose turn it is, by the rule in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from simpy import Event

from sim.clinic.booking_rules import Priority
from sim.policy.orders import Order


@dataclass(slots=True, eq=False)
class Request:
    """What somebody waits for: an appointment for an order, until they leave."""

    patient: int
    preferred: float  # 0..1 of the opening hours
    order: Order
    rated: int  # newest rating, all the clinic knows of the symptoms
    not_before: int  # minute
    leaves: int  # minute at which the person gives up
    since: int = 0  # minute at which they joined the list
    told: Event = field(init=False)  # brings the minute of the appointment, None to who has left


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
