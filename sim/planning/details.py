"""What else there is to say of a capacity answer, a line each: nothing that was not simulated."""

from __future__ import annotations

from collections.abc import Iterator

from sim.config.names import listed
from sim.config.steps import RangeValue
from sim.planning import beginning
from sim.planning.answer_words import limits, named_capacity, periods
from sim.planning.beginning import begun_at
from sim.planning.findings import Findings
from sim.planning.ranges import NOUNS, at, pointed, valued
from sim.planning.relaxing import (
    CAPACITIES,
    OPENING_HOURS,
    own,
    relaxed_in_words,
    staff_of,
)
from sim.planning.tries import Key, Relaxed
from sim.report.cautions import holidays_of_another_year, plan_and_floor


def details(answer: Findings) -> tuple[str, ...]:
    """Give the lines below the answer, the most important first; none twice."""
    return tuple(dict.fromkeys(_lines(answer)))


def _lines(answer: Findings) -> Iterator[str]:
    if answer.cut and not answer.cut.answered:
        yield f"This is {beginning.time_in_words(answer.scenario, answer.when, answer.days)}."
        return
    shown = answer.shown
    if not answer.reached:
        yield _tried(answer, ((), answer.failing or ()))
        yield from _why(answer)
    if shown.reached:
        yield from _next(shown)
        yield from _sureness(shown)
    if answer.wanted == 1:
        yield "This rests on one replication, which says nothing of chance: ask for 20 or more."
    for surprise in shown.surprises:
        yield f"Larger is not always better here: {surprise}"
    yield f"This is {beginning.time_in_words(answer.scenario, answer.when, answer.days)}."


def _tried(answer: Findings, key: Key) -> str:
    """Say how often a value met the targets."""
    tried = answer.found[key]
    n = len(tried.values)
    return f"With {named_capacity(answer, key, 'and')}: {tried.met} of {n} ({limits(tried)})."


def _why(answer: Findings) -> Iterator[str]:
    """Say what binds, or was not told apart from chance, and how that was found."""
    if answer.otherwise is not None and answer.otherwise.beyond and not answer.alternatives:
        value = pointed(answer.otherwise.passing or ())
        yield f"The range ends too soon: {value} lies beyond it."
    for relaxed in answer.alternatives:
        tried = answer.found[relaxed, answer.failing or ()]
        n = len(tried.values)
        held = own([of.path for of in answer.varied])
        at = "" if set(held) & set(relaxed) else f"{pointed(answer.failing or ())} and "
        told = f"{tried.met} of {n} ({limits(tried)})"
        yield f"{_binds(answer, relaxed)}: with {at}{relaxed_in_words(relaxed)} {told}."
    for relaxed in answer.untold:
        with_limits, free = (
            answer.found[(), answer.failing or ()],
            answer.found[relaxed, answer.failing or ()],
        )
        yield (
            f"Not told apart from chance: {relaxed_in_words(relaxed)} "
            f"({free.met} of {len(free.values)}, "
            f"against {with_limits.met} of {len(with_limits.values)})."
        )
    if not answer.alternatives and answer.helpless and answer.otherwise is None:
        tried_too = listed([relaxed_in_words(relaxed) for relaxed in answer.helpless], " or ")
        yield f"Tried in vain, with {pointed(answer.failing or ())}: {tried_too}."
        yield "So none of these limits is why the target is missed: look at the target itself."
    if (end := _furthest(answer)) is not None and answer.otherwise is None:
        value = valued(answer.varied[0].path, end)
        yield f"Beyond the range, values up to {value} were tried in vain."


def _binds(answer: Findings, relaxed: Relaxed) -> str:
    """Say "The 2 nurses bind", by the numbers at the easiest value."""
    clinic = answer.found[(), answer.failing or ()].scenario.clinic
    have = []
    for name in relaxed:
        number = None if name == OPENING_HOURS else staff_of(clinic, name)
        have.append(f"the {name}" if number is None else f"the {valued(CAPACITIES[name], number)}")
    one = len(have) == 1 and have[0].startswith("the 1 ")
    verb = "binds" if one else "bind together" if len(have) > 1 else "bind"
    return f"T{listed(have)[1:]} {verb}"


def _furthest(answer: Findings) -> RangeValue | None:
    """Give the value furthest beyond the range that was tried with all limits as they are."""
    if len(answer.varied) != 1:
        return None
    of = answer.varied[0]
    values = [dict(point)[of.path] for relaxed, point in answer.found if not relaxed]
    beyond = [value for value in values if value not in of.values]
    return (min(beyond) if of.largest else max(beyond)) if beyond else None


def _next(answer: Findings) -> Iterator[str]:
    """Say how the next harder value fared, or that there was none."""
    if answer.failing is not None:
        key = (answer.relaxed, answer.failing)
        if key in answer.found and answer.found[key].values:
            yield _tried(answer, key)
        return
    of = answer.varied[0]
    if len(answer.varied) == 1 and len(of.values) > 1:
        word = "More" if of.largest else "Fewer" if of.path in NOUNS else "Less"
        yield f"{word} than {valued(of.path, of.values[0])} was not tried."


def _sureness(answer: Findings) -> Iterator[str]:
    """Say what it would take to be sure, where that is not so."""
    if answer.grade == "sure" or answer.wanted == 1:
        return
    years = answer.rule.years_to_be_sure()
    if years is None or answer.confidence >= 1:
        return
    asked = f"{100 * answer.confidence:.3g} %"
    if answer.grade == "possible":
        yield f"Fewer than {asked} of all is as likely as more; the next value is safer."
    yield (
        f"To be sure of {asked} takes {years} {periods(answer, years)} without a miss, and more "
        f"with one: --replications {max(3 * answer.wanted, years)}."
    )


def cautions_of_answer(answer: Findings) -> list[str]:
    """Say where plan and floor disagree with the value that will do, or with the one that fails.

    Of the time that was measured also that the holidays listed are of other years.
    """
    point = answer.passing or answer.failing or ()
    said = plan_and_floor(at(answer.scenario, dict(point)))
    of_plan = [f"Caution, with {pointed(point)}: {said}"] if said else []
    measured = begun_at(answer.scenario, answer.when, answer.days)
    return of_plan + [f"Caution: {told}" for told in holidays_of_another_year(measured)]
