"""How a course ended, what became of the relief, and the totals, in words."""

from __future__ import annotations

from collections.abc import Iterator

from sim.clinic.booking_rules import Slots
from sim.clinic.visit import NO_SHOW
from sim.config.names import listed
from sim.model.eras import in_force
from sim.outcomes.reading import NOT_YET
from sim.scales import CONFIRMED_WITHIN_DAYS, RELAPSE_RELIEF, RESPONSE_RELIEF, WELL_BELOW
from sim.story.course import Course, ToldVisit
from sim.story.delays import called, how
from sim.story.person import noun
from sim.story.wording import (
    Sentence,
    days,
    many,
    number,
    on,
    on_both,
    ordinal,
    sentence,
)
from sim.units import MINUTES_PER_DAY, NEVER

ENDS = {
    "withdrew": "withdrew from treatment",
    "stopped maintenance": "stopped maintenance",
    "non-responder": "were discharged to usual care, as treatment had brought no full response",
    "completed": "completed treatment, as the policy had nothing more to order",
    "no response to boosters": "were discharged, as the boosters had never brought a response",
    "lost to follow-up": "were lost to follow-up",
    "left the waiting list": "left the waiting list, their patience being at its end",
    "blocked": "were turned away, as every place to wait was taken, and did not come back",
}
"""What followed from a discharge; a reason that is not here is quoted."""


def ending(course: Course) -> Iterator[Sentence]:
    """Tell the end, relapse as observed and as it was, and the totals."""
    yield _left(course) if course.discharged != NEVER else _stayed(course)
    if course.infusions:
        yield _observed(course)
        yield _latent(course)
    yield _totals(course)


def _left(course: Course) -> Sentence:
    ended = ENDS.get(course.reason, f"left treatment, with the reason “{course.reason}”")
    shown = course.pending is not None and course.pending.status == NO_SHOW
    had = "had " if shown and course.reason == "stopped maintenance" else ""
    text = f"On {on(course.date(course.discharged))} they {had}{ended}"
    if course.reason == "withdrew":
        text += f"; it was after the {ordinal(len(course.infusions))} {noun(course)}"
    pending = course.pending
    if pending is not None and not pending.happened:
        text += f"{': ' if shown else '; '}{_unkept(course, pending)}"
    rows = tuple(visit.row for visit in (*course.infusions[-1:], pending) if visit)
    return Sentence(sentence(text), "end", rows)


def _unkept(course: Course, pending: ToldVisit) -> str:
    """Say what became of the appointment that was never kept."""
    what = _named(course, pending)
    if pending.booked == NEVER:
        return f"no appointment had been made for the {what} due on {on(course.date(pending.due))}"
    booked = course.date(pending.booked)
    when = "that day" if booked == course.date(course.discharged) else on(booked)
    text = f"the {what} booked for {when} was {how(pending)}"
    return f"{text} and never made up for" if course.reason == "lost to follow-up" else text


def _stayed(course: Course) -> Sentence:
    run = f"When the run ended, on {on(course.last_day)}, they were"
    pending = course.pending
    if pending is None:
        rows = tuple(visit.row for visit in course.visits[-1:])
        return Sentence(sentence(run, " still in treatment"), "end", rows)
    if pending.arrived != NEVER:
        text = f" in the clinic, waiting for the {_named(course, pending)} of that day"
    elif course.infusions:
        text = f" still in treatment, the next {_named(course, pending)} being "
        text += _booked(course, pending)
    else:
        waited = course.days_since_referral(course.replication.horizon - 1)
        still = f" still waiting, {days(waited)} after referral," if waited else " still waiting"
        text = f"{still} for the {_named(course, pending)}, {_booked(course, pending)}"
    return Sentence(sentence(run, text), "end", (pending.row,))


def _named(course: Course, pending: ToldVisit) -> str:
    is_first = pending.kind == "induction" and not course.infusions
    return f"{'first ' if is_first else ''}{called(course, pending)}"


def _booked(course: Course, pending: ToldVisit) -> str:
    due, booked = course.date(pending.due), course.date(pending.booked)
    if pending.booked == NEVER:
        return f"due on {on(due)} and {_unbooked(course, pending)}"
    if due == booked:
        return f"due and booked for {on(due)}"
    return "due on {} and booked for {}".format(*on_both(due, booked))


