"""The vocabulary of regimens: from the words of a targets file to what is given, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from sim.evidence.vocabulary import (
    NUMBER,
    UNIT,
    Action,
    PhraseError,
    complain,
    days_of,
    plain_text,
    taken,
)
from sim.policy.induction import PATTERNS
from sim.policy.regimen import USUAL_DOSES, Treatment

_ROUTES = {
    "iv": "iv", "intravenous": "iv", "im": "im", "intramuscular": "im", "sc": "sc",
    "subcutaneous": "sc", "intranasal": "intranasal", "nasal": "intranasal",
    "sublingual": "sublingual", "lozenge": "sublingual", "oral": "oral", "by mouth": "oral",
}  # fmt: skip
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
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
A_WEEK = {"1": "weekly", "2": "twice_weekly", "3": "thrice_weekly"}

REGIMEN_WORDS = {
    "6 infusions": "a course, Monday-Wednesday-Friday unless said otherwise",
    "infusions on days 0, 2, 4, 7": "any pattern, in days from the first",
    "Mon-Wed-Fri x 2 weeks": "weekdays",
    "twice weekly, thrice weekly, weekly, daily, every other day, every 3 days": "a rhythm",
    "IV, IM, SC, intranasal, sublingual, oral": "the route",
    "0.5 mg/kg or 75 mg": "the dose",
    "dose x 2": "a multiple of the usual dose of the route",
    "placebo, midazolam, saline": "the same visits without the drug",
    "weekly x 4 after induction, maintenance every 4 weeks for 24 weeks": "maintenance",
    "no boosters, follow-up without treatment, stop": "no infusion after the course",
    "A vs B, continue every 2 weeks vs stop": "two arms",
}
REGIMEN_FILLERS = """infusion infusions single dose doses course induction acute series of the a
an in on at x for after then and with without to by over from each per continue continued treatment
ketamine afterwards responders or days day weeks week boosters booster maintenance phase followed
open-label randomised randomized given session sessions arm total once"""


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

    def prescription(self, booster: bool = False) -> tuple[object, ...]:
        """Tell apart what is given; equal for equal doses."""
        if self.placebo or (booster and self.placebo_boosters):
            return ("placebo", self.route)
        return (self.route, self.dose_mg_kg, self.dose_mg, self.multiple)

    def treatment(self, booster: bool = False) -> Treatment:
        """Give the dose and route, of the course or of maintenance."""
        if self.placebo or (booster and self.placebo_boosters):
            return Treatment(route=self.route, placebo=True)  # type: ignore[arg-type]
        usual, unit = USUAL_DOSES[self.route]
        dose = {"dose_mg_kg": self.dose_mg_kg, "dose_mg": self.dose_mg}
        if self.dose_mg_kg is None and self.dose_mg is None:
            dose["dose_mg_kg" if unit == "mg/kg" else "dose_mg"] = usual
        scaled = {name: value and value * self.multiple for name, value in dose.items()}
        return Treatment(route=self.route, **scaled)  # type: ignore[arg-type]


@dataclass
class _Course:
    count: int | None = None
    pattern: tuple[int, ...] | None = None  # gaps
    days: tuple[int, ...] | None = None
    weeks: float | None = None
    arm: dict[str, Any] = field(default_factory=dict)


def read_arms(text: str) -> tuple[Arm, ...]:
    """Read one arm, or two that are told apart by `vs`; the second says only what differs."""
    told = " ".join(plain_text(text).replace("(", " ").replace(")", " ").split())
    parts = re.split(r"\bvs\b", told)
    if len(parts) > 2:
        raise PhraseError("more than two arms; write one `vs` at most")
    first = _arm(parts[0], Arm())
    if len(parts) == 1:
        return (first,)
    return first, _arm(parts[1], first, second=True)


def _arm(text: str, base: Arm, second: bool = False) -> Arm:
    said = _Course()
    left = taken(text, [*_maintenance(said, base, second), *_doses(said), *_days(said)])
    complain(left, REGIMEN_FILLERS, REGIMEN_WORDS)
    if second and said.arm.get("placebo") and base.every_days is not None:
        said.arm = {**said.arm, "placebo": base.placebo, "placebo_boosters": True}
    arm = replace(base, **said.arm)
    days = _course_days(said)
    return arm if days is None else replace(arm, days=days)


def _maintenance(said: _Course, base: Arm, second: bool) -> list[tuple[str, Action]]:
    def stop(_: re.Match[str]) -> None:
        said.arm |= {"every_days": None, "boosters": None}

    def every(match: re.Match[str]) -> None:
        days = match.groupdict()
        interval = 7.0 if days.get("rhythm") else days_of(match)
        if days.get("rhythm") == "twice weekly":
            interval = 3.5
        said.arm["every_days"] = interval
        said.arm["boosters"] = _number_of(days, interval)

    rhythm = rf"(?:(?P<rhythm>twice weekly|weekly|once weekly)|every {NUMBER}? ?{UNIT})"
    times = r"(?: ?x ?(?P<times>\d+)| (?:for|over) (?P<span>\d+) (?P<span_unit>days|weeks|months))?"
    after = r"(?:maintenance|boosters?|continued?|continuation)"
    return [
        (
            r"no boosters|no maintenance|no treatment|no further infusions?|"
            r"follow-?up without (?:any )?(?:treatment|infusions|boosters)|"
            r"without (?:any )?(?:boosters|maintenance)|\bstop(?:ped)?\b|\bfollow-?up\b|"
            r"\bdiscontinu\w+",
            stop,
        ),
        (rf"{after}:? (?:infusions? )?{rhythm}{times}", every),
        (rf"{rhythm} {after}{times}", every),
        (rf"{rhythm}{times} (?:maintenance |boosters )?after (?:the )?(?:induction|course)", every),
        *([(rf"{rhythm}{times}", every)] if second and base.every_days is not None else []),
    ]


def _number_of(said: dict[str, Any], interval: float) -> int | None:
    if said.get("times"):
        return int(said["times"])
    if said.get("span"):
        unit = {"days": 1.0, "weeks": 7.0, "months": 30.4375}[said["span_unit"]]
        return int(int(said["span"]) * unit / interval + 1e-9)
    return None


def _doses(said: _Course) -> list[tuple[str, Action]]:
    def put(**values: Any) -> None:
        said.arm |= values

    def route(match: re.Match[str]) -> None:
        put(route=_ROUTES[match[0]])

    return [
        (
            r"(?P<n>\d+(?:\.\d+)?) ?mg/kg",
            lambda match: put(dose_mg_kg=float(match["n"]), dose_mg=None),
        ),
        (
            r"(?P<n>\d+(?:\.\d+)?) ?mg\b",
            lambda match: put(dose_mg=float(match["n"]), dose_mg_kg=None),
        ),
        (
            r"dose x ?(?P<n>\d+(?:\.\d+)?)|(?P<m>\d+(?:\.\d+)?) ?x (?:the )?(?:usual )?dose",
            lambda match: put(multiple=float(match["n"] or match["m"])),
        ),
        (r"double (?:the )?(?:usual )?dose", lambda _: put(multiple=2.0)),
        (r"half (?:the )?(?:usual )?dose", lambda _: put(multiple=0.5)),
        (r"\b(?:placebo|midazolam|saline|sham)\b", lambda _: put(placebo=True)),
        (r"\b(?:" + "|".join(_ROUTES) + r")\b", route),
    ]


def _days(said: _Course) -> list[tuple[str, Action]]:
    def put(**values: Any) -> None:
        for name, value in values.items():
            setattr(said, name, value)

    def listed(match: re.Match[str]) -> None:
        days = tuple(int(day) for day in re.findall(r"\d+", match["list"]))
        if re.fullmatch(r"\d+ ?- ?\d+", match["list"]):
            raise PhraseError(f"days {match['list']} could be two days or a range; list each day")
        if list(days) != sorted(set(days)):
            raise PhraseError(f"days {', '.join(map(str, days))} must rise")
        put(days=tuple(day - days[0] for day in days))

    def weekdays(match: re.Match[str]) -> None:
        on = sorted(_WEEKDAYS[day[:3]] for day in re.findall(r"[a-z]{3,}", match[0]))
        put(pattern=tuple((b - a) % 7 or 7 for a, b in zip(on, [*on[1:], on[0]], strict=True)))

    day = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:\w*day)?"
    rhythms = "|".join(sorted(RHYTHMS, key=len, reverse=True))

    def a_week(match: re.Match[str]) -> None:
        if match["n"] not in A_WEEK:
            raise PhraseError(f"{match['n']} infusions a week; list the days instead")
        put(pattern=PATTERNS[A_WEEK[match["n"]]])

    return [
        (r"(?P<n>\d+) (?:infusions?|doses?|sessions?) (?:per|a|each) week\b", a_week),
        (r"(?:on )?days? (?P<list>\d+(?:(?: ?, ?| ?- ?| and |, and )\d+)*)", listed),
        (rf"\b{day}(?:[-/, ]+{day})*\b", weekdays),
        (rf"\b(?:{rhythms})\b", lambda match: put(pattern=PATTERNS[RHYTHMS[match[0]]])),
        (
            rf"every {NUMBER} {UNIT}",
            lambda match: put(pattern=(max(1, round(days_of(match))),)),
        ),
        (
            r"(?:x|over|for|in) ?(?P<n>\d+(?:\.\d+)?) weeks?",
            lambda match: put(weeks=float(match["n"])),
        ),
        (
            r"(?P<n>\d+)[ ;]*(?:\w+ )?(?:infusions?|doses?|injections?|sessions?|treatments?)",
            lambda match: put(count=int(match["n"])),
        ),
        (
            rf"{NUMBER} {UNIT} apart",
            lambda match: put(pattern=(max(1, round(days_of(match))),)),
        ),
        (r"(?:course|series) of (?P<n>\d+)", lambda match: put(count=int(match["n"]))),
        (r"x ?(?P<n>\d+)\b", lambda match: put(count=int(match["n"]))),
        (r"single (?:infusion|dose|injection)?", lambda _: put(count=1)),
    ]


def _course_days(said: _Course) -> tuple[int, ...] | None:
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
