"""Relief of a whole cohort at any times, and the moment it falls through a level.

The closed form of `symptoms.relief`, over arrays. A *segment* runs from the end of one infusion
to the end of the next; every patient also has a first segment without relief, before any infusion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.symptoms.relief import (
    LONGEST_ONSET,
    Dose,
    Kinetics,
    State,
    infused_left,
    relief_left,
    together,
)
from sim.units import MINUTES_PER_DAY

BEFORE = -(2**40)  # minute of the segment before any infusion: relief 0 at all times


class Segments(NamedTuple):
    """States just after each infusion (and one segment a patient before any), sorted by time."""

    patient: Ints
    since: Ints
    fast: Floats
    slow: Floats
    fast_before: Floats
    slow_before: Floats
    onset_days: Floats
    tolerance: Floats


def segments(
    kinetics: Kinetics, patient: Ints, minute: Ints, impulse: Floats, onset_days: Floats
) -> Segments:
    """Carry the two states through every infusion of a cohort.

    `kinetics` holds arrays over patients where persons differ (`tau_slow`, `ceiling`). The other
    arguments have one row an infusion, sorted by patient and then by the minute it ended.
    """
    patients = len(kinetics.ceiling)
    count = np.bincount(patient, minlength=patients)
    first = np.cumsum(count) - count  # row of each patient's first infusion
    rank = np.arange(len(patient)) - first[patient]
    zeros = np.zeros((5, patients + len(patient)))
    out = Segments(
        np.concatenate([np.arange(patients), patient]),
        np.concatenate([np.full(patients, BEFORE), minute]).astype(np.int64),
        zeros[0],
        zeros[1],
        zeros[2],
        zeros[3],
        np.concatenate([np.ones(patients), onset_days]),
        zeros[4],
    )
    previous = np.arange(patients)  # row in `out` of each patient's segment so far
    for number in range(int(rank.max()) + 1 if len(rank) else 0):
        row = first[count > number] + number
        who = patient[row]
        _step(kinetics, out, previous[who], patients + row, who, impulse[row])
        previous[who] = patients + row
    order = np.lexsort((out.since, out.patient))
    return Segments._make(column[order] for column in out)


def _step(
    kinetics: Kinetics, out: Segments, old: Ints, new: Ints, who: Ints, impulse: Floats
) -> None:
    """Fill the rows `new` from the rows `old`: one infusion of each patient of `who`."""
    before = _states(out, old)
    days = (out.since[new] - before.since) / MINUTES_PER_DAY
    fast_left, slow_left = np.exp(-days / kinetics.tau_fast), np.exp(-days / kinetics.tau_slow[who])
    dose = Dose(impulse, out.onset_days[new])
    after = infused_left(kinetics, before, out.since[new], fast_left, slow_left, dose, np.exp)
    for column, values in zip(out[1:], after, strict=True):
        column[new] = values


def _states(table: Segments, rows: Ints) -> State:
    """Give the states with which some segments begin."""
    return State(*(column[rows] for column in table[1:]))


_SPAN = 2**42  # minutes that patients are apart in `segment_starts`


def segment_starts(patient: Ints, since: Ints) -> Ints:
    """Give a number for the patient and minute of each segment's begin: it sorts by both."""
    return patient * _SPAN + (since - BEFORE)


def segment_at(starts: Ints, patient: Ints, minute: Ints) -> Ints:
    """Row of the segment in force for each (patient, minute), which must be sorted by neither.

    `starts` are the `segment_starts` of all segments, rising.
    """
    return np.searchsorted(starts, segment_starts(patient, minute), side="right") - 1


def relief_after(kinetics: Kinetics, table: Segments, row: Ints, days: Floats) -> Floats:
    """Relief (0..1) this many days after the infusion that began each row's segment."""
    (relief,) = reliefs_after(kinetics, (table,), row, days)
    return relief


