"""Clinical measures: how people are, and what it took."""

from __future__ import annotations

import numpy as np

from sim.outcomes.evaluations import (
    RESPONSE_WITHIN_DAYS,
    remission_of_evaluated,
    response_of_evaluated,
    response_of_referred,
)
from sim.outcomes.measures import Measure, share
from sim.outcomes.reading import NOT_YET, Reading, relapse_times
from sim.outcomes.waits import limit
from sim.stats.survival import Times, restricted_mean, share_without
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, NEVER

RELIEF_WITHIN_DAYS = 180
RELAPSE_FREE_DAYS = 56

_DAYS = "docs/model.md, definitions; read at noon each day"
_RATED = "docs/model.md, definitions; rated, with noise"


def _per_patient_year(reading: Reading, days: float) -> float | None:
    return share(days, reading.patient_years)


def _infusions_to_response(reading: Reading) -> float | None:
    reached = reading.first_response[(reading.first_response != NOT_YET) & reading.since_start]
    return float(reached.mean()) if len(reached) else None


def _relapses(reading: Reading) -> float | None:
    days = reading.days
    return share(days.relapsed.sum(), days.at_risk.sum() / DAYS_PER_YEAR)


def _relapse_free(reading: Reading) -> float | None:
    return share_without(relapse_times(reading), RELAPSE_FREE_DAYS)


def _days_to_relief(reading: Reading) -> float | None:
    days = reading.days
    counted = (reading.patients.referred >= reading.begin) & (days.followed > 0)
    came = days.response != NOT_YET
    until = np.where(came, days.response, days.followed)
    times = Times(until[counted], came[counted], followed=days.followed[counted])
    return restricted_mean(times, limit(reading, RELIEF_WITHIN_DAYS))


def _started(reading: Reading) -> float | None:
    counted = reading.patients.referred >= reading.begin
    return share((reading.first_infusion[counted] != NEVER).sum(), counted.sum())


def _maintenance_years(reading: Reading) -> float:
    since, left = reading.maintained_from, reading.discharged
    until = np.where(left == NEVER, reading.horizon, left)
    minutes = (until - np.maximum(since, reading.begin))[since != NEVER]
    return float(np.maximum(minutes, 0).sum()) / (DAYS_PER_YEAR * MINUTES_PER_DAY)


def _boosters_per_year(reading: Reading) -> float | None:
    given = (reading.infused & reading.of_kind("booster")).sum()
    return share(given, _maintenance_years(reading))


def _interval_reached(reading: Reading) -> float | None:
    newest = reading.newest_intervals
    return float(np.median(newest)) if len(newest) else None


def _stopped(reading: Reading) -> float | None:
    return share(
        reading.with_reason("stopped maintenance"),
        (reading.present & (reading.maintained_from != NEVER)).sum(),
    )


def _withdrew(reading: Reading) -> float | None:
    return share(
        reading.with_reason("withdrew"), (reading.present & (reading.first_infusion != NEVER)).sum()
    )


