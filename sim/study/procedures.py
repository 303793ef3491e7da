"""Ranking and selection by sim-tools: KN, which ends when it is sure, and OCBA, within a budget.

KN (Kim and Nelson, ACM TOMACS 2001;11:251) leaves out a variant once its mean is so far below
another's that being the best would be a surprise. The distance comes from the variance of paired
differences over the first replications, so it gains from common random numbers and is valid with
them: with probability 1 - alpha the last one left is the best, if that is ahead by delta, and else
within delta of it (of normal values).

sim-tools' variances, constants and screening are used as they are, but for one look-up: its `KN`
finds the variance of a pair in a list that it misreads when the second comes before the first
(for three or more variants), so it is found in the table of all pairs here. Its `KNPlusPlus` is not
offered: it adds the variances of both variants as if they were independent, and can leave nobody.
OCBA (Chen and Lee, Stochastic Simulation Optimization, 2011) shares out a budget; it promises
nothing. sim-tools reads its variances off the means' absolute values, so values are moved above 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.stats.resampling import paired_means
from sim.study.value_table import ValueTable

FIRST_STAGE = 10
"""Replications of every variant before anything is decided; Kim and Nelson advise 10 or more."""
OCBA_STEP = 5
"""Replications that OCBA shares out at a time."""
_FAR = 10.0  # spreads of the first values that OCBA's are moved above 0


class Spent(Exception):
    """The most replications are done, and more than one variant is left."""


class Alike(Exception):
    """Variants do not differ enough to share out replications between them."""


@dataclass
class Followed:
    """What a procedure has found so far, by the number of the variant."""

    left: list[int]
    eliminated: dict[int, int]  # after so many replications
    most: int | None = None  # replications of each that KN can take, once it is known
    finished: bool = False


def selection_package() -> Any:
    """Import sim-tools' optimisation via simulation, or say how to get it."""
    try:
        from sim_tools.ovs import fixed_budget, indifference_zone
    except ImportError as missing:
        raise ScenarioError(
            "Choosing the best needs the package sim-tools, which is not installed; install it "
            "with: pip install 'ketasim[ranking]'. Without it ketasim compare tells differences."
        ) from missing
    return indifference_zone.KN, fixed_budget.OCBA


class _Feed:
    """What sim-tools takes for its model: it asks for a variant's next replication."""

    def __init__(self, value: Callable[[int, int], float], variants: int) -> None:
        self._value = value
        self._asked = [0] * variants
        self._procedure: Any = None

    def register_observer(self, procedure: Any) -> None:
        self._procedure = procedure

    def simulate(self, variant: int) -> None:
        self._asked[variant] += 1
        self._procedure.feedback(self, variant, self._value(variant, self._asked[variant]))


def by_kn(table: ValueTable, delta: float, alpha: float, largest: bool, chosen: Followed) -> None:
    """Leave out variants until one is left, or equals; `chosen` follows it."""
    package, _ = selection_package()
    names = table.names

    def value(variant: int, replication: int) -> float:
        if table.done(names[variant]) < replication:
            if replication > table.at_most:
                raise Spent
            table.batch([names[place] for place in chosen.left], max(replication, FIRST_STAGE))
        return float(table.values(names[variant])[replication - 1])

    feed = _Feed(value, len(names))
    kn = package(feed, len(names), delta, alpha, FIRST_STAGE, "max" if largest else "min")
    kn.reset()
    kn._initialisation()
    variances = _of_differences(kn._init_obs)
    chosen.most = _most(kn, variances, delta, chosen.left)

    def distance(one: int, other: int) -> float:
        left = kn._h_squared * variances[one, other] / delta**2 - kn._r
        return float(max(0.0, delta / (2 * kn._r) * left))

    kn._limit_to_distance_from_sample_means = distance
    while True:
        kn._screening()
        left = [int(variant) for variant in kn._contenders]
        chosen.eliminated |= {gone: int(kn._r) for gone in chosen.left if gone not in left}
        chosen.left[:] = left
        if len(left) > 1:
            chosen.most = _most(kn, variances, delta, left)
        pairs = [(one, other) for one in left for other in left if one != other]
        if all(distance(*pair) == 0 for pair in pairs):  # one, or equals that nothing parts
            break
        kn._sequential_replication()
    chosen.finished = True


def _most(kn: Any, variances: Floats, delta: float, left: list[int]) -> int:
    """Count the replications after which no pair of those left has a distance any more."""
    widest = float(variances[np.ix_(left, left)].max())
    return max(FIRST_STAGE, 1 + int(kn._h_squared * widest / delta**2))


def _of_differences(first: Floats) -> Floats:
    """Variances of the paired differences of all variants, shape (variants, variants)."""
    found: Floats = (first[:, None] - first).var(axis=-1, ddof=1)
    return found


def by_ocba(table: ValueTable, budget: int, largest: bool, chosen: Followed) -> None:
    """Share out so many replications in all, and name the best of them.

    OCBA shares out as if variants were independent. Its own choice, by plain means, would set some
    people against others, so the choice is by paired differences on the same people.

    Raises Alike where means or all values of a variant are equal.
    """
    _, package = selection_package()
    names = table.names
    table.fill(dict.fromkeys(names, FIRST_STAGE))
    first = np.array([table.values(name)[:FIRST_STAGE] for name in names])
    moved = _FAR * float(np.ptp(first)) - float(first.min())

    def value(variant: int, replication: int) -> float:
        return float(table.values(names[variant])[replication - 1]) + moved

    feed = _Feed(value, len(names))
    ocba = package(feed, len(names), budget, OCBA_STEP, FIRST_STAGE, "max" if largest else "min")
    ocba.reset()
    ocba._initialise()
    while ocba._allocations.sum() < budget:
        more = _shared_out(ocba)
        table.fill({
            name: int(done + new)
            for name, done, new in zip(names, ocba._allocations, more, strict=True)
        })  # fmt: skip
        for variant, new in enumerate(more):
            for _ in range(int(new)):
                feed.simulate(variant)
    sign = 1.0 if largest else -1.0
    chosen.left[:] = [int(np.argmax(sign * paired_means([table.values(name) for name in names])))]
    chosen.finished = True


def _shared_out(ocba: Any) -> Any:
    """Give the replications of the next step for each variant: some at least."""
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            more = np.maximum(ocba._allocate(), 0)
    except FloatingPointError as fault:
        raise Alike from fault
    if not more.any():
        more[int(np.argmin(ocba._means))] = OCBA_STEP
    return more
