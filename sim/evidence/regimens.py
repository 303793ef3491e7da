"""The vocabulary of regimens: from the words of a targets file to what is given, and when."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sim.evidence.schedules import (
    A_WEEK,
    RHYTHMS,
    Arm,
    CourseSaid,
    course_days,
    days_of_step,
    gaps_of,
)
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
from sim.policy.regimen import NOT_AT_HOME

_ROUTES = {
    "iv": "iv", "intravenous": "iv", "im": "im", "intramuscular": "im", "sc": "sc",
    "subcutaneous": "sc", "intranasal": "intranasal", "nasal": "intranasal",
    "sublingual": "sublingual", "lozenge": "sublingual", "oral": "oral", "by mouth": "oral",
}  # fmt: skip
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
REGIMEN_WORDS = {
    "6 infusions": "a course, Monday-Wednesday-Friday unless said otherwise",
    "infusions on days 0, 2, 4, 7": "any pattern, in days from the first",
    "Mon-Wed-Fri x 2 weeks": "weekdays",
    "twice weekly, thrice weekly, weekly, daily, every other day, every 3 days": "a rhythm",
    "twice weekly for 4 weeks, weekly for 4 weeks, then every 2 weeks": "a course in steps",
    "IV, IM, SC, intranasal, sublingual, oral": "the route; also lozenges, tablets",
    "at home": "of a lozenge, a tablet or a spray",
    "0.5 mg/kg or 75 mg": "the dose",
    "dose x 2": "a multiple of the usual dose of the route",
    "placebo, midazolam, saline": "the same visits without the drug",
    "weekly x 4 after induction, maintenance every 4 weeks for 24 weeks": "maintenance",
    "continue weekly for 12 weeks at 180 mg, at half the dose": "another dose in maintenance",
    "continue weekly with placebo": "the same visits of maintenance without the drug",
    "in a clinic, adaptive boosters, weekly step-down boosters": "simulated; attendance is read",
    "no boosters, follow-up without treatment, stop": "no infusion after the course",
    "A vs B, continue every 2 weeks vs stop": "two arms",
}
REGIMEN_FILLERS = """infusion infusions single dose doses course induction acute series of the a
an in on at x for after then and with without to by over from each per continue continued treatment
ketamine afterwards responders days day weeks week boosters booster maintenance phase followed
open-label randomised randomized given session sessions arm total once"""


def read_arms(text: str) -> tuple[Arm, ...]:
    """Read one arm, or two that are told apart by `vs`; the second says only what differs."""
    told = " ".join(plain_text(text).replace("(", " ").replace(")", " ").split())
    told = re.sub(r"\b(?:sublingual )?(?:lozenges?|troches?)\b", "sublingual doses", told)
    told = re.sub(r"\b(?:oral )?tablets?\b", "oral doses", told)
    parts = re.split(r"\bvs\b", told)
    if len(parts) > 2:
        raise PhraseError("more than two arms; write one `vs` at most")
    first = _arm(parts[0], Arm())
    if len(parts) == 1:
        return (first,)
    return first, _arm(parts[1], first, second=True)


def _arm(text: str, base: Arm, second: bool = False) -> Arm:
    said = CourseSaid()
    choice = re.search(rf"{_RHYTHM} or {_RHYTHM}", text)
    if choice:
        raise PhraseError(
            f"{choice[0]!r}: everybody of an arm is given the same; write one of them"
        )
    text = _steps(text, said)
    left = taken(
        text, [*_maintenance(said, base, second), *_doses(said), *_policies(said), *_days(said)]
    )
    if re.search(_RHYTHM, left):
        raise PhraseError(
            f"{text.strip()!r} has several rhythms; say the weeks of each, as in `twice weekly for "
            "4 weeks, then weekly for 4 weeks`, or what comes after the course, as in `continue "
            "weekly`"
        )
    complain(left, REGIMEN_FILLERS, REGIMEN_WORDS)
    going_on = re.search(r"\b(?:continued?|maintenance|boosters?)\b", left)
    if going_on and not base.every_days and not {"every_days", "policy"} & set(said.arm):
        raise PhraseError(f"{going_on[0]}: how often? Write it as in `continue every 2 weeks`")
    if second and said.arm.get("placebo") and base.every_days is not None:
        said.arm = {**said.arm, "placebo": base.placebo, "placebo_boosters": True}
    arm = replace(base, **said.arm)
    if arm.home and arm.route in NOT_AT_HOME:
        raise PhraseError(f"at home: a dose by route {arm.route} needs a clinic; write lozenge, "
                          "oral or intranasal")  # fmt: skip
    days = course_days(said)
    return arm if days is None else replace(arm, days=days)


_RHYTHM = (
    rf"(?:\b(?:{'|'.join(sorted(RHYTHMS, key=len, reverse=True))})\b|every \d+ (?:days?|weeks?)\b)"
)


def _steps(text: str, said: CourseSaid) -> str:
    """Take out a course in steps, and what goes on after them as long as anybody looks."""
    tail = r"(?: (?:infusions?|doses?|sessions?))? (?:x|for|over) ?"
    step, any_step = rf"({_RHYTHM}){tail}(\d+) weeks?\b", rf"{_RHYTHM}{tail}\d+ weeks?\b"
    then = r"[ ,;]*(?:(?:and )?then|followed by|[,;])[ ,;]*"
    open_end = rf"(?:{then}(?P<open>{_RHYTHM})(?! (?:x|for|over|maintenance|boosters?)\b))?"
    found = re.search(rf"{any_step}(?:{then}{any_step})+{open_end}", text)
    if not found:
        return text
    days: list[int] = []
    begin = 0
    for rhythm, weeks in re.findall(step, found[0]):
        days += days_of_step(gaps_of(rhythm), begin, begin + 7 * int(weeks))
        begin += 7 * int(weeks)
    said.days = tuple(days)
    if found["open"]:
        gaps = gaps_of(found["open"])
        said.arm |= {"every_days": sum(gaps) / len(gaps), "boosters": None}
    return f"{text[: found.start()]} ; {text[found.end() :]}"


def _policies(said: CourseSaid) -> list[tuple[str, Action]]:
    def put(**values: Any) -> None:
        said.arm |= values

    return [
        (r"\bat home\b", lambda _: put(home=True)),
        (r"\bin (?:a|the) clinic\b", lambda _: put(clinic=True)),
        (r"\badaptive boosters\b", lambda _: put(clinic=True, policy="adaptive")),
        (
            r"\b(?:weekly )?step[- ]down boosters\b",
            lambda _: put(clinic=True, policy="weekly_step_down"),
        ),
    ]


def _maintenance(said: CourseSaid, base: Arm, second: bool) -> list[tuple[str, Action]]:
    def stop(_: re.Match[str]) -> None:
        said.arm |= {"every_days": None, "boosters": None}

    def every(match: re.Match[str]) -> None:
        days = match.groupdict()
        interval = 7.0 if days.get("rhythm") else days_of(match)
        if days.get("rhythm") == "twice weekly":
            interval = 3.5
        if interval < 0.5:
            raise PhraseError(
                f"{match[0]!r}: infusions of maintenance are half a day or more apart"
            )
        said.arm["every_days"] = interval
        said.arm["boosters"] = _number_of(days, interval)
        if days["mg"]:
            said.arm["booster_mg_kg" if days["per_kg"] else "booster_mg"] = float(days["mg"])
        said.arm["booster_multiple"] = 0.5 if days["half"] else 1.0
        said.arm["placebo_boosters"] = bool(days["placebo"])

    rhythm = rf"(?:(?P<rhythm>twice weekly|weekly|once weekly)|every {NUMBER}? ?{UNIT})"
    times = (
        r"(?: (?:for|over|x) (?P<span>\d+) (?P<span_unit>days|weeks|months)| ?x ?(?P<times>\d+))?"
        r"(?: at (?:(?P<mg>\d+(?:\.\d+)?) mg(?P<per_kg>/kg)?|(?P<half>half) (?:the |its )?dose))?"
        r"(?P<placebo> with placebo)?"
    )
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


def _doses(said: CourseSaid) -> list[tuple[str, Action]]:
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


_PIECES = {"count": "number", "pattern": "rhythm", "days": "days", "weeks": "length"}


def _days(said: CourseSaid) -> list[tuple[str, Action]]:
    def put(**values: Any) -> None:
        for name, value in values.items():
            if getattr(said, name) is not None:
                raise PhraseError(f"the {_PIECES[name]} of the course is said twice")
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
