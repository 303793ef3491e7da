"""How often 95 % intervals of few replications hold the truth: `python benchmarks/intervals.py`.

A pool of replications of a small busy clinic (1 chair, 1 nurse, 3 referrals a week, 120 days), with
boosters and without, stands for all that might be simulated, its mean for the truth. Studies of
few replications are drawn from it again and again. Prints one line a measure and paired
difference: skewness of the pool, coverage of Student's t and of the interval in use, and the share
of intervals marked as bootstrap-t and as "few values".
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from scipy.stats import skew

import sim
from sim.outcomes.catalogue import possible, possible_difference
from sim.stats.intervals import mean_interval, t_interval

BUSY = {"clinic.chairs": 1, "clinic.nurses": 1, "referrals.per_week": 3, "run.days": 120}


def pool(replications: int) -> pd.DataFrame:
    """Simulate the pool: one row a replication, columns (scenario, measure)."""
    base = sim.Scenario().override(BUSY)
    none = base.override({"policy.boosters": {"kind": "none"}})
    results = sim.run({"boosters": base, "none": none}, replications, seed=1)
    return results.metrics.pivot(
        index="replication", columns=["scenario", "measure"], values="value"
    )


def coverage(values: np.ndarray, bounds: tuple[float, float], n: int, studies: int) -> list[float]:
    """Draw studies of n values; give skewness, coverage of t and of the interval, and marks."""
    rng, truth = np.random.default_rng(1), values.mean()
    drawn = values[rng.integers(0, len(values), (studies, n))]
    held = []
    for x in drawn:
        plain, found = t_interval(x), mean_interval(x, possible=bounds)
        inside = [i.lower - 1e-12 <= truth <= i.upper + 1e-12 for i in (plain, found)]
        held.append([*inside, found.method == "bootstrap-t", found.method == "few values"])
    return [float(skew(values)), *np.mean(held, axis=0)]


def main() -> None:
    """Print the coverage of every measure that every replication reached, as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", type=int, default=120)
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--studies", type=int, default=1000)
    given = parser.parse_args()
    wide = pool(given.pool)
    rows = {}
    for measure in wide["boosters"].columns:
        own = wide["boosters"][measure]
        both = {measure: (own, possible(measure))}
        if measure in wide["none"].columns:
            difference = wide["none"][measure] - own
            both[f"{measure}, difference"] = (difference, possible_difference(measure))
        for name, (column, bounds) in both.items():
            values = column.dropna().to_numpy()
            whole = len(values) > 0.9 * given.pool and np.isfinite(values).all()
            if whole and values.std() > 1e-9:
                rows[name] = coverage(values, bounds, given.replications, given.studies)
    columns = ["skewness", "t", "in use", "bootstrap-t", "few values"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    print(table.sort_values("t").round(3).to_string())
    print(table.mean().round(3).to_string())


if __name__ == "__main__":
    main()
