"""The clinic: finds appointments for orders, and takes patients through their visits."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

from simpy import Environment, Event

from sim.clinic.booking import Appointment, Book, NoBooking, Slots, slots_for
from sim.clinic.hours import Calendar
from sim.clinic.session import Stages, drawn
from sim.clinic.staffing import Nurses, Places
from sim.clinic.table import ClinicTable, places
from sim.clinic.visit import (
    ARRIVED,
    BLOCKED,
    BOOKED,
    CHAIR,
    CHAIR_FREE,
    DISCHARGE_START,
    DONE,
    IN_PROGRESS,
    INFUSION_END,
    INFUSION_START,
    KIND,
    LEFT,
    NURSE,
    PREPARE_START,
    PREPARED,
    PRESCRIBER,
    READY,
    ROUTE,
    SEATED,
    STATUS,
    Row,
)
from sim.policy.orders import INFUSIONS, ROUTES, Order
from sim.streams import Purpose, Streams
from sim.units import MINUTES_PER_DAY, NEVER, midnight_of

Process = Generator[Event, Any, None]


class Clinic:
    """Chairs, nurses, prescribers and the appointment books of one replication."""

    def __init__(
        self,
        env: Environment,
        table: ClinicTable,
        start: date,
        streams: Streams,
        opens: int = 0,
    ) -> None:
        """`start` is the date of minute 0; before minute `opens` nothing has a limit."""
        self._env = env
        self._opens = opens
        self.calendar = Calendar(table.hours, start, table.holidays)
        self._booking = table.booking
        chairs, nurses = places(table.chairs), places(table.nurses)
        self._chairs = Places(env, chairs, opens)
        self._nurses = Nurses(env, nurses, table.chairs_per_nurse, opens)
        self._prescribers = Places(env, places(table.prescribers), opens)
        self._waiting_places = places(table.waiting_places)
        self._stages = {route: Stages(table.session_by(route), streams) for route in ROUTES}
        self._talks = {
            "assessment": drawn(table.assessment_minutes, streams, Purpose.ASSESSMENT),
            "evaluation": drawn(table.evaluation_minutes, streams, Purpose.EVALUATION),
        }
        self._held: dict[int, tuple[Book, list[Appointment]]] = {}  # by patient: all still to come
        if isinstance(table.booking, Slots):
            self._open_books(table, table.booking, chairs, nurses)

    def _open_books(
        self, table: ClinicTable, slots: Slots, chairs: int | None, nurses: int | None
    ) -> None:
        """Plan no more sessions at a time than there are chairs, or than the nurses can watch."""
        watched = None if nurses is None else nurses * table.chairs_per_nurse
        limits = [limit for limit in (chairs, watched) if limit is not None]
        grid = slots.grid_minutes
        self._chair_book = Book(self.calendar, min(limits, default=None), grid, self._opens)
        self._talk_book = Book(self.calendar, places(table.prescribers), grid, self._opens)
        minutes = {
            "assessment": table.assessment_minutes.expectation(),
            "evaluation": table.evaluation_minutes.expectation(),
        }
        minutes |= {route: table.session_by(route).planned_minutes() for route in ROUTES}
        self._lengths = {kind: slots_for(mean, grid) for kind, mean in minutes.items()}

    # ------------------------------------------------------------------ at home: appointments

    def book(self, patient: int, preferred: float, order: Order) -> int:
        """Find the minute at which the patient is to come for what was ordered."""
        now = int(self._env.now)
        if order.kind == "rating" or isinstance(self._booking, NoBooking):
            return max(order.due, now)
        if order.prescription and order.prescription.home:
            return max(order.due, now)
        if not isinstance(self._booking, Slots):
            return self.calendar.next_open(max(order.due, now))
        if start := self._start_held(patient, order):
            return start
        self.cancel(patient)
        book = self._book_of(order.kind)
        appointments = self._appointments(book, preferred, order, self._booking)
        self._held[patient] = book, appointments
        for appointment in appointments:
            book.take(appointment)
        return appointments[0].start

    def cancel(self, patient: int) -> None:
        """Strike out all that the patient still holds in the books."""
        book, appointments = self._held.pop(patient, (None, []))
        for appointment in appointments:
            assert book is not None
            book.give_back(appointment)

    def _start_held(self, patient: int, order: Order) -> int:
        """Start of the appointment that an earlier order's series holds for this one, or 0."""
        book, appointments = self._held.get(patient, (None, []))
        if not appointments or book is not self._book_of(order.kind):
            return 0
        start = appointments[0].start
        return start if midnight_of(order.due) <= start <= order.latest else 0

    def _appointments(
        self, book: Book, preferred: float, order: Order, slots: Slots
    ) -> list[Appointment]:
        now = int(self._env.now)
        soonest = midnight_of(now) + slots.lead_days * MINUTES_PER_DAY
        earliest = max(midnight_of(order.due), soonest, now)
        book.turn_to(now // MINUTES_PER_DAY)
        length = self._lengths[order.prescription.route if order.prescription else order.kind]
        if order.series and slots.series == "together":
            return book.first_series(length, earliest, order.series, preferred)
        found = book.first_free(length, earliest, None, preferred)
        assert found is not None
        return [found]

    def _book_of(self, kind: str) -> Book:
        return self._chair_book if kind in INFUSIONS else self._talk_book

    # ------------------------------------------------------------------ in the clinic: a visit

    def arrive(self, patient: int, visit: Row) -> None:
        """The patient comes in: the appointment is used up."""
        visit[ARRIVED] = self._env.now
        visit[STATUS] = IN_PROGRESS
        _, appointments = self._held.get(patient, (None, []))
        if appointments and appointments[0].start == visit[BOOKED] and visit[KIND] != "rating":
            del appointments[0]

    def infusion(self, patient: int, use: int, visit: Row) -> Process:
        """From the waiting room to the door, for the patient's k-th infusion (from 0)."""
        env, nurses, stages = self._env, self._nurses, self._stages[visit[ROUTE]]
        if not (chair := self._chairs.take()):
            if self._is_full():
                visit[STATUS] = BLOCKED
                return
            chair = yield self._chairs.wait()
        visit[SEATED] = visit[PREPARE_START] = env.now
        visit[CHAIR] = chair
        if not (nurse := nurses.take()):
            visit[PREPARE_START] = NEVER
            nurse = yield nurses.wait()
            visit[PREPARE_START] = env.now
        visit[NURSE] = nurse
        if not isinstance(self._booking, NoBooking) and (minutes := stages.prepare(patient, use)):
            yield env.timeout(minutes)
        nurses.leave(nurse, watch=True)
        now = int(env.now)
        infused = now + stages.infuse(patient, use)
        ready = infused + stages.monitor(patient, use)
        visit[PREPARED] = visit[INFUSION_START] = now
        visit[INFUSION_END], visit[READY] = infused, ready
        if ready > now:
            yield env.timeout(ready - now)
        nurses.stop_watching()
        if minutes := stages.discharge(patient, use):
            nurse = nurses.take() or (yield nurses.wait())
            visit[DISCHARGE_START] = env.now
            yield env.timeout(minutes)
            nurses.leave(nurse)
        else:
            visit[DISCHARGE_START] = env.now
        visit[LEFT], visit[STATUS] = env.now, DONE
        self._turn_over(chair, stages.turnover(patient, use), visit)

    def _is_full(self) -> bool:
        """Whether everybody who may wait for a chair is there already."""
        places = self._waiting_places
        return places is not None and len(self._chairs.waiting) >= places

    def _turn_over(self, chair: int, minutes: int, visit: Row) -> None:
        """Make the chair ready for the next patient, after this one has left."""
        visit[CHAIR_FREE] = self._env.now + minutes
        if not minutes:
            self._chairs.leave(chair)
            return
        ready = self._env.timeout(minutes, chair)
        assert ready.callbacks is not None
        ready.callbacks.append(self._chairs.leave_event)

    def at_home(self, visit: Row) -> None:
        """A dose taken at home: no chair, no nurse; it counts at once."""
        now = int(self._env.now)
        for stage in (INFUSION_START, INFUSION_END, LEFT):
            visit[stage] = now
        visit[STATUS] = DONE

    def talk(self, patient: int, use: int, kind: str, visit: Row) -> Process:
        """Assessment or evaluation by a prescriber, the patient's k-th of its kind (from 0)."""
        prescriber = self._prescribers.take() or (yield self._prescribers.wait())
        visit[SEATED], visit[PRESCRIBER] = self._env.now, prescriber
        if minutes := self._talks[kind](patient, use):
            yield self._env.timeout(minutes)
        self._prescribers.leave(prescriber)
        visit[LEFT], visit[STATUS] = self._env.now, DONE
