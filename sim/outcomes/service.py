"""Service measures: how long people wait, and how many are treated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import Floats
from sim.clinic.staff import places
from sim.clinic.stages import EPISODE, TREATED
from sim.outcomes.measures import Direction, Measure, share
from sim.outcomes.reading import Reading
from sim.outcomes.waits import booster_delay, calendar_first_infusion, clinic_first_infusion, limit
from sim.stats.survival import Times, quantile, restricted_mean, share_without
from sim.units import MINUTES_PER_WEEK, NEVER

WAIT_WITHIN_DAYS = 180
DELAY_WITHIN_DAYS = 84
START_TARGET_DAYS = 14
LATE_AFTER_DAYS = 7

Waits = Callable[[Reading], Times]
INCIDENCE = (
    "record; cumulative incidence (Aalen-Johansen): who left first never gets there, who still "
    "waits is censored"
)
RESTRICTED = "mean restricted to {} days, or to a quarter of the time measured if that is shorter"


def _mean(waits: Waits, days: float) -> Callable[[Reading], float | None]:
    return lambda reading: restricted_mean(waits(reading), limit(reading, days))


def _quantile(waits: Waits, q: float) -> Callable[[Reading], float | None]:
    return lambda reading: quantile(waits(reading), q)


def _beyond(waits: Waits, days: float) -> Callable[[Reading], float | None]:
    return lambda reading: share_without(waits(reading), days)


def _started_in_time(reading: Reading) -> float | None:
    late = share_without(calendar_first_infusion(reading), START_TARGET_DAYS)
    return None if late is None else 1 - late


def in_clinic_waits(reading: Reading) -> Floats:
    """Minutes from arriving for an infusion until a nurse begins, of those with whom she began."""
    visits = reading.visits
    rows = (visits["chair"] != NEVER) & (visits["arrived"] >= reading.begin)
    rows &= visits["prepare_start"] != NEVER
    waits: Floats = (visits["prepare_start"][rows] - visits["arrived"][rows]).astype(float)
    return waits


def _mean_in_clinic(reading: Reading) -> float | None:
    waits = in_clinic_waits(reading)
    return float(waits.mean()) if len(waits) else None


def _p95_in_clinic(reading: Reading) -> float | None:
    waits = in_clinic_waits(reading)
    return float(np.quantile(waits, 0.95)) if len(waits) else None


def _blocked(reading: Reading) -> float | None:
    limits = [places(stretch.clinic.waiting_places) for stretch in reading.stretches]
    if all(limit is None for limit in limits):
        return None
    visits = reading.visits
    came = (visits["arrived"] >= reading.begin) & reading.of_kind("induction", "booster")
    return share((visits["status"][came] == "blocked").sum(), came.sum())


def _per_week(reading: Reading, number: float) -> float:
    return float(number) / reading.weeks


def _visits(reading: Reading) -> float | None:
    visits = reading.visits
    done = (visits["status"] == "done") & (visits["arrived"] >= reading.begin)
    return _per_week(reading, (done & ~reading.of_kind("rating")).sum())


def _evaluated(reading: Reading) -> float | None:
    visits = reading.visits
    rows = (visits["kind"] == "evaluation") & (visits["arrived"] >= reading.begin)
    return float(len(np.unique(visits["patient"][rows])))


def _census(reading: Reading) -> float | None:
    """Mean number of people referred and not discharged."""
    until = np.where(reading.discharged == NEVER, reading.horizon, reading.discharged)
    stays = until - np.maximum(reading.patients.referred, reading.begin)
    return float(np.maximum(stays, 0).sum() / (reading.weeks * MINUTES_PER_WEEK))


def _in_maintenance(reading: Reading) -> float | None:
    """Mean number of people who had a booster ordered and are not discharged."""
    begun = reading.maintained_from
    until = np.where(reading.discharged == NEVER, reading.horizon, reading.discharged)
    stays = (until - np.maximum(begun, reading.begin))[begun != NEVER]
    return float(np.maximum(stays, 0).sum() / (reading.weeks * MINUTES_PER_WEEK))


def _waiting_at_end(reading: Reading) -> float | None:
    return float(((reading.discharged == NEVER) & (reading.first_infusion == NEVER)).sum())


def _violations(reading: Reading) -> float | None:
    """Infusions begun after the end of their window, of all but each patient's first."""
    visits = reading.visits
    rows = np.flatnonzero(reading.infused)
    first = reading.first_infusion[visits["patient"][rows].astype(np.int64)]
    rows = rows[visits["infusion_start"][rows] != first]
    return share((visits["arrived"][rows] > visits["latest"][rows]).sum(), len(rows))


def _episodes(least: int) -> Callable[[Reading], float | None]:
    """Adverse events of at least this degree, per 100 infusions whose monitoring has ended."""

    def read(reading: Reading) -> float | None:
        adverse = reading.visits["adverse"][reading.infused]
        return share(100 * (adverse >= least).sum(), (adverse != NEVER).sum())

    return read


def _service(
    name: str,
    unit: str,
    direction: Direction,
    definition: str,
    read: Callable[[Reading], float | None],
    source: str = "record",
    headline: bool = False,
) -> Measure:
    return Measure(name, unit, direction, definition, source, "service", read, headline)


