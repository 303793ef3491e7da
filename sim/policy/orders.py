"""What a policy can say: an order with a window, or a discharge."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "assessment", "induction", "evaluation", "booster", "reinduction", "rating", "missed"
]
"""`rating` is a remote one; a chart notes a rating that was not sent as `missed`."""

INFUSIONS = frozenset({"induction", "booster", "reinduction"})


ROUTES = ("iv", "im", "sc", "intranasal", "sublingual", "oral")


class Prescription(NamedTuple):
    """What an infusion brings: the route, the dose per kg of body weight, and where it is taken."""

    route: str
    dose_mg_kg: float
    home: bool = False


class Gap(NamedTuple):
    """Window of a later infusion of the same series, counted from the infusion before it."""

    days: int  # due so many days after
    late_days: int  # and may be so many days late
    early_days: int = 0  # or early, when one of the series was missed and the next is at hand


class Order(NamedTuple):
    """What is due and until when it still does what it is for; the clinic finds the time."""

    kind: Kind
    due: int  # minute
    latest: int  # minute
    prescription: Prescription | None = None  # of an infusion
    interval_days: float = 0.0  # ordered since the infusion before, for boosters
    series: tuple[Gap, ...] = ()  # infusions that are to follow this one
    early_days: int = 0  # how early an appointment already held for the series may be
    why: str = ""  # the rule's reason in a few words, as the record and `explain` tell it


class Discharge(NamedTuple):
    """The end of treatment, and why."""

    reason: str
