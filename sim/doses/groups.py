"""Groups of the people as they are: they differ in more than what names them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.model.scenario import Scenario
from sim.people.cohort import Cohort
from sim.people.population import AnxietyTypes

Bools = NDArray[np.bool_]

SMALLEST_GROUP = 10  # people in a replication; of fewer nothing is said
SEVERE_FROM = 15  # rated GAD-7, the band "severe" (Spitzer 2006)
SLOW_BELOW, FAST_ABOVE = 0.8, 1.25  # clearance as a multiple of the typical one
CONDITIONS = {
    "with PTSD": "ptsd",
    "with chronic pain": "chronic_pain",
    "high-dose benzodiazepine": "benzodiazepine_high",
}


def groups(scenario: Scenario) -> dict[str, Callable[[Cohort], Bools]]:
    """Give each group by name: who of a cohort belongs to it."""
    typical = scenario.symptoms.reference_clearance
    named: dict[str, Callable[[Cohort], Bools]] = {
        "rated below 15": lambda cohort: cohort.baseline < SEVERE_FROM,
        "severe (rated 15 or more)": lambda cohort: cohort.baseline >= SEVERE_FROM,
        "slow metabolism": lambda cohort: cohort.clearance < SLOW_BELOW * typical,
        "fast metabolism": lambda cohort: cohort.clearance > FAST_ABOVE * typical,
    }
    for name, column in CONDITIONS.items():
        named[name] = partial(_having, column)
    for number, name in enumerate(AnxietyTypes.names()):
        named[f"{name} anxiety"] = partial(_of_type, number)
    return named


def _having(column: str, cohort: Cohort) -> Bools:
    has: Bools = getattr(cohort, column)
    return has


def _of_type(number: int, cohort: Cohort) -> Bools:
    of_type: Bools = cohort.anxiety_type == number
    return of_type
