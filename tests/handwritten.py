"""Charts and records written by hand."""

from dataclasses import fields
from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st
from scipy import stats

from sim.clinic.reception import APPOINTMENT
from sim.clinic.visit import VISIT_COLUMNS
from sim.model.record import table_of
from sim.model.scenario import Scenario
from sim.people.cohort import Cohort
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Prescription
from sim.streams import PATIENTS
from sim.symptoms.calibrations import CALIBRATIONS
from sim.symptoms.relief import Kinetics

DAY = 1440
NOTHING_LIMITS = {  # a protocol alone decides who is infused when
    "behaviour.withdrawal_share": 0.0,
    "clinic.hours": "always",
    "clinic.booking.kind": "none",
    "clinic.chairs": "unlimited",
    "clinic.nurses": "unlimited",
    "clinic.prescribers": "unlimited",
}
IV = Prescription("iv", 0.5)
AS_ONE = {  # relief of the two states alone, the same share of it the drug's in everybody
    "symptoms.drug_share": 0.6,
    "symptoms.drug_share_sd": 0.0,
    "symptoms.lasting_share": 0.0,
    "symptoms.own_course.worsening_per_year": 0.0,
}


def chart_of(*visits, baseline=16, referred=0):
    """Build a chart from (kind, day, rating[, ordered interval in days])."""
    chart = Chart(referred, baseline, IV)
    for kind, day, rated, *interval in visits:
        chart.add(Visit(kind, int(day * DAY), rated, *interval))
    return chart


def induction(ratings=(16, 14, 12, 10, 9, 8), every=3):
    """Write an induction of as many infusions as ratings."""
    return [("induction", number * every, rated) for number, rated in enumerate(ratings)]


# ---------------------------------------------------------------- records


def at(day, hour=0, minute=0):
    """Give the minute of a day (0 is the start date, a Monday) and a time of day."""
    return int(day * DAY) + hour * 60 + minute


def visit(patient, kind, **stages):
    """Write one row of the record: minutes by name; what is not given has not happened.

    Ordered when it was due, unless another minute is given.
    """
    known = {"patient": patient, "kind": kind, "ordered": stages.get("due"), "status": "ahead",
             "interval_days": 0.0, "dose_mg_kg": 0.0, "bioavailability": 0.0}  # fmt: skip
    return dict.fromkeys(VISIT_COLUMNS) | known | stages


def infusion(patient, kind, start, waited=0, **stages):
    """Write an infusion that began at a minute: 10 minutes after sitting down, of 40 minutes.

    Watched for 40 minutes more, then 10 with a nurse and 10 of turnover. Due, wished for and booked
    when the patient came, unless another minute is given.
    """
    seated = start - 10
    came = seated - waited
    done = {
        "due": came, "latest": start, "wished": came, "booked": came, "arrived": came,
        "seated": seated, "prepare_start": seated, "prepared": start, "infusion_start": start,
        "infusion_end": start + 40, "ready": start + 80, "discharge_start": start + 80,
        "left": start + 90, "chair_free": start + 100, "chair": 1, "nurse": 1, "route": "iv",
        "rated_before": 16, "adverse": 0, "status": "done",
    }  # fmt: skip
    return visit(patient, kind, **done | stages)


def talk(patient, kind, minute, rated=16, **stages):
    """Write half an hour with a prescriber."""
    done = {
        "due": minute, "wished": minute, "booked": minute, "arrived": minute, "seated": minute,
        "left": minute + 30, "prescriber": 1, "rated_before": rated, "status": "done",
    }  # fmt: skip
    return visit(patient, kind, **done | stages)


class Page:
    """A replication written by hand: what a reading reads of one, and no more.

    `relief` gives each patient's latent relief as steps: {patient: [(from day, relief), ...]},
    `by_itself` likewise what it would be without any infusion (a part of the former).
    """

    def __init__(self, referred, rows, discharges=(), appointments=(), relief=None, changes=None,
                 by_itself=None, **traits):  # fmt: skip
        self.scenario = Scenario().override(changes or {})
        self.horizon, self.seed, self.replication = self.scenario.horizon, 1, 1
        people = len(referred)
        columns = {field.name: np.zeros(people) for field in fields(Cohort)}
        columns |= {"referred": np.array(referred, dtype=np.int64), "baseline": np.full(people, 16),
                    "untreated": np.full(people, 16.0)}  # fmt: skip
        for name, given in traits.items():
            for patient, value in given.items():
                columns[name][patient] = value
        self.patients = Cohort(**columns)
        for patient in range(people):  # visits are numbered by patient, in the order written
            for number, row in enumerate(row for row in rows if row["patient"] == patient):
                row["visit"] = number + 1
        self.visits = table_of(VISIT_COLUMNS, [list(row.values()) for row in rows])
        who, when, why = zip(*discharges, strict=True) if discharges else ((), (), ())
        self.discharges = {"patient": np.array(who, dtype=int), "minute": np.array(when, dtype=int),
                           "reason": np.array(why, dtype=str)}  # fmt: skip
        self.appointments = table_of(APPOINTMENT, list(appointments))
        self.fluctuation = SimpleNamespace(
            drifts=lambda rows, noons: np.zeros((rows.stop - rows.start, noons))
        )
        self._steps = relief or {}, by_itself or {}

    def reliefs_at(self, who, minutes):
        """Look up the newest step, as treated and without any infusion."""
        return tuple(newest(steps, who, minutes) for steps in self._steps)


def newest(steps, who, minutes):
    """Give the newest step of each patient at a minute, 0 before the first."""
    found = np.zeros(len(who))
    for place, (patient, minute) in enumerate(zip(who, minutes, strict=True)):
        for since, relief in steps.get(int(patient), ()):
            if minute >= since * DAY:
                found[place] = relief
    return found


def kinetics_with(**more):
    """Draw what shapes one person's relief, with so much plasticity and tolerance."""
    return st.builds(
        Kinetics,
        a_fast=st.floats(0.05, 1),
        a_slow=st.floats(0.05, 1),
        tau_fast=st.floats(2, 10),
        tau_slow=st.floats(10, 400),
        ceiling=st.floats(0.05, 1),
        **more,
    )


LAWS_OF_TRAITS = [
    ("clearance", stats.lognorm(np.sqrt(np.log1p(0.25**2)), scale=79)),
    ("sensitivity", stats.lognorm(CALIBRATIONS["community"].sensitivity_sd)),
    ("weight", stats.lognorm(0.22, scale=74)),
    ("age", stats.truncnorm((18 - 42) / 13, (75 - 42) / 13, 42, 13)),
    ("preferred_time", stats.uniform()),
]
"""Traits of people that nobody is enrolled by, and how each is distributed."""


def draw_all_drift(setting, days):
    """Draw the drift of everybody of a setting up to a day, so that others can have the same."""
    people = len(setting.cohort)
    for begin in range(0, people, PATIENTS):
        setting.fluctuation.drifts(slice(begin, min(begin + PATIENTS, people)), days)
