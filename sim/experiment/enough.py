"""When are replications enough: `half_width(days_in_response) <= 1.5`, read by a small grammar.

    condition  "half_width(" [what "of"] measure ["in" variant] ")" "<=" number ["%"]
    what       "difference"  |  "level"

A difference is paired with the reference, replication by replication; a level is a variant's own
mean. Without a word it is the difference in a comparison and the level in a run. Without a variant
the widest one counts. Per cent are of the mean, of a difference of the reference's mean.

The rule: after each batch of `EVERY` replications there is a look. The work ends when all
conditions have held at `IN_A_ROW` looks one after the other, and `at_least` replications are done.
A single look would end too often where the variance is small by chance, and the interval too short
(Law, Simulation Modeling and Analysis, 2015, section 9.4.1; the looks ahead are those of Hoad,
Robinson and Davies, J Oper Res Soc 2010;61:1632, batch by batch). docs/verification.md has its
coverage. Batches do not depend on who does the work, so neither does where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.outcomes.catalogue import CATALOGUE
from sim.stats.intervals import paired
from sim.stats.precision import half_width_of

EVERY = 5
IN_A_ROW = 3
AT_LEAST, AT_MOST = 20, 200
_EXAMPLE = '"half_width(days_in_response) <= 1.5"'
_FORM = re.compile(
    r"\s*half_width\s*\(\s*(?:(?P<what>\w+)\s+of\s+)?(?P<measure>\w+)"
    r"""(?:\s+in\s+(?P<variant>"[^"]+"|'[^']+'|[^\s)]+))?\s*\)"""
    r"\s*<=\s*(?P<bound>[\d.eE+-]+)\s*(?P<percent>%?)\s*"
)
Values = Mapping[str, Mapping[str, Floats]]
"""By scenario and measure the value of each replication, NaN where it is not defined."""


@dataclass(frozen=True)
class Condition:
    """A half-width that must not be exceeded."""

    measure: str
    bound: float  # in the measure's unit, or a share of the mean
    what: str = ""  # "difference", "level", or what is usual
    variant: str = ""  # empty: all, of which the widest counts
    relative: bool = False

    def __str__(self) -> str:
        what = f"{self.what} of " if self.what else ""
        where = "" if not self.variant else f' in "{self.variant}"'
        bound = f"{100 * self.bound:g} %" if self.relative else f"{self.bound:g}"
        return f"half_width({what}{self.measure}{where}) <= {bound}"


@dataclass(frozen=True)
class Widest:
    """The widest half-width that a condition is about, as it stands after some replications.

    `half_width` is in the unit of the bound (a share of the mean, of a relative one), infinite
    where there is none. `values` are those it is the interval of.
    """

    half_width: float
    scenario: str
    values: Floats
    scale: float = 1.0  # what a share is of


@dataclass(frozen=True)
class OneLook:
    """What was found after so many replications, of each condition in turn."""

    replications: int
    found: tuple[Widest, ...]

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Tell whether all conditions hold."""
        pairs = zip(conditions, self.found, strict=True)
        return all(found.half_width <= condition.bound for condition, found in pairs)


@dataclass(frozen=True)
class Enough:
    """Conditions that end the work, between `at_least` and `at_most` replications."""

    conditions: tuple[Condition, ...]
    at_least: int = AT_LEAST
    at_most: int = AT_MOST
    every: int = EVERY
    in_a_row: int = IN_A_ROW

    def ends(self) -> Iterator[int]:
        """Give the number of replications at each look."""
        yield from range(self.every, self.at_most, self.every)
        yield self.at_most

    def met(self, looks: Sequence[OneLook]) -> bool:
        """Tell whether the work may end with the last of these looks."""
        last = looks[-self.in_a_row :]
        enough = len(last) == self.in_a_row and last[-1].replications >= self.at_least
        return enough and all(look.holds(self.conditions) for look in last)


def until(
    conditions: str | Sequence[str], at_least: int | None = None, at_most: int | None = None
) -> Enough:
    """Read conditions, for `sim.run`; by default at least 20 and at most 200 replications.

    Raises ScenarioError for what is no condition, and where no number of replications between the
    two could meet any.
    """
    if at_most is None:
        at_most = max(AT_MOST, at_least or 0)
    if at_least is None:
        at_least = min(AT_LEAST, at_most)
    texts = [conditions] if isinstance(conditions, str) else list(conditions)
    if not texts:
        raise ScenarioError(f"until: there is no condition; give one, such as {_EXAMPLE}.")
    if at_least < 1 or at_most < at_least:
        raise ScenarioError(
            f"until: at least {at_least} and at most {at_most} replications leave none; give 1 or "
            "more, and at most no fewer than at least."
        )
    if at_most < EVERY * IN_A_ROW:
        raise ScenarioError(
            f"until: a half-width must hold at {IN_A_ROW} looks, {EVERY} replications apart, so at "
            f"most {at_most} replications never meet it; give {EVERY * IN_A_ROW} or more."
        )
    return Enough(tuple(read_condition(text) for text in texts), at_least, at_most)


def read_condition(text: str) -> Condition:
    """Read one condition.

    Raises ScenarioError for what is no condition, with the form, and for a bound that is none.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ScenarioError(
            f'until: "{text}" is no condition; write one such as {_EXAMPLE}, "half_width(level of '
            'days_in_response in adaptive) <= 5 %" or "half_width(difference of days_below_10) '
            '<= 2".'
        )
    what, variant = found["what"] or "", (found["variant"] or "").strip("\"'")
    if what not in ("", "difference", "level"):
        raise ScenarioError(
            f'until: "{text}": a half-width is of a difference or a level, not of a "{what}".'
            + nearest(what, ("difference", "level"))
        )
    bound = _number(found["bound"]) / (100 if found["percent"] else 1)
    if not 0 < bound < inf:
        raise ScenarioError(f'until: "{text}": {found["bound"]} is no number above 0.')
    return Condition(found["measure"], bound, what, variant, bool(found["percent"]))


