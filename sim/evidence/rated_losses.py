"""What is lost by ratings: a response or a remission at the first rating not so, or relapse.

A share still without the loss is what Kaplan and Meier estimate where nobody is censored:

    sustained until t     the chance to be rated so at every rating up to t
    confirmed relapse     two ratings in a row that point to it (`sim.scales.observed_relapse`)

Ratings are weekly from the end of the course unless a metric says others. Those up to the day that
decides who is counted are not taken: they are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.evidence.arms import Rated, TreatedArm
from sim.evidence.moments import ProtocolMoment
from sim.evidence.quantities import Metric
from sim.evidence.vocabulary import People
from sim.scales import GAD7_HIGHEST, relapse_from
from sim.stats.survival import hazard_ratio
from sim.units import MINUTES_PER_DAY, minutes_of

_WEEK = 7.0


class RatedLosses(NamedTuple):
    """Share of those counted who lose it at each rating, and who have not by the end."""

    days: Floats  # from where times after the course are counted
    lost: Floats
    left: float
    followed: float  # days

    def median(self) -> float:
        """Give the first rating by which at least half have lost it; infinite if none is."""
        reached = np.flatnonzero(np.cumsum(self.lost) >= 0.5 - 1e-12)
        return float(self.days[reached[0]]) if reached.size else np.inf

    def mean(self) -> float:
        """Give the mean time to the loss or to the end, whichever is sooner."""
        return float(self.days @ self.lost + self.followed * self.left)


def rated_losses(arm: TreatedArm, people: People, metric: Metric, until: int) -> RatedLosses | None:
    """Read ratings after the course until a minute; None where nobody is counted."""
    still = arm.joint(arm.counted(people))
    total = still.sum()
    if not total > 0:
        return None
    minutes = ratings_within(arm, people, metric, arm.after, until)
    lost = []
    suspected = np.zeros_like(still)
    for minute in minutes:
        if metric.event == "relapse":
            points = arm.chance([_points(arm, minute)])
            lost.append((suspected * points).sum())
            still, suspected = (still + suspected) * (1 - points), still * points
        else:
            held = arm.chance([_asked(arm, metric, minute)])
            lost.append((still * (1 - held)).sum())
            still = still * held
    days = (np.array(minutes, dtype=float) - arm.after) / MINUTES_PER_DAY
    left = float((still + suspected).sum() / total)
    followed = (until - arm.after) / MINUTES_PER_DAY
    return RatedLosses(days, np.array(lost, dtype=float) / total, left, followed)


def ratings_within(
    arm: TreatedArm, people: People, metric: Metric, begin: int, until: int
) -> list[int]:
    """Give the minutes of the ratings that count, after one minute and up to another."""
    step = _WEEK if metric.rated_every is None else metric.rated_every
    days = metric.rated_on or np.arange(step, (until - begin) / MINUTES_PER_DAY + 1e-9, step)
    known = -1 if people.counted in ("everybody", "eventual") else max(arm.counted_at(people))
    minutes = [begin + minutes_of(float(day)) for day in days]
    return [
        minute
        for minute in minutes
        if minute <= until and minute // MINUTES_PER_DAY > known // MINUTES_PER_DAY
    ]


def _asked(arm: TreatedArm, metric: Metric, minute: int) -> Rated:
    remission = "remission" in (metric.event, metric.kind)
    return (arm.remission if remission else arm.response)(minute, metric.level)


def _points(arm: TreatedArm, minute: int) -> Rated:
    """Ask for a rating that points to relapse."""
    return Rated(minute, relapse_from(arm.cohort.baseline), GAD7_HIGHEST, "points to relapse")


def any_time(arm: TreatedArm, people: People, metric: Metric, when: ProtocolMoment) -> float | None:
    """Give the share rated so at any rating in a window."""
    selection = arm.counted(people)
    weight = arm.joint(selection).sum()
    if not weight > 0:
        return None
    begin, origin = arm.minute(when), arm.minute(replace(when, days=0.0))
    ratings = ratings_within(arm, people, metric, origin, begin + minutes_of(when.span))
    minutes = [minute for minute in ratings if minute >= begin]
    failed = [arm.failed(_asked(arm, metric, minute)) for minute in minutes]
    return 1 - float(arm.joint(selection, *failed).sum() / weight)


def rated_hazard_ratio(
    arms: Sequence[TreatedArm], people: People, metric: Metric, until: int
) -> float | None:
    """Give the hazard of the rated loss in the first arm over that in the second (Cox)."""
    groups = []
    for arm in arms:
        found = rated_losses(arm, people, metric, until)
        if found is None:
            return None
        times = np.append(found.days, found.followed)
        events = np.append(np.ones(len(found.days)), 0.0)
        groups.append((times, events, np.append(found.lost, found.left)))
    return hazard_ratio(*groups)
