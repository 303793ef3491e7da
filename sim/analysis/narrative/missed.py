"""Appointments that were missed or called off, and when they were made up for, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.narrative.course import Course, Stage, Visit
from sim.analysis.narrative.person import noun
from sim.analysis.narrative.sentence import Sentence
from sim.analysis.narrative.wording import (
    day_range,
    listed,
    number,
    on_both,
    on_each,
    sentence,
)
from sim.clinic.visit import NO_SHOW
from sim.units import MINUTES_PER_DAY, NEVER

ONE_BY_ONE = 3
"""Up to so many orders of which an appointment was missed are told with their dates."""

Chain = Sequence[Visit]
"""Appointments for one order: those that were missed, and the one that came of it."""


def missed(course: Course, stage: Stage) -> Iterator[Sentence]:
    """Tell in one sentence what was missed or called off in a stage, if anything was."""
    chains = stage.missed
    if not chains:
        return
    if len(chains) <= ONE_BY_ONE:
        text = "; ".join(_single(course, chain) for chain in chains)
    else:
        text = _together(course, chains)
    rows = tuple(visit.row for chain in chains for visit in chain)
    yield Sentence(sentence(text), "missed", rows)


def how(visit: Visit) -> str:
    """Say whether a visit was missed or called off."""
    return "missed" if visit.status == NO_SHOW else "called off"


def named(course: Course, visit: Visit) -> str:
    """Name a visit by its kind."""
    return noun(course) if visit.kind == "induction" else visit.kind.replace("_", " ")


def _single(course: Course, chain: Chain) -> str:
    *lost, last = chain
    minutes = [visit.booked for visit in lost]
    end = last.seen if last.took_place else last.booked
    minutes += [end] if end != NEVER else []
    dates = on_each([course.date(minute) for minute in minutes])
    what, ways = named(course, lost[0]), [how(visit) for visit in lost]
    if len(lost) == 1:
        return f"the {what} booked for {dates[0]} was {ways[0]} and {_came_of_it(last, dates[-1])}"
    done = ways[0] if len(set(ways)) == 1 else listed(ways)
    text = f"the {what}s booked for {listed(dates[: len(lost)])} were {done}"
    return (
        f"{text}, and {'the visit was ' if last.took_place else ''}{_came_of_it(last, dates[-1])}"
    )


def _came_of_it(last: Visit, date: str) -> str:
    if last.took_place:
        return f"made up for on {date}"
    return "no other was booked" if last.booked == NEVER else f"another was booked for {date}"


def _together(course: Course, chains: Sequence[Chain]) -> str:
    lost = [visit for chain in chains for visit in chain[:-1]]
    counts = [(how(visit), sum(how(v) == how(visit) for v in lost)) for visit in lost]
    told = [
        f"{number(count)} {'were' if count > 1 else 'was'} {what}"
        for what, count in dict.fromkeys(counts)
    ]
    first, newest = on_both(*(course.date(visit.booked) for visit in (lost[0], lost[-1])))
    made_up = [chain for chain in chains if chain[-1].took_place]
    later = [_day(chain[-1].seen) - _day(chain[0].booked) for chain in made_up]
    text = f"of the appointments for {named(course, lost[0])}s between {first} and {newest}, "
    text += listed(told)
    if len(made_up) == len(chains):
        return f"{text}; all were made up for, {day_range(later)} later"
    before = f"; those before the last were made up for, {day_range(later)} later" if later else ""
    (last,) = [chain[-1] for chain in chains if not chain[-1].took_place]
    return f"{text}{before}, and {_came_of_it(last, on_each([course.date(last.booked)])[0])}"


def why_own(course: Course, visit: Visit) -> str:
    """Say what a visit that was late by the patient's own choice had been preceded by."""
    before = course.missed_before(visit)
    ways = " or ".join(dict.fromkeys(how(one) for one in before))
    if len(before) == 1:
        return f"an earlier appointment for it was {ways}"
    return f"{number(len(before))} earlier appointments for it were {ways}"


def _day(minute: int) -> int:
    return minute // MINUTES_PER_DAY
