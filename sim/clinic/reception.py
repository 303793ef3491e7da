"""The reception: makes, keeps and strikes out appointments, and knows who waits for one."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

from sim.clinic.book import Appointment, Book, Fence, PlacesByMinute
from sim.clinic.book_page import Need
from sim.clinic.booking_rules import RingFence, Slots, WalkIn
from sim.clinic.clinic_table import GROUPS_OF, ClinicTable
from sim.clinic.hours import Calendar
from sim.clinic.rota import Resource
from sim.clinic.waiting_list import Request, in_turn
from sim.clock import Clock, Process, Until
from sim.policy.orders import INFUSIONS, Order
from sim.units import MINUTES_PER_DAY, midnight_of

APPOINTMENT = ("patient", "kind", "start", "minutes", "overbooked", "made", "ended", "end")
MADE, ENDED, END = (APPOINTMENT.index(name) for name in ("made", "ended", "end"))
MOVED, CALLED_OFF, KEPT = "moved", "cancelled", "done"
GROUPS = {"reinduction": "induction"}
"""Whose ring-fenced places a kind of visit may have, where it is not its own."""

RESOURCE: dict[str, Resource] = {
    **dict.fromkeys(INFUSIONS, "chairs"),
    "assessment": "prescribers",
    "evaluation": "prescribers",
}
"""What a kind of visit takes."""


class Held(NamedTuple):
    """An appointment still to come, and its row in the list of all appointments."""

    appointment: Appointment
    row: list[Any]


class Reception:
    """Appointment books, the waiting list, and every appointment ever made, with its end."""

    def __init__(
        self, clock: Clock, table: ClinicTable, calendar: Calendar, opens: int = 0
    ) -> None:
        self._clock = clock
        self.by_appointment = isinstance(table.booking, Slots)  # or whoever is due comes
        self._caseload: set[int] = set()  # patients admitted to an induction and not discharged
        self._opens = opens
        self._horizon: int | None = None
        self._books: dict[Resource, Book] = {}
        self._held: dict[int, tuple[Resource, list[Held]]] = {}  # by patient
        self._waiting: dict[Resource, list[Request]] = {resource: [] for resource in GROUPS_OF}
        self.appointments: list[list[Any]] = []  # rows of APPOINTMENT
        self._holds(table, calendar)

    def _holds(self, table: ClinicTable, calendar: Calendar) -> None:
        """Go by a table from now on, with empty books."""
        self._table, self._calendar, self._rules = table, calendar, table.booking
        self._most = None if table.maximum_caseload == "unlimited" else table.maximum_caseload
        self._needs: dict[tuple[str, str], Need] = {}
        if isinstance(table.booking, Slots):
            self._open_books(table, table.booking)

    def turns_to(self, table: ClinicTable, calendar: Calendar) -> list[tuple[int, int]]:
        """Go by another table from now on; appointments already made are kept where they can be.

        Who made theirs first keeps it first. Gives those struck out: the patient, and the minute.
        """
        self._holds(table, calendar)
        now, lost = self._clock.now, list[Held]()
        everything = [(one, what) for what, held in self._held.values() for one in held]
        for held, resource in sorted(everything, key=lambda one: int(one[0].row[MADE])):
            if not self._books[resource].keeps(held.appointment, now):
                held.row[ENDED], held.row[END] = now, MOVED
                lost.append(held)
        for _, all_held in self._held.values():
            all_held[:] = [one for one in all_held if one.row[END] is None]
        return [(int(one.row[0]), one.appointment.start) for one in sorted(lost)]

    def _open_books(self, table: ClinicTable, rules: Slots) -> None:
        """Open a book of chair sessions and one of talks with prescribers."""
        grid, most = rules.grid_minutes, rules.infusions_per_day
        infusions = None if most == "unlimited" else most
        self._horizon = None if rules.horizon_days == "unlimited" else rules.horizon_days
        self._books = {
            resource: Book(
                self._calendar,
                planned_by(table, resource, self._calendar, grid),
                grid,
                groups,
                fences(rules.ring_fenced, groups),
                rules.overbook_per_day if resource == "chairs" else 0,
                self._opens // MINUTES_PER_DAY,
                self._clock.now // MINUTES_PER_DAY,
                infusions if resource == "chairs" else None,
            )
            for resource, groups in GROUPS_OF.items()
        }

    def needs_appointment(self, order: Order) -> bool:
        """Whether what was ordered takes an appointment, which can be kept or missed."""
        return self.by_appointment and not takes_place_at_home(order)

    # ------------------------------------------------------------------ making an appointment

    def without_appointment(self, order: Order, not_before: int) -> int:
        """Give the minute for what needs none: when due, or when the clinic next opens."""
        due = max(order.due, self._clock.now, not_before)
        walks_in = isinstance(self._rules, WalkIn) and not takes_place_at_home(order)
        return self._calendar.next_open(due) if walks_in else due

    def at_once(self, request: Request) -> int | None:
        """Give the minute of an appointment that is held, or free within the horizon."""
        if (start := self._start_held(request)) is not None:
            return start
        self._strike_out(request.patient, MOVED if self._goes_on(request) else CALLED_OFF)
        if self._asks(request) > self._clock.now or self._waiting[RESOURCE[request.order.kind]]:
            return None
        return self._booked(request)

    def later(self, request: Request) -> Generator[Until, Any, int | None]:
        """Give the minute of an appointment once there is one, None when the patient left before.

        Who asks for a day beyond the horizon asks again when the book is open that far; who finds
        nothing free waits on the list.
        """
        asks, now = self._asks(request), self._clock.now
        if asks > now:
            yield max(now, min(asks, request.leaves))
            if request.leaves <= asks:
                return None
        waiting = self._waiting[RESOURCE[request.order.kind]]
        if not waiting and (start := self._booked(request)) is not None:
            return start
        minute: int | None = yield self._joins(request, waiting)
        return minute

    def _asks(self, request: Request) -> int:
        """Minute from which the book is open on the day on which the visit is due."""
        if self._horizon is None:
            return 0
        due = max(request.order.due, request.not_before)
        return midnight_of(due) - self._horizon * MINUTES_PER_DAY

    def _booked(self, request: Request) -> int | None:
        """Book what is free within the rules and give its start."""
        order, now, rules = request.order, self._clock.now, self._rules
        assert isinstance(rules, Slots)
        if self._most is not None and not self._admits(request):
            return None
        today = now // MINUTES_PER_DAY
        soonest = (today + rules.lead_days) * MINUTES_PER_DAY
        earliest = max(midnight_of(max(order.due, request.not_before)), soonest, now)
        last = None if self._horizon is None else today + self._horizon
        resource, need = RESOURCE[order.kind], self._need(order)
        book = self._books[resource]
        book.turn_to(today)
        gaps = order.series if rules.series == "together" else ()
        found = book.first_series(need, earliest, gaps, request.preferred, last)
        if not found:
            return None
        if order.kind == "induction":
            self._caseload.add(request.patient)
        minutes = need.length * rules.grid_minutes
        held = [
            Held(one, [request.patient, order.kind, one.start, minutes, one.over, now, None, None])
            for one in found
        ]
        for appointment, row in held:
            book.take(appointment)
            self.appointments.append(row)
        self._held[request.patient] = resource, held
        return held[0].appointment.start

    def _admits(self, request: Request) -> bool:
        """Whether the caseload has room for a new induction."""
        if self._most is None or request.order.kind != "induction":
            return True
        if request.patient in self._caseload or self._clock.now < self._opens:
            return True
        return len(self._caseload) < self._most

    def _need(self, order: Order) -> Need:
        """Give what an order takes, worked out when the first such order comes."""
        route = order.prescription.route if order.prescription else ""
        need = self._needs.get((order.kind, route))
        if need is None:
            assert isinstance(self._rules, Slots)
            slots = self._table.slots_needed(route or order.kind, self._rules)
            need = self._needs[order.kind, route] = Need(*slots, GROUPS.get(order.kind, order.kind))
        return need

    # ------------------------------------------------------------------ the waiting list

    def _joins(self, request: Request, waiting: list[Request]) -> Until:
        request.since = self._clock.now
        request.asleep = self._clock.active
        waiting.append(request)
        if len(waiting) == 1:
            self._clock.begin(self._mornings(waiting))
        return None

    def _mornings(self, waiting: list[Request]) -> Process:
        """Go through a list when the clinic opens, as long as anybody is on it."""
        while waiting:
            tomorrow = midnight_of(self._clock.now) + MINUTES_PER_DAY
            yield self._calendar.next_open(tomorrow)
            self._offer(waiting)

    def _offer(self, waiting: list[Request]) -> None:
        """Offer what is free to those who wait, in turn; who has left meanwhile is told None."""
        rules, now = self._rules, self._clock.now
        if not waiting or not isinstance(rules, Slots):
            return
        still: list[Request] = []
        hopeless: set[Need] = set()  # of single visits: what nobody found, nobody else will
        for request in in_turn(waiting, rules.priority):
            need = self._need(request.order)
            assert request.asleep is not None
            if request.leaves <= now:
                request.asleep.wake(None)
            elif need not in hopeless and (start := self._booked(request)) is not None:
                request.asleep.wake(start)
            else:
                still.append(request)
                due = max(request.order.due, request.not_before)
                if due <= now and self._admits(request) and not request.order.series:
                    hopeless.add(need)
        waiting[:] = still

    # ------------------------------------------------------------------ what becomes of it

    def _start_held(self, request: Request) -> int | None:
        """Start of the appointment that an earlier order's series holds for this one."""
        order = request.order
        resource, held = self._held.get(request.patient, (None, []))
        if not held or resource != RESOURCE[order.kind]:
            return None
        start = held[0].appointment.start
        early = midnight_of(order.due) - order.early_days * MINUTES_PER_DAY
        return start if max(early, request.not_before) <= start <= order.latest else None

    def _goes_on(self, request: Request) -> bool:
        """Whether what the patient still holds is of the series that the order goes on with."""
        _, held = self._held.get(request.patient, (None, []))
        return bool(held) and held[0].row[1] == request.order.kind

    def ended(self, patient: int, start: int, how: str) -> None:
        """The appointment at this minute is over: kept, missed, or called off in time."""
        resource, held = self._held.get(patient, (None, []))
        if resource is None or not held or held[0].appointment.start != start:
            return
        appointment, row = held.pop(0)
        row[ENDED], row[END] = self._clock.now, how
        if how == CALLED_OFF:
            self._books[resource].give_back(appointment)
            self._offer(self._waiting[resource])

    def discharged(self, patient: int) -> None:
        """The patient has left treatment: strike out all that is still to come."""
        self._caseload.discard(patient)
        self._strike_out(patient, CALLED_OFF)
        if self._most is not None:
            self._offer(self._waiting["chairs"])

    def _strike_out(self, patient: int, how: str) -> None:
        resource, held = self._held.pop(patient, (None, []))
        if resource is None or not held:
            return
        for appointment, row in held:
            self._books[resource].give_back(appointment)
            row[ENDED], row[END] = self._clock.now, how
        self._offer(self._waiting[resource])


def takes_place_at_home(order: Order) -> bool:
    """Whether an order is for a remote rating, or a dose taken at home."""
    return order.kind == "rating" or (order.prescription is not None and order.prescription.home)


def planned_by(
    table: ClinicTable, resource: Resource, calendar: Calendar, grid: int
) -> PlacesByMinute:
    """Give how many may be booked into a slot of the grid, if need be by day and minute."""
    if table.is_steady:
        return table.planned_places(resource, calendar, 0, 0, grid)
    return lambda day, minute: table.planned_places(resource, calendar, day, minute, grid)


def fences(rules: tuple[RingFence, ...], groups: tuple[str, ...]) -> dict[str, Fence]:
    """Give the places kept in the book of these groups."""
    return {
        fence.kind: Fence(
            fence.places, None if fence.release_days == "never" else fence.release_days
        )
        for fence in rules
        if fence.kind in groups
    }
