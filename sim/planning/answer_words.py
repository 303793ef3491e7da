"""A capacity answer in one sentence: what, with which staff, what is met, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sim.config.names import listed
from sim.model.scenario import Scenario
from sim.planning.binding import most_freed
from sim.planning.findings import Findings
from sim.planning.ranges import NOUNS, Range, pointed, valued
from sim.planning.relaxing import (
    CAPACITIES,
    relaxed_in_words,
    staff_of,
)
from sim.planning.rule import Sureness
from sim.planning.targets import SAID, Target
from sim.planning.tries import Key, Point, Tried

YEAR = range(364, 367)  # days
WILL: dict[Sureness, str] = {
    "sure": "will do",
    "probable": "will probably do",
    "possible": "may do",
}
BESIDE = ("chairs", "nurses")  # always named, whatever is varied


def answer_sentence(answer: Findings) -> str:
    """Say the answer in one sentence."""
    if answer.cut and not answer.cut.answered:
        return unanswered(answer)
    if answer.reached:
        return f"{_capital(_reached(answer))}."
    told = _none(answer)
    if answer.otherwise is not None:
        return f"{told}; {_reached(answer.otherwise)}."
    return f"{told}{_in_vain(answer)}."


def unanswered(answer: Findings) -> str:
    """Say of a search that was cut short what was tried, and nothing of what would do."""
    tried = {key: of for key, of in answer.found.items() if of.values}
    told = [
        f"with {named_capacity(answer, key, 'and')} in {of.met} of {len(of.values)}"
        for key, of in sorted(tried.items(), key=lambda one: (one[0][0], one[0][1]))
    ]
    return (
        "There is no answer, as the search was interrupted. So far the targets "
        f"({demanded(answer.targets)}) were met {listed(told)} {periods(answer, 2)}."
    )


def demanded(targets: Sequence[Target]) -> str:
    """Say the targets: "90 % of people have their first infusion within 14 days"."""
    return " and ".join(_demand(target) for target in targets)


def _demand(target: Target) -> str:
    if target.percentile is not None and target.upper and target.name in SAID:
        return SAID[target.name].format(p=target.percentile, b=target.bound)
    sign = "at most" if target.upper else "at least"
    return f"{target.quantity} is {sign} {target.bound:g}"


def _reached(answer: Findings) -> str:
    key, grade = answer.answered, answer.grade
    assert key is not None
    assert grade is not None
    tried = answer.found[key]
    cost = sum(answer.prices.get(path, 0.0) * value for path, value in key[1])
    mix = f" (US$ {cost:,.0f} a year), the cheapest mix tried," if len(answer.varied) == 2 else ""
    return (
        f"{named_capacity(answer, key)}{mix} {WILL[grade]}: {demanded(answer.targets)} in "
        f"{held(answer, tried)}"
    )


def named_capacity(answer: Findings, key: Key, link: str = "with") -> str:
    """Say a value and the chairs and nurses that go with it: "7 chairs with 5 nurses"."""
    relaxed, point = key
    paths = {of.path for of in answer.varied}
    asked = pointed(pair for pair in point if pair[0] in paths)
    beside = [valued(path, value) for path, value in point if path not in paths]
    known = {path for path, _ in point}
    clinic = answer.found[key].scenario.clinic
    for name in BESIDE:
        if CAPACITIES[name] not in known and name not in relaxed:
            number = staff_of(clinic, name)
            beside += [] if number is None else [valued(CAPACITIES[name], number)]
    beside += [relaxed_in_words(relaxed)] if relaxed else []
    if link == "and":
        return listed([asked, *beside])
    return asked + (f" {link} {listed(beside)}" if beside else "")


def held(answer: Findings, tried: Tried) -> str:
    """Say in how many replications the targets were met, and how sure that is, in per cent."""
    n = len(tried.values)
    return (
        f"{tried.met} of {n} {periods(answer, n)} ({limits(tried)} of all; asked: "
        f"{100 * answer.confidence:.3g} %)"
    )


def limits(tried: Tried) -> str:
    """Say Wilson's 95 % interval: "70 to 97 %"."""
    share = tried.share
    return f"{100 * (share.lower or 0.0):.0f} to {100 * (share.upper or 0.0):.0f} %"


