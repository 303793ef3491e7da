"""An arm of a study: what everybody of it is given, and on which days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.evidence.vocabulary import PhraseError
from sim.policy.induction import PATTERNS
from sim.policy.regimen import USUAL_DOSES, Treatment

RHYTHMS = {
    "twice weekly": "twice_weekly", "2 a week": "twice_weekly", "2 times a week": "twice_weekly",
    "thrice weekly": "thrice_weekly", "3 a week": "thrice_weekly",
    "3 times a week": "thrice_weekly", "3 times weekly": "thrice_weekly",
    "2 times weekly": "twice_weekly", "every other day": "every_other_day", "weekly": "weekly",
    "once weekly": "weekly", "daily": "daily",
}  # fmt: skip
USUAL_DAYS = (2, 2, 3)
"""Gaps of a course whose days are not said: Monday, Wednesday, Friday."""
USUAL_COURSE = 6
_LONGEST_STEP_WEEKS = 260
A_WEEK = {"1": "weekly", "2": "twice_weekly", "3": "thrice_weekly"}


@dataclass(frozen=True)
class Arm:
    """What everybody of one arm is given."""

    days: tuple[int, ...] = (0, 2, 4, 7, 9, 11)  # of the course, from the first infusion
    route: str = "iv"
    dose_mg_kg: float | None = None
    dose_mg: float | None = None
    multiple: float = 1.0
    placebo: bool = False
    every_days: float | None = None  # of maintenance; None: nothing after the course
    boosters: int | None = None  # how many; None: as long as anybody looks
    placebo_boosters: bool = False
    booster_mg_kg: float | None = None  # left out, as in the course
    booster_mg: float | None = None
    booster_multiple: float = 1.0  # of the dose of the course
    home: bool = False
    clinic: bool = False  # simulated, not given to a cohort as a protocol
    policy: str = ""  # of boosters, by its kind

    def prescription(self, booster: bool = False) -> tuple[object, ...]:
        """Tell apart what is given; equal for equal doses."""
        if self.placebo or (booster and self.placebo_boosters):
            return ("placebo", self.route)
        return (self.route, *self._dose(booster))

    def _dose(self, booster: bool) -> tuple[float | None, float | None, float]:
        """Give mg/kg, mg and the multiple of either."""
        if booster and (self.booster_mg_kg or self.booster_mg):
            return self.booster_mg_kg, self.booster_mg, 1.0
        multiple = self.multiple * (self.booster_multiple if booster else 1.0)
        return self.dose_mg_kg, self.dose_mg, multiple

    def treatment(self, booster: bool = False) -> Treatment:
        """Give the dose and route, of the course or of maintenance."""
        if self.placebo or (booster and self.placebo_boosters):
            return Treatment(route=self.route, home=self.home, placebo=True)  # type: ignore[arg-type]
        usual, unit = USUAL_DOSES[self.route]
        mg_kg, mg, multiple = self._dose(booster)
        if mg_kg is None and mg is None:
            mg_kg, mg = (usual, None) if unit == "mg/kg" else (None, usual)
        dose = {"dose_mg_kg": mg_kg, "dose_mg": mg}
        scaled = {name: value and value * multiple for name, value in dose.items()}
        return Treatment(route=self.route, home=self.home, **scaled)  # type: ignore[arg-type]


@dataclass
class CourseSaid:
    """What a text says of a course, piece by piece."""

    count: int | None = None
    pattern: tuple[int, ...] | None = None  # gaps
    days: tuple[int, ...] | None = None
    weeks: float | None = None
    arm: dict[str, Any] = field(default_factory=dict)


def gaps_of(rhythm: str) -> tuple[int, ...]:
    """Give the days between the infusions of a rhythm, in a circle."""
    if rhythm in RHYTHMS:
        return PATTERNS[RHYTHMS[rhythm]]
    _, number, unit = rhythm.split()
    if int(number) < 1:
        raise PhraseError(f"{rhythm!r}: infusions are a day or more apart")
    return (int(number) * (7 if unit.startswith("week") else 1),)


def days_of_step(gaps: tuple[int, ...], begin: int, end: int) -> list[int]:
    """Give the days of infusions from the first day of a step up to that of the next."""
    if not 0 < end - begin <= 7 * _LONGEST_STEP_WEEKS:
        raise PhraseError(
            f"a step of {(end - begin) / 7:g} weeks; it has 1 to {_LONGEST_STEP_WEEKS}"
        )
    days = [begin]
    while (day := days[-1] + gaps[(len(days) - 1) % len(gaps)]) < end:
        days.append(day)
    return days


def course_days(said: CourseSaid) -> tuple[int, ...] | None:
    """Give the days of the course, or None where nothing was said of it."""
    if said.days is not None:
        if said.count not in (None, len(said.days)):
            raise PhraseError(f"{said.count} infusions, but {len(said.days)} days are listed")
        return said.days
    if said.count is None and said.pattern is None:
        return None
    gaps, count = said.pattern or USUAL_DAYS, said.count
    if said.weeks and count and said.pattern is None and count > 1:
        rhythm = A_WEEK.get(f"{count / said.weeks:g}")
        if rhythm is None:
            raise PhraseError(f"{count} infusions in {said.weeks:g} weeks; list their days")
        gaps = PATTERNS[rhythm]
    whole = round((said.weeks or 0) * 7 / sum(gaps) * len(gaps))
    if count is None:
        count = whole or USUAL_COURSE
    elif said.weeks and abs(whole - count) > 1:
        raise PhraseError(f"{count} infusions do not fit into {said.weeks:g} weeks of this rhythm")
    if not 1 <= count <= 60:
        raise PhraseError(f"{count} infusions; a course has 1 to 60")
    days = [0]
    while len(days) < count:
        days.append(days[-1] + gaps[(len(days) - 1) % len(gaps)])
    return tuple(days)
