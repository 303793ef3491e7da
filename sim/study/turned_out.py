"""What turned out in a run and has to be said above its numbers: nothing happened at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clinic.booking_rules import Slots
from sim.policy.boosters import NoBoosters
from sim.policy.induction import NoInduction
from sim.report.cautions import cautions_of

if TYPE_CHECKING:
    from sim.experiment.results import Results

MOST_NAMED, FEW_NAMED = 12, 3
"""Scenarios that a caution names one by one."""


def cautions_of_results(results: Results) -> list[str]:
    """List what to know before the numbers, each once, with the scenarios that it is true of."""
    of: dict[str, list[str]] = {}
    for name, scenario in results.scenarios.items():
        for said in (*turned_out(results, name), *cautions_of(scenario)):
            of.setdefault(said, []).append(name)
    every = len(results.scenarios)
    return [
        said if len(names) == every else f"{_named(names)}: {said}" for said, names in of.items()
    ]


def _named(names: list[str]) -> str:
    """Name scenarios; of more than a terminal can take, the first, and how many more.

    Points of a design have commas in their names, and there are many.
    """
    points = any(", " in name for name in names)
    between, most = ("; ", FEW_NAMED) if points else (", ", MOST_NAMED)
    if len(names) <= most:
        return between.join(names)
    return f"{between.join(names[:FEW_NAMED])} and {len(names) - FEW_NAMED} more"


def turned_out(results: Results, name: str) -> list[str]:
    """Say that nobody was treated, where that is so in all replications of a scenario."""
    scenario = results.scenarios[name]
    rows = results.metrics[results.metrics["scenario"] == name]
    seen = {str(m): float(values.abs().max()) for m, values in rows.groupby("measure")["value"]}
    policy = scenario.policy
    if isinstance(policy.induction, NoInduction) and isinstance(policy.boosters, NoBoosters):
        return []
    if seen.get("infusions_per_week", 0.0) > 0 or not len(rows):
        return []
    run = scenario.run
    counted = run.days - run.warm_up
    said = (
        f"Nobody had an infusion in {results.replications} replication(s) of {counted} days: "
        "measures of treatment are 0 or empty for that reason."
    )
    unbooked = isinstance(scenario.clinic.booking, Slots) and "no_show_share" not in seen
    return [said + (" No appointment came due either." if unbooked else "")]
