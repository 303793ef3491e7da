"""What targets that are measures come to with the controls of twins, for each value tried.

Told only: a value will do where enough *years* meet all targets, and regression makes a mean surer,
not the share of years that lie beyond a bound. Capacities of one clinic share one twin, so the
twins are worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.config.steps import RangeValue
from sim.experiment.executors import Progress
from sim.experiment.twins import Twins, twins_of
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import possible
from sim.outcomes.twin_controls import why_no_twin
from sim.planning.findings import Findings
from sim.planning.relaxing import CAPACITIES, relaxed_in_words
from sim.planning.targets import Target
from sim.planning.tries import Key, Tried
from sim.stats.control_variate import Adjusted, adjusted
from sim.stats.intervals import t_interval
from sim.study.controlled import controls_for, weighed

NO_TWIN_OF_QUANTILES = "a quantile is no measure of a twin"
_DRAWN = "each replication has parameters of its own, and so no twin"

_NUMBERS = ["mean", "lower", "upper", "adjusted", "adjusted_lower", "adjusted_upper",
           "variance_ratio", "net_gain"]  # fmt: skip


def controlled_targets(
    answer: Findings, jobs: JobsWanted = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Give one row a value tried and target: its plain mean, and that with controls where it pays.

    The columns are those of `sim.controlled`; the work for twins is counted in full for each value,
    though values that differ in capacity alone share it. Nothing of the answer rests on it.
    """
    known = {key: tried for key, tried in answer.found.items() if tried.values}
    twins = _twins(answer, known, jobs, progress)
    rows = [
        {
            "relaxed": relaxed_in_words(key[0]),
            **_values(key),
            "quantity": target.quantity,
            **_told(answer, tried, place, target, twins.get(_alike(tried.scenario))),
        }
        for key, tried in known.items()
        for place, target in enumerate(answer.targets)
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(_NUMBERS, float))


def _values(key: Key) -> dict[str, RangeValue]:
    return dict(key[1])


def _alike(scenario: Scenario) -> Scenario:
    """Give the scenario without limits of capacity, whose twins are the same."""
    return scenario.override(dict.fromkeys(CAPACITIES.values(), "unlimited"))


def _twins(
    answer: Findings, known: dict[Key, Tried], jobs: JobsWanted, progress: Progress | None
) -> dict[Scenario, Twins]:
    """Work out the twins of as many replications as any value has, once for all that share them."""
    if answer.uncertainty is not None or not any(t.percentile is None for t in answer.targets):
        return {}
    most: dict[Scenario, int] = {}
    for tried in known.values():
        alike = _alike(tried.scenario)
        most[alike] = max(most.get(alike, 0), len(tried.values))
    return dict(_each(most, int(answer.manifest["seed"]), jobs, progress))


def _each(
    most: dict[Scenario, int], seed: int, jobs: JobsWanted, progress: Progress | None
) -> Iterator[tuple[Scenario, Twins]]:
    for scenario, replications in most.items():
        found = twins_of({"capacity": scenario}, seed, replications, jobs, progress)
        if found:
            yield scenario, found["capacity"]


def _told(
    answer: Findings, tried: Tried, place: int, target: Target, twins: Twins | None
) -> dict[str, Any]:
    values = np.array([row[place] for row in tried.values], dtype=float)
    there = values[~np.isnan(values)]
    plain = t_interval(there) if len(there) else None
    row: dict[str, Any] = {
        "mean": plain.mean if plain else None,
        "lower": plain.lower if plain else None,
        "upper": plain.upper if plain else None,
        "replications": len(there),
    }
    if target.percentile is not None or answer.uncertainty is not None or twins is None:
        why = why_no_twin(tried.scenario) if target.percentile is None else NO_TWIN_OF_QUANTILES
        return row | _columns(None, _DRAWN if answer.uncertainty is not None else why)
    own = controls_for(twins.own, target.name)[: len(values)]
    further = controls_for(twins.further, target.name)
    return row | _columns(adjusted(values, own, further, possible=possible(target.name)))


def _columns(after: Adjusted | None, why: str = "") -> dict[str, Any]:
    """Weigh what controls tell; how many of them were used is left to `sim.controlled`."""
    columns = weighed(after, why)._asdict()
    del columns["controls"]
    return columns
