"""The table `[clinic]`: chairs, staff, hours, appointments and sessions."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.clinic.booking_rules import Booking, Slots, slots_for
from sim.clinic.hours import Calendar, Opening
from sim.clinic.opening_times import DEFAULT, OpeningTimes
from sim.clinic.prices import Prices
from sim.clinic.rota import (
    ChairsOut,
    Resource,
    Shift,
    Staff,
    StaffAway,
    away,
    change_times,
    edges,
    in_order,
    on_duty,
)
from sim.clinic.session import AdverseEvents, RouteSessions, Session
from sim.clinic.staff import PerChairs, StaffNumber, places, staffed
from sim.clinic.staffing import AttentionShares, shares_of
from sim.config.value import Capacity, Unlimited, parameter
from sim.distributions import Constant, Duration
from sim.units import MINUTES_PER_DAY

GROUPS_OF: dict[Resource, tuple[str, ...]] = {
    "chairs": ("induction", "booster"),
    "prescribers": ("assessment", "evaluation"),
}
"""Whose appointments are in the book of a resource."""
STAFF: tuple[Staff, ...] = ("nurses", "prescribers")
RESOURCES: tuple[Resource, ...] = ("chairs", *STAFF)


class ClinicTable(OpeningTimes):
    """The table `[clinic]`; `"unlimited"` removes a capacity and nothing else."""

    chairs: Capacity = parameter(3, "infusion chairs", unit="chairs", source=DEFAULT, grade="D")
    nurses: StaffNumber = parameter(
        PerChairs(chairs_each=1.5),
        "nurses on duty in all opening hours, but for the rota; a number, or one for every so many "
        "chairs, rounded up",
        unit="nurses", source="assumption: 2 nurses for 3 chairs", grade="D",
    )  # fmt: skip
    prescribers: StaffNumber = parameter(
        PerChairs(chairs_each=6), "prescribers for assessment and evaluation, likewise",
        unit="prescribers", source="assumption: 1 for up to 6 chairs", grade="D",
    )  # fmt: skip
    chairs_per_nurse: int = parameter(
        2, "patients one nurse can watch at once, one of whom she may prepare or discharge",
        unit="patients", source="assumption, 1 to 3 (no source found)", grade="D", ge=1, le=20,
    )  # fmt: skip
    chairs_per_nurse_infusing: int | None = parameter(
        None, "the same until the infusion ends, at most as many; so many are booked; empty: the "
        "same", unit="patients", source="assumption", grade="D", ge=1, le=20,
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
    staff_away: tuple[StaffAway, ...] = parameter(
        (), 'nurses or prescribers on leave, such as { staff = "nurses", number = 1, first_day = '
        "2026-03-02, last_day = 2026-04-10 }: fewer in all hours of these days, beside the rota",
    )  # fmt: skip
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

    def slots_needed(self, what: str, rules: Slots) -> tuple[int, int]:
        """Give the slots of an appointment, and at least so many from its start to closing.

        `what` is the route of a session, or "assessment" or "evaluation".
        """
        grid = rules.grid_minutes
        if what in GROUPS_OF["prescribers"]:
            talk: Duration = getattr(self, f"{what}_minutes")
            return (slots_for(talk.expectation(), grid),) * 2
        planned = slots_for(self.planned_minutes(what), grid)
        reach = slots_for(self.length_quantile(what, rules.ends_in_time_share), grid)
        return planned, max(planned, reach)

    def nurse_shares(self) -> AttentionShares:
        """Give what a patient takes of a nurse's attention in each stage."""
        return shares_of(self.chairs_per_nurse, self.watched_infusing)

    @property
    def watched_infusing(self) -> int:
        """Patients whom one nurse can watch at once during their infusions."""
        return self.chairs_per_nurse_infusing or self.chairs_per_nurse

    # ------------------------------------------------------------------ capacity by the clock

    def staffed(self, resource: Resource) -> int | None:
        """Give how many chairs or staff there are when nobody is away; None: no limit."""
        if resource == "chairs":
            return places(self.chairs)
        return staffed(getattr(self, resource), self.chairs)

    def places_at_most(self, resource: Resource) -> int | None:
        """Give how many can be booked at a time with all staff on duty; None: no limit."""
        number, nurses = self.staffed(resource), self.staffed("nurses")
        if resource != "chairs" or nurses is None:
            return number
        watched = nurses * self.watched_infusing
        return watched if number is None else min(number, watched)

    @property
    def is_steady(self) -> bool:
        """Whether there is as much capacity in every opening hour."""
        return not (self.rota or self.chairs_out or self.staff_away)

    def on_duty(self, resource: Resource, calendar: Calendar, day: int, minute: int) -> int | None:
        """Give the chairs in order or the staff on duty in a minute of a day; None: no limit.

        `day` counts from the calendar's start, `minute` from midnight.
        """
        number = self.staffed(resource)
        if number is None or self.is_steady:
            return number
        date = calendar.date_of(day * MINUTES_PER_DAY)
        if resource == "chairs":
            return in_order(number, self.chairs_out, date)
        there = on_duty(self.rota, resource, number, calendar.weekday(day), minute)
        return max(0, there - away(self.staff_away, resource, date))

    def shifts(
        self, resource: Resource, calendar: Calendar, day: int
    ) -> list[tuple[int, int, int | None]]:
        """Cut a day's opening hours where the number on duty changes: from, to (minutes), number.

        Nothing on a day on which the clinic is closed.
        """
        times = change_times(self.rota, resource, calendar.weekday(day))
        return [
            (begins, ends, self.on_duty(resource, calendar, day, begins))
            for opening in calendar.openings(day)
            for begins, ends in pairwise(edges(opening, times))
        ]

    def planned_places(
        self, resource: Resource, calendar: Calendar, day: int, minute: int, minutes: int = 1
    ) -> int | None:
        """Give how many can be seen at a time, all through some minutes of a day; None: no limit.

        For chairs: those in order, but no more than the nurses then on duty can watch during the
        infusion, so that the book never plans more than they can take.
        """
        if resource == "chairs":
            chairs = self.on_duty("chairs", calendar, day, minute)
            watched = self._there("nurses", calendar, day, minute, minutes)
            watched = None if watched is None else watched * self.watched_infusing
            limits = [limit for limit in (chairs, watched) if limit is not None]
            return min(limits, default=None)
        return self._there(resource, calendar, day, minute, minutes)

    def _there(
        self, staff: Staff, calendar: Calendar, day: int, minute: int, minutes: int
    ) -> int | None:
        """Give the least number of a staff on duty in a stretch of a day."""
        least = self._least(staff, calendar.weekday(day), minute, minutes)
        if least is None or not self.staff_away:
            return least
        date = calendar.date_of(day * MINUTES_PER_DAY)
        return max(0, least - away(self.staff_away, staff, date))

    def _least(self, staff: Staff, weekday: int, minute: int, minutes: int) -> int | None:
        """Give the least number of a staff on duty in a stretch of a weekday, nobody away."""
        number = self.staffed(staff)
        if number is None or not self.rota:
            return number
        ends = edges((minute, minute + minutes), change_times(self.rota, staff, weekday))
        return min(on_duty(self.rota, staff, number, weekday, at) for at in ends[:-1])

    def bookable_minutes(self, resource: Resource, grid: int) -> tuple[int, ...]:
        """Give the longest stretch of each weekday that can be booked, Monday first.

        In whole slots of the grid from opening on; holidays, chairs out of order and staff away
        aside.
        """
        staff: Staff = "prescribers" if resource == "prescribers" else "nurses"
        return tuple(
            max((self._longest(staff, weekday, opening, grid) for opening in openings), default=0)
            for weekday, openings in enumerate(self.week())
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
    def _no_more_are_away_than_there_are(self) -> Self:
        for entry in self.staff_away:
            number = self.staffed(entry.staff)
            if number is not None and entry.number > number:
                raise ValueError(
                    f"staff_away says that {entry.number} {entry.staff} are away, and there are "
                    f"{number}; at most all of them can be"
                )
        return self

    @model_validator(mode="after")
    def _kept_places_leave_some_for_all(self) -> Self:
        if not isinstance(self.booking, Slots):
            return self
        for resource, groups in GROUPS_OF.items():
            fences = [fence for fence in self.booking.ring_fenced if fence.kind in groups]
            for_good = [fence for fence in fences if fence.release_days == "never"]
            number, kept = self.places_at_most(resource), sum(one.places for one in fences)
            if number is None:
                continue
            if kept > number:
                each = " and ".join(f"{fence.places} for each {fence.kind}" for fence in fences)
                raise ValueError(
                    f"booking.ring_fenced keeps {each}, {kept} in all, but {resource} can be "
                    f"booked for {number} at a time; keep fewer"
                )
            kept = sum(one.places for one in for_good)
            if 0 < len(for_good) < len(groups) and kept >= number:
                raise ValueError(
                    f"booking.ring_fenced never releases {kept} of {number} {resource}, which "
                    "leaves none for the others; keep fewer or give release_days"
                )
        return self
