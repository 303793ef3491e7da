"""A capacity answer as sentences, the answer first."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.planning import beginning
from sim.analysis.planning.findings import Findings
from sim.analysis.planning.ranges import NOUNS, Range, pointed, valued
from sim.analysis.planning.relaxing import CAPACITIES, HOURS, LONGER, in_words
from sim.analysis.planning.targets import SAID, Target
from sim.analysis.planning.tries import Point
from sim.clinic.staff import PerChairs
from sim.model.scenario import Scenario

YEAR = range(364, 367)  # days


def sentence(answer: Findings) -> str:
    """Say the answer, how often it held, the next value that fails, and for which time."""
    told = _reached(answer) if answer.reached else _unreached(answer)
    if answer.otherwise is not None:
        told += f" {_otherwise(answer.otherwise)}"
    surprises = answer.surprises + (answer.otherwise.surprises if answer.otherwise else ())
    if surprises:
        told += f" Larger is not always better here: {' '.join(surprises)}"
    return f"{told} This is {beginning.in_words(answer.scenario, answer.when)}."


def demanded(targets: Sequence[Target]) -> str:
    """Say the targets: "90 % of people have their first infusion within 14 days"."""
    return " and ".join(_demand(target) for target in targets)


def _demand(target: Target) -> str:
    if target.percentile is not None and target.upper:
        return SAID[target.name].format(p=target.percentile, b=target.bound)
    sign = "at most" if target.upper else "at least"
    return f"{target.quantity} is {sign} {target.bound:g}"


def _reached(answer: Findings) -> str:
    assert answer.passing is not None
    value = pointed(answer.passing)
    told = f"{value[:1].upper()}{value[1:]} {_is(answer)}: {_held(answer, answer.passing)}"
    return told + _beside(answer)


def _is(answer: Findings) -> str:
    if len(answer.varied) == 2:
        cost = sum(answer.prices[path] * value for path, value in answer.passing or ())
        return f"(US$ {cost:,.0f} a year) are the cheapest mix that will do"
    of = answer.varied[0]
    end = min(of.values) if not of.largest else max(of.values)
    first = (answer.passing or ())[0][1] == end and len(of.values) > 1
    edge = f" ({'more' if of.largest else 'fewer'} were not tried)" if first else ""
    one = NOUNS.get(of.path) is not None and (answer.passing or ())[0][1] == 1
    verb = "is" if one or of.path not in NOUNS else "are"
    whole = "value" if of.path not in NOUNS else "number"
    least = "most" if of.largest else "fewest"
    what = least if of.path in NOUNS else f"{of.asked} {whole}"
    return f"{verb} the {what} of {_spread(of)} that will do{edge}"


def _spread(of: Range) -> str:
    low, high = min(of.values), max(of.values)
    return f"{low:g} to {high:g}" if high > low else f"{low:g}"


def _held(answer: Findings, point: Point) -> str:
    """Say in how many replications the targets were met, and how sure that is."""
    tried = answer.tried(point)
    n, share = len(tried.values), tried.share
    return (
        f"{demanded(answer.targets)} in {tried.met} of {n} {_periods(answer, n)} (share "
        f"{share.mean:.2f}, 95 % interval {share.lower:.2f} to {share.upper:.2f}; "
        f"{answer.confidence:.2f} is asked for)"
    )


def _periods(answer: Findings, n: int) -> str:
    word = "year" if answer.days in YEAR else f"period of {answer.days} days"
    if n != 1:
        word = word.replace("year", "years").replace("period", "periods")
    return f"simulated {word}"


def _beside(answer: Findings) -> str:
    if answer.failing is None:
        return "."
    tried = answer.tried(answer.failing)
    share = tried.share
    return (
        f"; with {pointed(answer.failing)} in {tried.met} of {len(tried.values)} "
        f"({share.mean:.2f}, {share.lower:.2f} to {share.upper:.2f})."
    )


def _unreached(answer: Findings) -> str:
    assert answer.failing is not None
    kinds = " and ".join(NOUNS.get(of.path, ("", of.path))[1] for of in answer.varied)
    spread = " and ".join(_spread(of) for of in answer.varied)
    word = "number" if all(of.path in NOUNS for of in answer.varied) else "value"
    held = _held(answer, answer.failing)
    return (
        f"No {word} of {kinds} from {spread} will do: with {pointed(answer.failing)} {held}."
        f"{_why(answer)}"
    )


def _why(answer: Findings) -> str:
    if not answer.alternatives:
        return (
            " Neither unlimited chairs, nurses and prescribers nor "
            f"{LONGER} times the {HOURS} would change that: no capacity binds."
        )
    have = [
        _having(name, answer.scenario) if name in CAPACITIES else name for name in answer.binding
    ]
    if len(answer.alternatives) > 1:
        return f" Here {' or '.join(have)} bind: without the limit of either it would be met."
    alone = have[0].startswith("the 1 ")
    return f" Here {' and '.join(have)} bind{'s' if alone and len(have) == 1 else ''}" + (
        " together." if len(have) > 1 else "."
    )


def _having(name: str, scenario: Scenario) -> str:
    number, path = getattr(scenario.clinic, name), f"clinic.{name}"
    return (
        f"the {name} ({number})" if isinstance(number, PerChairs) else f"the {valued(path, number)}"
    )


def _otherwise(answer: Findings) -> str:
    what = in_words(answer.relaxed)
    if answer.passing is None:
        return f"Even with {what} no value passes with all its replications."
    return f"With {what}, {_lowered(_reached(answer))}"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:] if text[:1].isalpha() else text