def checked(
    rule: Enough | str | Sequence[str],
    names: Sequence[str],
    reference: str | None,
    own: Sequence[str],
) -> Enough:
    """Settle what each condition is about; refuse measures and variants that are not there."""
    if not isinstance(rule, Enough):
        rule = until(rule)
    measures = [*CATALOGUE, *own]
    return Enough(
        tuple(_settled(one, names, reference, measures) for one in rule.conditions),
        rule.at_least, rule.at_most, rule.every, rule.in_a_row,
    )  # fmt: skip


def looked(rule: Enough, values: Values, reference: str | None, replications: int) -> OneLook:
    """OneLook at the first so many replications."""
    found = tuple(_widest(one, values, reference, replications) for one in rule.conditions)
    return OneLook(replications, found)


def described_looks(looks: Sequence[OneLook]) -> list[dict[str, Any]]:
    """Give looks as a manifest has them; a half-width that there is none of is null."""
    return [
        {
            "replications": look.replications,
            "half_widths": [_told(found.half_width) for found in look.found],
            "widest": [found.scenario for found in look.found],
        }
        for look in looks
    ]


def _told(number: float) -> float | None:
    return number if isfinite(number) else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan


def _settled(
    one: Condition, names: Sequence[str], reference: str | None, measures: Sequence[str]
) -> Condition:
    what = one.what or ("level" if reference is None else "difference")
    if one.measure not in measures:
        near = nearest(one.measure, measures)
        raise ScenarioError(f'until: there is no measure "{one.measure}".{near}')
    if what == "difference" and (reference is None or len(names) < 2):
        raise ScenarioError(
            f'until: "{one}": there is no difference without a reference and a variant; write '
            f'"half_width(level of {one.measure}) <= ..." or compare a study.'
        )
    others = [name for name in names if what == "level" or name != reference]
    if one.variant and one.variant not in others:
        there = ", ".join(others)
        raise ScenarioError(
            f'until: "{one}": there is no {what} of "{one.variant}"; there are {there}.'
            + nearest(one.variant, others)
        )
    return Condition(one.measure, one.bound, what, one.variant, one.relative)


def _widest(one: Condition, values: Values, reference: str | None, n: int) -> Widest:
    names = [one.variant] if one.variant else [*values]
    if one.what == "difference":
        names = [name for name in names if name != reference]
    found = [_of(one, name, values, reference, n) for name in names]
    return max(found, key=lambda one: one.half_width)


def _of(one: Condition, name: str, values: Values, reference: str | None, n: int) -> Widest:
    x = values[name][one.measure][:n]
    if one.what == "difference" and reference is not None:
        level = values[reference][one.measure][:n]
        both = ~np.isnan(x) & ~np.isnan(level)
        half = paired(x[both], level[both]).half_width
        finite = np.isfinite(x) & np.isfinite(level)
        found = np.subtract(x, level, out=np.where(both, inf, nan), where=finite)
    else:
        level, found = x, x
        half = half_width_of(x)
    if half is None:
        return Widest(inf, name, found)
    if not one.relative:
        return Widest(half, name, found)
    known = level[~np.isnan(level)]
    mean = abs(float(known.mean())) if known.size else 0.0
    share = half / mean if 0 < mean < inf else inf
    return Widest(share, name, found, mean)
