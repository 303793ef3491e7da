"""The clinic: takes patients through their visits; its reception makes the appointments."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

from simpy import Environment, Event

from sim.clinic.adverse import NONE, Episodes
from sim.clinic.booking_rules import NoBooking
from sim.clinic.reception import KEPT, Reception
from sim.clinic.resources import Early, followed, resources
from sim.clinic.session import Stages, drawn
from sim.clinic.staff import places
from sim.clinic.staffing import Places
from sim.clinic.table import ClinicTable
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
from sim.policy.orders import ROUTES
from sim.streams import Purpose, Streams
from sim.units import NEVER

Process = Generator[Event, Any, None]


class Clinic:
    """Chairs, nurses, prescribers and the reception of one replication."""

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
        self._events = table.adverse_events
        self._episodes = Episodes(table.adverse_events, streams)
        self.reception = Reception(env, table, self.calendar, opens)

    def _limited(self, table: ClinicTable, opens: int) -> Process:
        """Let the capacities hold from minute `opens` on, and follow the rota then."""
        if opens:
            yield Early(self._env, opens)
            self._resources = resources(self._env, table)
        if not table.is_steady:
            yield from followed(self._env, table, self.calendar, self._resources)

    def arrive(self, patient: int, visit: Row) -> None:
        """The patient comes in: the appointment is kept."""
        visit[ARRIVED] = self._env.now
        visit[STATUS] = IN_PROGRESS
        if visit[KIND] != "rating":
            self.reception.ended(patient, visit[BOOKED], KEPT)

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
        nurses.leave(nurse)
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
        if minutes := stages.discharge(patient, use):
            nurse = nurses.take(new=False) or (yield nurses.wait(new=False))
            visit[DISCHARGE_START] = env.now
            yield env.timeout(minutes)
            nurses.leave(nurse, gone=True)
        else:
            visit[DISCHARGE_START] = env.now
            nurses.gone()
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
