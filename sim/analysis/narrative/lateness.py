"""Whether visits came on the day they were due, by how much not, and what stood in the way."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.narrative.course import Course, Visit
from sim.analysis.narrative.missed import why_own
from sim.analysis.narrative.sentence import Sentence
from sim.analysis.narrative.wording import (
    day_range,
    days,
    listed,
    number,
    on_both,
    ordinal,
    sentence,
)

Placed = tuple[int, Visit]
"""A booster with its place among the patient's boosters, from 1."""

CAUSES = {  # cause of a delay: what is said of it
    "own": "earlier appointments for them were missed or called off",
    "full": "no appointment was free",
    "ahead": "appointments are not made at shorter notice",
    "waited": "the wait in the clinic was so long",
    "closed": "the clinic was closed",
}


def cause(course: Course, visit: Visit) -> str:
    """Name what made a visit late: the first of CAUSES that stood on the days between."""
    delay = course.delay(visit)
    if delay.own:
        return "own"
    if delay.full:
        return "full"
    if delay.ahead:
        return "ahead"
    return "closed" if delay.closed else "waited"


def lateness(course: Course, visit: Visit) -> str:
    """Say by how much a visit was late, and why."""
    beyond = course.beyond(visit)
    window = f" and {days(beyond)} beyond its window" if beyond else ""
    return f"{days(course.delay(visit).days)} late{window}, {why_late(course, visit)}"


def why_late(course: Course, visit: Visit, start: str = "appointment") -> str:
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


def _single(course: Course, place: int, visit: Visit) -> str:
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
