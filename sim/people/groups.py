"""Groups of people by which measures are split: by a trait that is settled before treatment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sim.people.cohort import Cohort
from sim.people.named_populations import ANXIETY_TYPES, POPULATIONS

Ints = NDArray[np.int64]

Grouping = Literal[
    "anxiety_type", "population", "severity", "ptsd", "chronic_pain", "depression",
    "benzodiazepine", "metabolism", "sensitivity", "durability", "ceiling", "age", "weight",
]  # fmt: skip
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)

Split = Callable[[Cohort], tuple[tuple[str, ...], Ints]]
"""Gives the groups' names, and for each person the index of theirs."""

BENZODIAZEPINE = ("none", "up to 8 mg", "above 8 mg")
SEVERITY = ("minimal", "mild", "moderate", "severe")
SEVERITY_FROM = (5, 10, 15)  # points of the rated baseline: the bands of Spitzer 2006


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
        return ("without", "with"), getattr(cohort, column).astype(np.int64)

    return divide


def _thirds(column: str, names: tuple[str, str, str]) -> Split:
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
    "metabolism": _thirds("clearance", ("slow", "middle", "fast")),
    "sensitivity": _thirds("sensitivity", ("low", "middle", "high")),
    "durability": _thirds("tau_slow", ("short", "middle", "long")),
    "ceiling": _thirds("ceiling", ("low", "middle", "high")),
    "age": _thirds("age", ("younger", "middle", "older")),
    "weight": _thirds("weight", ("light", "middle", "heavy")),
}
