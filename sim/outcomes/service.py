"""Service measures: how long people wait, and how many are treated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.clinic.adverse import EPISODE, TREATED
from sim.clinic.staff import places
from sim.outcomes.measures import Direction, Measure, share
from sim.outcomes.reading import Bools, Floats, Reading
from sim.stats.survival import km_quantile, restricted_mean, survival_at
from sim.units import MINUTES_PER_WEEK, NEVER

WAIT_WITHIN_DAYS = 180
DELAY_WITHIN_DAYS = 84
START_TARGET_DAYS = 14
LATE_AFTER_DAYS = 7

Durations = Callable[[Reading], tuple[Floats, Bools]]
KM = "record; Kaplan-Meier, so that those who still wait or have left are censored, never absent"


def _mean(durations: Durations, limit: float) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        days, observed = durations(reading)
        return restricted_mean(days, observed, limit) if len(days) else None

    return read


def _quantile(durations: Durations, q: float) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        days, observed = durations(reading)
        return km_quantile(days, observed, q) if len(days) else None

    return read


def _beyond(durations: Durations, days: float) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        waits, observed = durations(reading)
        return survival_at(waits, observed, days) if len(waits) else None

    return read


def _started_in_time(reading: Reading) -> float | None:
    late = _beyond(Reading.wait_for_first_infusion, START_TARGET_DAYS)(reading)
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
    if places(reading.replication.scenario.clinic.waiting_places) is None:
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


FIRST = Reading.wait_for_first_infusion
DELAY = Reading.booster_delay

SERVICE = (
    _service(
        "wait_first_infusion_days", "days", "lower",
        "from referral to the first infusion, mean restricted to 180 days; the clock stands still "
        "from a visit missed or called off until another is wished for",
        _mean(FIRST, WAIT_WITHIN_DAYS), KM, headline=True,
    ),
    _service(
        "days_to_first_infusion", "days", "lower",
        "from referral to the first infusion by the calendar, mean restricted to 180 days",
        _mean(Reading.until_first_infusion, WAIT_WITHIN_DAYS), KM,
    ),
    _service(
        "wait_first_infusion_days_p50", "days", "lower",
        "by which half of the referred have had their first infusion", _quantile(FIRST, 0.5), KM,
    ),
    _service(
        "wait_first_infusion_days_p90", "days", "lower",
        "by which 90 % of the referred have had their first infusion", _quantile(FIRST, 0.9), KM,
    ),
    _service(
        "started_within_14_days", "share", "higher",
        "had the first infusion within 14 days of referral", _started_in_time, KM,
    ),
    _service(
        "booster_delay_days", "days", "lower",
        "from the day a booster was due (or, after one missed or called off, was wished for "
        "again) to the day it was given, mean restricted to 84 days",
        _mean(DELAY, DELAY_WITHIN_DAYS), KM, headline=True,
    ),
    _service(
        "booster_delay_days_p95", "days", "lower",
        "by which 95 % of the boosters due were given", _quantile(DELAY, 0.95), KM,
    ),
    _service(
        "boosters_late_share", "share", "lower",
        "boosters given more than 7 days after they were due, or still to come then",
        _beyond(DELAY, LATE_AFTER_DAYS), KM,
    ),
    _service(
        "wait_in_clinic_minutes", "minutes", "lower",
        "from arriving for an infusion, in a chair or not, until a nurse begins, mean",
        _mean_in_clinic, headline=True,
    ),
    _service(
        "wait_in_clinic_minutes_p95", "minutes", "lower",
        "from arriving for an infusion, in a chair or not, until a nurse begins, 95th percentile",
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
