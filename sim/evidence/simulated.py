"""Rows that need a clinic: who comes to how many sessions, and how often people are treated.

Such a row is simulated: the people of the default behaviour, or of a setting, in a clinic whose
opening hours and appointments count and whose chairs and staff do not run out. People are starters:
they have had a first session. A session is an infusion that was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.evidence.moments import ProtocolMoment
from sim.evidence.quantities import Metric
from sim.evidence.schedules import Arm
from sim.evidence.vocabulary import SIMULATED_SETTINGS, People
from sim.model.replication import Replication
from sim.model.scenario import Scenario
from sim.units import MINUTES_PER_DAY, NEVER

FOLLOWED_DAYS = 365.0
"""How long a starter is followed where nobody says."""
_TO_START_DAYS = 60
"""After so long nearly everybody who starts has started; who starts later is not counted."""
_WEEKLY, _FORTNIGHTLY = 10, 18
"""Longest gap, in days, of weekly and of fortnightly sessions."""
_UNLIMITED = dict.fromkeys(("clinic.chairs", "clinic.nurses", "clinic.prescribers"), "unlimited")

Sessions = list[Floats]
"""Of each starter who was followed long enough: days from the first session, which is 0."""


def sessions_of(run: Replication, followed: float) -> Sessions:
    """Read when each starter had a session, for as long as they are followed."""
    visits = run.visits
    rows = np.flatnonzero(visits["infusion_end"] != NEVER)
    rows = rows[np.lexsort((visits["infusion_end"][rows], visits["patient"][rows]))]
    ended = visits["infusion_end"][rows] / MINUTES_PER_DAY
    _, firsts = np.unique(visits["patient"][rows], return_index=True)
    each = np.split(ended, firsts[1:]) if len(rows) else []
    latest = run.horizon / MINUTES_PER_DAY - followed
    days = [own - own[0] for own in each if own[0] <= latest]
    return [own[own <= followed] for own in days]


def attendance(sessions: Sessions, metric: Metric, times: Sequence[ProtocolMoment]) -> float | None:
    """Read a metric of attendance; None where nobody is counted."""
    if metric.kind == "share_on_rhythm":
        rhythms = [rhythm for own in sessions if (rhythm := rhythm_in(own, times[0]))]
        return float(np.mean([r == metric.rhythm for r in rhythms])) if rhythms else None
    reached = [own[metric.session - 1] for own in sessions if len(own) >= metric.session]
    if metric.kind == "days_to_session":
        summary = np.median if metric.statistic == "median" else np.mean
        return float(summary(reached)) if reached else None
    if not sessions:
        return None
    if metric.kind == "stopped_after":
        return float(np.mean([len(own) == metric.session for own in sessions]))
    share = len(reached) / len(sessions)
    return 1 - share if metric.below else share


def rhythm_in(days: Floats, window: ProtocolMoment) -> str:
    """Name the rhythm of one person's sessions in a window; empty for fewer than two of them."""
    inside = days[(days >= window.days) & (days <= window.days + window.span)]
    gaps = [b - a for a, b in pairwise(inside)]
    if not gaps:
        return ""
    if max(gaps) <= _WEEKLY:
        return "weekly"
    return "fortnightly" if min(gaps) > _WEEKLY and max(gaps) <= _FORTNIGHTLY else "mixed"


def followed_days(times: Sequence[ProtocolMoment]) -> float:
    """Give how long a starter is followed, in days from the first session."""
    return times[0].days + times[0].span if times else FOLLOWED_DAYS


def scenario_of(base: Scenario, people: People, arm: Arm, size: int, followed: float) -> Scenario:
    """Give the scenario of an arm in a clinic without limits."""
    treatment = arm.treatment()
    boosters: dict[str, Any] = {"kind": arm.policy or "none"}
    if arm.every_days is not None:
        boosters = {"kind": "fixed", "every_days": arm.every_days}
    changes: dict[str, Any] = {
        **{f"population.{name}": value for name, value in people.overrides},
        **_UNLIMITED,
        "referrals": {"kind": "cohort", "patients": size, "over_days": 0},
        "run.days": int(np.ceil(followed)) + _TO_START_DAYS,
        "policy.treatment": treatment.model_dump(exclude_none=True),
        "policy.induction": {"kind": "fixed", "days": list(arm.days)},
        "policy.boosters": boosters,
    }
    if boosters["kind"] == "none":
        changes["policy.evaluation"] = {"kind": "none"}
    return base.override(changes).override(SIMULATED_SETTINGS.get(people.setting, {}))
