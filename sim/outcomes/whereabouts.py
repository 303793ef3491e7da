"""Where everybody referred is, by weeks since referral: waiting, in treatment, or discharged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sim.arrays import Bools, Columns, Ints
from sim.outcomes.reading import Reading
from sim.policy.orders import INFUSIONS
from sim.units import MINUTES_PER_WEEK, NEVER

IN_CARE = ("waiting", "assessed", "induction", "evaluated", "maintenance")
"""States before discharge, in the order in which people pass through them, none of them twice."""
DISCHARGED = "discharged: "
"""What the name of a column begins with that counts those discharged for a reason."""
NOT_FOLLOWED = "not_followed"


def whereabouts(reading: Reading) -> Columns:
    """Count those referred since the start date by state, a row a week since referral.

    `waiting` for an assessment, `assessed` and waiting for the first infusion, `induction` from its
    beginning, `evaluated` after an evaluation (more infusions of an extended induction included),
    `maintenance` from the order of the first booster or reinduction, or `discharged: <reason>`.
    Everybody is in one state each week: whom the run does not follow so long is `not_followed`.
    The last row is the last week to which anybody is followed.
    """
    chosen = reading.since_start
    referred = reading.patients.referred[chosen]
    last = (reading.horizon - 1 - referred) // MINUTES_PER_WEEK  # week up to which each is followed
    weeks = int(last.max(initial=-1)) + 1
    begins = [np.zeros(len(referred), dtype=np.int64)]
    for minute in (*_turns(reading), reading.discharged):
        after = -(-(minute[chosen] - referred) // MINUTES_PER_WEEK)
        begins.append(np.where(minute[chosen] == NEVER, weeks, after))
    begins = list(np.minimum.accumulate(begins[::-1])[::-1])  # who was infused waits for nothing
    passed = [_from(begin, last, weeks) for begin in begins]
    states = {
        name: now - later for name, (now, later) in zip(IN_CARE, pairwise(passed), strict=True)
    }
    gone = {
        f"{DISCHARGED}{reason}": _from(begins[-1][who], last[who], weeks)
        for reason, who in _reasons(reading, chosen).items()
    }
    beyond = len(referred) - passed[0]
    return {"week": np.arange(weeks), **states, NOT_FOLLOWED: beyond, **gone}


def _turns(reading: Reading) -> Sequence[Ints]:
    """Give the minutes at which each patient comes into the second state and the later ones."""
    visits = reading.visits

    def first(marked: Bools, stage: str) -> Ints:
        rows = np.flatnonzero(marked & (visits[stage] != NEVER))
        return reading.first_minute(visits["patient"][rows], visits[stage][rows])

    return (
        first(reading.of_kind("assessment"), "left"),
        reading.first_infusion,
        first(reading.of_kind("evaluation"), "left"),
        first(reading.of_kind(*(INFUSIONS - {"induction"})), "ordered"),
    )


def _reasons(reading: Reading, chosen: Bools) -> dict[str, Bools]:
    """Mark, among those chosen, whom each reason of discharge ended the treatment of."""
    events = reading.discharges
    reason = np.full(len(chosen), "", dtype=object)
    reason[events["patient"].astype(np.int64)] = events["reason"]
    return {str(name): reason[chosen] == name for name in sorted(set(events["reason"].tolist()))}


def _from(begin: Ints, last: Ints, weeks: int) -> Ints:
    """Count those who have begun by each week and are still followed in it."""
    come = begin <= last
    ends = last[come] + 1
    change = np.bincount(begin[come], minlength=weeks + 1) - np.bincount(ends, minlength=weeks + 1)
    return np.cumsum(change)[:weeks]
