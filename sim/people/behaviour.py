"""The table `[behaviour]`: who leaves treatment, and when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.config.value import Value, parameter

Floats = NDArray[np.float64]


class Behaviour(Value):
    """Drop-out by a constant hazard per infusion of induction and per day of maintenance."""

    withdrawal_share: float = parameter(
        0.04,
        "withdraw for tolerability in a course of `withdrawal_course` infusions",
        unit="share",
        source="Rodrigues 2022 n=203",
        grade="B",
        ge=0,
        lt=1,
    )
    withdrawal_course: int = parameter(
        6, "length of the course that share belongs to", unit="infusions", source="McInnes 2022",
        grade="A", ge=1, le=60,
    )  # fmt: skip
    stopping_share: float = parameter(
        0.33,
        "stop maintenance within `stopping_days`, whether or not a missed visit is how it shows",
        unit="share",
        source="Sakurai 2020 n=85",
        grade="B",
        ge=0,
        lt=1,
    )
    stopping_days: float = parameter(
        395, "time that share belongs to (13 months)", unit="days", source="Sakurai 2020 n=85",
        grade="B", gt=0, le=36500,
    )  # fmt: skip
    missed_rating_share: float = parameter(
        0.15, "remote ratings that a policy asks for and nobody sends", unit="share",
        source="assumption (none found)", grade="D", ge=0, le=1,
    )  # fmt: skip


NOT_IN_THIS_LIFE = 10**6  # infusions or days: a drop-out that never comes


def infusions_tolerated(behaviour: Behaviour, uniform: Floats) -> NDArray[np.int64]:
    """After how many infusions of induction each person withdraws: geometric, at least 1."""
    share = behaviour.withdrawal_share
    if share == 0:
        return np.full(len(uniform), NOT_IN_THIS_LIFE)
    hazard = -np.log1p(-share) / behaviour.withdrawal_course
    tolerated = np.ceil(-np.log(uniform) / hazard)
    whole: NDArray[np.int64] = np.clip(tolerated, 1, NOT_IN_THIS_LIFE).astype(np.int64)
    return whole


def days_in_maintenance(behaviour: Behaviour, uniform: Floats) -> Floats:
    """How long after maintenance began each person stops it, in days: exponential."""
    share = behaviour.stopping_share
    if share == 0:
        return np.full(len(uniform), float(NOT_IN_THIS_LIFE))
    hazard = -np.log1p(-share) / behaviour.stopping_days
    days: Floats = np.minimum(-np.log(uniform) / hazard, NOT_IN_THIS_LIFE)
    return days
