"""The boosters of one patient in words: runs of like decisions together, so that thirty read well.

Each booster's rating and the order after it settle what is said: the interval was lengthened,
shortened or kept, and the reason that the rule gave for that order (`Order.why`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isclose

from sim.config.names import listed
from sim.model.eras import in_force
from sim.policy.own import rule_in_words
from sim.story.course import Course, ToldVisit
from sim.story.delays import lateness, punctuality
from sim.story.wording import (
    Sentence,
    interval,
    on_all,
    on_both,
    ordinal,
    reasons,
    sentence,
    span,
    times,
)

MOST_GROUPS = 4
"""A course of more runs than this is told in longer stretches."""

DATES = 3
"""Up to so many boosters are told with the date of each."""

CHANGES = ("lengthened", "shortened", "kept")


@dataclass(frozen=True)
class Step:
    """One booster, and the interval that was ordered after it."""

    visit: ToldVisit
    place: int  # of the patient's boosters, from 1
    following: ToldVisit | None  # the next booster as ordered, if any

    @property
    def change(self) -> str:
        """What became of the interval: one of CHANGES, or nothing when no interval is known."""
        if self.following is None or not self.following.interval_days:
            return ""
        then, now = self.visit.interval_days, self.following.interval_days
        if isclose(then, now, rel_tol=1e-9):
            return "kept"
        return "lengthened" if now > then else "shortened"


def maintenance(course: Course, boosters: Sequence[ToldVisit]) -> Iterator[Sentence]:
    """Tell a stretch of boosters, in runs of like decisions."""
    if boosters[0] is next(visit for visit in course.visits if visit.kind == "booster"):
        yield _rule(course, boosters[0])
    for group in grouped([_step(course, visit) for visit in boosters]):
        yield _told(course, group)
        if len(group) > 1:
            yield punctuality(course, [(step.place, step.visit) for step in group])


def grouped(steps: Sequence[Step]) -> list[list[Step]]:
    """Divide boosters into runs of like decisions; merge the shortest if too many."""
    groups: list[list[Step]] = []
    for step in steps:
        if groups and step.change in ("", groups[-1][-1].change):
            groups[-1].append(step)
        else:
            groups.append([step])
    while len(groups) > MOST_GROUPS:
        sizes = [len(group) + len(after) for group, after in pairwise(groups)]
        place = sizes.index(min(sizes))
        groups[place : place + 2] = [groups[place] + groups[place + 1]]
    return groups


def _step(course: Course, visit: ToldVisit) -> Step:
    boosters = [other for other in course.visits if other.kind == "booster"]
    place = boosters.index(visit) + 1
    orders = [v for v in course.orders if v.ordered >= visit.seen and v.kind != "rating"]
    following = orders[0] if orders and orders[0].kind == "booster" else None
    return Step(visit, place, following)


# ---------------------------------------------------------------------- sentences


def _rule(course: Course, first: ToldVisit) -> Sentence:
    rule = rule_in_words(in_force(course.replication.scenario, first.ordered).policy.boosters)
    return Sentence(sentence(rule), "rule", (first.row,))


def _told(course: Course, group: Sequence[Step]) -> Sentence:
    rows = tuple(
        visit.row for step in group for visit in (step.visit, step.following) if visit is not None
    )
    text = _one(course, group[0]) if len(group) == 1 else _several(course, group)
    return Sentence(text, "boosters", tuple(dict.fromkeys(rows)))


def _one(course: Course, step: Step) -> str:
    visit = step.visit
    late = course.delay(visit).days
    due, seen = on_both(course.date(visit.due), course.date(visit.seen))
    after = interval(visit.interval_days)
    ordered = f", {after} days after the infusion before," if visit.interval_days else ""
    given = f" and given on {seen}, {lateness(course, visit)}" if late else " and given that day"
    return sentence(
        f"The {ordinal(step.place)} booster was due on {due if late else seen}{ordered}{given}",
        f"; the rating on arrival was {visit.rated_before}",
        _what_followed([step]),
    )


def _several(course: Course, group: Sequence[Step]) -> str:
    seen = [course.date(step.visit.seen) for step in group]
    first, last = group[0].place, group[-1].place
    word = " and " if last == first + 1 else " to "
    who = f"The {ordinal(first)}{word}{ordinal(last)} boosters were given"
    if len(group) <= DATES:
        when = f" on {on_all(seen)}"
    else:
        when = " between {} and {}".format(*on_both(seen[0], seen[-1]))
    ratings = [step.visit.rated_before for step in group]
    return sentence(who, when, f", rated {span(ratings)} on arrival", _what_followed(group))


def _what_followed(group: Sequence[Step]) -> str:
    known = [step for step in group if step.change]
    changes = Counter(step.change for step in known)
    if not known:
        return ""
    if len(changes) > 1:
        return _mixed(known, changes)
    (change,) = changes
    then, now = _intervals(known)
    each = "after each of them " if len(known) > 1 else ""
    if change == "kept":
        return f"; {each}the interval was kept at {interval(now)} days{_because(known)}"
    to = f"{interval(now)} days" + (" in the end" if len(known) > 1 else "")
    how = f"{each}the interval was {change}, from {interval(then)} to {to}"
    return f"; {how}{_because(known)}"


def _mixed(known: Sequence[Step], changes: Counter[str]) -> str:
    lengths = [length for step in known for length in _both(step)]
    low, high, now = (interval(length) for length in (min(lengths), max(lengths), lengths[-1]))
    if low == high:
        return f"; the interval stayed at {now} days"
    told = [f"{change} {times(changes[change])}" for change in CHANGES if changes[change]]
    return f"; the interval was {listed(told)}, between {low} and {high} days, and ended at {now}"


def _intervals(known: Sequence[Step]) -> tuple[float, float]:
    return _both(known[0])[0], _both(known[-1])[1]


def _both(step: Step) -> tuple[float, float]:
    assert step.following is not None
    return step.visit.interval_days, step.following.interval_days


def _because(known: Sequence[Step]) -> str:
    return reasons(step.following.why for step in known if step.following)
