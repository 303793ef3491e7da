"""Whether visits came on the day they were due, by how much not, and what stood in the way.

So also what was missed or called off, and when it was made up for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.clinic.visit import NO_SHOW
from sim.config.names import listed
from sim.story.course import Course, Stage, ToldVisit
from sim.story.person import noun
from sim.story.wording import (
    Sentence,
    day_range,
    days,
    number,
    on_both,
    on_each,
    ordinal,
    sentence,
)
from sim.units import MINUTES_PER_DAY, NEVER

Placed = tuple[int, ToldVisit]
"""A booster with its place among the patient's boosters, from 1."""

CAUSES = {  # cause of a delay: what is said of it
    "own": "earlier appointments for them were missed or called off",
    "full": "no appointment was free",
    "ahead": "appointments are not made at shorter notice",
    "waited": "the wait in the clinic was so long",
    "closed": "the clinic was closed",
}


def cause(course: Course, visit: ToldVisit) -> str:
    """Name what made a visit late: the first of CAUSES that stood on the days between."""
    delay = course.delay(visit)
    if delay.own:
        return "own"
    if delay.full:
        return "full"
    if delay.ahead:
        return "ahead"
    return "closed" if delay.closed else "waited"


def lateness(course: Course, visit: ToldVisit) -> str:
    """Say by how much a visit was late, and why."""
    beyond = course.beyond(visit)
    window = f" and {days(beyond)} beyond its window" if beyond else ""
    return f"{days(course.delay(visit).days)} late{window}, {why_late(course, visit)}"


def why_late(course: Course, visit: ToldVisit, start: str = "appointment") -> str:
    """Say what stood on the days between the due day and the visit; `start` is what was sought."""
    named, full = cause(course, visit), course.delay(visit).full
    open_days = "open day" if full == 1 else "open days"
    if named == "own":
        besides = f", and no {start} was free on {number(full)} {open_days} besides" if full else ""
        return f"as {why_own(course, visit)}{besides}"
    if named == "full":
        which = open_days if full == 1 else f"{number(full)} {open_days}"
        return f"as no {start} was free on the {which} before"
    return f"as {CAUSES[named]}" + (" until then" if named == "closed" else "")


def punctuality(course: Course, boosters: Sequence[Placed]) -> Sentence:
    """Tell how many of several boosters were late, and why, in one sentence."""
    late = [(place, visit) for place, visit in boosters if course.delay(visit).days]
    rows = tuple(visit.row for _, visit in late or boosters)
    if not late:
        all_ = "Both" if len(boosters) == 2 else f"All {number(len(boosters))}"
        return Sentence(f"{all_} came on the day they were due.", "punctuality", rows)
    told: list[str] = []
    for name in CAUSES:
        group = [placed for placed in late if cause(course, placed[1]) == name]
        if name != "closed" and len(group) <= 2:
            told += [_single(course, *placed) for placed in group]
        elif group:
            told.append(_together(course, group, name, len(boosters)))
    rest = len(boosters) - len(late)
    if rest:
        told.append("the other came on its day" if rest == 1 else "the others came on their days")
    return Sentence(sentence("; ".join(told)), "punctuality", rows)


def _single(course: Course, place: int, visit: ToldVisit) -> str:
    due, seen = on_both(course.date(visit.due), course.date(visit.seen))
    return f"the {ordinal(place)} was due on {due} and came on {seen}, {lateness(course, visit)}"


def _together(course: Course, group: Sequence[Placed], name: str, of: int) -> str:
    by = day_range([course.delay(visit).days for _, visit in group])
    beyond = sum(course.beyond(visit) > 0 for _, visit in group)
    outside = f" ({number(beyond)} of them beyond the window)" if beyond else ""
    if beyond == len(group):
        outside = " (beyond the window)" if beyond == 1 else " (all beyond the window)"
    verb = "was" if len(group) == 1 else "were"
    who = f"all {number(of)}" if len(group) == of else number(len(group))
    if name == "closed":
        if len(group) <= 3:
            who = f"the {listed(ordinal(place) for place, _ in group)}"
        return f"{who} {verb} {by} late{outside} only because the clinic was closed"
    place, worst = max(group, key=lambda placed: course.delay(placed[1]).days)
    due, seen = on_both(course.date(worst.due), course.date(worst.seen))
    latest = f"most of all the {ordinal(place)}, due on {due} and given on {seen}"
    return f"{who} {verb} {by} late{outside}, as {CAUSES[name]}, {latest}"


