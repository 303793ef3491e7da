"""What is read off treated arms: each metric of a targets file, as one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.arrays import Bools, Floats
from sim.evidence.arms import Rated, TreatedArm
from sim.evidence.moments import ProtocolMoment
from sim.evidence.quantities import Metric
from sim.evidence.rated_losses import any_time, rated_hazard_ratio, rated_losses
from sim.evidence.vocabulary import People
from sim.stats.survival import hazard_ratio
from sim.units import MINUTES_PER_DAY

_HALVINGS = 32
STEPS = 12
_LONGEST_DAYS = 3650.0
"""Days until which a loss is looked for where nobody says."""


def read_off(
    arms: Sequence[TreatedArm], people: People, metric: Metric, times: Sequence[ProtocolMoment]
) -> float | None:
    """Read a metric off one arm, or off two; None where nobody is counted or it does not exist.

    A median that is not reached is infinite.
    """
    for arm in arms:
        arm.count_from(people)
    if metric.kind == "hazard_ratio":
        return _hazard_ratio(arms, people, metric, times[0])
    if len(arms) == 2 and metric.kind == "d" and not metric.contrast:
        return _between_arms(arms, people, metric, times[0])
    values = [_of_arm(arm, people, metric, times) for arm in arms]
    if len(arms) == 1 or None in values:
        return values[0] if len(arms) == 1 else None
    return _contrast(metric.contrast, *values)  # type: ignore[arg-type]


def _contrast(contrast: str, a: float, b: float) -> float | None:
    if contrast == "difference":
        return a - b
    if contrast == "odds_ratio":
        return None if b in (0, 1) or a == 1 else a / (1 - a) / (b / (1 - b))
    return a / b if b else None


def _over(arm: TreatedArm, people: People, metric: Metric, when: ProtocolMoment) -> float | None:
    """Read a window: the mean of the readings on each of its days, its first and last included."""
    days = np.arange(when.days, when.days + when.span + 1e-9)
    moments = [replace(when, days=float(day), span=0.0) for day in days]
    values = [_of_arm(arm, people, metric, [moment]) for moment in moments]
    return None if None in values else float(np.mean(values))  # type: ignore[arg-type]


def _of_arm(
    arm: TreatedArm, people: People, metric: Metric, times: Sequence[ProtocolMoment]
) -> float | None:
    if times and times[0].span:
        read = any_time if times[0].any_time else _over
        return read(arm, people, metric, times[0])
    if metric.kind in ("rated_loss", "time_to_loss") and metric.event != "relief":
        return _rated_loss(arm, people, metric, arm.minute(times[0]))
    selection = arm.counted(people)
    weight = arm.joint(selection)
    if not weight.sum() > 0:
        return None
    if metric.kind == "infusions_to_response":
        return _first_response(arm, selection, metric)
    if metric.kind == "time_to_loss":
        return _time_to_loss(arm, weight, metric, arm.minute(times[0]) if times else None)
    minutes = [arm.minute(when, metric.delay_hours) for when in times]
    if metric.kind == "response":
        asked = arm.response(minutes[0], metric.level)
        return float(arm.joint(selection, asked).sum() / weight.sum())
    if metric.kind == "remission":
        asked = arm.remission(minutes[0], metric.level)
        return float(arm.joint(selection, asked).sum() / weight.sum())
    if metric.kind == "cumulative_response":
        return _mean(_ever(arm, minutes[0], metric.level), weight)
    if metric.kind == "share_of_relief":
        if metric.ever:
            _, lost = losses(arm, metric.level, minutes[0])
            return _mean((lost if metric.below else ~lost).astype(float), weight)
        relief = arm.relief(minutes[0])
        held = relief < metric.level if metric.below else relief >= metric.level
        return _mean(held.astype(float), weight)
    if metric.kind == "relief":
        return _relief(arm, weight, metric, minutes)
    return _scores(arm, weight, metric, minutes)


def _rated_loss(arm: TreatedArm, people: People, metric: Metric, until: int) -> float | None:
    found = rated_losses(arm, people, metric, until)
    if found is None:
        return None
    if metric.kind == "time_to_loss":
        time = found.mean() if metric.statistic == "mean" else found.median()
        return time / metric.unit_days
    return 1 - found.left if metric.below else found.left


def _mean(values: Floats, weight: Floats) -> float:
    return float(values @ weight / weight.sum())


def _ever(arm: TreatedArm, until: int, level: float) -> Floats:
    """Chance of a response at any rating 24 h after an infusion of the course so far."""
    ratings = [minute for minute in arm.after_each() if minute <= until]
    failed = [1 - arm.chance([arm.response(minute, level)]) for minute in ratings]
    return 1 - np.prod(failed, axis=0) if failed else np.zeros(len(arm.cohort))


def _relief(
    arm: TreatedArm, weight: Floats, metric: Metric, minutes: Sequence[int]
) -> float | None:
    means = [_mean(arm.relief(minute), weight) for minute in minutes]
    if len(means) == 1:
        return means[0]
    if metric.of_change:
        return means[0] - means[1]
    return means[0] / means[1] if means[1] else None


def _scores(
    arm: TreatedArm, weight: Floats, metric: Metric, minutes: Sequence[int]
) -> float | None:
    """Read means of rated scores, with the noise as drawn; a fall is positive."""
    rated = [arm.course.rated(minute, arm.true(minute)) for minute in minutes]
    if metric.kind == "score":
        return _mean(rated[0].astype(float), weight)
    after: Floats = rated[0].astype(float)
    before: Floats = (rated[1] if len(rated) == 2 else arm.cohort.baseline).astype(float)
    fall = before - after
    mean = _mean(fall, weight)
    if metric.kind == "change":
        return mean
    if metric.kind == "percent_change":
        return 100 * mean / _mean(before, weight)
    spread = _sd(fall if metric.of_change else before, weight)
    return metric.points * mean / spread if spread else None


def _sd(values: Floats, weight: Floats) -> float:
    mean = _mean(values, weight)
    return float(np.sqrt((values - mean) ** 2 @ weight / weight.sum()))


def _between_arms(
    arms: Sequence[TreatedArm], people: People, metric: Metric, when: ProtocolMoment
) -> float | None:
    """Standardised difference of falls between arms, over the pooled sd of the scores then."""
    falls, spreads = [], []
    for arm in arms:
        minute = arm.minute(when, metric.delay_hours)
        rated = arm.course.rated(minute, arm.true(minute)).astype(float)
        weight = arm.joint(arm.counted(people))
        if not weight.sum() > 0:
            return None
        falls.append(_mean(arm.cohort.baseline - rated, weight))
        values = arm.cohort.baseline - rated if metric.of_change else rated
        spreads.append(_sd(values, weight))
    pooled = float(np.sqrt(np.mean(np.square(spreads))))
    return metric.points * (falls[0] - falls[1]) / pooled if pooled else None


def _first_response(
    arm: TreatedArm, selection: list[Rated] | Floats, metric: Metric
) -> float | None:
    """Infusions before the first response, of those who have one during the course."""
    counted = selection if isinstance(selection, list) else []  # the others are who ever responds
    asked = [arm.response(minute, metric.level) for minute in arm.after_each()]
    found: list[float] = []
    if not counted and not arm.setting.drawn:
        still = np.ones(len(arm.cohort))
        for rating in asked:
            chance = arm.chance([rating])
            found.append(float((still * chance).sum()))
            still = still * (1 - chance)
        return _number(np.array(found), metric.statistic)
    for number, rating in enumerate(asked):
        failed = [arm.failed(earlier) for earlier in asked[:number]]
        found.append(float(arm.chance([*counted, *failed, rating]).sum()))
    return _number(np.array(found), metric.statistic)


def _number(found: Floats, statistic: str) -> float | None:
    if not found.sum() > 0:
        return None
    numbers = np.arange(1, len(found) + 1)
    if statistic == "median":
        return float(numbers[np.searchsorted(np.cumsum(found) / found.sum(), 0.5)])
    return float(numbers @ found / found.sum())


def _time_to_loss(
    arm: TreatedArm, weight: Floats, metric: Metric, until: int | None
) -> float | None:
    """Time from the end of the course's last infusion until relief is below the level.

    With an end, nobody is followed longer; a mean then counts who has not lost it by the end so.
    """
    if arm.arm.every_days is None and metric.statistic == "median" and until is None:
        return _median_without_treatment(arm, weight, metric.level) / metric.unit_days
    end = arm.after + int(_LONGEST_DAYS) * MINUTES_PER_DAY if until is None else until
    days, lost = losses(arm, metric.level, end)
    if metric.statistic == "mean":
        return _mean(days, weight) / metric.unit_days
    order = np.argsort(days)
    reached = np.cumsum((weight * lost)[order]) / weight.sum()
    place = int(np.searchsorted(reached, 0.5))
    return float(days[order][place]) / metric.unit_days if place < len(days) else np.inf


def _median_without_treatment(arm: TreatedArm, weight: Floats, level: float) -> float:
    """Day on which the share with relief falls to one half: it only falls, a day after a dose.

    Found between grid points twelve halvings fine, and linearly there, which smooths the steps of
    a finite cohort.
    """

    given = arm.given_by(arm.after)

    def above(days: float) -> float:
        relief = arm.course.relief(arm.after + round(days * MINUTES_PER_DAY), given)
        return _mean((relief >= level).astype(float), weight)

    low, high = 1.0, 32.0
    at_low, at_high = above(low), above(high)
    if at_low <= 0.5:
        return 0.0
    while at_high > 0.5:
        low, at_low, high = high, at_high, 2 * high
        at_high = above(high)
        if high > _LONGEST_DAYS:
            return np.inf
    for _ in range(STEPS - 4):
        middle = (low + high) / 2
        share = above(middle)
        low, at_low = (middle, share) if share > 0.5 else (low, at_low)
        high, at_high = (high, at_high) if share > 0.5 else (middle, share)
    return low + (high - low) * (at_low - 0.5) / (at_low - at_high)


def losses(arm: TreatedArm, level: float, until: int) -> tuple[Floats, Bools]:
    """Days from the course's last infusion to the first moment below a level, and whether it came.

    Relief only falls from a day after an infusion to the next; whoever is below the level a day
    after the last infusion of the course has lost it at 0. With a course of one's own: by day.
    """
    arm.maintain(until)
    if arm.setting.fluctuation.own_course:
        return _losses_by_day(arm, level, until)
    days = np.full(len(arm.cohort), (until - arm.after) / MINUTES_PER_DAY)
    lost = np.zeros(len(arm.cohort), dtype=bool)
    begin, given = arm.after + MINUTES_PER_DAY, arm.given_by(arm.after)
    for number in range(given, len(arm.starts) + 1):
        end = arm.ends[number] if number < len(arm.ends) else until
        end = min(end, until)
        now = ~lost & (arm.course.relief(end, number) < level)
        if now.any():
            low, high = np.full(len(days), float(begin)), np.full(len(days), float(end))
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                above = arm.course.relief(middle, number) >= level
                low, high = np.where(above, middle, low), np.where(above, high, middle)
            at = (high - arm.after) / MINUTES_PER_DAY
            if number == given:
                at = np.where(high <= begin + 1, 0.0, at)
            days = np.where(now, at, days)
            lost |= now
        begin = end
    return days, lost


def _losses_by_day(arm: TreatedArm, level: float, until: int) -> tuple[Floats, Bools]:
    """Likewise, a day after the last infusion of the course and then every day."""
    days = np.full(len(arm.cohort), (until - arm.after) / MINUTES_PER_DAY)
    lost = np.zeros(len(arm.cohort), dtype=bool)
    for minute in range(arm.after + MINUTES_PER_DAY, until + 1, MINUTES_PER_DAY):
        now = ~lost & (arm.relief(minute) < level)
        since = (minute - arm.after) // MINUTES_PER_DAY
        days = np.where(now, since if since > 1 else 0, days)
        lost |= now
    return days, lost


def _hazard_ratio(
    arms: Sequence[TreatedArm], people: People, metric: Metric, when: ProtocolMoment
) -> float | None:
    """Hazard of loss in the first arm over that in the second (Cox), until a moment."""
    until = max(arm.minute(when) for arm in arms)
    if metric.event != "relief":
        return rated_hazard_ratio(arms, people, metric, until)
    groups = [(*losses(arm, metric.level, until), arm.joint(arm.counted(people))) for arm in arms]
    return hazard_ratio(*groups)
