"""The table `[clinic]`: chairs, staff, hours, appointments and sessions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.clinic.booking import Places
from sim.clinic.booking_rules import Booking, Slots, slots_for
from sim.clinic.hours import AROUND_THE_CLOCK, Always, Calendar, Hours
from sim.clinic.prices import Prices
from sim.clinic.session import RouteSessions, Session
from sim.config.value import Capacity, Unlimited, Value, parameter
from sim.distributions import Constant, Duration

DEFAULT = "the default clinic: near binding for 4 referrals a week"


def places(capacity: int | str) -> int | None:
    """Turn a capacity of a scenario into a number, None for `"unlimited"`."""
    return None if isinstance(capacity, str) else capacity


class ClinicTable(Value):
    """The table `[clinic]`; `"unlimited"` removes a capacity and nothing else."""

    chairs: Capacity = parameter(3, "infusion chairs", unit="chairs", source=DEFAULT, grade="D")
    nurses: Capacity = parameter(
        2, "nurses on duty in all opening hours", unit="nurses", source=DEFAULT, grade="D"
    )
    prescribers: Capacity = parameter(
        1, "prescribers for assessment and evaluation", unit="prescribers", source=DEFAULT,
        grade="D",
    )  # fmt: skip
    chairs_per_nurse: int = parameter(
        2, "patients one nurse can watch at once while monitoring (1 at start and discharge)",
        unit="patients", source="assumption, 1 to 3 (no source found)", grade="D", ge=1, le=20,
    )  # fmt: skip
    hours: Hours | Always = parameter(
        Hours(), 'opening hours by weekday, or "always" (day and night)', source=DEFAULT, grade="D"
    )
    holidays: tuple[date, ...] = parameter((), "dates on which the clinic is closed", unit="dates")
    waiting_places: Annotated[int, Field(ge=0)] | Unlimited = parameter(
        "unlimited", "seats for people who wait for a chair; whoever finds none free is blocked "
        "and lost", unit="places",
    )  # fmt: skip
    maximum_caseload: Capacity = parameter(
        "unlimited",
        "people in treatment at a time; beyond it new inductions wait on the list",
        unit="patients",
    )
    assessment_minutes: Duration = parameter(
        Constant(value=60), "with the prescriber", unit="minutes", source="assumption", grade="D"
    )
    evaluation_minutes: Duration = parameter(
        Constant(value=30), "with the prescriber", unit="minutes", source="assumption", grade="D"
    )
    booking: Booking = Slots()
    session: Session = Session()
    sessions: RouteSessions = RouteSessions()
    prices: Prices = Prices()

    def session_by(self, route: str) -> Session:
        """Give the stages of a session by a route."""
        if route == "iv":
            return self.session
        session: Session = getattr(self.sessions, route)
        return session

    def planned(self, resource: str, calendar: Calendar) -> Places:
        """Give how many sessions or talks may be booked at a time, by day and minute of the day.

        No more chairs than the nurses can watch.
        """
        watched = None if self.nurses == "unlimited" else self.nurses * self.chairs_per_nurse
        limits = {"chairs": (places(self.chairs), watched)}
        own = limits.get(resource, (places(self.prescribers),))
        least = min((limit for limit in own if limit is not None), default=None)
        return lambda day, minute: least

    def room_for_last(self, route: str, share: float) -> float:
        """Minutes that the last session of a day by a route is given until closing."""
        return self.session_by(route).planned_minutes()

    def open_minutes(self) -> tuple[int, ...]:
        """Give the minutes that each weekday is open, Monday first; holidays aside."""
        week = AROUND_THE_CLOCK if self.hours == "always" else self.hours.week()
        return tuple(day[1] - day[0] if day else 0 for day in week)

    @model_validator(mode="after")
    def _a_session_fits_into_a_day(self) -> Self:
        if not isinstance(self.booking, Slots):
            return self
        longest = max(self.open_minutes())
        grid = self.booking.grid_minutes
        needs = {
            "an infusion session": self.session.planned_minutes(),
            "an assessment": self.assessment_minutes.expectation(),
            "an evaluation": self.evaluation_minutes.expectation(),
        }
        for name, minutes in needs.items():
            planned = slots_for(minutes, grid) * grid
            if planned > longest:
                raise ValueError(
                    f"{name} takes {planned} minutes as booked (its mean, rounded up to "
                    f"booking.grid_minutes = {grid}), but the longest day in hours is open for "
                    f"{longest}: no appointment could ever be made; open longer or shorten it"
                )
        return self