ONE_BY_ONE = 3
"""Up to so many orders of which an appointment was missed are told with their dates."""

Chain = Sequence[ToldVisit]
"""Appointments for one order: those that were missed, and the one that came of it."""


def missed(course: Course, stage: Stage) -> Iterator[Sentence]:
    """Tell in one sentence what was missed or called off in a stage, if anything was."""
    chains = stage.missed
    if not chains:
        return
    if len(chains) <= ONE_BY_ONE:
        text = "; ".join(_missed_one(course, chain) for chain in chains)
    else:
        text = _missed_ones(course, chains)
    rows = tuple(visit.row for chain in chains for visit in chain)
    yield Sentence(sentence(text), "missed", rows)


def how(visit: ToldVisit) -> str:
    """Say whether a visit was missed or called off."""
    return "missed" if visit.status == NO_SHOW else "called off"


def called(course: Course, visit: ToldVisit) -> str:
    """Name a visit by its kind."""
    return noun(course) if visit.kind == "induction" else visit.kind.replace("_", " ")


def _missed_one(course: Course, chain: Chain) -> str:
    *lost, last = chain
    minutes = [visit.booked for visit in lost]
    end = last.seen if last.took_place else last.booked
    minutes += [end] if end != NEVER else []
    dates = on_each([course.date(minute) for minute in minutes])
    what, ways = called(course, lost[0]), [how(visit) for visit in lost]
    if len(lost) == 1:
        return f"the {what} booked for {dates[0]} was {ways[0]} and {_came_of_it(last, dates[-1])}"
    done = ways[0] if len(set(ways)) == 1 else listed(ways)
    text = f"the {what}s booked for {listed(dates[: len(lost)])} were {done}"
    return (
        f"{text}, and {'the visit was ' if last.took_place else ''}{_came_of_it(last, dates[-1])}"
    )


def _came_of_it(last: ToldVisit, date: str) -> str:
    if last.took_place:
        return f"made up for on {date}"
    return "no other was booked" if last.booked == NEVER else f"another was booked for {date}"


def _missed_ones(course: Course, chains: Sequence[Chain]) -> str:
    lost = [visit for chain in chains for visit in chain[:-1]]
    counts = [(how(visit), sum(how(v) == how(visit) for v in lost)) for visit in lost]
    told = [
        f"{number(count)} {'were' if count > 1 else 'was'} {what}"
        for what, count in dict.fromkeys(counts)
    ]
    first, newest = on_both(*(course.date(visit.booked) for visit in (lost[0], lost[-1])))
    made_up = [chain for chain in chains if chain[-1].took_place]
    later = [_day(chain[-1].seen) - _day(chain[0].booked) for chain in made_up]
    text = f"of the appointments for {called(course, lost[0])}s between {first} and {newest}, "
    text += listed(told)
    if len(made_up) == len(chains):
        return f"{text}; all were made up for, {day_range(later)} later"
    before = f"; those before the last were made up for, {day_range(later)} later" if later else ""
    (last,) = [chain[-1] for chain in chains if not chain[-1].took_place]
    return f"{text}{before}, and {_came_of_it(last, on_each([course.date(last.booked)])[0])}"


def why_own(course: Course, visit: ToldVisit) -> str:
    """Say what a visit that was late by the patient's own choice had been preceded by."""
    before = course.missed_before(visit)
    ways = " or ".join(dict.fromkeys(how(one) for one in before))
    if len(before) == 1:
        return f"an earlier appointment for it was {ways}"
    return f"{number(len(before))} earlier appointments for it were {ways}"


def _day(minute: int) -> int:
    return minute // MINUTES_PER_DAY
