"""By weeks: a cohort since referral, or since response, and the clinic along the calendar."""

from __future__ import annotations

import numpy as np

from sim.arrays import Columns, Floats, Ints
from sim.outcomes.reading import Reading, relapse_times
from sim.scales import is_day_below_10, is_day_in_response
from sim.stats.survival import curve
from sim.units import MINUTES_PER_WEEK, NEVER


def mean_course(reading: Reading) -> Columns:
    """Give the mean course of those referred since the start date, a row a week since referral.

    Each row is over the patients still followed that long (`patients`); the horizon censors the
    others. GAD-7 in points; `gad7_untreated` is the same people without any infusion.
    """
    days = np.arange(0, reading.replication.scenario.run.days + 1, 7)
    if not len(reading.patients):
        days = days[:0]
    since_start = reading.since_start
    scores, untreated = (all_of[since_start] for all_of in reading.replication.trajectories(days))
    known = np.isfinite(scores)
    patients = known.sum(axis=0)
    kept = patients > 0
    s0 = reading.patients.untreated[since_start, None]

    def mean(values: Floats) -> Floats:
        result: Floats = np.where(known, values, 0.0).sum(axis=0)[kept] / patients[kept]
        return result

    return {
        "day": days[kept].astype(float),
        "gad7": mean(scores),
        "gad7_untreated": mean(untreated),
        "in_response": mean(is_day_in_response(scores, s0).astype(float)),
        "below_10": mean(is_day_below_10(scores).astype(float)),
        "patients": patients[kept].astype(float),
    }


def relapses_since_response(reading: Reading) -> Columns:
    """Give the relapses of those referred since the start date, a row a week since response.

    Response and relapse are those of true relief at noon, treated or not, discharged or not.
    `at_risk` counts those not relapsed who are followed to that `day` or longer, `relapsed` those
    relapsed by it, `free` is the share without a relapse after Kaplan and Meier: the horizon
    censors. The last row is the last week with anybody at risk.
    """
    times = relapse_times(reading)
    until, relapsed = np.asarray(times.durations), np.asarray(times.observed)
    days = np.arange(0, int(until.max(initial=-1)) + 1, 7)
    when, free = curve(times)
    passed = np.searchsorted(when, days, side="right")
    return {
        "day": days,
        "at_risk": len(until) - np.searchsorted(np.sort(until), days, side="left"),
        "relapsed": np.searchsorted(np.sort(until[relapsed]), days, side="right"),
        "free": np.concatenate(([1.0], free))[passed],
    }


def clinic_by_week(reading: Reading) -> Columns:
    """Give the clinic's weeks: infusions given, people in treatment and waiting, chairs in use.

    Week 0 begins on the start date, whatever came before it.
    `census` and `waiting` (referred, not discharged, no infusion yet) are at the end of each week.
    The last week is left out when it is not whole.
    """
    opens = reading.opens
    weeks = (reading.horizon - opens) // MINUTES_PER_WEEK
    ends = opens + np.arange(1, weeks + 1) * MINUTES_PER_WEEK

    def by_end(minutes: Ints) -> Ints:
        return np.searchsorted(np.sort(minutes[minutes != NEVER]), ends, side="left")

    referred = by_end(reading.patients.referred)
    gone = by_end(reading.discharged)
    left = np.where(reading.discharged == NEVER, reading.horizon, reading.discharged)
    first = reading.first_infusion
    until = np.where((first == NEVER) | (first > left), left, first)
    still = by_end(np.where(until == reading.horizon, NEVER, until))
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


def _chairs_by_week(reading: Reading, ends: Ints) -> Floats:
    """Share of the chair-minutes of opening hours that were used; NaN where it has no meaning."""
    shares = np.full(len(ends), np.nan)
    minutes = reading.work.in_hours("chairs", np.append(reading.opens, ends).astype(float))
    if minutes is not None:
        used, on_duty = minutes
        np.divide(used, on_duty, out=shares, where=on_duty > 0)
    return shares
