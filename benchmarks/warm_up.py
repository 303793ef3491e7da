"""Does `run.warmup_days = "auto"` do what it is for: `make warmup`, by hand, some minutes.

First MSER-5 alone: how often it refuses weekly series of which the law is known (an autoregression
that begins ten standard deviations below its mean), and what it cuts off. Then runs of a clinic
that fills from empty, of which the steady state is known (M/M/infinity): how often the 95 %
interval holds the truth with the warm-up that was found, and without any.
"""

from __future__ import annotations

import argparse

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.evidence.known_answers import SCENARIOS
from sim.experiment.runner import run
from sim.model.scenario import read_scenario
from sim.stats.intervals import t_interval
from sim.stats.mser import mser5

RELAXATIONS, YEARS = (1, 4, 12), (2, 4, 8, 16)  # weeks; years of 52 weeks
A_WEEK, STAY_DAYS, DAYS = 7.0, 20, 1120
PILOTS = 10


def series(rng: np.random.Generator, relaxation: float, weeks: int) -> Floats:
    """Give an autoregression of standard deviation 1 that begins 10 below its mean of 0."""
    phi = np.exp(-1 / relaxation)
    x, value = np.empty(weeks), 0.0
    for week, step in enumerate(rng.standard_normal(weeks) * np.sqrt(1 - phi**2)):
        value = phi * value + step
        x[week] = value - 10 * phi**week
    return x


def alone(many: int) -> None:
    """Print of each law how often it is refused and what is cut off."""
    rng = np.random.default_rng(1)
    for relaxation in RELAXATIONS:
        for years in YEARS:
            found = [mser5(series(rng, relaxation, 52 * years)) for _ in range(many)]
            cut = [one.observations for one in found if one is not None and one.settled]
            middle, tenth, ninth = np.quantile(cut, [0.5, 0.1, 0.9])
            print(
                f"relaxation {relaxation} weeks, {years} years: refused "
                f"{100 * (1 - len(cut) / many):.0f} of 100, cut {middle:.0f} weeks "
                f"({tenth:.0f} to {ninth:.0f})"
            )


def filling(studies: int, jobs: int | None) -> None:
    """Print how often the interval of infusions a week holds what theory says."""
    queue = read_scenario(SCENARIOS / "textbook_queue.toml").override(
        {
            "run.days": DAYS,
            "run.warmup_days": "auto",
            "clinic.chairs": "unlimited",
            "clinic.session.infuse_minutes": {"kind": "exponential", "mean": STAY_DAYS * 1440},
            "referrals.minutes_between": {"kind": "exponential", "mean": 7 * 1440 / A_WEEK},
        }
    )
    held: dict[str, list[bool]] = {"with": [], "without": []}
    errors: dict[str, list[float]] = {"with": [], "without": []}
    refused, days = 0, []
    for seed in range(1, studies + 1):
        try:
            results = run({"queue": queue}, PILOTS, seed, jobs)
        except ScenarioError:
            refused += 1
            continue
        days.append(results.manifest["warm_up"]["days"])
        metrics = results.metrics.query("measure == 'infusions_per_week'")["value"]
        weekly = results.weeks.groupby("replication")["infusions"].mean()
        for name, values in {"with": metrics, "without": weekly}.items():
            found = t_interval(values.to_numpy())
            held[name].append(bool(found.lower <= A_WEEK <= found.upper))  # type: ignore[operator]
            errors[name].append(found.mean - A_WEEK)
    print(f"{studies} studies of {PILOTS} replications: {refused} refused; {np.median(days)} days")
    for name in held:
        bias = t_interval(errors[name])
        print(
            f"{name} warm-up: {sum(held[name])} of {len(held[name])} intervals hold {A_WEEK:g}; "
            f"bias {bias.mean:+.3f} ± {bias.half_width:.3f} a week"
        )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--studies", type=int, default=40)
    arguments.add_argument("--series", type=int, default=400)
    arguments.add_argument("--jobs", type=int, default=None)
    asked = arguments.parse_args()
    alone(asked.series)
    filling(asked.studies, asked.jobs)
