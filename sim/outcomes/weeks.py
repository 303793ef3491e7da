"""The clinic by weeks of the calendar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.replication import Replication
from sim.outcomes.reading import Reading
from sim.units import MINUTES_PER_WEEK, NEVER

Columns = dict[str, NDArray[np.float64]]


def weekly(replication: Replication) -> Columns:
    """Give the clinic's weeks: infusions given, people in treatment and waiting, chairs in use.

    Week 0 begins on the start date, whatever came before it.
    `census` and `waiting` (referred, not discharged, no infusion yet) are at the end of each week.
    The last week is left out when it is not whole.
    """
    reading = Reading(replication)
    opens = replication.scenario.opens
    weeks = (replication.horizon - opens) // MINUTES_PER_WEEK
    ends = opens + np.arange(1, weeks + 1) * MINUTES_PER_WEEK

    def by_end(minutes: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(np.sort(minutes[minutes != NEVER]), ends, side="left")

    referred = by_end(reading.patients.referred)
    gone = by_end(reading.discharged)
    left = np.where(reading.discharged == NEVER, replication.horizon, reading.discharged)
    first = reading.first_infusion
    until = np.where((first == NEVER) | (first > left), left, first)
    still = by_end(np.where(until == replication.horizon, NEVER, until))
    ended = reading.visits["infusion_end"].astype(np.int64)
    infused = by_end(np.where(ended < opens, NEVER, ended))
    columns = {
        "week": np.arange(weeks),
        "infusions": np.diff(infused, prepend=0),
        "census": referred - gone,
        "waiting": referred - still,
        "chair_utilisation": _chairs_by_week(reading, ends),
    }
    return {name: values.astype(float) for name, values in columns.items()}


def _chairs_by_week(reading: Reading, ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the chair-minutes of opening hours that were used; NaN where it has no meaning."""
    shares = np.full(len(ends), np.nan)
    minutes = reading.work.in_hours("chairs", np.append(reading.opens, ends).astype(float))
    if minutes is not None:
        used, on_duty = minutes
        np.divide(used, on_duty, out=shares, where=on_duty > 0)
    return shares
