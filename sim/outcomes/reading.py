"""A reading of one replication: what several measures need, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.model.eras import calendar_of, stretches
from sim.model.replication import Replication
from sim.outcomes.work import Work
from sim.outcomes.worth import DayWeights, Worth, worth_of
from sim.scales import (
    RELAPSE_RELIEF,
    is_day_below_10,
    is_day_in_response,
    is_response,
    response_held,
)
from sim.stats.survival import Times
from sim.streams import PATIENTS
from sim.symptoms.relief import true_score
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, MINUTES_PER_WEEK, NEVER, NOON, first_noon

AT_A_TIME = 32
"""People whose days are tallied together: a year of each in an array is a tenth of a megabyte."""

_Found = TypeVar("_Found")

NOT_YET = -1  # day index of what has not happened


class Days(NamedTuple):
    """Tallies of the noons from referral to the horizon, one row a referred patient."""

    observed: Ints  # noons that count (after the warm-up)
    below_10: Ints
    below_10_untreated: Ints  # the same days without any infusion
    in_response: Ints
    score_sum: Floats  # points
    untreated_sum: Floats  # points, the same days without any infusion
    response: Ints  # noons since referral until relief first was 0.50, or NOT_YET
    relapse: Ints  # noons since referral until relief was below 0.30 after that, or NOT_YET
    relapsed: Bools  # ... after the warm-up
    followed: Ints  # noons since referral until the horizon
    at_risk: Ints  # noons from response to relapse or horizon (after the warm-up)


def tallied(
    relief: Floats,
    drift: Floats,
    untreated: Floats,
    known: Bools,
    counted: Bools,
    by_itself: Floats | float = 0.0,
    scores: tuple[Floats, Floats] | None = None,
) -> Days:
    """Count the days of some patients; all arrays (patients, noons since referral).

    `untreated` is S0, shape (patients,). `known` marks the noons before the horizon, `counted`
    those that are after the warm-up as well. `by_itself` is the relief without any infusion;
    `scores` are the true scores with and without infusions, where they are known already.
    """
    s0 = untreated[:, None]
    score, natural = scores or (
        true_score(s0, relief, drift), true_score(s0, by_itself, drift)
    )  # fmt: skip
    responded = np.logical_or.accumulate(response_held(relief) & known, axis=1)
    relapse_here = np.zeros_like(known)
    relapse_here[:, 1:] = responded[:, :-1] & (relief[:, 1:] < RELAPSE_RELIEF) & known[:, 1:]
    relapsed = np.logical_or.accumulate(relapse_here, axis=1)
    first = np.where(relapsed.any(axis=1), relapsed.argmax(axis=1), NOT_YET)
    rows = np.arange(len(first))
    return Days(
        observed=counted.sum(axis=1),
        below_10=(is_day_below_10(score) & counted).sum(axis=1),
        below_10_untreated=(is_day_below_10(natural) & counted).sum(axis=1),
        in_response=(is_day_in_response(score, s0) & counted).sum(axis=1),
        score_sum=np.where(counted, score, 0.0).sum(axis=1),
        untreated_sum=np.where(counted, natural, 0.0).sum(axis=1),
        response=np.where(responded.any(axis=1), responded.argmax(axis=1), NOT_YET),
        relapse=first,
        relapsed=(first != NOT_YET) & counted[rows, first],
        followed=known.sum(axis=1),
        at_risk=(responded & ~relapsed & counted).sum(axis=1),
    )


class Reading:
    """What the measures read; built in the worker, thrown away after the numbers are taken."""

    def __init__(self, replication: Replication) -> None:
        self.replication = replication
        self.patients = replication.patients
        self.visits = replication.visits
        self.discharges = replication.discharges
        self.horizon = replication.horizon
        scenario = replication.scenario
        self.opens = scenario.opens  # what comes before this minute is history
        self.begin = scenario.begins  # measures count from this minute on
        self.weeks = (self.horizon - self.begin) / MINUTES_PER_WEEK
        self.measured_days = (self.horizon - self.begin) / MINUTES_PER_DAY
        self.calendar = calendar_of(scenario)
        self.stretches = stretches(scenario, self.begin, self.horizon)
        self._found: dict[Any, Any] = {}

    @property
    def everybody(self) -> Reading:
        """The reading of all patients, of which this may be a part."""
        return self

    def once(self, made: Callable[[Reading], _Found]) -> _Found:
        """Work something out of this reading, once for all measures that ask for it."""
        if made not in self._found:
            self._found[made] = made(self)
        found: _Found = self._found[made]
        return found

    # ------------------------------------------------------------------ the patients' days

    @property
    def days(self) -> Days:
        """Tallies of every patient's days."""
        return self._tallies[0]

    @property
    def worth(self) -> Worth:
        """What every patient's days are worth."""
        return self._tallies[1]

    @cached_property
    def _tallies(self) -> tuple[Days, Worth]:
        """Both of everybody, worked out for as many at a time as the cache holds."""
        people, weights = len(self.patients), self._weights
        parts = [
            self._tallies_of(slice(begin, min(begin + AT_A_TIME, people)), weights)
            for begin in range(0, people, AT_A_TIME)
        ]
        if not parts:
            none, nobody = np.zeros((0, 1)), np.zeros(0, dtype=np.int64)
            worth = worth_of(none, none, nobody, nobody > 0, weights)
            return tallied(none, none, np.zeros(0), none > 0, none > 0), worth
        days, worths = zip(*parts, strict=True)
        return (
            Days(*(np.concatenate(column) for column in zip(*days, strict=True))),
            Worth(*(np.concatenate(column) for column in zip(*worths, strict=True))),
        )

    @property
    def _weights(self) -> DayWeights:
        economics = self.replication.scenario.economics
        return DayWeights(economics, self.opens, self.begin, self.horizon)

    def _tallies_of(self, rows: slice, weights: DayWeights) -> tuple[Days, Worth]:
        run, cohort = self.replication, self.patients
        first = first_noon(cohort.referred[rows])
        noons = self._noons_of(rows.start // PATIENTS)
        when = (first[:, None] + np.arange(noons)) * MINUTES_PER_DAY + NOON
        known = when < self.horizon
        relief, by_itself = np.zeros(when.shape), np.zeros(when.shape)
        who = rows.start + known.nonzero()[0]
        relief[known], by_itself[known] = run.reliefs_at(who, when[known])
        drift = run.fluctuation.drifts(rows, noons)
        counted = known & (when >= self.begin) & self.present[rows, None]
        s0 = cohort.untreated[rows]
        score, natural = (true_score(s0[:, None], one, drift) for one in (relief, by_itself))
        days = tallied(relief, drift, s0, known, counted, by_itself, (score, natural))
        return days, worth_of(score, natural, first, self.present[rows], weights)

    def _noons_of(self, chunk: int) -> int:
        """Noons that somebody of a chunk lives to see; one width for all has sums added alike."""
        referred = self.patients.referred[chunk * PATIENTS : (chunk + 1) * PATIENTS]
        first: int = first_noon(int(referred.min()))
        return max(1, self.horizon // MINUTES_PER_DAY - first)

    @property
    def patient_years(self) -> float:
        """Years that referred patients were followed, after the warm-up."""
        return float(self.days.observed.sum()) / DAYS_PER_YEAR

    # ------------------------------------------------------------------ the record

    def of_kind(self, *kinds: str) -> Bools:
        """Mark the visits of some kinds."""
        return np.isin(self.visits["kind"], kinds)

    @cached_property
    def made_up_for(self) -> Ints:
        """Rows of visits missed or called off that another was booked for, and of those others.

        Shape (2, pairs): both visits of a pair have the same kind and due.
        """
        visits = self.visits
        order = np.lexsort((visits["visit"], visits["patient"]))
        proper = order[visits["kind"][order] != "rating"]
        here, after = proper[:-1], proper[1:]
        same = [visits[name][here] == visits[name][after] for name in ("patient", "kind", "due")]
        again = np.all(same, axis=0) & np.isin(visits["status"][here], ("no_show", "cancelled"))
        return np.array([here[again], after[again]])

    @cached_property
    def infused(self) -> Bools:
        """Mark the visits whose infusion ended after the warm-up and before the horizon."""
        ended = self.visits["infusion_end"]
        marked: Bools = (ended != NEVER) & (ended >= self.begin)
        return marked

    @cached_property
    def first_infusion(self) -> Ints:
        """Minute at which each patient's first infusion began, or NEVER."""
        rows = np.flatnonzero(self.visits["infusion_start"] != NEVER)
        return self.first_minute(self.visits["patient"][rows], self.visits["infusion_start"][rows])

    @cached_property
    def discharged(self) -> Ints:
        """Minute at which each patient was discharged, or NEVER."""
        events = self.discharges
        return self.first_minute(events["patient"], events["minute"])

    @cached_property
    def present(self) -> Bools:
        """Mark who was in treatment when the run started, or was referred since."""
        here: Bools = (self.discharged == NEVER) | (self.discharged >= self.opens)
        return here

    @property
    def since_start(self) -> Bools:
        """Mark who was referred since the run started."""
        marked: Bools = self.patients.referred >= self.opens
        return marked

    @cached_property
    def maintained_from(self) -> Ints:
        """Minute at which each patient's first booster was ordered, or NEVER."""
        rows = np.flatnonzero(self.visits["kind"] == "booster")
        return self.first_minute(self.visits["patient"][rows], self.visits["ordered"][rows])

    @cached_property
    def newest_intervals(self) -> Floats:
        """Days ordered before each patient's newest booster, of those who had one ordered."""
        rows = np.flatnonzero(self.visits["kind"] == "booster")
        patient, days = (self.visits[name][rows].tolist() for name in ("patient", "interval_days"))
        return np.array(list(dict(zip(patient, days, strict=True)).values()), dtype=float)

    def first_minute(self, patient: NDArray[np.generic], minute: NDArray[np.generic]) -> Ints:
        """Give the least of these minutes of each patient, or NEVER."""
        late = np.full(len(self.patients), np.iinfo(np.int64).max)
        np.minimum.at(late, patient.astype(np.int64), minute.astype(np.int64))
        return np.where(late == np.iinfo(np.int64).max, NEVER, late)

    def with_reason(self, reason: str) -> int:
        """Count the discharges for a reason after the warm-up."""
        events = self.discharges
        counted = (events["reason"] == reason) & (events["minute"] >= self.begin)
        return int(counted.sum())

    @cached_property
    def first_response(self) -> Ints:
        """Infusions before each patient's first rated response, or NOT_YET."""
        visits = self.visits
        rows = np.flatnonzero(visits["rated_before"] != NEVER)
        rows = rows[np.lexsort((visits["arrived"][rows], visits["patient"][rows]))]
        who = visits["patient"][rows].astype(np.int64)
        infusion = (visits["infusion_start"][rows] != NEVER).astype(np.int64)
        before = np.cumsum(infusion) - infusion
        offset = np.zeros(len(self.patients), dtype=np.int64)
        rated, starts = np.unique(who, return_index=True)
        offset[rated] = before[starts]
        responded = is_response(visits["rated_before"][rows], self.patients.baseline[who])
        responded &= before > offset[who]
        return self.first_minute(who[responded], (before - offset[who])[responded])

    # ------------------------------------------------------------------ minutes open and worked

    @cached_property
    def work(self) -> Work:
        """How many chairs and staff are busy and on duty, between the warm-up and the horizon."""
        return Work(self.stretches, self.calendar, self.visits, self.begin, self.horizon)


def relapse_times(reading: Reading) -> Times:
    """Give the noons from response to relapse, or to the last noon that was seen, which censors.

    Of those referred since the run started who ever responded in truth.
    """
    days = reading.days
    responded = (days.response != NOT_YET) & reading.since_start
    relapsed = days.relapse != NOT_YET
    followed = days.followed - 1 - days.response
    until = np.where(relapsed, days.relapse - days.response, followed)
    return Times(until[responded], relapsed[responded], followed=followed[responded])
