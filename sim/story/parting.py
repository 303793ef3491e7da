"""Where the courses of one person under two scenarios part, and what the record says of the cause.

Two visits are alike when they are of one kind, due and booked on the same days, with the same
interval ordered, the same dose and the same rating, and both kept, both missed or both called off;
times of day may differ. The courses part at the first visit that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from sim.config.names import listed
from sim.story.course import Course, ToldVisit
from sim.story.delays import called, cause, how
from sim.story.differences import different_settings, policy_at
from sim.story.person import noun
from sim.story.wording import (
    Sentence,
    days,
    interval,
    many,
    number,
    on,
    ordinal,
    reasons,
    sentence,
)
from sim.units import MINUTES_PER_DAY, NEVER

SAME_SCORE = 1e-9  # points; equal histories give equal scores


@dataclass(frozen=True)
class Side:
    """One of the two scenarios: its name as written, and the patient's course under it."""

    name: str
    course: Course


Pair = tuple[Side, Side]

NOT_TRAITS = frozenset({"key", "first_drift", "first_noise"})
"""Columns of a cohort that are no trait: what dice know people by, draws of the day of referral."""

ASPECTS: dict[str, Callable[[ToldVisit], Any]] = {  # in the order in which they come about
    "kind": lambda visit: visit.kind,
    "order": lambda visit: (_day(visit.due), round(visit.interval_days, 6)),
    "dose": lambda visit: (visit.route, round(visit.dose_mg_kg, 9)),
    "appointment": lambda visit: _day(visit.booked),
    "presence": lambda visit: visit.took_place or visit.status,
    "rating": lambda visit: visit.rated_before,
    "start": lambda visit: _day(visit.seen),
}


def why_different(one: Course, other: Course, names: tuple[str, str]) -> tuple[Sentence, ...]:
    """Tell where a patient's courses under two scenarios part, and why as far as it shows."""
    return tuple(_told((Side(names[0], one), Side(names[1], other))))


def parting(one: Course, other: Course) -> tuple[str, int]:
    """Give the aspect in which the courses first differ and the place of that visit, from 0.

    The aspect is "" when they do not differ, and "end" when one has no further visit.
    """
    place = 0
    for place, (left, right) in enumerate(zip_longest(one.all_visits, other.all_visits)):
        if left is None or right is None:
            return "end", place
        for name, aspect in ASPECTS.items():
            if aspect(left) != aspect(right):
                return name, place
    ends = [(course.reason, _day(course.discharged)) for course in (one, other)]
    return ("", place) if ends[0] == ends[1] else ("end", len(one.all_visits))


def _told(sides: Pair) -> Iterator[Sentence]:
    left, right = sides
    if unlike := _unlike_people(left.course, right.course):
        text = f"Patient {left.course.patient} is not the same person in “{left.name}” and "
        text += f"“{right.name}”: they differ in {listed(unlike)}"
        yield Sentence(sentence(text), "person")
    aspect, place = parting(left.course, right.course)
    if not aspect:
        yield _no_difference(sides)
        return
    yield _until_then(sides, place)
    if minor := _time_of_day(sides, place):
        yield minor
    yield _where(sides, aspect, place)
    yield _why(sides, aspect, place)
    yield from (_outcome(side, second=side is right) for side in sides)


# ---------------------------------------------------------------------- what is the same


def _unlike_people(one: Course, other: Course) -> list[str]:
    """Name the traits in which the two are not the same person."""
    ours, theirs = (course.replication.patients.columns() for course in (one, other))
    return [
        name.replace("_", " ")
        for name in ours
        if name not in NOT_TRAITS
        and name in theirs
        and not np.array_equal(ours[name][one.patient], theirs[name][other.patient])
    ]


def _no_difference(sides: Pair) -> Sentence:
    left, right = sides
    text = (
        f"Patient {left.course.patient} has the same course under “{left.name}” and "
        f"“{right.name}”, visit for visit and day for day, to the end of the run"
    )
    return Sentence(sentence(text), "same", *_rows(sides, slice(None)))


def _until_then(sides: Pair, place: int) -> Sentence:
    left, right = sides
    who = f"Patient {left.course.patient}"
    both = f"“{left.name}” and “{right.name}”"
    if place == 0:
        return Sentence(sentence(f"{who} parts at the first visit under {both}"), "until")
    last = left.course.all_visits[place - 1]
    text = (
        f"{who} has the same course under {both} for {many(place, 'visit')}, until the {last.kind}"
    )
    text += f" of {on(left.course.date(last.seen))}"
    text += f", which was {how(last)}" if last.missed else ""
    return Sentence(sentence(text), "until", *_rows(sides, slice(0, place)))


def _time_of_day(sides: Pair, place: int) -> Sentence | None:
    """Say that times of day differed before, at which visit first."""
    pairs = zip(sides[0].course.all_visits[:place], sides[1].course.all_visits[:place], strict=True)
    for left, right in pairs:
        if (left.booked, left.seen) != (right.booked, right.seen):
            what = called(sides[0].course, left)
            text = (
                f"Only times of day differ before that, first at the {what} of "
                f"{on(sides[0].course.date(left.seen))} ({_clock(left.seen)} and "
                f"{_clock(right.seen)})"
            )
            return Sentence(sentence(text), "times", (left.row,), (right.row,))
    return None


# ---------------------------------------------------------------------- where they part, and why


def _where(sides: Pair, aspect: str, place: int) -> Sentence:
    said = [_at(side, aspect, place) for side in sides]
    text = f"They part at the {ordinal(place + 1)} visit: under “{sides[0].name}” {said[0]}, under "
    text += f"“{sides[1].name}” {said[1]}"
    return Sentence(sentence(text), "parting", *_rows(sides, slice(place, place + 1)))


