"""Known answers: degenerate clinics, written as scenarios, against queueing theory.

The theory is written down here once more, apart from the scenario files, so that neither can drift
unseen. Waits are read straight from the columns of visits; replications are the unit of inference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from sim.arrays import Ints
from sim.config.errors import ScenarioError, nearest
from sim.experiment.executors import Progress, execute
from sim.experiment.task import Task
from sim.experiment.workers import JobsWanted
from sim.model.replication import Replication, replicate
from sim.model.scenario import Scenario, read_scenario
from sim.stats.intervals import t_interval
from sim.stats.queues import erlang_b, mg1, mmc, mmc_share_waiting_over
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, NEVER

if TYPE_CHECKING:
    import pandas as pd

SCENARIOS = Path(__file__).parent / "queues"
_LEVEL = 0.99  # confidence
_REPLICATIONS = 100  # of a full run
FEW_REPLICATIONS = 20  # of a smaller one, so that each outlasts its warm-up
_WIDEST = 0.03  # half-width of a mean wait in a full run, as a share of the exact wait
LAST_DAYS = 7  # arrivals in the last days do not count, so that all who count have been seated
LONG_WAIT = 30  # minutes

ROUNDING_OF_SHARES = 0.003
ROUNDING_OF_WAITS = 0.001  # as a share
"""What whole minutes may shift, beyond the interval: times are rounded once, half up."""


class Ratio(NamedTuple):
    """One reading: in each replication a sum and what it is divided by; the answer is the ratio."""

    unit: str
    read: Callable[[Counted], tuple[float, float]]
    rounding: Callable[[float], float]  # allowance, from the exact value


@dataclass(frozen=True)
class Counted:
    """The visits of a replication that count: arrivals after the warm-up and before the end."""

    wait: Ints  # minutes, of those who were not turned away
    blocked: int
    arrivals: int
    waited: int  # minutes that anybody waited between warm-up and end
    minutes: int  # from warm-up to end


def visits_that_count(replication: Replication) -> Counted:
    """Pick the visits that count, all of whose waits must be over."""
    visits, begin = replication.visits, replication.scenario.begins
    end = replication.horizon - LAST_DAYS * MINUTES_PER_DAY
    arrived, seated, blocked = visits["arrived"], visits["seated"], visits["status"] == "blocked"
    inside = (arrived >= begin) & (arrived < end)
    seen = inside & ~blocked
    if (seated[seen] == NEVER).any():
        raise RuntimeError(f"somebody waited for more than {LAST_DAYS} days: no steady state")
    came = (arrived != NEVER) & ~blocked & (seated != NEVER)
    overlap = np.minimum(seated[came], end) - np.maximum(arrived[came], begin)
    return Counted(
        wait=seated[seen] - arrived[seen],
        blocked=int((inside & blocked).sum()),
        arrivals=int(inside.sum()),
        waited=int(np.maximum(overlap, 0).sum()),
        minutes=end - begin,
    )


def _long_waits(visits: Counted) -> tuple[float, float]:
    """Count a wait of just 30 whole minutes as half: it stands for 29.5 to 30.5."""
    over, just = (visits.wait > LONG_WAIT).sum(), (visits.wait == LONG_WAIT).sum()
    return float(over + just / 2), visits.arrivals


def _of_share(exact: float) -> float:
    return ROUNDING_OF_SHARES


def _of_wait(exact: float) -> float:
    return ROUNDING_OF_WAITS * exact


MEASURES = {
    "share_waiting": Ratio("share", lambda v: (int((v.wait > 0).sum()), v.arrivals), _of_share),
    "mean_wait": Ratio("minutes", lambda v: (int(v.wait.sum()), v.arrivals), _of_wait),
    "mean_queue": Ratio("people", lambda v: (v.waited, v.minutes), _of_wait),
    "share_waiting_over_30": Ratio("share", _long_waits, _of_share),
    "share_blocked": Ratio("share", lambda v: (v.blocked, v.arrivals), _of_share),
    "longest_wait": Ratio("minutes", lambda v: (int(v.wait.max()), 1), _of_wait),
}


@dataclass(frozen=True)
class KnownAnswer:
    """One known answer: its scenario file, what theory says of it, and the size of a full run."""

    name: str
    title: str
    gap: float  # minutes between arrivals, mean
    visits: int  # of a full run, all replications together
    exact: Mapping[str, float]

    def scenario(self, visits: float, changes: Mapping[str, object]) -> Scenario:
        """Read the case's file, with as many days as bring so many visits a replication."""
        if not SCENARIOS.is_dir():
            raise ScenarioError(
                f"{SCENARIOS}: the scenarios of the known answers are not there; "
                "run verify from a copy of the repository (pip install -e .)."
            )
        scenario = read_scenario(SCENARIOS / f"{self.name}.toml", changes)
        days = round(visits * self.gap / MINUTES_PER_DAY)
        if days <= scenario.run.warm_up + 2 * LAST_DAYS:
            raise ScenarioError(
                f"{self.name}: {visits:g} visits a replication are over before the warm-up is."
            )
        return scenario.override({"run.days": days})


