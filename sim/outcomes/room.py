"""How many infusions a week a clinic has room for: read off the scenario, before anybody comes."""

from __future__ import annotations

from math import inf

import numpy as np

from sim.arrays import Floats
from sim.clinic.booking_rules import Slots
from sim.clinic.clinic_table import ClinicTable
from sim.clinic.hours import Calendar
from sim.model.eras import calendar_of, in_force
from sim.model.scenario import Scenario
from sim.policy.regimen import Regimen
from sim.units import MINUTES_PER_DAY, MINUTES_PER_WEEK

_DAYS = 7


def infusions_with_room(scenario: Scenario) -> Floats:
    """Give the infusions that each whole week from the start date on has room for, shape (weeks,).

    Chair-minutes of the opening hours over the planned minutes of a session, its turnover included:
    chairs in order, no more of them than the nurses on duty can watch, and no more sessions a day
    than are booked at most. What is lost between sessions, and before closing, is not taken off.
    With sessions of two lengths the shorter one counts. NaN where there is no limit, and throughout
    where doses are taken at home, which need no room.
    """
    calendar = calendar_of(scenario)
    weeks = (scenario.horizon - scenario.opens) // MINUTES_PER_WEEK
    first = scenario.opens // MINUTES_PER_DAY
    days = [_on(day, scenario, calendar) for day in range(first, first + _DAYS * weeks)]
    found: Floats = np.array(days, dtype=float).reshape(weeks, _DAYS).sum(axis=1)
    return np.where(np.isfinite(found), found, np.nan)


def _on(day: int, scenario: Scenario, calendar: Calendar) -> float:
    """Give the infusions that a day has room for, infinite without limit."""
    now = in_force(scenario, day * MINUTES_PER_DAY)
    minutes = _session_minutes(now.clinic, now.policy)
    if minutes == 0:
        return inf
    sessions = 0.0
    for begins, ends, _ in now.clinic.shifts("nurses", calendar, day):
        places = now.clinic.planned_places("chairs", calendar, day, begins, ends - begins)
        sessions += inf if places is None else places * (ends - begins) / minutes
    rules = now.clinic.booking
    if sessions and isinstance(rules, Slots) and rules.infusions_per_day != "unlimited":
        return min(sessions, rules.infusions_per_day)
    return sessions


def _session_minutes(clinic: ClinicTable, policy: Regimen) -> float:
    """Give the minutes that the shorter kind of session holds a chair, 0 with doses at home."""
    given = [policy.treatment, policy.booster_treatment or policy.treatment]
    if any(treatment.home for treatment in given):
        return 0.0
    return min(clinic.planned_minutes(treatment.route) for treatment in given)
