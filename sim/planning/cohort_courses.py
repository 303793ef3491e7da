"""The courses of one cohort where nobody waits for anybody: what a clinic without limits adds up.

All are referred in one week to a clinic without limits of chairs, staff, seats and caseload, open
as the scenario's is, holidays and closures aside, and followed for several mean stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats
from sim.config.errors import ScenarioError
from sim.experiment.task import Task
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.reading import Reading
from sim.people.start import STAYS_DIFFER, mean_stay_days, stays_differ
from sim.units import MINUTES_PER_WEEK, NEVER

STAYS = 4  # mean stays that are followed: exp(-4) is 2 % of the maintenance
_SHORTEST_DAYS, _LONGEST_DAYS = 371, 20 * 365
REFERRED_WITHIN = 5  # days: Monday to Friday
MONDAY = "2026-01-05"


@dataclass(frozen=True)
class Courses:
    """What one cohort gives a week since referral, and what the closed form needs of it."""

    infusions: Floats  # m(k), mean a person
    squares: Floats  # E[c(k)^2]
    staying: Floats  # s(k)
    before: float  # infusions before maintenance, mean a person
    entering: float  # share who enter maintenance
    rate: float  # infusions a week in maintenance
    entered: float  # weeks from referral to entering, mean of those who do
    kept: float  # share of those who enter whom nothing ends before they stop


def course_of_cohort(task: Task) -> Courses:
    """Follow one cohort without a limit of capacity."""
    reading = Reading(replicate(task.scenario, task.seed, task.replication))
    people, weeks = len(reading.patients), reading.horizon // MINUTES_PER_WEEK
    rows = np.flatnonzero(reading.infused)
    who = reading.visits["patient"][rows].astype(np.int64)
    when = reading.visits["infusion_end"][rows].astype(np.int64)
    whole = when < weeks * MINUTES_PER_WEEK
    counts = np.zeros((people, weeks))
    np.add.at(counts, (who[whole], when[whole] // MINUTES_PER_WEEK), 1.0)
    left = np.where(reading.discharged == NEVER, reading.horizon, reading.discharged)
    ends = np.arange(1, weeks + 1) * MINUTES_PER_WEEK
    since = np.where(reading.maintained_from == NEVER, left, reading.maintained_from)
    entered = reading.maintained_from != NEVER
    maintained = float((left - since)[entered].sum()) / MINUTES_PER_WEEK
    later = float((when > since[who]).sum())
    return Courses(
        infusions=counts.mean(axis=0),
        squares=(counts**2).mean(axis=0),
        staying=(left[:, None] >= ends[None, :]).mean(axis=0),
        before=(len(rows) - later) / people,
        entering=float(entered.mean()),
        rate=later / maintained if maintained else 0.0,
        entered=float(since[entered].mean()) / MINUTES_PER_WEEK if entered.any() else 0.0,
        kept=_kept(reading, entered),
    )


def _kept(reading: Reading, entered: Bools) -> float:
    """Share of those who entered maintenance who stop it, or are still there at the end."""
    ended = reading.discharges["reason"] != "stopped maintenance"
    others = reading.discharges["patient"][ended].astype(np.int64)
    return 1 - int(entered[others].sum()) / int(entered.sum()) if entered.any() else 1.0


def check_stays(scenario: Scenario) -> None:
    """Refuse stays that depend on ratings: a build-up rests on their mean."""
    if stays_differ(scenario.behaviour):
        raise ScenarioError(f"A build-up of maintenance must know stays: {STAYS_DIFFER}.")


def stay_weeks(scenario: Scenario) -> float:
    """Mean stay in maintenance, in weeks: 1 / hazard; infinite if nobody ever stops.

    Raises ScenarioError where stays depend on ratings.
    """
    check_stays(scenario)
    return mean_stay_days(scenario.behaviour) / 7


def without_a_clinic(scenario: Scenario, people: int) -> Scenario:
    """The same people, treatment and calendar, nobody waiting for anybody, in one cohort."""
    stay = stay_weeks(scenario) * 7
    days = _LONGEST_DAYS if stay == inf else min(_LONGEST_DAYS, max(_SHORTEST_DAYS, STAYS * stay))
    changes: dict[str, Any] = {
        "run.days": 7 * ceil(days / 7),
        "run.warmup_days": 0,
        "run.start_date": MONDAY,
        "start": {"kind": "empty"},
        "clinic.holidays": [],
        "clinic.closures": [],
        "clinic.waiting_places": "unlimited",
        "clinic.maximum_caseload": "unlimited",
        "referrals": {"kind": "cohort", "patients": people, "over_days": REFERRED_WITHIN},
    }
    for capacity in ("chairs", "nurses", "prescribers"):
        changes[f"clinic.{capacity}"] = "unlimited"
    return scenario.override(changes)
