"""The table `[clinic.booking]`: how appointments are made, and who comes first for them."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.config.value import Unlimited, Value, parameter

Priority = Literal[
    "first_come", "induction_first", "most_severe_first", "longest_overdue_first"
]  # fmt: skip


class RingFence(Value):
    """Places kept for one kind of visit, and given to anybody when unused a few days ahead."""

    kind: Literal["induction", "booster", "assessment", "evaluation"] = parameter(
        "induction",
        "who may have them (a reinduction counts as an induction); inductions and boosters take "
        "chairs, assessments and evaluations prescribers",
    )
    places: int = parameter(
        1, "chairs, or prescribers, kept in every slot", unit="places",
        source="a choice of the clinic's", ge=1, le=1000,
    )  # fmt: skip
    release_days: Annotated[int, Field(ge=0, le=3650)] | Literal["never"] = parameter(
        2, 'released to anybody when still free so many days ahead, or "never"', unit="days",
        source="assumption", grade="D",
    )  # fmt: skip


class Slots(Value):
    """Appointments on a grid of start times, in the first free slot of an order's window."""

    kind: Literal["slots"] = "slots"
    grid_minutes: int = parameter(
        15, "start times lie this far apart; a planned length is rounded up to it",
        unit="minutes", source="assumption", grade="D", ge=1, le=240,
    )  # fmt: skip
    lead_days: int = parameter(
        1, "no appointment sooner than so many days ahead", unit="days", source="assumption",
        grade="D", ge=0, le=365,
    )  # fmt: skip
    horizon_days: Annotated[int, Field(ge=1, le=3650)] | Unlimited = parameter(
        84, "no appointment (of a series: its first) later than so many days ahead: who finds none "
        "waits on a list", unit="days", source="assumption (the longest interval of boosters)",
        grade="D",
    )  # fmt: skip
    series: Literal["together", "one_by_one"] = parameter(
        "together",
        "book a series at once, each infusion inside its gap, or start later; or one by one, which "
        "hides the queue inside the series",
    )
    priority: Priority = parameter(
        "first_come",
        "whose turn it is when several wait on the list: who has waited longest, inductions, the "
        "highest newest rating, or the longest past the due day",
    )
    ring_fenced: tuple[RingFence, ...] = parameter(
        (), "places kept for inductions, boosters, assessments or evaluations"
    )
    overbook_per_day: int = parameter(
        0, "sessions a day booked beyond the chairs, once a day is full, against no-shows",
        unit="sessions", source="a choice of the clinic's", ge=0, le=100,
    )  # fmt: skip
    infusions_per_day: Annotated[int, Field(ge=0, le=100_000)] | Unlimited = parameter(
        "unlimited", "sessions a day that are booked at most, whatever is free: what there is of "
        "the drug; 0 for none", unit="sessions", source="a choice of the clinic's",
    )  # fmt: skip
    ends_in_time_share: float = parameter(
        0.93, "share of the last sessions of a day that should end by closing, from which the last "
        "start follows; of days with c such sessions, this share to the power of c ends in time",
        unit="share", source="assumption (0.93: four days in five with 3 chairs)", grade="D", gt=0,
        lt=1,
    )  # fmt: skip

    @model_validator(mode="after")
    def _rules_fit(self) -> Self:
        if self.priority != "first_come" and self.horizon_days == "unlimited":
            raise ValueError(
                f'priority = "{self.priority}" is of no effect without a list of people who wait: '
                "give horizon_days a number"
            )
        if self.horizon_days != "unlimited" and self.horizon_days < self.lead_days:
            raise ValueError(
                f"horizon_days = {self.horizon_days} must be at least lead_days = {self.lead_days}"
            )
        kinds = [fence.kind for fence in self.ring_fenced]
        if len(set(kinds)) < len(kinds):
            raise ValueError(f"ring_fenced names {kinds}; give each kind once")
        return self


class WalkIn(Value):
    """No appointments: people come when an infusion is due, or when the clinic next opens."""

    kind: Literal["walk_in"] = "walk_in"


class NoBooking(Value):
    """No clinic in the way: an infusion starts the minute it is due, whatever the hours."""

    kind: Literal["none"] = "none"


Booking = Annotated[Slots | WalkIn | NoBooking, Field(discriminator="kind")]


def slots_for(minutes: float, grid: int) -> int:
    """Round a planned length up to slots of the grid, at least one."""
    return max(1, ceil(minutes / grid))