def _unbooked(course: Course, pending: ToldVisit) -> str:
    """Say why there is no appointment yet: it is too early for one, or the patient is listed."""
    run = course.replication
    clinic = in_force(run.scenario, run.horizon).clinic
    assert isinstance(clinic.booking, Slots)
    ahead = clinic.booking.horizon_days
    if ahead != "unlimited":
        wished = max(pending.due, pending.wished) // MINUTES_PER_DAY
        if wished - ahead > (course.replication.horizon - 1) // MINUTES_PER_DAY:
            return f"not booked yet, as appointments are made at most {days(ahead)} ahead"
    limited = clinic.maximum_caseload != "unlimited" and pending.kind == "induction"
    what = "a place in the caseload and an appointment" if limited else "an appointment"
    return f"on the waiting list for {what}" + (
        "" if ahead == "unlimited" else f" within {days(ahead)}"
    )


def _observed(course: Course) -> Sentence:
    relapse = course.relapse_ratings()
    rows = tuple(visit.row for visit in course.rated)
    what = f"at least {WELL_BELOW} and less than 25 % better than at referral"
    if course.response is None:
        text = f"No rating was ever a response, at most half of the {course.baseline} at referral"
    elif relapse is None:
        text = "No relapse was observed: after a response it takes two ratings, at most "
        text += f"{days(CONFIRMED_WITHIN_DAYS)} apart, that are {what}"
    else:
        first, second = relapse
        when = on_both(course.date(first.arrived), course.date(second.arrived))
        text = (
            f"A relapse was observed: rated {first.rated_before} on {when[0]} and "
            f"{second.rated_before} on {when[1]}, both {what}"
        )
        rows = (first.row, second.row)
    return Sentence(sentence(text), "observed", rows)


def _latent(course: Course) -> Sentence:
    tally = course.tally
    held, lost = f"{100 * RESPONSE_RELIEF:.0f} %", f"{100 * RELAPSE_RELIEF:.0f} %"
    text = "True relief, which nobody in the clinic sees,"
    if tally["response"] == NOT_YET:
        text += f" never reached {held} at noon of any day"
    else:
        reached = course.date(course.noon(tally["response"]))
        if tally["relapse"] == NOT_YET:
            text += f" had reached {held} by noon of {on(reached)} and was below {lost} at no "
            text += "later noon of the run"
        else:
            fell = course.date(course.noon(tally["relapse"]))
            first, second = on_both(reached, fell)
            text += f" had reached {held} by noon of {first} and was below {lost}, a relapse, by "
            text += f"noon of {second}"
    rows = tuple(visit.row for visit in course.infusions)
    return Sentence(sentence(text), "latent", rows)


def _totals(course: Course) -> Sentence:
    ended = [visit for visit in course.visits if visit.infusion_end != NEVER]
    kinds = {kind: sum(v.kind == kind for v in ended) for kind in ("induction", "booster")}
    words = {"induction": f"{number(kinds['induction'])} in induction"}
    words["booster"] = many(kinds["booster"], "booster")
    told = [words[kind] for kind, count in kinds.items() if count]
    of_which = f" ({listed(told)})" if len(told) > 1 else ""
    text = f"In all they had {many(len(ended), noun(course))}{of_which}"
    tally = course.tally
    if tally["observed"]:
        below, untreated, held = (
            number(tally[name], "none")
            for name in ("below_10", "below_10_untreated", "in_response")
        )
        beside = f" (untreated it would have been {untreated})" if ended else ""
        text += (
            f"; of the {days(tally['observed'])} from {_since(course)} to the end of the run, they "
            f"were in truth below {WELL_BELOW} points on {below}{beside} and in response on {held}"
        )
    return Sentence(sentence(text), "totals", tuple(visit.row for visit in ended))


def _since(course: Course) -> str:
    warmed = course.replication.scenario.begins
    if warmed <= course.referred:
        return "referral"
    if not course.replication.scenario.run.warm_up:
        return f"the start of the run on {on(course.date(warmed))}"
    return f"the end of the warm-up on {on(course.date(warmed))}"