def periods(answer: Findings, n: int) -> str:
    """Say what a replication is: "simulated years"."""
    word = "year" if answer.days in YEAR else f"period of {answer.days} days"
    if n != 1:
        word = word.replace("year", "years").replace("period", "periods")
    return f"simulated {word}"


def range_in_words(of: Range) -> str:
    """Say the values of a range: "2 to 4", or one by one where it leaves some out."""
    values = sorted(of.values)
    gaps = {round(b - a, 9) for a, b in pairwise(values)}
    if len(values) < 4 and gaps - {1}:
        return listed([f"{value:g}" for value in values], " or ")
    return f"{values[0]:g} to {values[-1]:g}" if gaps else f"{values[0]:g}"


def _none(answer: Findings) -> str:
    """Say that no value of the range will do, with the staff that it has."""
    assert answer.failing is not None
    tried = answer.tried(answer.failing)
    surely = answer.rule.surely_fails(tried.met, len(tried.values))
    number = max(len(of.values) for of in answer.varied)
    what = " and ".join(_ranged(of) for of in answer.varied)
    beside = _staff_of(answer)
    if number > 1 and surely:
        return f"None of {what}{beside} will do"
    return f"{_capital(what)}{beside} will {'' if surely else 'probably '}not do"


def _ranged(of: Range) -> str:
    one = max(of.values) == 1
    return (
        f"{range_in_words(of)} {NOUNS[of.path][not one]}"
        if of.path in NOUNS
        else f"{of.path} = {range_in_words(of)}"
    )


def _staff_of(answer: Findings) -> str:
    """Name the chairs and nurses that all values of the range have, or the range of them."""
    paths, found = {of.path for of in answer.varied}, []
    points = [point for relaxed, point in answer.found if not relaxed]
    for name in BESIDE:
        numbers = {_number(answer.found[(), p].scenario, name) for p in points if _asked(answer, p)}
        if CAPACITIES[name] in paths or None in numbers:
            continue
        low, high = (
            min(n for n in numbers if n is not None),
            max(n for n in numbers if n is not None),
        )
        found.append(valued(CAPACITIES[name], low) if low == high else f"{low} to {high} {name}")
    return f" with {listed(found)}" if found else ""


def _asked(answer: Findings, point: Point) -> bool:
    """Whether a point lies in the ranges that were asked about."""
    asked = {of.path: of.values for of in answer.varied}
    return all(path in asked and value in asked[path] for path, value in point)


def _number(scenario: Scenario, name: str) -> int | None:
    return staff_of(scenario.clinic, name)


def _in_vain(answer: Findings) -> str:
    """Say what was taken away in vain, and what the quantities are without it."""
    if answer.alternatives:
        return f", where {listed([relaxed_in_words(a) for a in answer.alternatives], ' or ')} would"
    if answer.untold or not answer.helpless:
        return ""
    freed = most_freed(answer)
    assert answer.failing is not None
    tried = answer.found[freed, answer.failing]
    even = f"{quantities(answer, tried)}{_starters(answer, tried)}"
    return f", nor would {relaxed_in_words(freed)}: even then {even}"


def quantities(answer: Findings, tried: Tried) -> str:
    """Say each quantity in the replications of a value: "p90(...) is 27 (23 to 35)"."""
    told = []
    for place, target in enumerate(answer.targets):
        values = sorted(row[place] for row in tried.values if row[place] == row[place])
        if not values:
            told.append(f"{target.quantity} does not exist")
        elif values[0] == float("inf"):
            told.append(f"{target.quantity} is not reached")
        else:
            high = "not reached" if values[-1] == float("inf") else f"{values[-1]:.3g}"
            low = f"{values[0]:.3g}"
            told.append(f"{target.quantity} is {low if low == high else f'{low} to {high}'}")
    return " and ".join(told)


def _starters(answer: Findings, tried: Tried) -> str:
    """Say how many of the referred start, where the target is about their wait."""
    if not any("first_infusion" in target.name for target in answer.targets) or not tried.started:
        return ""
    share = sum(tried.started) / len(tried.started)
    return f", and {100 * share:.0f} % of those referred have started by the end"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
