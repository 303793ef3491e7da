"""Who ends at a bound of the interval between boosters: where the rule would have gone further."""

from __future__ import annotations

from collections.abc import Callable

from sim.model.eras import each
from sim.outcomes.measures import Measure, share
from sim.outcomes.reading import Reading

NEAR = 0.01  # days: intervals are stepped by factors


def _at(bound: str) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        rules = [one.policy.boosters for one in each(reading.replication.scenario)]
        limits = {limit for rule in rules if (limit := getattr(rule, bound, None)) is not None}
        if len(limits) != 1:
            return None  # none, or no single one all along
        newest = reading.newest_intervals
        return share((abs(newest - limits.pop()) < NEAR).sum(), len(newest))

    return read


BOUNDS = tuple(
    Measure(
        f"at_{bound}_interval_share",
        "share",
        "none",
        f"newest booster ordered at the {bound} interval the policy allows, of those with boosters",
        "record",
        "clinical",
        _at(f"{bound}_days"),
    )
    for bound in ("shortest", "longest")
)
