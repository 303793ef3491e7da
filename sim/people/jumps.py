"""Drift, noise and own course on the days that are looked at only, by dice of no run.

The law is that of `sim.people.fluctuation`, without the days in between. With k days since the day
on which a person was last seen,

    D(t + k) = phi^k D(t) + sd sqrt(1 - phi^(2k)) z                  the drift, an AR(1) by day
    P(B(t + k) = 1) = q + (B(t) - q) (1 - a - b)^k,  q = a / (a + b)        episodes, two states

and noise is new each day. Somebody who is `seen` goes on from there; a `glance` has the law of its
day given all days seen before it, and leaves no trace: two glances do not know of each other.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.people.cohort import Cohort
from sim.people.fluctuation import OnDay
from sim.people.two_states import TwoStates
from sim.streams import Purpose, Streams
from sim.symptoms.parameters import Symptoms

_SPAN = 2**32  # more days than there are


class _State(NamedTuple):
    day: Ints
    drift: Floats
    noise: Floats
    worse: Bools
    well: Bools


class Jumps:
    """Everybody from the day of referral on; the days at which one person is seen rise."""

    def __init__(self, symptoms: Symptoms, cohort: Cohort, streams: Streams) -> None:
        by_itself, people = symptoms.own_course, len(cohort)
        per_year = symptoms.calibrated().worsening_per_year, by_itself.remission_per_year
        self._worse = TwoStates(streams, Purpose.WORSENING, per_year[0], by_itself.worsening_days)
        self._well = TwoStates(
            streams, Purpose.NATURAL_REMISSION, per_year[1], by_itself.remission_days
        )
        self._depths = by_itself.worsening_depth, by_itself.remission_depth
        self.own_course = self._worse.happen or self._well.happen
        self._keep, self._sd = exp(-1 / symptoms.drift_days), symptoms.drift_sd
        self._noise_sd = symptoms.rating_sd
        self._dice = streams.generator(Purpose.DRIFT)
        none, nobody = np.zeros(people, np.int64), np.zeros(people, dtype=bool)
        first = cohort.first_drift.copy(), cohort.first_noise.copy()
        self._now = _State(none, *first, nobody, nobody.copy())
        everybody = np.arange(people)
        self._past = [(everybody, _rows(self._now, everybody))]

    def seen(self, patient: Ints, day: Ints) -> OnDay:
        """See patients on days since their referral, shape (patients,), each of them once."""
        state = self._later(_rows(self._now, patient), day)
        for column, values in zip(self._now, state, strict=True):
            column[patient] = values
        self._past.append((patient, state))
        return self._brings(state)

    def glances(self, patient: Ints, day: Ints) -> OnDay:
        """Look at patients on any days, shape (glances,), given the days they were seen on."""
        who = np.concatenate([people for people, _ in self._past])
        columns = zip(*(state for _, state in self._past), strict=True)
        known = _State._make(np.concatenate(column) for column in columns)
        keys = who * _SPAN + known.day
        order = np.argsort(keys, kind="stable")
        row = np.searchsorted(keys[order], patient * _SPAN + day, side="right") - 1
        return self._brings(self._later(_rows(known, order[row]), day))

    def _later(self, before: _State, day: Ints) -> _State:
        days = day - before.day
        keep = self._keep**days
        z, noise = self._dice.standard_normal((2, len(days)))
        drift = keep * before.drift + self._sd * np.sqrt(1 - keep * keep) * z
        noise = np.where(days == 0, before.noise, self._noise_sd * noise)
        worse, well = (
            self._dice.random(len(days)) < law.chance(within, days) if law.happen else within
            for law, within in ((self._worse, before.worse), (self._well, before.well))
        )
        return _State(day, drift, noise, worse, well)

    def _brings(self, state: _State) -> OnDay:
        lost, own = (
            np.where(within, depth, 0.0)
            for within, depth in zip((state.worse, state.well), self._depths, strict=True)
        )
        return OnDay(state.drift, state.noise, lost, own)


def _rows(state: _State, rows: Ints) -> _State:
    """Give copies of some rows."""
    return _State._make(column[rows] for column in state)
