"""Which policy is best depends on the capacity and on what a QALY may cost: both crossed.

All cells treat the same people on the same draws. At each capacity and threshold policies are
compared by net benefit a patient, replication by replication; which may be the best allows for
having been chosen by the same data (`sim.study.crossed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.config.listing import entries
from sim.config.steps import RangeValue
from sim.experiment.executors import Progress
from sim.experiment.runner import run
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.planning.beginning import check_stays_as_it_is
from sim.planning.ranges import Range, at, check_range, read_range
from sim.planning.worth_of_capacity import in_every_replication
from sim.stats.intervals import mean_interval, paired
from sim.study.crossed import beyond_the_best, p_best

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.results import Results

BY_CAPACITY = [
    "path", "value", "willingness_to_pay", "scenario", "net_benefit", "lower", "upper", "best",
    "p_best", "behind", "behind_lower", "behind_upper", "may_be_best", "replications",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class PolicyByCapacity:
    """Net benefit a patient of every policy at each capacity and threshold, and who is best."""

    results: Results
    perspective: str
    table: pd.DataFrame


def policy_by_capacity(
    variants: Mapping[str, Scenario],
    of: Range | str,
    thresholds: Sequence[float],
    perspective: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
) -> PolicyByCapacity:
    """Simulate every variant at every value of a path; say which has most net benefit.

    `of` is a range such as "clinic.chairs=2:5"; thresholds are money a QALY; the perspective is the
    first variant's unless given. Raises ScenarioError for fewer than two variants, for a path that
    they set themselves, and for clinics that change in mid-run.
    """
    import pandas as pd

    of = of if isinstance(of, Range) else read_range(of)
    check_capacities(variants, of)
    perspective = perspective or next(iter(variants.values())).economics.perspective
    values = sorted(of.values)
    cells = {
        f"{of.path}={value:g} | {name}": (value, name, at(scenario, {of.path: value}))
        for value in values
        for name, scenario in variants.items()
    }
    results = run(
        {label: scenario for label, (_, _, scenario) in cells.items()}, replications, seed, jobs,
        progress, name="policy_by_capacity", by=(),
    )  # fmt: skip
    cost = f"{perspective}_cost_per_patient"
    wide = in_every_replication(results, cost)
    qalys, costs = wide["qalys_per_patient"], wide[cost]
    rows = [
        row
        for value in values
        for threshold in thresholds
        for labels in [[label for label, cell in cells.items() if cell[0] == value]]
        for row in _rows(
            of.path, value, threshold, [cells[label][1] for label in labels],
            (threshold * qalys[labels] - costs[labels]).to_numpy(dtype=float).T,
        )
    ]  # fmt: skip
    return PolicyByCapacity(results, perspective, pd.DataFrame(rows, columns=BY_CAPACITY))


def check_capacities(variants: Mapping[str, Scenario], of: Range) -> None:
    """Refuse a question that has no answer before anything is simulated."""
    if len(variants) < 2:
        raise ScenarioError("the best policy at each capacity is chosen of two variants or more.")
    for scenario in variants.values():
        check_stays_as_it_is(scenario)
        check_range(scenario, of)
    _check_same(variants, of.path)


def _check_same(variants: Mapping[str, Scenario], path: str) -> None:
    """Refuse variants that differ in what is to be varied for all of them alike."""
    found = {
        name: [entry.value for entry in entries(scenario) if entry.path == path]
        for name, scenario in variants.items()
    }
    first, *others = found
    for name in others:
        if found[name] != found[first]:
            raise ScenarioError(
                f"vary {path}: the variants set it themselves ({first}: {found[first][0]}, {name}: "
                f"{found[name][0]}); give another path, or a study whose variants leave it alone."
            )


def _rows(
    path: str, value: RangeValue, threshold: float, names: Sequence[str], benefit: Floats
) -> Iterator[tuple[Any, ...]]:
    """Give a row a policy; `benefit` has shape (policies, replications)."""
    sure, (_, high) = p_best(benefit), beyond_the_best(benefit)
    means = benefit.mean(axis=1)
    best = int(np.argmax(means))
    for place, name in enumerate(names):
        own, behind = mean_interval(benefit[place]), paired(benefit[place], benefit[best])
        level = means[place] == means[best]
        may = own.n == 1 or bool(level or high[place] > 0)
        yield (
            path, value, threshold, name, own.mean, own.lower, own.upper, place == best,
            float(sure[place]), behind.difference, behind.lower, behind.upper, may, own.n,
        )  # fmt: skip
