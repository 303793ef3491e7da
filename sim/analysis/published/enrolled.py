"""The vocabulary of populations: who is enrolled, and who of them is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sim.analysis.published.phrases import Action, complain, plain, taken
from sim.people.populations import POPULATIONS

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
}  # fmt: skip
POPULATION_FILLERS = """same at entry on enrolment enrolled of the a all adults patients people with
baseline rated in and who have default outpatients anxiety anxious disorder refractory resistant
treatment-resistant"""


@dataclass(frozen=True)
class People:
    """Who is enrolled, and who of them is counted."""

    overrides: tuple[tuple[str, Any], ...] = ()  # of the table [population], by name
    counted: str = "everybody"  # responders, non_responders, remitters, eventual
    on_day: float | None = None  # of the rating that decides; None: 24 h after the last infusion


def read_people(text: str, above: People | None) -> People:
    """Read who is enrolled and who is counted; `same` are those enrolled in the row above."""
    told = plain(text)
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

    names = "|".join(name.replace("_", "[_ ]") for name in POPULATIONS)
    when = r"(?: after (?:the )?(?:induction|course)| at day (?P<day>\d+))?"
    left = taken(
        told,
        [
            (r"\beventual responders", count("eventual")),
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
