"""Which policy is best depends on the chairs: policies crossed with capacities and a third factor.

All cells treat the same people on the same draws. Within a capacity (and a level of the third
factor) policies are compared replication by replication: `p_best` is the share of bootstrap
samples of replications in which a policy's mean is the best, so that it says how sure the ranking
is, not how large the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.config.errors import ScenarioError
from sim.experiment.executors import Progress
from sim.experiment.runner import run
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.stats.intervals import paired, t_interval

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.results import Results

DAYS = ("days_below_10", "days_in_response")
CHAIRS = (2, 3, 4, 5, 6, 7, 8)
BOOSTERS: dict[str, dict[str, object]] = {
    "none": {"policy.boosters": {"kind": "none"}},
    "every 8 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 56}},
    "every 4 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
    "adaptive": {"policy.boosters": {"kind": "adaptive"}},
}
SAMPLES = 10_000
BOOTSTRAP_SEED = 20260105  # of samples of replications; no draw of the model
COLUMNS = [
    "level", "chairs", "measure", "policy", "mean", "lower", "upper", "p_best", "best",
    "behind", "behind_lower", "behind_upper", "replications",
]  # fmt: skip

Floats = NDArray[np.float64]
Overrides = Mapping[str, object]
Cell = tuple[str, int | str, str]  # level of the third factor, chairs, policy


@dataclass(frozen=True, eq=False)
class Crossed:
    """A crossed study: the runs, and a tidy table of both kinds of days."""

    results: Results
    cells: Mapping[str, Cell]  # by name of the scenario
    table: pd.DataFrame

    def best(self, measure: str) -> pd.DataFrame:
        """Give the best policy of each level and number of chairs, with its probability."""
        rows = self.table[(self.table["measure"] == measure) & self.table["best"]]
        return rows[["level", "chairs", "policy", "mean", "lower", "upper", "p_best"]].reset_index(
            drop=True
        )


def crossed(
    scenario: Scenario,
    policies: Mapping[str, Overrides] | None = None,
    chairs: Sequence[int | str] = CHAIRS,
    levels: Mapping[str, Overrides] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    measures: Sequence[str] = DAYS,
) -> Crossed:
    """Cross policies with numbers of chairs and the levels of any third factor.

    `policies` and `levels` are overrides by dotted path, by name; without `levels` there is no
    third factor. Nurses and prescribers stay as the scenario has them.
    """
    policies, levels = policies or BOOSTERS, levels or {"": {}}
    if not chairs or len(set(chairs)) < len(chairs):
        raise ScenarioError("chairs: give one or more numbers of chairs, each once.")
    cells: dict[str, Cell] = {
        _name(level, number, policy): (level, number, policy)
        for level in levels
        for number in chairs
        for policy in policies
    }
    scenarios = {
        name: scenario.override({**levels[level], **policies[policy], "clinic.chairs": number})
        for name, (level, number, policy) in cells.items()
    }
    results = run(scenarios, replications, seed, jobs, progress, name="policy_capacity")
    return Crossed(results, cells, table(results, cells, measures))


def table(
    results: Results, cells: Mapping[str, Cell], measures: Sequence[str] = DAYS
) -> pd.DataFrame:
    """Give one row a level, number of chairs, measure and policy.

    `behind` is the paired difference from the best policy of that place, with its limits.
    """
    import pandas as pd

    wide = results.metrics.pivot(index="replication", columns=["measure", "scenario"])["value"]
    rows = [
        row
        for measure in measures
        for (level, number), names in _places(cells).items()
        for row in _rows(wide[measure], names, cells, measure, (level, number))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def p_best(values: Floats, higher: bool = True, samples: int = SAMPLES) -> Floats:
    """Share of bootstrap samples in which each policy has the best mean; ties are divided.

    `values` has shape (policies, replications); a sample draws whole replications, so it is paired.
    """
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    n = values.shape[1]
    weights = rng.multinomial(n, np.full(n, 1 / n), size=samples) / n
    means = weights @ (values if higher else -values).T
    best = means >= means.max(axis=1, keepdims=True) - 1e-12
    shares: Floats = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _name(level: str, number: int | str, policy: str) -> str:
    return " | ".join(part for part in (level, f"{number} chairs", policy) if part)


def _places(cells: Mapping[str, Cell]) -> dict[tuple[str, int | str], list[str]]:
    places: dict[tuple[str, int | str], list[str]] = {}
    for name, (level, number, _) in cells.items():
        places.setdefault((level, number), []).append(name)
    return places


def _rows(
    wide: Any,
    names: Sequence[str],
    cells: Mapping[str, Cell],
    measure: str,
    place: tuple[str, int | str],
) -> Iterator[tuple[object, ...]]:
    values = wide[list(names)].to_numpy(dtype=float).T
    higher = CATALOGUE[measure].direction != "lower"
    sure = p_best(values, higher)
    means = values.mean(axis=1)
    best = int(np.argmax(means if higher else -means))
    for number, name in enumerate(names):
        found = t_interval(values[number])
        behind = paired(values[number], values[best])
        yield (
            *place, measure, cells[name][2], found.mean, found.lower, found.upper,
            float(sure[number]), number == best, behind.difference, behind.lower, behind.upper,
            found.n,
        )  # fmt: skip
