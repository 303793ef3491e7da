"""The clinic: takes patients through their visits; its reception makes the appointments."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

from sim.clinic.booking_rules import NoBooking
from sim.clinic.clinic_table import ClinicTable
from sim.clinic.reception import KEPT, Reception
from sim.clinic.resources import followed, resized, resources
from sim.clinic.staff import places
from sim.clinic.staffing import Places
from sim.clinic.stages import NONE, Episodes, Stages, draws_of_duration
from sim.clinic.visit import BLOCKED, DONE, IN_PROGRESS, VisitRow
from sim.clock import Clock, Process, Until
from sim.streams import Purpose, Streams

Infusion = Generator[Until, Any, tuple[int, int] | None]


class Clinic:
    """Chairs, nurses, prescribers and the reception of one replication."""

    def __init__(
        self,
        clock: Clock,
        table: ClinicTable,
        start: date,
        streams: Streams,
        opens: int = 0,
        until: int | None = None,
    ) -> None:
        """Set up the clinic; before minute `opens` (a midnight) nothing in it is limited.

        From day `until` on another table holds (`turns_to`); None: never.
        """
        self._clock = clock
        self._start, self._streams = start, streams
        self._resources = resources(clock, table, limited=not opens)
        self._holds(table)
        if opens or not table.is_steady:
            clock.begin(self._limited(table, opens, until))
        self.reception = Reception(clock, table, self.calendar, opens)

    def _holds(self, table: ClinicTable) -> None:
        """Let the table hold, but for the numbers of chairs and staff."""
        streams = self._streams
        self.calendar = table.calendar(self._start)
        self._booking = table.booking
        self._waiting_places = places(table.waiting_places)
        self._table = table
        self._stages: dict[str, Stages] = {}  # by route, of those that somebody is given
        self._talks = {
            "assessment": draws_of_duration(table.assessment_minutes, streams, Purpose.ASSESSMENT),
            "evaluation": draws_of_duration(table.evaluation_minutes, streams, Purpose.EVALUATION),
        }
        self._events = table.adverse_events
        self._episodes = Episodes(table.adverse_events, streams)

    def turns_to(self, table: ClinicTable, until: int | None = None) -> list[tuple[int, int]]:
        """Let another table hold from this minute on, a midnight, up to day `until`.

        What is under way is finished as it began. Gives the appointments that the clinic cannot
        keep, which are struck out: the patient's number, and when it was.
        """
        self._holds(table)
        if table.is_steady:
            resized(table, self._resources)
        else:
            self._clock.begin(self._limited(table, 0, until))
        return self.reception.turns_to(table, self.calendar)

    def _limited(self, table: ClinicTable, opens: int, until: int | None) -> Process:
        """Let the capacities hold from minute `opens` on, and follow the rota then."""
        if opens:
            yield self._clock.before_all(opens)
            self._resources = resources(self._clock, table)
        if not table.is_steady:
            yield from followed(self._clock, table, self.calendar, self._resources, until)

    def arrive(self, patient: int, visit: VisitRow) -> None:
        """The patient comes in: the appointment is kept."""
        visit.arrived = self._clock.now
        visit.status = IN_PROGRESS
        if visit.kind != "rating" and visit.booked is not None:
            self.reception.ended(patient, visit.booked, KEPT)

    def infusion(self, patient: int, use: int, visit: VisitRow) -> Infusion:
        """From the waiting room to the door, for the patient's k-th infusion (from 0).

        Gives the minutes at which it began and ended, None to whoever found no place to wait.
        """
        clock, stages = self._clock, self._stages_of(visit.route)
        chairs, nurses, _ = self._resources
        if (chair := chairs.take()) is None:
            if self._is_full(chairs):
                visit.status = BLOCKED
                return None
            chair = yield chairs.wait()
        visit.seated, visit.chair = clock.now, chair
        if (nurse := nurses.take()) is None:
            nurse = yield nurses.wait()
        visit.prepare_start, visit.nurse = clock.now, nurse
        if not isinstance(self._booking, NoBooking) and (minutes := stages.prepare(patient, use)):
            yield clock.now + minutes
        nurses.leave(nurse)
        now = clock.now
        infused = now + stages.infuse(patient, use)
        watched = stages.monitor(patient, use)
        ready = infused + watched + self._longer(stages, patient, use, visit)
        visit.prepared = visit.infusion_start = now
        visit.infusion_end, visit.ready = infused, ready
        if nurses.eases:
            yield infused
            nurses.infusion_ends()
        if ready > clock.now:
            yield ready
        if minutes := stages.discharge(patient, use):
            if (nurse := nurses.take(new=False)) is None:
                nurse = yield nurses.wait(new=False)
            visit.discharge_start = clock.now
            yield clock.now + minutes
            nurses.leave(nurse, gone=True)
        else:
            visit.discharge_start = clock.now
            nurses.gone()
        visit.left, visit.status = clock.now, DONE
        self._turn_over(chairs, chair, stages.turnover(patient, use), visit)
        return now, infused

    def _stages_of(self, route: str) -> Stages:
        """Give the draws of a route's sessions, made when the first patient has one."""
        if (stages := self._stages.get(route)) is None:
            stages = self._stages[route] = Stages(self._table.session_by(route), self._streams)
        return stages

    def _longer(self, stages: Stages, patient: int, use: int, visit: VisitRow) -> int:
        """Minutes by which an adverse event lengthens monitoring, where there is any."""
        if not (stages.is_monitored and visit.dose_mg_kg):
            visit.adverse = NONE
            return 0
        visit.adverse = episode = self._episodes(patient, use)
        return self._events.extra_minutes if episode else 0

    def _is_full(self, chairs: Places) -> bool:
        """Whether everybody who may wait for a chair is there already."""
        places = self._waiting_places
        return places is not None and len(chairs.waiting) >= places

    def _turn_over(self, chairs: Places, chair: int, minutes: int, visit: VisitRow) -> None:
        """Make the chair ready for the next patient, after this one has left."""
        visit.chair_free = free = self._clock.now + minutes
        if not minutes:
            chairs.leave(chair)
            return
        self._clock.call(free, chairs.leave, chair)

    def at_home(self, visit: VisitRow) -> tuple[int, int]:
        """A dose taken at home: no chair, no nurse; it counts at once, and begins and ends now."""
        now = self._clock.now
        visit.infusion_start = visit.infusion_end = visit.left = now
        visit.status = DONE
        return now, now

    def talk(
        self, patient: int, use: int, kind: str, visit: VisitRow
    ) -> Generator[Until, Any, int]:
        """Assessment or evaluation by a prescriber, the patient's k-th of its kind (from 0).

        Gives the minute at which it began.
        """
        prescribers = self._resources.prescribers
        if (prescriber := prescribers.take()) is None:
            prescriber = yield prescribers.wait()
        began = self._clock.now
        visit.seated, visit.prescriber = began, prescriber
        if minutes := self._talks[kind](patient, use):
            yield began + minutes
        prescribers.leave(prescriber)
        visit.left, visit.status = self._clock.now, DONE
        return began
