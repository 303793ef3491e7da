"""One arm of a published study, given to a cohort of the model: relief and ratings at any time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from sim.arrays import Bools, Floats
from sim.config.errors import ScenarioError
from sim.evidence.moments import ProtocolMoment
from sim.evidence.schedules import Arm
from sim.evidence.vocabulary import People
from sim.model.scenario import Scenario
from sim.model.without_clinic import CohortCourse, ConsolidatingCourse, dose_given
from sim.people.cohort import Cohort
from sim.people.fluctuation import Fluctuation
from sim.scales import GAD7_HIGHEST, GAD7_LOWEST, REMISSION_BELOW
from sim.units import MINUTES_PER_DAY, minutes_of, whole_minutes

_RATED_AFTER = MINUTES_PER_DAY
"""Minutes from the end of an infusion to the rating that decides whether it worked: 24 h."""


class Rated(NamedTuple):
    """A rating and what is asked of it: from `low` to `high`, one for all or one a patient."""

    minute: int
    low: Any
    high: Any
    name: str  # the same for the same question


@dataclass(frozen=True, eq=False)
class Setting:
    """Who is treated, by which model, and whether rating noise is drawn or integrated."""

    scenario: Scenario
    cohort: Cohort
    fluctuation: Fluctuation
    drawn: bool = True
    consolidation: float = 0.0  # gain of a third, lasting state: a structure to compare with
    known: dict[Any, Any] = field(default_factory=dict)
    """What arms that begin alike have in common: moments, scores and chances by their history."""

    def untreated(self) -> CohortCourse:
        """Give everybody before the first infusion."""
        if "untreated" not in self.known:
            about = (self.cohort, self.scenario.symptoms, self.fluctuation)
            self.known["untreated"] = (
                ConsolidatingCourse(*about, self.consolidation)
                if self.consolidation
                else CohortCourse(*about)
            )
        course = self.known["untreated"]
        assert isinstance(course, CohortCourse)
        return course


class TreatedArm:
    """A cohort under one arm; infusions of maintenance are given as far as anybody looks."""

    def __init__(self, setting: Setting, arm: Arm) -> None:
        self.setting, self.arm = setting, arm
        self.cohort = setting.cohort
        self.course = setting.untreated().branch()
        self.starts: list[int] = []
        self.ends: list[int] = []
        session = setting.scenario.clinic.session_by(arm.route)
        self._minutes = whole_minutes(session.infuse_minutes.expectation())
        self._histories: list[tuple[Any, ...]] = [()]
        for day in arm.days:
            self._infuse(day * MINUTES_PER_DAY)
        self.after = self.last
        """Minute from which times after the course are counted: the end of its last infusion."""

    def _infuse(self, start: int, booster: bool = False) -> None:
        self.starts.append(start)
        self.ends.append(start + self._minutes)
        what = self.arm.prescription(booster)
        history = (*self._histories[-1], (what, self.ends[-1]))
        self._histories.append(history)
        known = self.setting.known
        if history in known:
            self.course.moments.append(known[history])
            return
        if what not in known:
            treatment = self.arm.treatment(booster)
            known[what] = dose_given(self.cohort, self.setting.scenario.symptoms, treatment)
        self.course.infuse(known[what], self.ends[-1])
        known[history] = self.course.moments[-1]

    @property
    def infusions(self) -> int:
        """The number of infusions of the course."""
        return len(self.arm.days)

    @property
    def last(self) -> int:
        """Minute at which the last infusion of the course ended."""
        return self.ends[self.infusions - 1]

    def maintain(self, until: int) -> None:
        """Give the infusions of maintenance that begin before a minute."""
        arm = self.arm
        if arm.every_days is None:
            return
        gap = minutes_of(arm.every_days)
        while arm.boosters is None or len(self.starts) < self.infusions + arm.boosters:
            if self.starts[-1] + gap >= until:
                return
            self._infuse(self.starts[-1] + gap, booster=True)

    def given_by(self, minute: int) -> int:
        """Count the infusions that ended by a minute."""
        self.maintain(minute)
        return bisect_right(self.ends, minute)

    def _history(self, minute: int) -> tuple[Any, ...]:
        """What has been given by a minute; the same for arms that begin alike."""
        return self._histories[self.given_by(minute)]

    def relief(self, minute: int) -> Floats:
        """Latent relief at a minute."""
        return self.course.relief(minute, self.given_by(minute))

    def true(self, minute: int) -> Floats:
        """True score at a minute."""
        known, key = self.setting.known, (self._history(minute), minute)
        if key not in known:
            known[key] = self.course.true(minute, self.relief(minute))
        true: Floats = known[key]
        return true

    def minute(self, when: ProtocolMoment, delay_hours: float | None = None) -> int:
        """Find the minute of a moment; with a delay, so long after the newest infusion by then."""
        days = minutes_of(when.days)
        if when.anchor == "baseline":
            return 0
        if when.anchor == "infusion":
            if not 1 <= when.infusion <= self.infusions:
                raise ScenarioError(
                    f"infusion {when.infusion} is not one of the {self.infusions} of the course"
                )
            return self._rating_after(when.infusion, days)
        start = {"start": 0, "first": self.ends[0]}.get(when.anchor, self.after)
        if when.anchor == "maintenance" and self.after == self.last:
            start = self.starts[self.infusions - 1]
        if delay_hours is None:
            return start + days
        self.maintain(start + days + 1)
        newest = bisect_right(self.starts, start + days)
        if when.anchor in ("end", "last"):
            return start + days
        return self.ends[newest - 1] + minutes_of(delay_hours / 24)

    def _rating_after(self, infusion: int, delay: int = _RATED_AFTER) -> int:
        """Rate after an infusion of the course, at the latest when the next one begins."""
        rating = self.ends[infusion - 1] + delay
        return min(rating, self.starts[infusion]) if infusion < self.infusions else rating

    def after_each(self, upto: int | None = None) -> list[int]:
        """Give the minute of the rating after each infusion of the course."""
        return [self._rating_after(k) for k in range(1, (upto or self.infusions) + 1)]

    def chance(self, ratings: Sequence[Rated]) -> Floats:
        """Chance that all ratings are as asked: 0 or 1 where noise is drawn, else integrated.

        Ratings of one day share their noise; those of different days are independent given the
        true scores.
        """
        chance = np.ones(len(self.cohort))
        for day in sorted({rating.minute // MINUTES_PER_DAY for rating in ratings}):
            today = [rating for rating in ratings if rating.minute // MINUTES_PER_DAY == day]
            chance = chance * self._of_day(day, today)
        return chance

    def _of_day(self, day: int, ratings: Sequence[Rated]) -> Floats:
        names = tuple(
            (self._history(rating.minute), rating.minute, rating.name) for rating in ratings
        )
        known = self.setting.known
        if names not in known:
            known[names] = (
                self._drawn(ratings) if self.setting.drawn else self._integrated(day, ratings)
            )
        chance: Floats = known[names]
        return chance

    def _drawn(self, ratings: Sequence[Rated]) -> Floats:
        so = np.ones(len(self.cohort), dtype=bool)
        for rating in ratings:
            score = self.course.rated(rating.minute, self.true(rating.minute))
            so &= (score >= rating.low) & (score <= rating.high)
        return so.astype(float)

    def _integrated(self, day: int, ratings: Sequence[Rated]) -> Floats:
        low: Any = -np.inf
        high: Any = np.inf
        for rating in ratings:
            true = self.true(rating.minute)
            if _some(rating.low > GAD7_LOWEST):
                edge = rating.low - 0.5 - true
                low = np.maximum(low, np.where(rating.low <= GAD7_LOWEST, -np.inf, edge))
            edge = rating.high + 0.5 - true
            if _some(rating.high >= GAD7_HIGHEST):
                edge = np.where(rating.high >= GAD7_HIGHEST, np.inf, edge)
            high = np.minimum(high, edge)
        sd = self.setting.scenario.symptoms.rating_sd
        if day == 0 or sd == 0:  # the noise of the rating at referral is known
            noise = self.setting.fluctuation.on(day, len(self.cohort))[1]
            so: Bools = (low <= noise) & (noise < high)
            return so.astype(float)
        chance: Floats = ndtr(high / sd)
        if np.ndim(low):
            chance = np.maximum(chance - ndtr(low / sd), 0.0)
        return chance

    def response(self, minute: int, level: float) -> Rated:
        """Ask for a fall of the rated score by at least a share of the rated baseline."""
        most = np.floor(self.cohort.baseline * (1 - level) + 1e-9)
        return Rated(minute, 0, most, f"response {level}")

    def remission(self, minute: int, below: float) -> Rated:
        """Ask for a rated score below a cut."""
        return Rated(minute, 0, np.ceil(below) - 1, f"below {below}")

    def failed(self, rating: Rated) -> Rated:
        """Ask for the contrary: a score above what was asked for."""
        return Rated(rating.minute, rating.high + 1, GAD7_HIGHEST, f"not {rating.name}")

    def count_from(self, people: People) -> None:
        """Count times after the course from the last rating that makes people stable."""
        if people.weeks:
            self.after = max(self.last, 7 * people.weeks[-1] * MINUTES_PER_DAY)

    def counted_at(self, people: People) -> list[int]:
        """Give the minutes of the ratings that make people count (not of eventual responders)."""
        if people.weeks:
            return [7 * week * MINUTES_PER_DAY for week in people.weeks]
        if people.after_infusion is not None:
            return [self._rating_after(people.after_infusion)]
        days = people.on_day
        return [self.last + _RATED_AFTER if days is None else minutes_of(days)]

    def counted(self, people: People) -> list[Rated] | Floats:
        """Give the ratings that make people count, or their chance where these are alternatives."""
        if people.counted == "everybody":
            return []
        if people.counted == "eventual":
            failed = [1 - self.chance([self.response(m, 0.5)]) for m in self.after_each()]
            return 1 - np.prod(failed, axis=0)  # type: ignore[no-any-return]
        minutes = self.counted_at(people)
        if people.counted == "remitters":
            asked = [self.remission(minute, REMISSION_BELOW) for minute in minutes]
        else:
            asked = [self.response(minute, people.level) for minute in minutes]
        if people.counted == "non_responders":
            return [self.failed(rating) for rating in asked]
        if people.least is None:
            return asked
        return at_least(people.least, [self.chance([rating]) for rating in asked])

    def joint(self, selection: list[Rated] | Floats, *ratings: Rated) -> Floats:
        """Chance to be counted and to be rated as asked."""
        if isinstance(selection, list):
            return self.chance([*selection, *ratings])
        return selection * self.chance(ratings) if ratings else selection


def _some(so: Any) -> bool:
    """Tell whether something asked of one number, or of one a patient, holds for some."""
    return so if isinstance(so, bool) else bool(so.any())


def at_least(least: int, chances: Sequence[Floats]) -> Floats:
    """Give the chance of at least so many of some events that are independent, by patient."""
    exactly: list[Any] = [1.0]  # exactly[k]: k of the events so far
    for p in chances:
        held, fewer = [*exactly, 0.0], [0.0, *exactly]
        exactly = [same * (1 - p) + one * p for same, one in zip(held, fewer, strict=True)]
    total: Floats = np.sum(exactly[least:], axis=0)
    return total