SERVICE = (
    _service(
        "wait_first_infusion_days", "days", "lower",
        "from referral to the first infusion by the calendar, of all referred; who never has one "
        f"counts as the limit: {RESTRICTED.format(WAIT_WITHIN_DAYS)}",
        _mean(calendar_first_infusion, WAIT_WITHIN_DAYS), INCIDENCE, headline=True,
    ),
    _service(
        "wait_first_infusion_days_p50", "days", "lower",
        "by which half of all referred have had their first infusion, by the calendar",
        _quantile(calendar_first_infusion, 0.5), INCIDENCE,
    ),
    _service(
        "wait_first_infusion_days_p90", "days", "lower",
        "by which 90 % of all referred have had their first infusion, by the calendar",
        _quantile(calendar_first_infusion, 0.9), INCIDENCE,
    ),
    _service(
        "started_within_14_days", "share", "higher",
        "had the first infusion within 14 days of referral, by the calendar, of all referred that "
        "long before the horizon", _started_in_time, INCIDENCE,
    ),
    _service(
        "clinic_wait_first_infusion_days", "days", "lower",
        "that the clinic makes people wait for the first infusion: the clock stands still from a "
        "visit missed or called off until another is wished for; who leaves while it runs counts "
        "as the limit, who leaves while it stands is censored then: "
        f"{RESTRICTED.format(WAIT_WITHIN_DAYS)}",
        _mean(clinic_first_infusion, WAIT_WITHIN_DAYS), INCIDENCE, headline=True,
    ),
    _service(
        "clinic_wait_first_infusion_days_p50", "days", "lower",
        "by which half have had their first infusion, on that clock",
        _quantile(clinic_first_infusion, 0.5), INCIDENCE,
    ),
    _service(
        "clinic_wait_first_infusion_days_p90", "days", "lower",
        "by which 90 % have had their first infusion, on that clock",
        _quantile(clinic_first_infusion, 0.9), INCIDENCE,
    ),
    _service(
        "booster_delay_days", "days", "lower",
        "from the day a booster was due (or, after one missed or called off, was wished for "
        "again) to the day it was given; one whose patient left first counts as the limit, one "
        "that was offered and missed for good is censored then: "
        f"{RESTRICTED.format(DELAY_WITHIN_DAYS)}",
        _mean(booster_delay, DELAY_WITHIN_DAYS), INCIDENCE, headline=True,
    ),
    _service(
        "booster_delay_days_p95", "days", "lower",
        "by which 95 % of the boosters due were given", _quantile(booster_delay, 0.95), INCIDENCE,
    ),
    _service(
        "boosters_late_share", "share", "lower",
        "not given within 7 days of being due (or wished for again), patients who left included, "
        "of the boosters due that long before the horizon", _beyond(booster_delay, LATE_AFTER_DAYS),
        INCIDENCE,
    ),
    _service(
        "wait_in_clinic_minutes", "minutes", "lower",
        "from arriving for an infusion, in a chair or not, until a nurse begins, mean of those "
        "with whom she did",
        _mean_in_clinic, headline=True,
    ),
    _service(
        "wait_in_clinic_minutes_p95", "minutes", "lower",
        "from arriving for an infusion, in a chair or not, until a nurse begins, 95th percentile "
        "of those with whom she did",
        _p95_in_clinic, headline=True,
    ),
    _service(
        "blocked_share", "share", "lower",
        "turned away for want of a waiting place, of those who came for an infusion", _blocked,
    ),
    _service(
        "visits_per_week", "visits per week", "none", "visits done, remote ratings aside", _visits
    ),
    _service(
        "infusions_per_week", "infusions per week", "none", "infusions given",
        lambda reading: _per_week(reading, reading.infused.sum()),
    ),
    _service(
        "inductions_completed", "patients", "higher", "evaluated after their induction",
        _evaluated,
    ),
    _service(
        "census_mean", "patients", "none", "referred and not discharged, mean over time", _census
    ),
    _service(
        "census_at_end", "patients", "none", "referred and not discharged at the horizon",
        lambda reading: float((reading.discharged == NEVER).sum()),
    ),
    _service(
        "waiting_at_end", "patients", "lower",
        "referred, not discharged and without a first infusion at the horizon, also who missed a "
        "visit and does not wish for another yet", _waiting_at_end,
    ),
    _service(
        "in_maintenance_mean", "patients", "none",
        "had a booster ordered and not discharged, mean over time", _in_maintenance,
    ),
    _service(
        "adverse_events_per_100_infusions", "episodes", "lower",
        "episodes of high blood pressure that lengthened monitoring, per 100 infusions in the "
        "clinic", _episodes(EPISODE),
    ),
    _service(
        "adverse_events_treated_per_100_infusions", "episodes", "lower",
        "such episodes that were treated with a drug, per 100 infusions in the clinic",
        _episodes(TREATED),
    ),
    _service(
        "gap_violations_share", "share", "lower",
        "infusions begun after the end of their window, of all but each patient's first",
        _violations,
    ),
)  # fmt: skip
