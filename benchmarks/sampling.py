"""What people drawn as Sobol points are worth: `python benchmarks/sampling.py`, half an hour.

Runs two policies in clinics of several sizes with `run.sampling` as `random` and as `sobol`, counts
doses without a clinic likewise, and prints of each measure, and of the difference of the policies,
the variance between replications of the first over that of the second, with a 95 % bootstrap
interval that draws whole replications; and by how much the means differ, with a 95 % interval
(Student's, of paired replications).
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

import sim
from sim.doses.dose_count import answered, statistics
from sim.experiment.task import Task
from sim.stats.intervals import t_interval

UNLIMITED = {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
CLINICS: dict[str, dict[str, object]] = {
    "3 chairs": {},
    "2 chairs": {"clinic.chairs": 2},
    "unlimited": UNLIMITED,
    "unlimited, 416 people": UNLIMITED
    | {"referrals": {"kind": "cohort", "patients": 416, "over_days": 730}},
}
POLICIES = {
    "adaptive": {},
    "every 28 days": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
}
MEASURES = (
    "days_in_response",
    "days_below_10",
    "in_maintenance_mean",
    "infusions_per_week",
    "clinic_wait_first_infusion_days",
    "booster_delay_days",
)
DOSES, PEOPLE, MAXIMUM = "dose-count", 500, 12
COUNTED = (("infusions", None), ("never", None), ("median", None))
BOOTSTRAPS = 4000
FEW = 20  # different values, below which a bootstrap of a variance says nothing


def metrics(changes: dict[str, object], replications: int, jobs: int) -> pd.DataFrame:
    """Simulate: one row a replication, columns (sampling, measure or difference)."""
    base = sim.Scenario().override(changes)
    scenarios = {
        f"{policy}/{sampling}": base.override({**own, "run.sampling": sampling})
        for policy, own in POLICIES.items()
        for sampling in ("random", "sobol")
    }
    results = sim.run(scenarios, replications, seed=1, jobs=jobs)
    wide = results.metrics.pivot(
        index="replication", columns=["scenario", "measure"], values="value"
    )
    columns = {}
    for sampling in ("random", "sobol"):
        for name in MEASURES:
            adaptive, fixed = (wide.get((f"{policy}/{sampling}", name)) for policy in POLICIES)
            if adaptive is not None and fixed is not None:
                columns[sampling, name] = adaptive
                columns[sampling, f"{name}, adaptive - every 28 days"] = adaptive - fixed
    return pd.DataFrame(columns)


def gain(random: np.ndarray, sobol: np.ndarray) -> tuple[float, float, float]:
    """Give the variance of the first over that of the second, and its 95 % interval."""
    rows = np.random.default_rng(1).integers(0, len(random), (BOOTSTRAPS, len(random)))
    ratios = random[rows].var(axis=1) / sobol[rows].var(axis=1)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(random.var() / sobol.var()), float(low), float(high)


def counted(replications: int) -> pd.DataFrame:
    """Count doses without a clinic: one row a replication, columns (sampling, statistic)."""
    columns = {}
    for sampling in ("random", "sobol"):
        scenario = sim.Scenario().override({"run.sampling": sampling})
        tasks = [Task("", scenario, 1, number + 1) for number in range(replications)]
        sums = np.array([answered(task, PEOPLE, MAXIMUM)[0] for task in tasks])
        for place, statistic in enumerate(statistics(MAXIMUM)):
            if statistic[1:3] in COUNTED:
                columns[sampling, f"{statistic.question}, {statistic.statistic}"] = sums[:, place]
    return pd.DataFrame(columns)


def main() -> None:
    """Print one line a clinic and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=96)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", choices=[*CLINICS, DOSES])
    given = parser.parse_args()
    for case in [given.only] if given.only else [*CLINICS, DOSES]:
        n = given.replications
        print(f"{case}, {n} replications")
        said(counted(n) if case == DOSES else metrics(CLINICS[case], n, given.jobs))


def said(wide: pd.DataFrame) -> None:
    """Print one line a measure."""
    for name in wide["random"].columns:
        both = wide.xs(name, axis=1, level=1).dropna()
        random, sobol = both["random"].to_numpy(), both["sobol"].to_numpy()
        if min(len(set(random.round(9))), len(set(sobol.round(9)))) < FEW:
            continue
        ratio, low, high = gain(random, sobol)
        shift = t_interval(sobol - random)
        limits = f"({shift.lower:+.3f} to {shift.upper:+.3f})"
        means = f"mean {random.mean():8.3f}, with sobol {shift.mean:+.3f} {limits}"
        print(f"  {name:62} {ratio:5.2f} ({low:.2f}-{high:.2f})  {means}", flush=True)


if __name__ == "__main__":
    main()
