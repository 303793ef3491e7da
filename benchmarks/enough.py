"""What `--until` promises, counted: the half-width it was told, and how often the truth is inside.

Streams of numbers with a known mean, normal and skewed, and a hundred small simulated studies
against a long run. Run with `make enough`; docs/verification.md has the figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from math import exp, sqrt
from types import SimpleNamespace

import numpy as np

from sim.experiment.batches import execute_until
from sim.experiment.enough import checked, until
from sim.experiment.executors import execute
from sim.experiment.task import Task
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.reading import Reading
from sim.stats.intervals import mean_interval, wilson

Stream = Callable[[np.random.Generator, int], np.ndarray]
MEASURE = "days_in_response"
MOST = 200
SMALL = {"run.days": 40, "clinic.chairs": 1, "clinic.nurses": 1, "referrals.per_week": 2}
STREAMS: dict[str, tuple[Stream, float, float]] = {  # with mean and standard deviation
    "normal": (lambda dice, n: dice.normal(0.0, 1.0, n), 0.0, 1.0),
    "gamma of shape 4 (skewness 1)": (lambda dice, n: dice.gamma(4.0, 1.0, n), 4.0, 2.0),
    "log-normal, sigma 0.5 (skewness 1.8)": (
        lambda dice, n: dice.lognormal(0.0, 0.5, n),
        exp(0.125),
        sqrt((exp(0.25) - 1) * exp(0.25)),
    ),
    "exponential (skewness 2)": (lambda dice, n: dice.exponential(1.0, n), 1.0, 1.0),
}
NEEDED = (10, 20, 40, 80)
SMALL_NEEDED = 15
"""Replications that the half-width would take if the variance were known."""


def ended(values: Sequence[float], bound: float) -> tuple[bool, int, float, float]:
    """Run the rule over values: whether it was met, where, the mean and its half-width."""
    rule = checked(
        until(f"half_width({MEASURE}) <= {bound!r}", at_most=len(values)), ["x"], None, []
    )
    finished, found = execute_until(_outcome, list(values), ["x"], None, rule, 1)
    interval = mean_interval(values[: len(finished.outcomes)])
    return found.met, found.asked, interval.mean, interval.half_width or 0.0


def _outcome(value: float) -> SimpleNamespace:
    return SimpleNamespace(measures={MEASURE: value})


def told(name: str, rows: Sequence[tuple[bool, int, float, float]], bound: float, truth: float,
         ) -> str:  # fmt: skip
    """Write a row of the table: of the studies that were enough, what of them holds."""
    met = [row for row in rows if row[0]]
    n = len(met)
    narrow = sum(half <= bound for _, _, _, half in met)
    covered = wilson(sum(abs(mean - truth) <= half for _, _, mean, half in met), n)
    stated = wilson(sum(abs(mean - truth) <= bound for _, _, mean, _ in met), n)
    runs = np.mean([at for _, at, _, _ in met])
    return (
        f"| {name} | {n} of {len(rows)} | {runs:.0f} | {narrow} of {n} | "
        f"{100 * covered.mean:.1f} ({100 * covered.lower:.1f} to {100 * covered.upper:.1f}) | "
        f"{100 * stated.mean:.1f} ({100 * stated.lower:.1f} to {100 * stated.upper:.1f}) |"
    )


def streams(studies: int, seed: int) -> Iterator[str]:
    """Count for streams of numbers whose mean is known."""
    for name, (draw, truth, deviation) in STREAMS.items():
        for takes in NEEDED:
            bound = 1.96 * deviation / sqrt(takes)
            dice = np.random.default_rng([seed, takes])
            rows = [ended(draw(dice, MOST), bound) for _ in range(studies)]
            yield told(f"{name}, {takes}", rows, bound, truth)


def measured(task: Task) -> SimpleNamespace:
    """Simulate a replication; days in response is all that is kept."""
    reading = Reading(replicate(task.scenario, task.seed, task.replication))
    return _outcome(float(CATALOGUE[MEASURE].read(reading) or 0.0))


def small_studies(studies: int, long: int, jobs: int) -> Iterator[str]:
    """Count for small simulated studies, each of a seed of its own, against a long run.

    Each goes on until the level of a clinic and the paired difference that a second chair makes
    are both known as precisely as asked.
    """
    base = Scenario().override(SMALL)
    clinics = {"one": base, "two": base.override({"clinic.chairs": 2})}
    done = execute(measured, _tasks(clinics, 10**6, long), jobs).whole()
    one, two = (_column(done, place) for place in range(2))
    truths = {"level": one, "paired difference": two - one}
    takes = sqrt(SMALL_NEEDED)
    bounds = {name: 1.96 * float(known.std(ddof=1)) / takes for name, known in truths.items()}
    found = [_study(clinics, 1000 + seed, list(bounds.values()), jobs) for seed in range(studies)]
    for place, (name, known) in enumerate(truths.items()):
        sure = mean_interval(known).half_width or 0.0
        bound = bounds[name]
        label = f"{name}, +-{bound:.2f} (truth {known.mean():.2f} +-{sure:.2f})"
        yield told(label, [rows[place] for rows in found], bound, float(known.mean()))


def _study(
    clinics: dict[str, Scenario], seed: int, bounds: Sequence[float], jobs: int
) -> list[tuple[bool, int, float, float]]:
    conditions = [
        f"half_width(level of {MEASURE} in one) <= {bounds[0]!r}",
        f"half_width(difference of {MEASURE}) <= {bounds[1]!r}",
    ]
    rule = checked(until(conditions, at_most=MOST), list(clinics), "one", [])
    tasks = _tasks(clinics, seed, MOST)
    finished, looked = execute_until(measured, tasks, list(clinics), "one", rule, jobs)
    one, two = (_column(finished.outcomes, place) for place in range(2))
    rows = []
    for column in (one, two - one):
        interval = mean_interval(column)
        rows.append((looked.met, looked.asked, interval.mean, interval.half_width or 0.0))
    return rows


def _tasks(clinics: dict[str, Scenario], seed: int, replications: int) -> list[Task]:
    return [
        Task(name, scenario, seed, r)
        for r in range(1, replications + 1)
        for name, scenario in clinics.items()
    ]


def _column(outcomes: dict[int, SimpleNamespace], place: int) -> np.ndarray:
    places = range(place, len(outcomes), 2)
    return np.array([outcomes[at].measures[MEASURE] for at in places])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000, help="of each kind")
    parser.add_argument("--studies", type=int, default=100)
    parser.add_argument("--long", type=int, default=1500, help="replications of the long run")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("| values | enough | replications | as narrow | interval covers % | stated covers % |")
    print("|---|---|---|---|---|---|")
    for row in streams(asked.streams, asked.seed):
        print(row, flush=True)
    for row in small_studies(asked.studies, asked.long, asked.jobs):
        print(row, flush=True)


if __name__ == "__main__":
    main()