CLINICAL = (
    Measure(
        "days_below_10",
        "days per referred patient-year",
        "higher",
        "days whose true GAD-7 at noon is below 10, per referred patient-year from referral to the "
        "horizon, those who never start included",
        _DAYS,
        "clinical",
        lambda reading: _per_patient_year(reading, reading.days.below_10.sum()),
        headline=True,
    ),
    Measure(
        "days_below_10_untreated",
        "days per referred patient-year",
        "none",
        "the same of the same people on the same days, had nobody been infused: their own drift "
        "and course, and usual care where the policy begins it at referral",
        _DAYS,
        "clinical",
        lambda reading: _per_patient_year(reading, reading.days.below_10_untreated.sum()),
        headline=True,
    ),
    Measure(
        "days_in_response",
        "days per referred patient-year",
        "higher",
        "days whose true GAD-7 at noon is below 10 and at least 50 % better than untreated, per "
        "referred patient-year from referral to the horizon, those who never start included",
        _DAYS,
        "clinical",
        lambda reading: _per_patient_year(reading, reading.days.in_response.sum()),
        headline=True,
    ),
    Measure(
        "infusions_per_patient",
        "infusions",
        "none",
        "infusions given, per referred patient, until the horizon",
        "record",
        "clinical",
        lambda reading: share(reading.infused.sum(), reading.present.sum()),
        headline=True,
    ),
    Measure(
        "infusions_per_patient_year",
        "infusions per patient-year",
        "none",
        "infusions given, per referred patient-year",
        "record",
        "clinical",
        lambda reading: share(reading.infused.sum(), reading.patient_years),
    ),
    Measure(
        "response_after_induction",
        "share",
        "higher",
        "rated at most half of the rated baseline at the newest evaluation, of those evaluated",
        _RATED,
        "clinical",
        response_of_evaluated,
        headline=True,
        words="response after induction, of those evaluated",
    ),
    Measure(
        "response_of_referred",
        "share",
        "higher",
        "rated at most half of the rated baseline at the newest evaluation within 90 days of "
        "referral, of all referred that long before the horizon, evaluated or not; left out where "
        "the policy evaluates nobody",
        _RATED,
        "clinical",
        response_of_referred,
        headline=True,
        words=f"response within {RESPONSE_WITHIN_DAYS} days, of all referred",
    ),
    Measure(
        "remission_after_induction",
        "share",
        "higher",
        "rated below 5 at the newest evaluation, of those evaluated",
        _RATED,
        "clinical",
        remission_of_evaluated,
        words="remission after induction, of those evaluated",
    ),
    Measure(
        "infusions_to_response",
        "infusions",
        "none",
        "infusions before the first rated response, mean of those who ever had one",
        _RATED,
        "clinical",
        _infusions_to_response,
        words="infusions to response, of those who ever responded",
    ),
    Measure(
        "relapses_per_responder_year",
        "relapses per year at risk",
        "lower",
        "first noons with relief below 0.30 after one of at least 0.50, per year between that "
        "response and the relapse or the horizon",
        _DAYS,
        "clinical",
        _relapses,
        headline=True,
    ),
    Measure(
        "relapse_free_at_8_weeks",
        "share",
        "higher",
        "without such a relapse 56 days after relief first was 0.50, of those followed that long",
        _DAYS,
        "clinical",
        _relapse_free,
    ),
    Measure(
        "days_to_relief",
        "days",
        "lower",
        "from referral until relief first was 0.50 at noon, treated or not: mean restricted to 180 "
        "days, or to a quarter of the time measured if that is shorter",
        _DAYS,
        "clinical",
        _days_to_relief,
    ),
    Measure(
        "mean_gad7",
        "points",
        "lower",
        "true GAD-7 at noon, mean over the days of all referred patients from referral on",
        _DAYS,
        "clinical",
        lambda reading: share(reading.days.score_sum.sum(), reading.days.observed.sum()),
    ),
    Measure(
        "gad7_points_saved",
        "points",
        "higher",
        "by how much that is below the same people's score on the same days, had nobody been "
        "infused",
        _DAYS,
        "clinical",
        lambda reading: share(
            (reading.days.untreated_sum - reading.days.score_sum).sum(),
            reading.days.observed.sum(),
        ),
        signed=True,
    ),
    Measure(
        "boosters_per_maintenance_year",
        "boosters per year",
        "none",
        "boosters given, per year from the first booster's order to discharge or the horizon",
        "record",
        "clinical",
        _boosters_per_year,
    ),
    Measure(
        "booster_interval_days",
        "days",
        "none",
        "interval ordered for each patient's newest booster, median",
        "record",
        "clinical",
        _interval_reached,
    ),
    Measure(
        "started_share",
        "share",
        "higher",
        "had a first infusion by the horizon, of those referred",
        "record",
        "clinical",
        _started,
    ),
    Measure(
        "withdrew_share",
        "share",
        "lower",
        "withdrew during the induction, of those who started",
        "record",
        "clinical",
        _withdrew,
    ),
    Measure(
        "stopped_share",
        "share",
        "lower",
        "stopped maintenance before the horizon, of those who entered it",
        "record",
        "clinical",
        _stopped,
    ),
    Measure(
        "referred",
        "patients",
        "none",
        "referred and enrolled until the horizon",
        "record",
        "clinical",
        lambda reading: float((reading.patients.referred >= reading.begin).sum()),
    ),
)
