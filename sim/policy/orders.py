"""What a policy can say: an order with a window, or a discharge."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["assessment", "induction", "evaluation", "booster", "rating"]

INFUSIONS = frozenset({"induction", "booster"})


class Prescription(NamedTuple):
    """What an infusion brings: the route, and the dose per kg of body weight."""

    route: str
    dose_mg_kg: float


class Gap(NamedTuple):
    """Window of a later infusion of the same series, counted from the infusion before it."""

    days: int  # due so many days after
    late_days: int  # and may be so many days late


class Order(NamedTuple):
    """What is due and until when it still does what it is for; the clinic finds the time."""

    kind: Kind
    due: int  # minute
    latest: int  # minute
    prescription: Prescription | None = None  # of an infusion
    interval_days: float = 0.0  # ordered since the infusion before, for boosters
    series: tuple[Gap, ...] = ()  # infusions that are to follow this one


class Discharge(NamedTuple):
    """The end of treatment, and why."""

    reason: str
