"""The mean course of a cohort by weeks since referral."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.replication import Replication
from sim.scales import clipped, is_day_below_10, is_day_in_response
from sim.streams import PATIENTS

Columns = dict[str, NDArray[np.float64]]


def mean_course(replication: Replication) -> Columns:
    """Give the mean course of those referred since the start date, a row a week since referral.

    Each row is over the patients still followed that long (`patients`); the horizon censors the
    others. GAD-7 in points; `gad7_untreated` is the same people without treatment.
    """
    days = np.arange(0, replication.scenario.run.days + 1, 7)
    if not len(replication.patients):
        days = days[:0]
    since_start = replication.patients.referred >= replication.scenario.opens
    scores = replication.trajectory(days)[since_start]
    known = np.isfinite(scores)
    patients = known.sum(axis=0)
    kept = patients > 0
    s0 = replication.patients.untreated[since_start, None]

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = (
            np.where(known, values, 0.0).sum(axis=0)[kept] / patients[kept]
        )
        return result

    return {
        "day": days[kept].astype(float),
        "gad7": mean(scores),
        "gad7_untreated": mean(clipped(s0 + _drifts(replication, days)[since_start])),
        "in_response": mean(is_day_in_response(scores, s0).astype(float)),
        "below_10": mean(is_day_below_10(scores).astype(float)),
        "patients": patients[kept].astype(float),
    }


def _drifts(replication: Replication, days: NDArray[np.int64]) -> NDArray[np.float64]:
    patients = len(replication.patients)
    if not len(days) or not patients:
        return np.zeros((patients, len(days)))
    chunks = [
        replication.fluctuation.drifts(chunk, min(PATIENTS, patients - begin), int(days[-1]) + 1)
        for chunk, begin in enumerate(range(0, patients, PATIENTS))
    ]
    return np.concatenate(chunks)[:, days]
