"""Drift of the true score, noise of ratings, own course, by (patient, day since referral).

Drift is an AR(1) by day, D <- phi D + sd sqrt(1 - phi^2) innovation with phi = exp(-1 / days),
stationary from the day of referral on. Both are drawn lazily in blocks of 64 days for 256 patients,
and a block that lies behind all of them is forgotten; one asked for again is drawn again, the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import exp, sqrt
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.people.cohort import Cohort
from sim.people.two_states import TwoStates
from sim.per_use import View, flat
from sim.streams import PATIENTS, Purpose, Streams
from sim.symptoms.parameters import Symptoms
from sim.units import MINUTES_PER_DAY

AtRates = Callable[[float, float], TwoStates]  # of a rate a year and a mean length in days

_DAYS = 64  # in a block
_MOST = 256  # blocks kept for whole courses, of 128 KiB each


class OnDay(NamedTuple):
    """What one day brings each of some patients, as columns over them."""

    drift: Floats  # points
    noise: Floats  # points, of a rating
    lost: Floats  # share of relief
    own: Floats  # relief that comes by itself


class Fluctuation:
    """Drift and rating noise, in points, of every patient of a cohort on any day."""

    def __init__(self, symptoms: Symptoms, cohort: Cohort, streams: Streams) -> None:
        self._cohort = cohort
        self._streams = streams.of(cohort.key)
        self._first = {
            Purpose.DRIFT: cohort.first_drift,
            Purpose.RATING: cohort.first_noise,
        }
        self._keep = exp(-1 / symptoms.drift_days)
        self._step = symptoms.drift_sd * sqrt(1 - self._keep**2)
        self._noise_sd = symptoms.rating_sd
        self._drifts: dict[tuple[int, int], Floats] = {}
        self._noises: dict[tuple[int, int], View] = {}
        self._days: dict[tuple[int, int], tuple[Floats, Floats]] = {}
        self._views: dict[tuple[int, int], View] = {}
        self._set_own_course(
            symptoms,
            partial(TwoStates, self._streams, Purpose.WORSENING),
            partial(TwoStates, self._streams, Purpose.NATURAL_REMISSION),
        )

    def under(self, symptoms: Symptoms) -> Fluctuation:
        """Give the same drift, noise and dice with other courses of people's own."""
        other = Fluctuation(symptoms, self._cohort, self._streams)
        other._keep, other._step, other._noise_sd = self._keep, self._step, self._noise_sd
        other._drifts, other._noises = self._drifts, self._noises
        other._days, other._views = self._days, self._views
        other._set_own_course(symptoms, self._worse.under, self._well.under)
        return other

    def _set_own_course(self, symptoms: Symptoms, worse: AtRates, well: AtRates) -> None:
        by_itself = symptoms.own_course
        self._worse = worse(symptoms.calibrated().worsening_per_year, by_itself.worsening_days)
        self._well = well(by_itself.remission_per_year, by_itself.remission_days)
        self._depths = by_itself.worsening_depth, by_itself.remission_depth
        self.own_course = self._worse.happen or self._well.happen

    def drift(self, patient: int, day: int) -> float:
        """Drift of one patient on one day since referral (0 is the day of referral)."""
        key = (patient >> 8, day >> 6)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = flat(self._drift_block(*key))
            self._forget(*key)
        value: float = view[(day & 63) << 8 | patient & 255]
        return value

    def noise(self, patient: int, day: int) -> float:
        """Noise of a rating of one patient on one day: two ratings on a day share it."""
        value: float = self._noise_view(patient >> 8, day >> 6)[(day & 63) << 8 | patient & 255]
        return value

    def drifts(self, rows: slice, days: int) -> Floats:
        """Drift of patients of one chunk, shape (patients, days), from the day of referral."""
        chunk, first = divmod(rows.start, PATIENTS)
        blocks = [self._drift_block(chunk, block) for block in range(-(-days // _DAYS))]
        if len(self._drifts) > _MOST:
            self._drifts.clear()
        last = first + rows.stop - rows.start
        return np.concatenate([block[:, first:last].T for block in blocks], axis=1)[:, :days]

    def on(self, day: int, patients: int) -> tuple[Floats, Floats]:
        """Drift and rating noise of the first patients on one day, each of shape (patients,)."""
        if (known := self._days.get((day, patients))) is not None:
            return known
        chunks = range(-(-patients // PATIENTS))
        drift = [self._drift_block(chunk, day >> 6)[day & 63] for chunk in chunks]
        noise = [self._noise_view(chunk, day >> 6) for chunk in chunks]
        noises = [np.frombuffer(view).reshape(_DAYS, PATIENTS)[day & 63] for view in noise]
        if len(self._days) >= _DAYS:  # a calibration asks for few days, again and again
            self._days.clear()
        whole = np.concatenate(drift)[:patients], np.concatenate(noises)[:patients]
        self._days[day, patients] = whole
        return whole

    def seen(self, patient: Ints, day: Ints) -> OnDay:
        """Give all of it of patients on days since their referral, shape (patients,)."""
        drift, noise = np.empty(len(patient)), np.empty(len(patient))
        place = (patient >> 8) * (1 + (int(day.max(initial=0)) >> 6)) + (day >> 6)
        for one in np.unique(place):
            rows = np.flatnonzero(place == one)
            who, when = patient[rows], day[rows]
            key = int(who[0]) >> 8, int(when[0]) >> 6
            of_block = (when & 63) << 8 | who & 255
            drift[rows] = self._drift_block(*key).ravel()[of_block]
            noise[rows] = np.frombuffer(self._noise_view(*key))[of_block]
        lost, own = self.own_at(patient, day)
        return OnDay(drift, noise, lost, own)

    def own(self, patient: int, day: int) -> tuple[float, float]:
        """Share of one patient's relief that is lost, and relief that comes by itself, on a day."""
        worse, well = self._depths
        return (
            worse * self._worse.within(patient, day),
            well * self._well.within(patient, day),
        )

    def own_at(self, patient: Ints, day: Ints) -> tuple[Floats, Floats]:
        """Likewise of patients on days since their referral; shapes broadcast."""
        worse, well = self._depths
        return (
            np.where(self._worse.at(patient, day), worse, 0.0),
            np.where(self._well.at(patient, day), well, 0.0),
        )

    def own_on(self, day: int, patients: int) -> tuple[Floats, Floats]:
        """Likewise of the first patients on one day."""
        worse, well = self._depths
        return worse * self._worse.on(day, patients), well * self._well.on(day, patients)

    def _forget(self, chunk: int, block: int) -> None:
        """Drop what even the newest referred of a chunk has behind, when one comes to a block."""
        referred = self._cohort.referred[chunk * PATIENTS : (chunk + 1) * PATIENTS]
        apart = int(referred.max() - referred.min()) // (MINUTES_PER_DAY * _DAYS)
        passed = chunk, block - apart - 2
        for known in (self._drifts, self._views, self._noises):
            known.pop(passed, None)

    def _standard(self, purpose: Purpose, chunk: int, block: int) -> Floats:
        return np.ascontiguousarray(self._streams.normals(purpose, chunk, block, _DAYS).T)

    def _set_first_day(self, values: Floats, purpose: Purpose, chunk: int) -> None:
        """Day 0 was drawn with the cohort: enrolment depended on it."""
        first = self._first[purpose][chunk * PATIENTS : (chunk + 1) * PATIENTS]
        values[0, : len(first)] = first

    def _noise_view(self, chunk: int, block: int) -> View:
        view = self._noises.get((chunk, block))
        if view is None:
            view = self._noises[chunk, block] = flat(self._noise_block(chunk, block))
        return view

    def _noise_block(self, chunk: int, block: int) -> Floats:
        values = self._noise_sd * self._standard(Purpose.RATING, chunk, block)
        if block == 0:
            self._set_first_day(values, Purpose.RATING, chunk)
        return values

    def _drift_block(self, chunk: int, block: int) -> Floats:
        known = self._drifts.get((chunk, block))
        if known is not None:
            return known
        values = self._step * self._standard(Purpose.DRIFT, chunk, block)
        if block == 0:
            self._set_first_day(values, Purpose.DRIFT, chunk)
        else:
            values[0] += self._keep * self._drift_block(chunk, block - 1)[-1]
        for day in range(1, _DAYS):
            values[day] += self._keep * values[day - 1]
        self._drifts[chunk, block] = values
        return values
