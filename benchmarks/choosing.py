"""How often `ketasim best` finds the best: problems whose best is known, and a real one.

Synthetic problems are the hardest of their kind: the best is ahead of all others by exactly delta
(the slippage configuration), or the means fall off evenly by delta, under common random numbers
(correlation 0.6) and without. Run with `make enough`; docs/verification.md has the figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

import numpy as np

from sim.model.scenario import Scenario
from sim.stats.intervals import wilson
from sim.study.procedures import Followed, Spent, by_kn, by_ocba
from sim.study.ranking import best
from sim.study.value_table import ValueTable

MOST = 2000
SHAPES = ("normal", "skewed")


class Drawn(ValueTable):
    """A table whose values were drawn beforehand: a row a replication, a column a variant."""

    def __init__(self, values: np.ndarray) -> None:
        names = [f"v{place}" for place in range(values.shape[1])]
        super().__init__(dict.fromkeys(names, Scenario()), ["drawn"], 1, len(values))
        self._drawn = values

    def fill(self, wanted: Mapping[str, int]) -> None:
        """Take the next rows."""
        for name, until in wanted.items():
            column = self._drawn[:, self.names.index(name)]
            known = self._rows[name]
            known += [(float(value),) for value in column[len(known) : until]]


def problem(dice: np.random.Generator, means: np.ndarray, common: float, shape: str) -> np.ndarray:
    """Draw values of unit variance and correlation `common` about the means."""
    size = (MOST, len(means))
    if shape == "normal":
        shared, own = dice.standard_normal((MOST, 1)), dice.standard_normal(size)
    else:  # gamma of shape 4, skewness 1
        shared, own = (dice.gamma(4.0, 0.5, s) - 2.0 for s in ((MOST, 1), size))
    found: np.ndarray = means + np.sqrt(common) * shared + np.sqrt(1 - common) * own
    return found


def selected(values: np.ndarray, delta: float) -> tuple[int, int]:
    """Choose by KN; give the variant and how many values it took in all."""
    table, chosen = Drawn(values), Followed([*range(values.shape[1])], {})
    try:
        by_kn(table, delta, 0.05, True, chosen)
    except Spent:
        return -1, sum(map(table.done, table.names))
    return chosen.left[0], sum(map(table.done, table.names))


def synthetic(problems: int, seed: int) -> Iterator[str]:
    """Count correct selections, the best placed anywhere among the variants."""
    for many in (2, 4, 8):
        for name in ("slippage", "falling off evenly")[: many - 1]:  # the same for two
            for common in (0.0, 0.6):
                for shape in SHAPES:
                    dice = np.random.default_rng([seed, many, int(10 * common)])
                    found = [_one(dice, many, name, common, shape) for _ in range(problems)]
                    right = wilson(sum(ok for ok, _ in found), problems)
                    each = np.mean([took for _, took in found]) / many
                    yield (
                        f"| {many} variants, {name}, correlation {common:g}, {shape} | "
                        f"{100 * right.mean:.1f} ({100 * right.lower:.1f} to "
                        f"{100 * right.upper:.1f}) | {each:.0f} |"
                    )


def _one(
    dice: np.random.Generator, many: int, name: str, common: float, shape: str
) -> tuple[bool, int]:
    delta = 0.4
    steps = np.arange(many) if name == "falling off evenly" else np.minimum(np.arange(many), 1)
    order = dice.permutation(many)
    means = -delta * steps[order]
    chosen, took = selected(problem(dice, means, common, shape), delta)
    return bool(chosen == int(np.argmax(means))), took


def shared_out(problems: int, seed: int, budget: int = 300) -> str:
    """Count correct selections of OCBA in the slippage configuration, which promises none."""
    dice, right = np.random.default_rng([seed, 9]), 0
    for _ in range(problems):
        means = 0.4 * np.eye(5)[dice.integers(5)]
        followed = Followed([*range(5)], {})
        by_ocba(Drawn(problem(dice, means, 0.6, "normal")), budget, True, followed)
        right += followed.left[0] == int(np.argmax(means))
    found = wilson(right, problems)
    return (
        f"| OCBA, 5 variants, slippage, correlation 0.6, normal, {budget} in all | "
        f"{100 * found.mean:.1f} ({100 * found.lower:.1f} to {100 * found.upper:.1f}) | "
        f"{budget / 5:.0f} |"
    )


def real(studies: int, jobs: int) -> str:
    """Count how often three chairs are found to be the best of one, two and three of a busy clinic.

    Three are best by far: the same people, and fewer of them wait.
    """
    base = Scenario().override({"run.days": 60, "clinic.nurses": 4, "referrals.per_week": 8})
    clinics = {str(n): base.override({"clinic.chairs": n}) for n in (2, 1, 3)}
    found = [best(clinics, "days_in_response", 2, seed=seed, jobs=jobs) for seed in range(studies)]
    right = sum(answer.best == "3" for answer in found)
    each = np.mean([sum(map(len, answer.values.values())) / 3 for answer in found])
    return f"| a clinic of 1, 2 or 3 chairs, simulated | {right} of {studies} | {each:.0f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=600, help="of each kind")
    parser.add_argument("--studies", type=int, default=20, help="of the real clinic")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("| problem | correct % (95 % interval) | replications of each variant |")
    print("|---|---|---|")
    for row in synthetic(asked.problems, asked.seed):
        print(row, flush=True)
    print(shared_out(asked.problems, asked.seed), flush=True)
    print(real(asked.studies, asked.jobs), flush=True)


if __name__ == "__main__":
    main()
