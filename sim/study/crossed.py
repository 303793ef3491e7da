"""Which policy is best depends on the chairs: policies crossed with capacities and a third factor.

All cells treat the same people on the same draws. Within a capacity (and a level of the third
factor) policies are compared replication by replication: `p_best` says how sure the ranking is,
not how large the difference. The best of several was chosen by the same data that praise it, which
`may_be_best` allows for: no policy with the mark is told apart from the best, at 95 % for all
policies of a place together (multiple comparisons with the best; Hsu 1996, paired by Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.experiment.executors import Progress
from sim.experiment.runner import run
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE, possible
from sim.outcomes.measures import DAYS_WELL
from sim.stats.intervals import paired
from sim.stats.summaries import summarised

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.results import Results

CHAIRS = (2, 3, 4, 5, 6, 7, 8)
BOOSTERS: dict[str, dict[str, object]] = {
    "none": {"policy.boosters": {"kind": "none"}},
    "every 8 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 56}},
    "every 4 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
    "adaptive": {"policy.boosters": {"kind": "adaptive"}},
}
_SAMPLES = 10_000
SAMPLES_SEED = 20260105  # of samples of means; no draw of the model
_COLUMNS = [
    "level", "chairs", "measure", "policy", "mean", "lower", "upper", "p_best", "best",
    "behind", "behind_lower", "behind_upper", "replications", "beyond_lower", "beyond_upper",
    "may_be_best",
]  # fmt: skip

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
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    measures: Sequence[str] = DAYS_WELL,
) -> Crossed:
    """Cross policies with numbers of chairs and the levels of any third factor.

    `policies` and `levels` are overrides by dotted path, by name; without `levels` there is no
    third factor. Nurses and prescribers stay as the scenario has them.
    """
    policies, levels = policies or BOOSTERS, levels or {"": {}}
    _check_better(measures)
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
    results: Results, cells: Mapping[str, Cell], measures: Sequence[str] = DAYS_WELL
) -> pd.DataFrame:
    """Give one row a level, number of chairs, measure and policy.

    `behind` is the paired difference from the best mean of that place, with its limits, as if that
    one had been named beforehand. `beyond_lower` and `beyond_upper` hold the difference from the
    best of the others, whichever that is (positive: higher), for all policies of the place at
    once; `may_be_best` marks those that may have none better. Where a replication did not reach
    the measure there is no ranking of means.
    """
    import pandas as pd

    wide = results.metrics.pivot(index="replication", columns=["measure", "scenario"])["value"]
    rows = [
        row
        for measure in measures
        for (level, number), names in _places(cells).items()
        for row in _rows(wide[measure], names, cells, measure, (level, number))
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def p_best(values: Floats, higher: bool = True, samples: int = _SAMPLES) -> Floats:
    """Probability that each policy has the best mean; ties are divided, one replication has none.

    `values` has shape (policies, replications). Means are drawn from what the replications leave
    open, paired: mean + t, with their own covariance and n - 1 degrees of freedom. (Samples of the
    replications themselves would be too sure of themselves when those are few.)
    """
    n = values.shape[1]
    if n == 1:
        return np.full(len(values), np.nan)
    rng = np.random.default_rng(SAMPLES_SEED)
    signed = values if higher else -values
    middle = signed.mean(axis=1)
    normal = rng.standard_normal((samples, n)) @ (signed - middle[:, None]).T / sqrt(n * (n - 1))
    means = middle + normal / np.sqrt(rng.chisquare(n - 1, (samples, 1)) / (n - 1))
    best = means >= means.max(axis=1, keepdims=True) - 1e-12
    shares: Floats = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def beyond_the_best(
    values: Floats, higher: bool = True, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Give limits of each policy's mean minus the best of the others, all at once.

    D_ij mean difference, w_ij = t_q(n - 1) s_ij / sqrt n with q = 1 - (1 - level) / (k - 1):
    upper_i = max(0, min_j D_ij + w_ij) and, over the j that may be best, lower_i = min(0, min_j
    D_ij - w_ij), where "better" is positive (Hsu, Multiple Comparisons, 1996, chapter 4).
    """
    k, n = values.shape
    if k == 1 or n == 1:
        return np.full(k, np.nan), np.full(k, np.nan)
    signed = values if higher else -values
    pairs = signed[:, None, :] - signed[None, :, :]
    middle = pairs.mean(axis=2)
    t = float(stdtrit(n - 1, 1 - (1 - level) / (k - 1)))
    wide = t * pairs.std(axis=2, ddof=1) / sqrt(n)
    others = ~np.eye(k, dtype=bool)
    upper = np.maximum(0.0, np.where(others, middle + wide, np.inf).min(axis=1))
    may = (upper > 0) | (np.where(others, middle, np.inf).min(axis=1) >= 0)
    lower = np.minimum(0.0, np.where(others & may, middle - wide, np.inf).min(axis=1))
    return (lower, upper) if higher else (-upper, -lower)


def _check_better(measures: Sequence[str]) -> None:
    """Refuse what has no best before anything is simulated."""
    for name in measures:
        if name not in CATALOGUE:
            raise ScenarioError(
                f'measures: there is no measure "{name}".{nearest(name, CATALOGUE)}'
            )
        if CATALOGUE[name].direction == "none":
            raise ScenarioError(
                f'measures: "{name}" has no better side, so no policy is the best by it; give '
                "measures of which more or less is better."
            )


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
    bounds, n = possible(measure), values.shape[1]
    found = [summarised(row, possible=bounds) for row in values]
    if not np.isfinite(values).all():  # not reached, or not defined, in some replication
        for name, own in zip(names, found, strict=True):
            yield (
                *place,
                measure,
                cells[name][2],
                own.mean,
                own.lower,
                own.upper,
                None,
                False,
                *[None] * 3,
                own.n,
                None,
                None,
                False,
            )
        return
    sure, (low, high) = p_best(values, higher), beyond_the_best(values, higher)
    means = values.mean(axis=1)
    best = int(np.argmax(means if higher else -means))
    for number, name in enumerate(names):
        own, behind = found[number], paired(values[number], values[best])
        may = number == best or bool(high[number] > 0 if higher else low[number] < 0) or n == 1
        yield (
            *place, measure, cells[name][2], own.mean, own.lower, own.upper,
            float(sure[number]), number == best, behind.difference, behind.lower, behind.upper,
            own.n, float(low[number]), float(high[number]), may,
        )  # fmt: skip
