"""What evaluations after the induction say: of those evaluated, and of all referred."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools
from sim.model.eras import each
from sim.outcomes.measures import share
from sim.outcomes.reading import Reading
from sim.policy.evaluation import NoEvaluation
from sim.scales import is_remission, is_response
from sim.units import MINUTES_PER_DAY, NEVER

RESPONSE_WITHIN_DAYS = 90  # of referral: weeks of waiting, an induction with its extension


def _rated(reading: Reading) -> Bools:
    """Mark the evaluations that took place."""
    marked: Bools = reading.of_kind("evaluation") & (reading.visits["rated_before"] != NEVER)
    return marked


def _evaluated(reading: Reading) -> tuple[NDArray[Any], NDArray[Any]]:
    """Ratings at each patient's newest evaluation after the warm-up, and their baselines."""
    visits = reading.visits
    rows = np.flatnonzero(_rated(reading) & (visits["arrived"] >= reading.begin))
    newest = dict(zip(visits["patient"][rows].tolist(), rows.tolist(), strict=True))
    chosen = np.array(list(newest.values()), dtype=np.int64)
    who = visits["patient"][chosen].astype(np.int64)
    return visits["rated_before"][chosen], reading.patients.baseline[who]


def response_of_evaluated(reading: Reading) -> float | None:
    """Share in rated response at the newest evaluation, of those evaluated."""
    rated, baseline = _evaluated(reading)
    return share(is_response(rated, baseline).sum(), len(rated))


def response_of_referred(reading: Reading) -> float | None:
    """Share in rated response within 90 days, of those referred that long before the horizon."""
    rules = [one.policy.evaluation for one in each(reading.replication.scenario)]
    if all(isinstance(rule, NoEvaluation) for rule in rules):
        return None  # nobody's response is looked at, which is not that nobody responds
    referred, visits = reading.patients.referred, reading.visits
    window = RESPONSE_WITHIN_DAYS * MINUTES_PER_DAY
    counted = (referred >= reading.begin) & (referred + window <= reading.horizon)
    who = visits["patient"].astype(np.int64)
    rows = np.flatnonzero(_rated(reading) & (visits["arrived"] < referred[who] + window))
    responds = np.zeros(len(referred), dtype=bool)  # at the newest: rows are in order of time
    baseline = reading.patients.baseline[who[rows]]
    responds[who[rows]] = is_response(visits["rated_before"][rows], baseline)
    return share(responds[counted].sum(), counted.sum())


def remission_of_evaluated(reading: Reading) -> float | None:
    """Share in rated remission at the newest evaluation, of those evaluated."""
    rated, _ = _evaluated(reading)
    return share(is_remission(rated).sum(), len(rated))
