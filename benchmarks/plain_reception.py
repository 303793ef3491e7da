"""The plain model's reception: two appointment books, and a list of those who found no place."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

from plain_parts import DAY, NEVER, AppointmentBook, Gap, Patient
from sim.clinic.clinic_table import ClinicTable

Process = Generator[simpy.Event, Any, Any]


@dataclass(eq=False)
class Wish:
    """What a patient asks for: an appointment of a kind, inside a window, and others to follow."""

    patient: Patient
    kind: str
    due: int
    latest: int
    early_days: int
    gaps: list[Gap]
    told: simpy.Event | None = None


class Reception:
    """Makes appointments, and keeps the list of people who wait for one."""

    def __init__(
        self, env: simpy.Environment, clinic: ClinicTable, sessions: int, talks: int
    ) -> None:
        self.env = env
        self.week = [day[0] if day else None for day in clinic.hours.week()]  # day 0 is a Monday
        booking = clinic.booking
        grid = booking.grid_minutes
        self.lead_days, self.horizon_days = booking.lead_days, booking.horizon_days
        chairs = AppointmentBook(self.week, sessions, grid)
        prescribers = AppointmentBook(self.week, talks, grid)
        self.books = {"induction": chairs, "booster": chairs}
        self.books |= {"assessment": prescribers, "evaluation": prescribers}
        session = -(-clinic.planned_minutes("iv") // grid)
        last = -(-clinic.length_quantile("iv", booking.ends_in_time_share) // grid)
        assessment = -(-clinic.assessment_minutes.expectation() // grid)
        evaluation = -(-clinic.evaluation_minutes.expectation() // grid)
        self.slots = {  # that are taken, and that must be left until closing
            "induction": (int(session), int(max(session, last))),
            "booster": (int(session), int(max(session, last))),
            "assessment": (int(assessment), int(assessment)),
            "evaluation": (int(evaluation), int(evaluation)),
        }
        self.waiting: dict[int, list[Wish]] = {id(chairs): [], id(prescribers): []}

    def appointment(self, wish: Wish) -> Process:
        """Give the minute of an appointment, NEVER when the patient leaves before there is one."""
        env, patient = self.env, wish.patient
        if held := self.held(wish):
            return held
        self.strike_out(patient)
        due = max(wish.due, env.now, patient.again_from) // DAY
        opens = (due - self.horizon_days) * DAY
        if opens > env.now:
            yield env.timeout(max(0, min(opens, patient.leaves) - env.now))
            if patient.leaves <= opens:
                return NEVER
        waiting = self.waiting[id(self.books[wish.kind])]
        if not waiting and (minute := self.book(wish)):
            return minute
        wish.told = env.event()
        waiting.append(wish)
        if len(waiting) == 1:
            env.process(self.mornings(waiting))
        return (yield wish.told)

    def held(self, wish: Wish) -> int:
        """Give the minute of the next appointment held, if it will do, else 0."""
        if not wish.patient.appointments:
            return 0
        kind, slot = wish.patient.appointments[0]
        minute = self.books[kind].minute(slot)
        earliest = (wish.due // DAY - wish.early_days) * DAY
        return minute if max(earliest, wish.patient.again_from) <= minute <= wish.latest else 0

    def book(self, wish: Wish) -> int:
        """Book what is free, and give the minute of the first appointment; 0 when nothing is."""
        book, patient, today = self.books[wish.kind], wish.patient, self.env.now // DAY
        first = max(wish.due // DAY, patient.again_from // DAY, today + self.lead_days)
        last = today + self.horizon_days
        length, reach = self.slots[wish.kind]
        series = book.find_series(length, reach, first, last, wish.gaps, patient.preferred_time)
        if series is None:
            return 0
        for slot in series:
            book.add(slot, length)
        patient.appointments = [(wish.kind, slot) for slot in series]
        return book.minute(series[0])

    def mornings(self, waiting: list[Wish]) -> Process:
        """Offer what is free each morning, as long as anybody waits for the same book."""
        while waiting:
            day = self.env.now // DAY + 1
            while self.week[day % 7] is None:
                day += 1
            yield self.env.timeout(day * DAY + self.week[day % 7][0] - self.env.now)
            self.offer(waiting)

    def offer(self, waiting: list[Wish]) -> None:
        """Go through a list, whoever has waited longest first."""
        for wish in waiting.copy():
            minute = NEVER if wish.patient.leaves <= self.env.now else self.book(wish)
            if minute:
                waiting.remove(wish)
                wish.told.succeed(minute)

    def over(self, patient: Patient, called_off: bool = False) -> None:
        """The next appointment held is over; one that is called off can be had by others."""
        kind, slot = patient.appointments.pop(0)
        if called_off:
            self.books[kind].add(slot, self.slots[kind][0], -1)
            self.offer(self.waiting[id(self.books[kind])])

    def strike_out(self, patient: Patient) -> None:
        """Strike out all that the patient still holds."""
        held, patient.appointments = patient.appointments, []
        for kind, slot in held:
            self.books[kind].add(slot, self.slots[kind][0], -1)
        if held:
            self.offer(self.waiting[id(self.books[held[0][0]])])