def _at(side: Side, aspect: str, place: int) -> str:
    course = side.course
    if place >= len(course.all_visits):
        return _end(course)
    visit = course.all_visits[place]
    what = _article(called(course, visit))
    due, booked, on_day = (
        on(course.date(minute)) for minute in (visit.due, visit.booked, visit.seen)
    )
    if aspect in ("kind", "end", "order", "dose"):
        after = f" after {interval(visit.interval_days)} days" if visit.interval_days else ""
        dose = f" of {visit.dose_mg_kg:.3g} mg/kg, {visit.route}," if aspect == "dose" else ""
        return f"{what}{dose} was ordered{after}, due on {due}{reasons([visit.why])}"
    if aspect == "appointment":
        if visit.booked == NEVER:
            return f"{what} due on {due} was not booked by the end of the run or of treatment"
        return f"{what} due on {due} was booked for {booked}"
    if aspect == "rating":
        return f"the rating at {what} on {on_day} was {visit.rated_before}"
    if aspect == "presence":
        if visit.took_place:
            return f"{what} took place on {on_day}"
        done = how(visit) if visit.missed else "still ahead" if not visit.happened else "not given"
        return f"{what} booked for {booked} was {done}"
    return f"{what} began on {on_day}"


def _end(course: Course) -> str:
    if course.discharged == NEVER:
        return "nothing more was ordered until the end of the run"
    when = on(course.date(course.discharged))
    return f"treatment ended on {when} (“{course.reason}”)"


def _why(sides: Pair, aspect: str, place: int) -> Sentence:
    rows = _rows(sides, slice(place, place + 1))
    settings = different_settings(*(side.course.replication.scenario for side in sides))
    differ = f"the scenarios differ in {settings}" if settings else "the scenarios are the same"
    if aspect in ("kind", "end", "order", "dose"):
        text = _same_chart(sides, place) + differ
    elif aspect == "appointment":
        told = [_hindrance(side, place) for side in sides]
        text = f"The order was the same, but the clinic found another day: {told[0]}; {told[1]}; "
        text += f"{differ}, and so do other patients' appointments"
    elif aspect == "rating":
        text = _symptoms(sides, place) + differ
    elif aspect == "presence":
        text = f"Order and appointment were the same{_draw(sides, place)}; {differ}"
    else:
        text = f"Order and appointment were the same, but the wait in the clinic was not; {differ}"
    return Sentence(sentence(text), "why", *rows)


def _draw(sides: Pair, place: int) -> str:
    """Say that a visit was not missed by luck: where one is missed and the other settled."""
    left, right = (side.course.all_visits[place] for side in sides)
    if "ahead" in (left.status, right.status) or not (left.missed or right.missed):
        return ""
    return (
        ", and so is the draw for a patient's n-th appointment: what parts is how likely they were "
        "to keep it, or how long they stayed"
    )


def _same_chart(sides: Pair, place: int) -> str:
    """Say that what the policies could read was the same, and so that they are what differs."""
    left, right = (policy_at(side.course, place) for side in sides)
    rated = [v for v in sides[0].course.all_visits[:place] if v.rated_before != NEVER]
    text = "Nobody had rated them since referral"
    if rated:
        when = on(sides[0].course.date(rated[-1].arrived))
        text = "The ratings up to then were the same, the last of them "
        text += f"{rated[-1].rated_before} on {when}"
    rules = ", so that it is the rules that part and not the symptoms" if left != right else ""
    return f"{text}{rules}: "


def _hindrance(side: Side, place: int) -> str:
    visit = side.course.all_visits[place]
    delay = side.course.delay(visit)
    under = f"under “{side.name}”"
    if visit.booked == NEVER:
        return f"{under} none was found at all"
    if delay.full:
        on_days = "the open day" if delay.full == 1 else f"the {number(delay.full)} open days"
        return f"{under} no appointment was free on {on_days} before"
    stood = cause(side.course, visit) if delay.own or delay.closed or delay.ahead else ""
    told = {
        "own": "it was the day from which another was wished for",
        "ahead": "it was as early as appointments are made",
        "closed": "it was the first day open",
    }
    return f"{under} {told.get(stood, 'it was the day it was due')}"


def _symptoms(sides: Pair, place: int) -> str:
    left, right = (side.course.all_visits[place].true_before for side in sides)
    if abs(left - right) < SAME_SCORE:
        return "The symptoms were the same, but the ratings erred differently; "
    return (
        f"The symptoms themselves differed, with true scores of {left:.1f} and {right:.1f}, "
        "although the visits before were on the same days; "
    )


# ---------------------------------------------------------------------- what came of it


def _outcome(side: Side, second: bool) -> Sentence:
    course = side.course
    ended = [visit for visit in course.visits if visit.infusion_end != NEVER]
    tally, rows = course.tally, tuple(visit.row for visit in ended)
    untreated = f" (untreated: {tally['below_10_untreated']})" if ended else ""
    text = (
        f"Under “{side.name}” they had {many(len(ended), noun(course))} in all and, in truth, "
        f"{days(tally['below_10'])} below 10 points of {tally['observed']}{untreated}"
    )
    return Sentence(sentence(text), "outcome", *(((), rows) if second else (rows, ())))


def _rows(sides: Pair, which: slice) -> tuple[tuple[int, ...], tuple[int, ...]]:
    left, right = (tuple(v.row for v in side.course.all_visits[which]) for side in sides)
    return left, right


def _article(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


def _day(minute: int) -> int:
    return minute // MINUTES_PER_DAY


def _clock(minute: int) -> str:
    hour, past = divmod(minute % MINUTES_PER_DAY, 60)
    return f"{hour:02d}:{past:02d}"
