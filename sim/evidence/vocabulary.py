"""The vocabulary of populations: who is enrolled, and who of them is counted.

Phrases are looked for in a text; what is left over is a fault, told with the nearest word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sim.people.named_populations import POPULATIONS
from sim.people.settings import SETTINGS
from sim.scales import RESPONSE_RELIEF

UNITS = {"h": 1 / 24, "hour": 1 / 24, "d": 1.0, "day": 1.0, "week": 7.0, "month": 30.4375}
"""Days in each unit of time; a month is a twelfth of 365.25 days."""

UNIT = r"(?P<unit>hours?|h|days?|d|weeks?|months?)\b"
NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
_WORDS = {
    word: str(number)
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
}
ABBREVIATED = {"wk": "week", "wks": "weeks", "mo": "months", "hr": "h", "hrs": "h", "hs": "h"}

Action = Callable[[re.Match[str]], None]


class PhraseError(ValueError):
    """A text that says something the vocabulary has no words for."""


def plain_text(text: str) -> str:
    """Write a text as the patterns expect it: small letters, digits, one kind of sign."""
    told = text.lower().replace("≥", ">=").replace("≤", "<=").replace("×", " x ")
    for sign in "–—−":
        told = told.replace(sign, "-")
    told = re.sub(r"\bversus\b|\bvs\.", "vs", told)
    told = re.sub(r"(\d)\s*%", r"\1 %", told)
    told = re.sub(r"(?<=\d)(?=(?:h|d|weeks?|days?|months?)\b)", " ", told)
    told = re.sub(r"\bfortnightly\b|\bevery other week\b", "every 2 weeks", told)
    told = re.sub(r"\btwice a week\b", "twice weekly", told)
    told = re.sub(r"\b(twice|thrice|once)-weekly\b", r"\1 weekly", told)
    told = re.sub(r"\b(\d) ?x ?(?:/|per|a) ?week\b", r"\1 times a week", told)
    told = re.sub(r"\bmonthly\b", "every 1 months", told)
    told = re.sub(r"\bq ?(\d+) ?w\b", r"every \1 weeks", told)
    words = _WORDS | ABBREVIATED
    told = re.sub(r"\b(" + "|".join(words) + r")\b", lambda match: words[match[0]], told)
    return " ".join(told.split())


def days_of(match: re.Match[str]) -> float:
    """Days of a match with a number and a unit."""
    unit = match["unit"]
    return float(match["number"]) * UNITS[unit if unit in UNITS else unit.rstrip("s")]


def taken(text: str, patterns: Iterable[tuple[str, Action]]) -> str:
    """Act on every pattern found, in order, and give the text without them."""
    for pattern, action in patterns:
        found = re.search(pattern, text)
        if found:
            action(found)
            text = f"{text[: found.start()]} ; {text[found.end() :]}"
    return text


def complain(left: str, fillers: str, known: Mapping[str, str]) -> None:
    """Refuse words that no pattern took; `known` says what can be written, by name."""
    allowed = set(fillers.split())
    strange = [word for word in re.findall(r"[\w./%<>=+-]+", left) if word not in allowed]
    strange = [word for word in strange if re.search(r"\w", word)]
    if strange:
        words = {word: name for name in known for word in re.findall(r"[a-z]{3,}", name)}
        close = get_close_matches(strange[0], words, n=1, cutoff=0.6)
        hint = f' Did you mean "{words[close[0]]}"?' if close else ""
        raise PhraseError(
            f'"{" ".join(strange)}" is not understood; known here: {"; ".join(known)}.{hint}'
        )


_MOST_WEEKS = 52
SIMULATED_SETTINGS: dict[str, dict[str, Any]] = {
    name: {"behaviour.setting": name} for name in SETTINGS if name != "usual"
}
"""Values of a scenario by the name of a setting, for rows that are simulated in a clinic."""

POPULATION_WORDS = {
    "GAD-7 >= 10 at entry": "rated at enrolment",
    "severe, moderate, mild": "by the bands of the scale",
    "same": "those enrolled in the row above",
    ", ".join(POPULATIONS): "a named population",
    "with PTSD, without PTSD, with chronic pain, on high-dose benzodiazepine": "a condition",
    "responders after induction": "rated 24 h after the last infusion of the course",
    "day-3 responders": "rated on that day from the first infusion",
    "eventual responders": "rated 24 h after any infusion of the course",
    "remitters after induction, non-responders": "likewise",
    "stable remitters at weeks 13-16": "rated so at each of these weeks from the first infusion",
    "stable remitters in 3 of weeks 13-16": "in at least so many of them; also responders",
    "< 20 % better 24 h after the first infusion": "improved less; also >=, day 3, infusion 2",
    "completers": "everybody is one: nobody withdraws",
    **dict.fromkeys(SIMULATED_SETTINGS, "a setting, of a row that is simulated in a clinic"),
}  # fmt: skip
POPULATION_FILLERS = """same at entry on enrolment enrolled of the a all adults patients people with
baseline rated in and who have default outpatients anxiety anxious disorder refractory resistant
treatment-resistant completers starters"""


@dataclass(frozen=True)
class People:
    """Who is enrolled, and who of them is counted."""

    overrides: tuple[tuple[str, Any], ...] = ()  # of the table [population], by name
    counted: str = "everybody"  # responders, non_responders, remitters, eventual
    on_day: float | None = None  # of the rating that decides; None: 24 h after the last infusion
    after_infusion: int | None = None  # or 24 h after this one
    weeks: tuple[int, ...] = ()  # or the ratings that decide, in weeks from the first infusion
    least: int | None = None  # so many of them; None: all
    level: float = RESPONSE_RELIEF  # of a response: share of the rated baseline
    setting: str = ""  # of a row that is simulated


def read_people(text: str, above: People | None) -> People:
    """Read who is enrolled and who is counted; `same` are those enrolled in the row above."""
    told = re.sub(r"\bfirst\b", "1", plain_text(text))
    overrides: dict[str, Any] = {}
    counted: dict[str, Any] = {}
    if re.match(r"same\b", told) or not told:
        overrides |= dict(above.overrides if above else ())

    def put(**values: Any) -> None:
        overrides.update(values)

    def band(low: int, high: int) -> None:
        if "enrolled_from" not in overrides:  # what is said in numbers prevails
            put(enrolled_from=low, enrolled_to=high)

    def count(who: str) -> Action:
        return lambda match: counted.update(
            counted=who, on_day=float(match["day"]) if match.groupdict().get("day") else None
        )

    def stable(match: re.Match[str]) -> None:
        first, last = int(match["a"]), int(match["b"] or match["a"])
        if last - first >= _MOST_WEEKS:
            raise PhraseError(f"{match[0]!r}: at most {_MOST_WEEKS} weeks decide who is stable")
        weeks = tuple(range(first, last + 1))
        least = int(match["least"]) if match["least"] else None
        if not weeks or not 1 <= (least or 1) <= len(weeks):
            raise PhraseError(f"{match[0]!r}: these are {len(weeks)} ratings, one a week")
        counted.update(counted=match["who"], weeks=weeks, least=least)

    def improved(match: re.Match[str]) -> None:
        count("non_responders" if match["op"] in ("<", "less than", "under") else "responders")(
            match
        )
        nth = match["nth"] or match["mth"]
        counted.update(level=float(match["n"]) / 100, after_infusion=int(nth) if nth else None)

    names = "|".join(name.replace("_", "[_ ]") for name in POPULATIONS)
    when = r"(?: after (?:the )?(?:induction|course)| at day (?P<day>\d+))?"
    left = taken(
        told,
        [
            (r"\beventual responders", count("eventual")),
            (
                r"stable (?P<who>responders|remitters) (?:at|in|over) (?:(?P<least>\d+) of )?"
                r"(?:the )?weeks? (?P<a>\d+)(?: ?(?:-|to) ?(?P<b>\d+))?",
                stable,
            ),
            (
                r"(?P<op><|less than|under|>=|at least) ?(?P<n>\d+) % (?:better|improved|"
                r"improvement) (?:(?:at|on) day (?P<day>\d+)|24 h after (?:the )?(?:(?P<nth>1) "
                r"(?:infusion|dose)|infusion (?P<mth>\d+)))",
                improved,
            ),
            (r"day[- ](?P<day>\d+) non-?responders", count("non_responders")),
            (r"day[- ](?P<day>\d+) responders", count("responders")),
            (r"day[- ](?P<day>\d+) remitters", count("remitters")),
            (rf"non-?responders{when}", count("non_responders")),
            (rf"responders{when}", count("responders")),
            (rf"remitters{when}", count("remitters")),
            (
                r"gad-?7 ?(?:score )?(?:of )?(?P<a>\d+) ?(?:-|to) ?(?P<b>\d+)",
                lambda m: put(enrolled_from=int(m["a"]), enrolled_to=int(m["b"])),
            ),
            (r"gad-?7 ?>= ?(?P<a>\d+)", lambda m: put(enrolled_from=int(m["a"]))),
            (r"gad-?7 ?> ?(?P<a>\d+)", lambda m: put(enrolled_from=int(m["a"]) + 1)),
            *(
                (rf"\b{name}\b", lambda m: counted.update(setting=m[0]))
                for name in SIMULATED_SETTINGS
            ),
            (rf"\b(?:{names})\b", lambda m: put(kind=m[0].replace(" ", "_"))),
            (r"\bmoderate (?:to|or) severe\b", lambda _: band(10, 21)),
            (r"\bsevere\b", lambda _: band(15, 21)),
            (r"\bmoderate\b", lambda _: band(10, 14)),
            (r"\bmild\b", lambda _: band(5, 9)),
            (r"\bwithout ptsd", lambda _: put(ptsd_share=0.0)),
            (r"\b(?:with )?ptsd", lambda _: put(ptsd_share=1.0)),
            (r"\bwithout (?:chronic )?pain", lambda _: put(chronic_pain_share=0.0)),
            (r"\b(?:with )?(?:chronic )?pain", lambda _: put(chronic_pain_share=1.0)),
            (
                r"\b(?:without|no|off) benzodiazepines?",
                lambda _: put(benzodiazepine_share=0.0),
            ),
            (
                r"high-dose benzodiazepines?",
                lambda _: put(benzodiazepine_share=1.0, benzodiazepine_high_share=1.0),
            ),
            (r"benzodiazepines?", lambda _: put(benzodiazepine_share=1.0)),
        ],
    )
    complain(left, POPULATION_FILLERS, POPULATION_WORDS)
    return People(tuple(sorted(overrides.items())), **counted)
