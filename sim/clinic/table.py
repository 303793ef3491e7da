"""The table `[clinic]`: chairs, staff, hours, appointments and sessions."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.clinic.adverse import AdverseEvents
from sim.clinic.booking_rules import Booking, Slots, slots_for
from sim.clinic.hours import AROUND_THE_CLOCK, Always, Calendar, Hours, Opening
from sim.clinic.prices import Prices
from sim.clinic.rota import (
    ChairsOut,
    Closure,
    Resource,
    Shift,
    Staff,
    change_times,
    in_order,
    on_duty,
)
from sim.clinic.session import RouteSessions, Session
from sim.clinic.staffing import Shares, shares_of
from sim.config.value import Capacity, Unlimited, Value, parameter
from sim.distributions import Constant, Duration
from sim.units import MINUTES_PER_DAY

GROUPS_OF: dict[Resource, tuple[str, ...]] = {
    "chairs": ("induction", "booster"),
    "prescribers": ("assessment", "evaluation"),
}
"""Whose appointments are in the book of a resource."""
STAFF: tuple[Staff, ...] = ("nurses", "prescribers")
DEFAULT = "the default clinic: near binding for 4 referrals a week"


def places(capacity: int | str) -> int | None:
    """Turn a capacity of a scenario into a number, None for `"unlimited"`."""
    return None if isinstance(capacity, str) else capacity


class ClinicTable(Value):
    """The table `[clinic]`; `"unlimited"` removes a capacity and nothing else."""

    chairs: Capacity = parameter(3, "infusion chairs", unit="chairs", source=DEFAULT, grade="D")
    nurses: Capacity = parameter(
        2, "nurses on duty in all opening hours, but for the rota", unit="nurses", source=DEFAULT,
        grade="D",
    )  # fmt: skip
    prescribers: Capacity = parameter(
        1, "prescribers for assessment and evaluation", unit="prescribers", source=DEFAULT,
        grade="D",
    )  # fmt: skip
    chairs_per_nurse: int = parameter(
        2, "patients one nurse can watch at once while monitoring (1 at start and discharge)",
        unit="patients", source="assumption, 1 to 3 (no source found)", grade="D", ge=1, le=20,
    )  # fmt: skip
    chairs_per_nurse_infusing: int | None = parameter(
        None, "the same during the infusion, at most as many; empty: as while monitoring",
        unit="patients", source="assumption", grade="D", ge=1, le=20,
    )  # fmt: skip
    rota: tuple[Shift, ...] = parameter(
        (), 'exceptions to nurses and prescribers, such as { staff = "nurses", hours = '
        '"12:00-13:00", fewer = 1 } or number = 1, on some weekdays = ["friday"]; of entries that '
        "overlap the later one holds; unlimited staff stay so",
    )  # fmt: skip
    chairs_out: tuple[ChairsOut, ...] = parameter(
        (), "chairs out of order, such as { chairs = 1, first_day = 2026-03-02, last_day = "
        "2026-03-13 }",
    )  # fmt: skip
    hours: Hours | Always = parameter(
        Hours(), 'opening hours by weekday, or "always" (day and night)', source=DEFAULT, grade="D"
    )
    holidays: tuple[date, ...] = parameter((), "dates on which the clinic is closed", unit="dates")
    closures: tuple[Closure, ...] = parameter(
        (), "holidays of several days, such as { first_day = 2026-08-03, last_day = 2026-08-14 }"
    )
    waiting_places: Annotated[int, Field(ge=0, le=1_000_000)] | Unlimited = parameter(
        "unlimited", "seats for people who wait for a chair; whoever finds none free is blocked "
        "and lost", unit="places",
    )  # fmt: skip
    maximum_caseload: Annotated[int, Field(ge=1, le=1_000_000)] | Unlimited = parameter(
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
    adverse_events: AdverseEvents = AdverseEvents()
    prices: Prices = Prices()

    def session_by(self, route: str) -> Session:
        """Give the stages of a session by a route."""
        if route == "iv":
            return self.session
        session: Session = getattr(self.sessions, route)
        return session

    def planned_minutes(self, route: str) -> float:
        """Mean time that a session holds a chair: what the appointment book plans with.

        Adverse events are planned for at the risk of the sixth infusion and later ones.
        """
        session = self.session_by(route)
        extra = self.adverse_events.planned_minutes() if session.is_monitored else 0.0
        return session.planned_minutes() + extra

    def length_quantile(self, route: str, share: float) -> int:
        """Give the minutes after which a share of the route's sessions has ended (patient left)."""
        session, events = self.session_by(route), self.adverse_events
        risk = events.lasting_risk() if session.is_monitored else 0.0
        return session.length_quantile(share, events.extra_minutes, risk)

    def nurse_shares(self) -> Shares:
        """Give what a patient takes of a nurse's attention in each stage."""
        return shares_of(
            self.chairs_per_nurse, self.chairs_per_nurse_infusing or self.chairs_per_nurse
        )

    # ------------------------------------------------------------------ capacity by the clock

    def calendar(self, start: date) -> Calendar:
        """Give the calendar of a run that starts on a date: hours, holidays and closures."""
        closed = (day for closure in self.closures for day in closure.dates())
        return Calendar(self.hours, start, (*self.holidays, *closed))

    @property
    def is_steady(self) -> bool:
        """Whether there is as much capacity in every opening hour: no rota, no chairs out."""
        return not self.rota and not self.chairs_out

    def on_duty(self, resource: Resource, calendar: Calendar, day: int, minute: int) -> int | None:
        """Give the chairs in order or the staff on duty in a minute of a day; None: no limit.

        `day` counts from the calendar's start, `minute` from midnight.
        """
        number = places(getattr(self, resource))
        if number is None or self.is_steady:
            return number
        if resource == "chairs":
            return in_order(number, self.chairs_out, calendar.date_of(day * MINUTES_PER_DAY))
        return on_duty(self.rota, resource, number, calendar.weekday(day), minute)

    def shifts(
        self, resource: Resource, calendar: Calendar, day: int
    ) -> list[tuple[int, int, int | None]]:
        """Cut a day's opening hours where the number on duty changes: from, to (minutes), number.

        Nothing on a day on which the clinic is closed.
        """
        if not (opening := calendar.opening(day)):
            return []
        edges = _edges(opening, change_times(self.rota, resource, calendar.weekday(day)))
        return [
            (begins, ends, self.on_duty(resource, calendar, day, begins))
            for begins, ends in pairwise(edges)
        ]

    def planned_places(
        self, resource: Resource, calendar: Calendar, day: int, minute: int, minutes: int = 1
    ) -> int | None:
        """Give how many can be seen at a time, all through some minutes of a day; None: no limit.

        For chairs: those in order, but no more than the nurses then on duty can watch.
        """
        if resource == "chairs":
            chairs = self.on_duty("chairs", calendar, day, minute)
            watched = self._least("nurses", calendar.weekday(day), minute, minutes)
            watched = None if watched is None else watched * self.chairs_per_nurse
            limits = [limit for limit in (chairs, watched) if limit is not None]
            return min(limits, default=None)
        return self._least(resource, calendar.weekday(day), minute, minutes)

    def _least(self, staff: Staff, weekday: int, minute: int, minutes: int) -> int | None:
        """Give the least number of a staff on duty in a stretch of a weekday."""
        number = places(getattr(self, staff))
        if number is None or not self.rota:
            return number
        edges = _edges((minute, minute + minutes), change_times(self.rota, staff, weekday))
        return min(on_duty(self.rota, staff, number, weekday, at) for at in edges[:-1])

    def open_minutes(self) -> tuple[int, ...]:
        """Give the minutes that each weekday is open, Monday first; holidays aside."""
        week = AROUND_THE_CLOCK if self.hours == "always" else self.hours.week()
        return tuple(day[1] - day[0] if day else 0 for day in week)

    def bookable_minutes(self, resource: Resource, grid: int) -> tuple[int, ...]:
        """Give the longest stretch of each weekday that can be booked, Monday first.

        In whole slots of the grid from opening on; holidays and chairs out of order aside.
        """
        week = AROUND_THE_CLOCK if self.hours == "always" else self.hours.week()
        staff: Staff = "prescribers" if resource == "prescribers" else "nurses"
        return tuple(
            self._longest(staff, weekday, opening, grid) if opening else 0
            for weekday, opening in enumerate(week)
        )

    def _longest(self, staff: Staff, weekday: int, opening: Opening, grid: int) -> int:
        if not self.rota:
            return opening[1] - opening[0]
        longest = run = 0
        for slot in range(opening[0], opening[1] - grid + 1, grid):
            run = run + grid if self._least(staff, weekday, slot, grid) != 0 else 0
            longest = max(longest, run)
        return longest

    @model_validator(mode="after")
    def _monitoring_takes_no_more_nurses_than_infusing(self) -> Self:
        infusing = self.chairs_per_nurse_infusing
        if infusing is not None and infusing > self.chairs_per_nurse:
            raise ValueError(
                f"chairs_per_nurse_infusing = {infusing} must not be above chairs_per_nurse = "
                f"{self.chairs_per_nurse}: a patient needs no more watching after the infusion"
            )
        return self

    @model_validator(mode="after")
    def _somebody_is_on_duty_at_some_time(self) -> Self:
        for staff in STAFF:
            if max(self.bookable_minutes(staff, 1)) == 0:
                raise ValueError(
                    f"by the rota none of the {staff} is on duty in any opening hour of the week; "
                    "leave some on duty at some time"
                )
        return self

    @model_validator(mode="after")
    def _kept_places_leave_some_for_all(self) -> Self:
        if not isinstance(self.booking, Slots):
            return self
        for resource, groups in GROUPS_OF.items():
            for_good = [
                fence
                for fence in self.booking.ring_fenced
                if fence.kind in groups and fence.release_days == "never"
            ]
            number, kept = places(getattr(self, resource)), sum(one.places for one in for_good)
            if number is not None and 0 < len(for_good) < len(groups) and kept >= number:
                raise ValueError(
                    f"booking.ring_fenced never releases {kept} of {number} {resource}, which "
                    "leaves none for the others; keep fewer or give release_days"
                )
        return self

    @model_validator(mode="after")
    def _a_session_fits_into_a_day(self) -> Self:
        if not isinstance(self.booking, Slots):
            return self
        grid = self.booking.grid_minutes
        needs: dict[str, tuple[Resource, float]] = {
            "an infusion session": ("chairs", self.planned_minutes("iv")),
            "an assessment": ("prescribers", self.assessment_minutes.expectation()),
            "an evaluation": ("prescribers", self.evaluation_minutes.expectation()),
        }
        for name, (resource, minutes) in needs.items():
            planned = slots_for(minutes, grid) * grid
            longest = max(self.bookable_minutes(resource, grid))
            if planned > longest:
                raise ValueError(
                    f"{name} takes {planned} minutes as booked (its mean, rounded up to "
                    f"booking.grid_minutes = {grid}), but the longest day in hours"
                    f"{', breaks of the rota aside,' if self.rota else ''} is open for "
                    f"{longest}: no appointment could ever be made; open longer or shorten it"
                )
        return self


def _edges(span: Opening, within: list[int]) -> list[int]:
    """Give the ends of a stretch and the minutes within it at which something changes."""
    begins, ends = span
    return [begins, *(minute for minute in within if begins < minute < ends), ends]