def reliefs_after(
    kinetics: Kinetics, tables: Sequence[Segments], row: Ints, days: Floats
) -> list[Floats]:
    """Likewise in several tables of the same infusions, which differ in their doses."""
    who = tables[0].patient[row]
    ceiling = kinetics.ceiling[who]
    fast_left = np.exp(-days / kinetics.tau_fast)
    slow_left = np.exp(-days / kinetics.tau_slow[who])
    reliefs = []
    for table in tables:
        relief = together(ceiling, table.fast[row] * fast_left, table.slow[row] * slow_left)
        soon = np.flatnonzero(days < LONGEST_ONSET * table.onset_days[row])
        state, gone = _states(table, row[soon]), days[soon]
        waiting = np.exp(-gone / state.onset_days)
        relief[soon] = relief_left(ceiling[soon], state, fast_left[soon], slow_left[soon], waiting)
        reliefs.append(relief)
    return reliefs


def relief_at(kinetics: Kinetics, table: Segments, patient: Ints, minute: Ints) -> Floats:
    """Relief (0..1) of patients at minutes; the two arrays broadcast to the result's shape."""
    patient, minute = np.broadcast_arrays(patient, minute)
    row = segment_at(segment_starts(table.patient, table.since), patient.ravel(), minute.ravel())
    days = (minute.ravel() - table.since[row]) / MINUTES_PER_DAY
    return relief_after(kinetics, table, row, days).reshape(patient.shape)


def _slope(kinetics: Kinetics, table: Segments, row: Ints, days: Floats) -> Floats:
    """Rate of change of relief, per day, divided by the ceiling."""
    tau_fast, tau_slow = kinetics.tau_fast, kinetics.tau_slow[table.patient[row]]
    onset = table.onset_days[row]
    fast_left, slow_left = np.exp(-days / tau_fast), np.exp(-days / tau_slow)

    def both(fast: Floats, slow: Floats) -> tuple[Floats, Floats]:
        level = together(1.0, fast, slow)
        return level, -fast / tau_fast * (1 - slow) - slow / tau_slow * (1 - fast)

    full, full_slope = both(table.fast[row] * fast_left, table.slow[row] * slow_left)
    bare, bare_slope = both(table.fast_before[row] * fast_left, table.slow_before[row] * slow_left)
    waiting = np.exp(-days / onset)
    slope: Floats = full_slope + waiting * ((full - bare) / onset - (full_slope - bare_slope))
    return slope


def _root(
    function: Callable[[Floats, Ints], Floats], low: Floats, high: Floats, rows: Ints
) -> Floats:
    """Root of function(days, row) in [low, high] for each row, all at once (Chandrupatla)."""
    from scipy.optimize import elementwise  # half a second to import, and rarely needed

    def of_rows(days: Floats, which: Floats) -> Floats:
        return function(days, which.astype(np.int64))

    found: Any = elementwise.find_root(of_rows, (low, high), args=(rows.astype(float),))
    roots: Floats = found.x
    return roots


def peak_days(kinetics: Kinetics, table: Segments, row: Ints) -> Floats:
    """Days from each infusion to its peak of relief, were no other to follow; one root find."""
    longest = 40 * table.onset_days[row]  # by then the onset is complete to 1e-17
    rising = _slope(kinetics, table, row, np.zeros(len(row))) > 0
    peak = np.zeros(len(row))
    if rising.any():
        rows = row[rising]
        peak[rising] = _root(
            lambda days, which: _slope(kinetics, table, which, days),
            np.zeros(len(rows)),
            longest[rising],
            rows,
        )
    return peak


def days_until_below(
    kinetics: Kinetics, table: Segments, row: Ints, level: float | Floats
) -> Floats:
    """Days from each infusion until relief falls through `level`, were no other to follow.

    `level` is one for all rows, or one a row.

    0 where the peak never reaches the level. Relief falls monotonically after its peak, so this is
    one root find. (A dose that adds next to nothing to a nearly full state may leave a second,
    lower rise, which is not looked for.)
    """
    start = peak_days(kinetics, table, row)
    level = np.broadcast_to(np.asarray(level, dtype=float), start.shape)
    reached = relief_after(kinetics, table, row, start) > level
    days = np.zeros(len(row))
    if reached.any():
        rows, low, aim = row[reached], start[reached], level[reached]
        high = low + kinetics.tau_fast + kinetics.tau_slow[table.patient[rows]]
        while (late := relief_after(kinetics, table, rows, high) > aim).any():
            high[late] *= 2
        days[reached] = _root(
            lambda days, place: relief_after(kinetics, table, rows[place], days) - aim[place],
            low,
            high,
            np.arange(len(rows)),
        )
    return days
