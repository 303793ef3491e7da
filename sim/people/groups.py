"""Groups of people, by a trait that is settled before treatment: one word means one thing.

There are two kinds. `named_groups` have a rule of their own, so that a person is in one whoever
else is there. `split` divides a cohort, so that everybody is in one group: by such a rule where the
trait has a scale, and else by thirds, which are called so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, get_args

import numpy as np

from sim.arrays import Bools, Ints
from sim.people.cohort import Cohort
from sim.people.named_populations import ANXIETY_TYPES, POPULATIONS
from sim.scales import SEVERITY_FROM

Grouping = Literal[
    "anxiety_type", "population", "severity", "ptsd", "chronic_pain", "depression",
    "benzodiazepine", "metabolism", "sensitivity", "durability", "ceiling", "age", "weight",
]  # fmt: skip
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)

Split = Callable[[Cohort], tuple[tuple[str, ...], Ints]]
"""Gives the groups' names, and for each person the index of theirs."""
Belongs = Callable[[Cohort], Bools]
"""Tells of each person whether they are in a group."""

BENZODIAZEPINE = ("none", "up to 8 mg", "above 8 mg")
SEVERITY = ("minimal", "mild", "moderate", "severe")
SLOW_UP_TO, FAST_FROM = 0.8, 1.25  # clearance as a multiple of the typical one
_CONDITIONS = {
    "with PTSD": "ptsd",
    "with chronic pain": "chronic_pain",
    "high-dose benzodiazepine": "benzodiazepine_high",
}


def named_groups(typical_clearance: float) -> dict[str, Belongs]:
    """Give groups by name that overlap or leave somebody out, each with its rule."""
    severe, slow, fast = SEVERITY_FROM[-1], SLOW_UP_TO, FAST_FROM
    rules: dict[str, Belongs] = {
        f"rated below {severe}": lambda cohort: cohort.baseline < severe,
        f"severe (rated {severe} or more)": lambda cohort: cohort.baseline >= severe,
        f"slow metabolism ({slow:g} or less)": lambda cohort: (
            cohort.clearance <= slow * typical_clearance
        ),
        f"fast metabolism ({fast:g} or more)": lambda cohort: (
            cohort.clearance >= fast * typical_clearance
        ),
    }
    rules |= {name: partial(_with, column) for name, column in _CONDITIONS.items()}
    types = enumerate(ANXIETY_TYPES)
    return rules | {f"{name} anxiety": partial(_of_type, number) for number, name in types}


def _with(column: str, cohort: Cohort) -> Bools:
    has: Bools = getattr(cohort, column)
    return has


def _of_type(number: int, cohort: Cohort) -> Bools:
    of_type: Bools = cohort.anxiety_type == number
    return of_type


def split(by: Grouping, cohort: Cohort) -> tuple[tuple[str, ...], Ints]:
    """Divide the people of a cohort: names of the groups, and the index of each person's.

    Thirds are of the people of this cohort, so that each has as many, and they are the same people
    in all scenarios of a study.
    """
    return _SPLITS[by](cohort)


def _types(cohort: Cohort) -> tuple[tuple[str, ...], Ints]:
    return ANXIETY_TYPES, cohort.anxiety_type


def _populations(cohort: Cohort) -> tuple[tuple[str, ...], Ints]:
    return POPULATIONS, cohort.population


def _severity(cohort: Cohort) -> tuple[tuple[str, ...], Ints]:
    return SEVERITY, np.searchsorted(SEVERITY_FROM, cohort.baseline, side="right")


def _benzodiazepine(cohort: Cohort) -> tuple[tuple[str, ...], Ints]:
    return BENZODIAZEPINE, cohort.benzodiazepine.astype(
        np.int64
    ) + cohort.benzodiazepine_high.astype(np.int64)


def _having(column: str) -> Split:
    def divide(cohort: Cohort) -> tuple[tuple[str, ...], Ints]:
        return ("without", "with"), _with(column, cohort).astype(np.int64)

    return divide


def _thirds(column: str, least: str, most: str) -> Split:
    names = (f"{least} third", "middle third", f"{most} third")

    def divide(cohort: Cohort) -> tuple[tuple[str, ...], Ints]:
        ranks = np.argsort(np.argsort(getattr(cohort, column), kind="stable"), kind="stable")
        return names, ranks * 3 // max(1, len(ranks))

    return divide


_SPLITS: dict[Grouping, Split] = {
    "anxiety_type": _types,
    "population": _populations,
    "severity": _severity,
    "ptsd": _having("ptsd"),
    "chronic_pain": _having("chronic_pain"),
    "depression": _having("depression"),
    "benzodiazepine": _benzodiazepine,
    "metabolism": _thirds("clearance", "slowest", "fastest"),
    "sensitivity": _thirds("sensitivity", "lowest", "highest"),
    "durability": _thirds("tau_slow", "shortest", "longest"),
    "ceiling": _thirds("ceiling", "lowest", "highest"),
    "age": _thirds("age", "youngest", "oldest"),
    "weight": _thirds("weight", "lightest", "heaviest"),
}
