"""Levels and paired differences told with their twins: the same, but surer where that pays.

The plain numbers stay the headline (`Results.summary`, `sim.compare`). Beside them stands what
regression on the twins' controls makes of them, where it saves more work than the twins cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.experiment.executors import Progress
from sim.experiment.provenance import check_files
from sim.experiment.results import Results
from sim.experiment.twins import COST, Twins, twins_of
from sim.experiment.workers import JobsWanted
from sim.outcomes.catalogue import CATALOGUE, possible, possible_difference
from sim.outcomes.twin_controls import CONTROLLED, DEMAND, Controls, why_no_twin
from sim.stats.control_variate import Adjusted, adjusted, net_gain
from sim.stats.intervals import paired
from sim.stats.summaries import summarised

CONTROLS = [
    "reference", "scenario", "measure", "unit", "mean", "lower", "upper", "replications",
    "adjusted", "adjusted_lower", "adjusted_upper", "variance_ratio", "net_gain", "controls",
    "further", "why_not",
]  # fmt: skip
_NUMBERS = [*CONTROLS[4:7], *CONTROLS[8:13]]

NO_GAIN = "the controls cost more than they tell"
NOTHING_TOLD = "the controls tell nothing: too few replications, all values equal, or not reached"


def controlled(
    results: Results,
    measures: Sequence[str] | None = None,
    jobs: JobsWanted = None,
    level: float = 0.95,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Tell every measure, and every paired difference, with the controls of cheap twins.

    A row a scenario and measure; rows with a `reference` are of the scenario minus the reference,
    on the same patients. `mean`, `lower` and `upper` are the plain mean with its interval.
    `variance_ratio` is how many times smaller its variance is after regression on the controls, and
    `net_gain` how many times less work that is for the same certainty, with the work for all twins
    counted (at a fixed share of a replication, `sim.experiment.twins.COST`). Where this is above 1,
    `adjusted` is the mean after regression, with its interval; else these are empty and `why_not`
    says why. Controls of a measure are the twin's own value of it, where it has one, and how many
    infusions its people would have without limits. Nothing else in the results changes.
    Raises ScenarioError for an unknown measure and for scenarios that cannot be rebuilt.
    """
    _check(results, measures)
    scenarios = {name: results.scenarios[name] for name in results.names}
    twins = twins_of(scenarios, results.seed, results.replications, jobs, progress)
    why = {name: why_no_twin(scenario) for name, scenario in scenarios.items()}
    rows = [
        (*row[:3], results.unit(row[2]), *row[3:])
        for row in _rows(results, twins, why, measures, level)
    ]
    table = pd.DataFrame(rows, columns=CONTROLS)
    return table.astype(dict.fromkeys(_NUMBERS, float))


def _check(results: Results, measures: Sequence[str] | None) -> None:
    there = [str(name) for name in results.metrics["measure"].unique()]
    for name in measures or ():
        if name not in there:
            raise ScenarioError(f'measure: there is no "{name}" here.{nearest(name, there)}')
    for name in results.names:
        if name not in results.scenarios:
            raise ScenarioError(
                f'The scenario "{name}" was run with an object of your own, which the results '
                "folder cannot rebuild, so its twins are not known; call sim.controlled with what "
                "sim.run gives."
            )
        check_files(results.scenarios[name], results.manifest.get("scenarios", {}).get(name, {}))


def _rows(
    results: Results,
    twins: dict[str, Twins],
    why: dict[str, str],
    measures: Sequence[str] | None,
    level: float,
) -> Iterator[tuple[Any, ...]]:
    reference = results.reference
    for measure, values in _by_measure(results, measures):
        for name in results.names:
            plain, after = _levels(values, name, twins.get(name), measure, level)
            yield "", name, measure, *plain, *weighed(after, why[name])
        for name in results.names if reference is not None else ():
            if name != reference:
                pair = twins.get(name), twins.get(str(reference))
                plain, after = _differences(values, name, str(reference), pair, measure, level)
                without = why[name] or why[str(reference)]
                yield reference, name, measure, *plain, *weighed(after, without)


def _by_measure(
    results: Results, measures: Sequence[str] | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give each measure's values: a row a replication, a column a scenario, NaN where undefined."""
    there = list(dict.fromkeys(str(name) for name in results.metrics["measure"]))
    ordered = [name for name in CATALOGUE if name in there]
    ordered += [name for name in there if name not in CATALOGUE]
    numbers = range(1, results.replications + 1)
    for measure in ordered if measures is None else measures:
        rows = results.metrics[results.metrics["measure"] == measure]
        table = rows.pivot(index="replication", columns="scenario", values="value")
        yield measure, table.reindex(index=numbers, columns=results.names).astype(float)


Plain = tuple[float | None, float | None, float | None, int]
"""A mean, its limits and the replications in which it was defined."""


def _levels(
    values: pd.DataFrame, name: str, twins: Twins | None, measure: str, level: float
) -> tuple[Plain, Adjusted | None]:
    column, bounds = values[name].to_numpy(), possible(measure)
    plain = summarised(column, level, bounds)
    told = plain.mean, plain.lower, plain.upper, plain.n
    if twins is None:
        return told, None
    own, further = controls_for(twins.own, measure), controls_for(twins.further, measure)
    return told, adjusted(column, own, further, level, bounds)


def _differences(
    values: pd.DataFrame,
    name: str,
    reference: str,
    twins: tuple[Twins | None, Twins | None],
    measure: str,
    level: float,
) -> tuple[Plain, Adjusted | None]:
    pairs, bounds = values[[name, reference]].to_numpy(), possible_difference(measure)
    known = pairs[~np.isnan(pairs).any(axis=1)]
    plain = paired(known[:, 0], known[:, 1], level, bounds)
    told = plain.difference, plain.lower, plain.upper, plain.n
    ours, theirs = twins
    if ours is None or theirs is None or np.isinf(known).any():
        return told, None
    own, further = (
        controls_for(mine, measure) - controls_for(other, measure)
        for mine, other in ((ours.own, theirs.own), (ours.further, theirs.further))
    )
    return told, adjusted(pairs[:, 0] - pairs[:, 1], own, further, level, bounds)


def controls_for(controls: Controls, measure: str) -> Floats:
    """Give the controls of a measure, shape (replications, controls)."""
    named = [measure] if measure in CONTROLLED else []
    return np.column_stack([controls[name] for name in (*named, DEMAND)])


class Weighed(NamedTuple):
    """What controls make of a mean, by the names of the columns; the mean where that pays."""

    adjusted: float | None = None
    adjusted_lower: float | None = None
    adjusted_upper: float | None = None
    variance_ratio: float | None = None
    net_gain: float | None = None
    controls: int = 0
    further: int = 0
    why_not: str = ""


def weighed(after: Adjusted | None, why: str = "") -> Weighed:
    """Weigh what controls tell against the work for all twins; `why` there are none of a mean."""
    if after is None:
        return Weighed(why_not=why or NOTHING_TOLD)
    gain = net_gain(after.variance_ratio, COST)
    pays = gain > 1
    limits = (after.mean, after.lower, after.upper) if pays else (None, None, None)
    counts = after.controls, after.further
    return Weighed._make((*limits, after.variance_ratio, gain, *counts, "" if pays else NO_GAIN))
