"""The plain model's clinic: chairs, nurses and prescribers, and what happens with them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from plain_parts import Numbers, Patient, Visit, adverse_risks, sampler
from sim.model.scenario import Scenario

LOTS = 1_000_000  # a capacity that is never reached

Process = Generator[simpy.Event, Any, Any]


class Clinic:
    """Chairs, nurses and prescribers, and how long they are needed."""

    def __init__(
        self, env: simpy.Environment, scenario: Scenario, rng: np.random.Generator
    ) -> None:
        self.env = env
        self.rng = rng
        self.dose = scenario.policy.treatment.dose_mg_kg or 0.5
        self.symptoms, clinic = scenario.symptoms, scenario.clinic
        self.places, nurses, self.talks = (
            LOTS if number is None else number
            for number in map(clinic.staffed, ("chairs", "nurses", "prescribers"))
        )
        # A nurse does one task one to one at a time and has at most `ratio` patients.
        self.ratio = clinic.chairs_per_nurse
        self.events = clinic.adverse_events
        self.adverse_risk = adverse_risks(clinic.adverse_events)
        self.shares = nurses * self.ratio
        self.chairs = simpy.Resource(env, self.places)
        self.attention = simpy.Container(env, self.shares, self.shares)
        self.hands = simpy.Resource(env, nurses)
        self.prescribers = simpy.Resource(env, self.talks)
        self.chair_numbers, self.nurse_numbers = Numbers(), Numbers()
        self.prescriber_numbers = Numbers()
        session = clinic.session
        self.prepare = sampler(rng, session.prepare_minutes)
        self.infuse = sampler(rng, session.infuse_minutes)
        self.monitor = sampler(rng, session.monitor_minutes)
        self.discharge = sampler(rng, session.discharge_minutes)
        self.turnover = sampler(rng, session.turnover_minutes)
        self.talk_minutes = {
            "assessment": sampler(rng, clinic.assessment_minutes),
            "evaluation": sampler(rng, clinic.evaluation_minutes),
        }

    def infusion(self, patient: Patient, visit: Visit) -> Process:
        """Be infused."""
        env, attention, symptoms = self.env, self.attention, self.symptoms
        with self.chairs.request() as chair:
            yield chair
            visit.seated = env.now
            visit.chair = self.chair_numbers.take()
            yield attention.get(1)
            with self.hands.request() as hand:
                yield hand
                visit.prepare_start = env.now
                visit.nurse = self.nurse_numbers.take()
                yield env.timeout(self.prepare())
                self.nurse_numbers.give_back(visit.nurse)
            visit.prepared = visit.infusion_start = patient.last_infusion = env.now
            visit.route, visit.dose_mg_kg, visit.bioavailability = "iv", self.dose, 1.0
            yield env.timeout(self.infuse())
            visit.infusion_end = env.now
            exposure = self.dose / 0.5 * symptoms.reference_clearance / patient.clearance
            patient.infused(env.now, exposure, symptoms.c50)
            yield env.timeout(self.monitor() + self.adverse_minutes(patient.infusions, visit))
            visit.ready = env.now
            with self.hands.request() as hand:
                yield hand
                visit.discharge_start = env.now
                visit.nurse = self.nurse_numbers.take()
                yield env.timeout(self.discharge())
                self.nurse_numbers.give_back(visit.nurse)
            yield attention.put(1)
            visit.left = env.now
            visit.status = "done"
            yield env.timeout(self.turnover())
            visit.chair_free = env.now
            self.chair_numbers.give_back(visit.chair)

    def adverse_minutes(self, infusions: int, visit: Visit) -> int:
        """Throw for an adverse event at the patient's n-th infusion; gives the extra minutes."""
        visit.adverse = 0
        if self.rng.random() >= self.adverse_risk[min(infusions, 6) - 1]:
            return 0
        visit.adverse = 2 if self.rng.random() < self.events.treated_share else 1
        return self.events.extra_minutes

    def talk(self, visit: Visit) -> Process:
        """See the prescriber, for an assessment or an evaluation."""
        with self.prescribers.request() as prescriber:
            yield prescriber
            visit.seated = self.env.now
            visit.prescriber = self.prescriber_numbers.take()
            yield self.env.timeout(self.talk_minutes[visit.kind]())
            self.prescriber_numbers.give_back(visit.prescriber)
        visit.left = self.env.now
        visit.status = "done"
