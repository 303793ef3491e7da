"""Who ends at a bound of the interval between boosters: where the rule would have gone further."""

from __future__ import annotations

from collections.abc import Callable

from sim.outcomes.measures import Measure, share
from sim.outcomes.reading import Reading

NEAR = 0.01  # days: intervals are stepped by factors


def _at(bound: str) -> Callable[[Reading], float | None]:
    def read(reading: Reading) -> float | None:
        limit = getattr(reading.replication.scenario.policy.boosters, bound, None)
        rows = (reading.visits["kind"] == "booster").nonzero()[0]
        newest = dict(
            zip(
                reading.visits["patient"][rows].tolist(),
                reading.visits["interval_days"][rows].tolist(),
                strict=True,
            )
        )
        if limit is None:
            return None
        at_limit = sum(abs(interval - limit) < NEAR for interval in newest.values())
        return share(at_limit, len(newest))

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
