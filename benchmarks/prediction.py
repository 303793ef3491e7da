"""How well the predictive policy knows the day of return: `python benchmarks/prediction.py`.

The default policy (target 9) in a clinic that never makes anybody wait. Draws prediction.png of the
first replication into the current folder, and prints what `docs/policies.md` says of it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import sim
from sim.policy.predictive import PredictiveBoosters
from sim.study.prediction import accuracy, predictions

SCENARIO = Path(__file__).parents[1] / "scenarios" / "unlimited.toml"
REPLICATIONS = 4


def told(table: pd.DataFrame) -> tuple[str, str, int]:
    """Say the first and the last median error and rank correlation, and of how many people."""
    of = accuracy(table)
    first, last = of.iloc[0], of.iloc[-1]
    errors = f"{first['median_error_days']:.1f}", f"{last['median_error_days']:.1f}"
    ranks = f"{first['rank_correlation']:.2f}", f"{last['rank_correlation']:.2f}"
    return " to ".join(errors), " to ".join(ranks), int(last["people"])


def main() -> None:
    """Simulate four replications; draw the first, and say both it and all of them."""
    policy = PredictiveBoosters()
    scenario = sim.read_scenario(SCENARIO).override({"policy.boosters": policy})
    tables = []
    for number in range(1, REPLICATIONS + 1):
        table = predictions(sim.replicate(scenario, 1, number), policy)
        tables.append(table.assign(patient=[(number, who) for who in table["patient"]]))
    sim.figures.save(sim.figures.prediction(tables[0]), Path("prediction.png"))
    errors, ranks, people = told(tables[0])
    all_errors, all_ranks, all_people = told(pd.concat(tables))
    print(
        f"| people with at least 12 boosters | median error in days, after 1 to after 12 boosters "
        f"| rank correlation |\n|---|---|---|\n"
        f"| {people} (the picture: one replication) | {errors} | {ranks} |\n"
        f"| {all_people} (four replications) | {all_errors} | {all_ranks} |"
    )


if __name__ == "__main__":
    main()
