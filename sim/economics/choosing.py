"""Which scenario to choose at a willingness to pay, how surely, and what a wrong choice costs.

All of it comes from net benefits, shape (draws, scenarios): acceptability, expected loss and the
expected value of perfect information (EVPI), the least of the losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice

import numpy as np
import pandas as pd

from sim.arrays import Bools, Floats
from sim.economics.sampled import Sampled
from sim.stats.resampling import shares_best

ACCEPTABILITY = (
    "wtp", "scenario", "net_benefit", "probability_best", "expected_loss", "best", "evpi",
)  # fmt: skip
_HALVES = 70
"""Ways of halving the replications that are averaged over: all of 8, the first of more."""
_SEED, _SAMPLES = 20221201, 2000
_ROUNDING = 1e-12


def probability_best(benefit: Floats) -> Floats:
    """Give the share of draws in which each scenario is best; those best together share a draw."""
    return shares_best(benefit)[0]


def expected_loss(benefit: Floats) -> Floats:
    """Give what each scenario leaves on average to the best of each draw."""
    loss: Floats = (benefit.max(axis=1, keepdims=True) - benefit).mean(axis=0)
    return np.where(loss <= _ROUNDING * np.abs(benefit).max(), 0.0, loss)


def perfect_information(benefit: Floats) -> float:
    """Give the EVPI: the best of each draw on average, minus the best on average.

    Chance left in a draw's value makes it too large: whoever chooses by it chooses the luck too.
    """
    return float(expected_loss(benefit).min())


def held_back(benefits: Floats) -> float | None:
    """Give a lower value of the EVPI: choose in each draw by one half, and value by the other.

    `benefits` are (draws, replications, scenarios). A choice by half of the replications is no
    better than one by the parameters, and the other half owes it no luck: the truth lies between
    this and the plain value, but for the error of a sample. Not below 0; None with a single
    replication. Averaged over the ways of halving, each both ways.
    """
    n = benefits.shape[1]
    if n < 2:
        return None
    plain = benefits.mean(axis=(0, 1)).max()
    found = []
    for half in islice(combinations(range(n), n // 2), _HALVES):
        rest = [place for place in range(n) if place not in half]
        one, other = (benefits[:, list(part)].mean(axis=1) for part in (half, rest))
        found += [_valued(one, other), _valued(other, one)]
    gain = float(np.mean(found) - plain)
    return gain if gain > _ROUNDING * np.abs(benefits).max() else 0.0


def _valued(choose: Floats, value: Floats) -> float:
    """Value by one table the choice that another makes in each draw; ties share it."""
    highest = best_of(choose)
    return float((np.where(highest, value, 0.0).sum(axis=1) / highest.sum(axis=1)).mean())


def best_of(benefit: Floats) -> Bools:
    """Mark in each row who is the highest, all of them where some are so together."""
    size = np.abs(benefit).max(axis=-1, keepdims=True)
    best: Bools = benefit >= benefit.max(axis=-1, keepdims=True) - _ROUNDING * size
    return best


def acceptability(of: Sampled, grid: Sequence[float]) -> pd.DataFrame:
    """Give for each willingness to pay and scenario its net benefit, probability and loss.

    `best` marks who has the highest expected net benefit (the acceptability frontier): more than
    one where they are equal. `evpi` is the plain one.
    """
    rows = []
    for wtp in grid:
        benefit = of.net_benefit(wtp)
        mean = benefit.mean(axis=0)
        probability, loss, best = (
            probability_best(benefit), expected_loss(benefit), best_of(mean),
        )  # fmt: skip
        for place, name in enumerate(of.names):
            rows.append(
                (float(wtp), name, mean[place], probability[place], loss[place], bool(best[place]),
                 loss.min())
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(ACCEPTABILITY))


def resampled_information(of: Sampled, wtp: float, level: float = 0.95) -> tuple[float, float]:
    """Give the limits of the plain EVPI by a bootstrap over draws (percentiles)."""
    benefit = of.net_benefit(wtp)
    n = len(benefit)
    weights = np.random.default_rng([_SEED, n]).multinomial(n, np.full(n, 1 / n), size=_SAMPLES)
    drawn = (weights @ benefit.max(axis=1)) / n - (weights @ benefit / n).max(axis=1)
    drawn[drawn <= _ROUNDING * np.abs(benefit).max()] = 0.0
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return max(0.0, float(low)), max(0.0, float(high))
