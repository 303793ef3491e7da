"""The clinic: finds appointments for orders, and takes patients through their visits."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

from simpy import Environment, Event

from sim.clinic.adverse import NONE, Episodes
from sim.clinic.booking import Appointment, Book, NoBooking, Slots, slots_for
from sim.clinic.resources import Early, followed, resources
from sim.clinic.session import Stages, drawn
from sim.clinic.staffing import Places
from sim.clinic.table import ClinicTable, places
from sim.clinic.visit import (
    ADVERSE,
    ARRIVED,
    BLOCKED,
    BOOKED,
    CHAIR,
    CHAIR_FREE,
    DISCHARGE_START,
    DONE,
    DOSE_MG_KG,
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
        """Set up the clinic; before minute `opens` (a midnight) nothing in it is limited."""
        self._env = env
        self.calendar = table.calendar(start)
        self._booking = table.booking
        self._resources = resources(env, table, limited=not opens)
        if opens or not table.is_steady:
            env.process(self._limited(table, opens))
        self._waiting_places = places(table.waiting_places)
        self._stages = {route: Stages(table.session_by(route), streams) for route in ROUTES}
        self._talks = {
            "assessment": drawn(table.assessment_minutes, streams, Purpose.ASSESSMENT),
            "evaluation": drawn(table.evaluation_minutes, streams, Purpose.EVALUATION),
        }
        self._held: dict[int, tuple[Book, list[Appointment]]] = {}  # by patient: all still to come
        self._events = table.adverse_events
        self._episodes = Episodes(table.adverse_events, streams)
        if isinstance(table.booking, Slots):
            chairs, nurses = places(table.chairs), places(table.nurses)
            self._open_books(table, table.booking, chairs, nurses)

    def _limited(self, table: ClinicTable, opens: int) -> Process:
        """Let the capacities hold from minute `opens` on, and follow the rota then."""
        if opens:
            yield Early(self._env, opens)
            self._resources = resources(self._env, table)
        if not table.is_steady:
            yield from followed(self._env, table, self.calendar, self._resources)

    def _open_books(
        self, table: ClinicTable, slots: Slots, chairs: int | None, nurses: int | None
    ) -> None:
        """Plan no more sessions at a time than there are chairs, or than the nurses can watch."""
        watched = None if nurses is None else nurses * table.chairs_per_nurse
        limits = [limit for limit in (chairs, watched) if limit is not None]
        grid = slots.grid_minutes
        self._chair_book = Book(self.calendar, min(limits, default=None), grid)
        self._talk_book = Book(self.calendar, places(table.prescribers), grid)
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
        env, stages = self._env, self._stages[visit[ROUTE]]
        chairs, nurses, _ = self._resources
        if not (chair := chairs.take()):
            if self._is_full(chairs):
                visit[STATUS] = BLOCKED
                return
            chair = yield chairs.wait()
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
        ready = infused + stages.monitor(patient, use) + self._longer(patient, use, visit)
        visit[PREPARED] = visit[INFUSION_START] = now
        visit[INFUSION_END], visit[READY] = infused, ready
        if nurses.eases:
            yield env.timeout(infused - now)
            nurses.infusion_ends()
        if ready > env.now:
            yield env.timeout(ready - int(env.now))
        nurses.stop_watching()
        if minutes := stages.discharge(patient, use):
            nurse = nurses.take() or (yield nurses.wait())
            visit[DISCHARGE_START] = env.now
            yield env.timeout(minutes)
            nurses.leave(nurse)
        else:
            visit[DISCHARGE_START] = env.now
        visit[LEFT], visit[STATUS] = env.now, DONE
        self._turn_over(chairs, chair, stages.turnover(patient, use), visit)

    def _longer(self, patient: int, use: int, visit: Row) -> int:
        """Minutes by which an adverse event lengthens monitoring, where there is any."""
        if not (self._stages[visit[ROUTE]].is_monitored and visit[DOSE_MG_KG]):
            visit[ADVERSE] = NONE
            return 0
        visit[ADVERSE] = episode = self._episodes(patient, use)
        return self._events.extra_minutes if episode else 0

    def _is_full(self, chairs: Places) -> bool:
        """Whether everybody who may wait for a chair is there already."""
        places = self._waiting_places
        return places is not None and len(chairs.waiting) >= places

    def _turn_over(self, chairs: Places, chair: int, minutes: int, visit: Row) -> None:
        """Make the chair ready for the next patient, after this one has left."""
        visit[CHAIR_FREE] = self._env.now + minutes
        if not minutes:
            chairs.leave(chair)
            return
        ready = self._env.timeout(minutes, chair)
        assert ready.callbacks is not None
        ready.callbacks.append(chairs.leave_event)

    def at_home(self, visit: Row) -> None:
        """A dose taken at home: no chair, no nurse; it counts at once."""
        now = int(self._env.now)
        for stage in (INFUSION_START, INFUSION_END, LEFT):
            visit[stage] = now
        visit[STATUS] = DONE

    def talk(self, patient: int, use: int, kind: str, visit: Row) -> Process:
        """Assessment or evaluation by a prescriber, the patient's k-th of its kind (from 0)."""
        prescribers = self._resources.prescribers
        prescriber = prescribers.take() or (yield prescribers.wait())
        visit[SEATED], visit[PRESCRIBER] = self._env.now, prescriber
        if minutes := self._talks[kind](patient, use):
            yield self._env.timeout(minutes)
        prescribers.leave(prescriber)
        visit[LEFT], visit[STATUS] = self._env.now, DONE