def _mmc(servers: int, visits: int) -> KnownAnswer:
    rate, mean = 2 / MINUTES_PER_HOUR, 120.0
    long_waits = mmc_share_waiting_over(LONG_WAIT, rate, mean, servers)
    exact = mmc(rate, mean, servers)._asdict() | {"share_waiting_over_30": long_waits}
    return KnownAnswer(f"mmc_{servers}", f"M/M/{servers}", 1 / rate, visits, exact)


def _mg1(name: str, squared_cv: float, visits: int) -> KnownAnswer:
    rate, mean = 0.5 / MINUTES_PER_HOUR, 90.0
    title = f"M/G/1, squared CV {squared_cv:g}"
    return KnownAnswer(name, title, 1 / rate, visits, mg1(rate, mean, squared_cv)._asdict())


CASES = {
    case.name: case
    for case in (
        _mmc(5, 2_400_000),
        _mmc(6, 1_900_000),
        _mg1("mg1_scv_0", 0, 480_000),
        _mg1("mg1_scv_025", 0.25, 500_000),
        _mg1("mg1_scv_1", 1, 880_000),
        _mg1("mg1_scv_2", 2, 1_600_000),
        KnownAnswer("dd1", "D/D/1", 120.0, 100_000, {"longest_wait": 0.0}),
        KnownAnswer("erlang_b", "M/M/10/10", 30.0, 300_000, {"share_blocked": erlang_b(10, 10.0)}),
    )
}
"""About 8 million visits in all: as many as a half-width of 3 % of each mean wait takes."""


def _simulate(task: Task) -> dict[str, tuple[float, float]]:
    visits = visits_that_count(replicate(task.scenario, task.seed, task.replication))
    return {name: MEASURES[name].read(visits) for name in CASES[task.name].exact}


def verify(
    cases: Sequence[str] | None = None,
    visits: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    *,
    seed: int = 1,
    changes: Mapping[str, object] | None = None,
) -> pd.DataFrame:
    """Simulate the known answers (default: all) and set theory beside simulation.

    `visits` is the number of visits of each case; left out, the full sizes are run (about 8 million
    in all), and a mean wait whose half-width is above 3 % of it is `too wide`. One row a case and
    measure: case, title, measure, unit, exact, simulated, half_width (99 %), half_width_share (of
    the exact value), rounding (what whole minutes may shift), visits, replications and verdict
    (`agrees`, `differs`, `too wide`). `changes` override the scenarios, not the theory. Every case
    has a seed of its own, made of its name and `seed`; the measures of a case share it.
    """
    import pandas as pd

    chosen = [_case(name) for name in (cases or CASES)]
    sizes = {case.name: case.visits if visits is None else visits for case in chosen}
    replications = _REPLICATIONS if visits is None else FEW_REPLICATIONS
    words = 'known answer "{name}", replication {replication}'
    tasks = [
        Task(case.name, scenario, own_seed(case.name, seed), number, words)
        for case in chosen
        for scenario in [case.scenario(sizes[case.name] / replications, changes or {})]
        for number in range(1, replications + 1)
    ]
    outcomes = execute(_simulate, tasks, jobs, progress).whole()  # half would verify nothing
    rows = []
    for case in chosen:
        read = [outcomes[n] for n, task in enumerate(tasks) if task.name == case.name]
        for name in case.exact:
            row = _row(case, name, [reading[name] for reading in read], visits is None)
            rows.append(row | {"visits": sizes[case.name], "replications": replications})
    table = pd.DataFrame(rows)
    return table[[*table.columns.drop("verdict"), "verdict"]]


def own_seed(case: str, seed: int) -> int:
    """Give the seed of one case: cases that shared their draws would all err to one side."""
    return seed * 2**32 + crc32(case.encode())


def _case(name: str) -> KnownAnswer:
    if name not in CASES:
        raise ScenarioError(
            f'verify: there is no known answer "{name}".{nearest(name, CASES)} '
            f"There are: {', '.join(CASES)}."
        )
    return CASES[name]


def _row(
    case: KnownAnswer, name: str, readings: list[tuple[float, float]], full: bool
) -> dict[str, object]:
    """Estimate one ratio and compare it with theory.

    Sums are pooled before they are divided, and the interval is that of the residuals
    (sum - ratio * number) / mean number: the mean of ratios would be biased in short replications.
    """
    sums, numbers = np.array(readings, dtype=float).T
    ratio = sums.sum() / numbers.sum()
    half = t_interval(ratio + (sums - ratio * numbers) / numbers.mean(), _LEVEL).half_width
    assert half is not None
    exact = case.exact[name]
    share = half / exact if exact else 0.0
    rounding = MEASURES[name].rounding(exact)
    verdict = "agrees" if abs(ratio - exact) <= half + rounding else "differs"
    if full and name == "mean_wait" and share > _WIDEST:
        verdict = "too wide"
    return {
        "case": case.name,
        "title": case.title,
        "measure": name,
        "unit": MEASURES[name].unit,
        "exact": exact,
        "simulated": ratio,
        "half_width": half,
        "half_width_share": share,
        "rounding": rounding,
        "verdict": verdict,
    }
