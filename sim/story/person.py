"""Who a patient is, in one sentence."""

from __future__ import annotations

import numpy as np

from sim.config.names import listed
from sim.people.population import AnxietyTypes
from sim.story.course import Course
from sim.story.wording import Sentence, on

ANXIETY = {
    "generalised": "generalised anxiety",
    "social": "social anxiety",
    "panic": "panic disorder",
    "mixed": "several kinds of anxiety",
    "secondary": "anxiety secondary to another condition",
}
CONDITIONS = {
    "ptsd": "has PTSD",
    "chronic_pain": "has chronic pain",
    "depression": "has depression",
    "benzodiazepine": "takes a benzodiazepine daily",
    "benzodiazepine_high": "takes a benzodiazepine daily, in a high dose",
}
IMPLIED = {"benzodiazepine": "benzodiazepine_high"}
"""A condition that goes without saying when the second one is there."""


def person(course: Course) -> Sentence:
    """Tell age, type of anxiety and conditions."""
    cohort, who = course.replication.patients, course.patient
    kind = AnxietyTypes.names()[int(cohort.anxiety_type[who])]
    anxiety = ANXIETY.get(kind, f"{kind.replace('_', ' ')} anxiety")
    has, does = conditions(course)
    told = [f"has {listed([anxiety, *has])}", *does]
    return Sentence(f"Patient {who}, aged {int(cohort.age[who])}, {listed(told)}.", "person")


def conditions(course: Course) -> tuple[list[str], list[str]]:
    """Say what the person has beside anxiety, and does: each yes-or-no trait that is yes."""
    traits = course.replication.patients.columns()
    present = [
        name
        for name, values in traits.items()
        if values.dtype == np.bool_ and values[course.patient]
    ]
    told = [
        CONDITIONS.get(name, f"has {name.replace('_', ' ')}")
        for name in present
        if IMPLIED.get(name) not in present
    ]
    has = [words.removeprefix("has ") for words in told if words.startswith("has ")]
    return has, [words for words in told if not words.startswith("has ")]


def referral(course: Course) -> Sentence:
    """Tell the day of referral and its rating."""
    when = on(course.date(course.referred))
    text = f"They were referred on {when}, rated {course.baseline} on the GAD-7."
    return Sentence(text, "referral")


def noun(course: Course) -> str:
    """Name what is given by its routes: an infusion, an injection, or a dose."""
    routes = {visit.route for visit in (*course.visits, course.pending) if visit and visit.route}
    if routes <= {"iv"}:
        return "infusion"
    return "injection" if routes <= {"im", "sc"} else "dose"
