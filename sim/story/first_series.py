"""From the first appointment to the evaluation of an induction, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.clinic.booking_rules import Slots
from sim.scales import improvement, is_partial, is_response
from sim.story.course import Course, ToldVisit
from sim.story.delays import lateness, why_late
from sim.story.person import noun
from sim.story.wording import Sentence, days, many, number, on, on_all, reasons, sentence
from sim.units import NEVER


def assessment(course: Course, visit: ToldVisit) -> Sentence:
    """Tell when the prescriber first saw the patient."""
    waited = course.days_since_referral(visit.seen)
    later = {0: "the same day", 1: "the next day"}.get(waited, f"{days(waited)} later")
    text = f"The prescriber saw them on {on(course.date(visit.seen))}, {later}"
    return Sentence(sentence(text, f" (rated {visit.rated_before})"), "assessment", (visit.row,))


def series(course: Course, visits: Sequence[ToldVisit]) -> Iterator[Sentence]:
    """Tell a series of infusions: the first one's wait, and any that missed its window."""
    if course.infusions[:1] == tuple(visits[:1]):
        yield _wait(course, visits[0])
        visits = visits[1:]
    if not visits:
        return
    what, rows = noun(course), tuple(visit.row for visit in visits)
    who = many(len(visits), f"more {what}")
    dates = on_all(course.date(visit.seen) for visit in visits)
    yield Sentence(sentence(f"{who} followed on {dates}", _windows(course, visits)), "series", rows)


def _wait(course: Course, visit: ToldVisit) -> Sentence:
    waited = course.days_since_referral(visit.seen)
    seen, wanted = course.date(visit.seen), course.date(visit.latest)
    what = f"their first {noun(course)}"
    text = f"They waited {days(waited)} from referral, until {on(seen)}, for {what}"
    if not waited:
        text = f"They had {what} on the day of referral, {on(seen)}"
    elif beyond := course.beyond(visit):
        text += (
            f"; the policy had wanted it by {on(wanted)}, and it came {days(beyond)} after that, "
            f"{why_late(course, visit, _sought(course))}"
        )
    else:
        text += f", which the policy wanted by {on(wanted)}"
    return Sentence(sentence(text), "wait", (visit.row,))


def _sought(course: Course) -> str:
    clinic = course.replication.scenario.clinic
    together = isinstance(clinic.booking, Slots) and clinic.booking.series == "together"
    start = "start that left room for the whole series" if together else "appointment"
    limited = clinic.maximum_caseload != "unlimited"
    return f"place in the caseload with a {start}" if limited else start


def _windows(course: Course, visits: Sequence[ToldVisit]) -> str:
    late = [visit for visit in visits if course.beyond(visit)]
    if not late:
        return ", inside its window" if len(visits) == 1 else ", all inside their windows"
    told = (
        f"the one of {on(course.date(visit.seen))} was {days(course.beyond(visit))} later than its "
        f"window allowed, {why_late(course, visit)}"
        for visit in late[:3]
    )
    rest = f"; {number(len(late) - 3)} more were too late as well" if len(late) > 3 else ""
    return f"; {'; '.join(told)}{rest}"


def response(course: Course) -> Sentence:
    """Tell the first rating of a response, and after how many infusions it was."""
    visit = course.response
    assert visit is not None
    given = many(course.infusions_before(visit), noun(course))
    text = (
        f"The first rating of a response (at most half of the {course.baseline} at referral) was "
        f"{visit.rated_before} on {on(course.date(visit.arrived))}, after {given}"
    )
    return Sentence(sentence(text), "response", (visit.row,))


def evaluation(course: Course, visit: ToldVisit) -> Sentence:
    """Tell the rating at an evaluation, its verdict, and what was ordered next."""
    given = course.infusions_before(visit)
    after = f", after {many(given, noun(course))}," if given else ""
    late = f" ({lateness(course, visit)})" if course.beyond(visit) else ""
    first = ", the first one rated" if visit == course.response else ""
    following, rows = _following(course, visit)
    text = (
        f"At the evaluation on {on(course.date(visit.seen))}{late}{after} they were rated "
        f"{visit.rated_before}, {_change(course, visit)}: {_verdict(course, visit)}{first}"
    )
    return Sentence(sentence(text, following), "evaluation", (visit.row, *rows))


def _change(course: Course, visit: ToldVisit) -> str:
    better = round(100 * float(improvement(visit.rated_before, course.baseline)))
    if better == 0:
        return "no better than at referral"
    return f"{abs(better)} % {'better' if better > 0 else 'worse'} than at referral"


def _verdict(course: Course, visit: ToldVisit) -> str:
    if is_response(visit.rated_before, course.baseline):
        return "a response"
    partial = is_partial(visit.rated_before, course.baseline)
    return "a partial response" if partial else "no response"


def _following(course: Course, visit: ToldVisit) -> tuple[str, tuple[int, ...]]:
    """Say what was ordered after an evaluation, with the row of that order."""
    after = [other for other in course.orders if other.ordered >= visit.seen]
    if not after:
        return ("; treatment ended with it" if course.discharged != NEVER else ""), ()
    words = {
        "induction": f"more {noun(course)}s were ordered",
        "booster": "treatment went on with boosters",
        "rating": "from then on they were to be rated remotely",
    }
    kind = after[0].kind
    unknown = f"the next order was a visit ({kind.replace('_', ' ')})"
    why = "" if kind in words else reasons([after[0].why])
    return f"; {words.get(kind, unknown)}{why}", (after[0].row,)
