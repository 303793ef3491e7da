"""`ketasim economics --worth` and `--vary`: what capacity is worth, beside the study's answer.

Each is written and printed by itself, after the answer; what fails costs a line (`optional`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sim.cli.optional import draw_figures, optional
from sim.cli.progress import shown
from sim.cli.terminal import say
from sim.experiment.workers import JobsWanted

if TYPE_CHECKING:
    from sim.model.scenario import Scenario


_TIMES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Of the highest threshold asked for."""


class Weighing(NamedTuple):
    """What the two questions share: how net benefit is counted, and how they are simulated."""

    thresholds: Sequence[float]
    perspective: str
    replications: int | None
    seed: int | None
    jobs: JobsWanted
    folder: Path
    figures: bool
    quiet: bool


def worth_in_money(scenario: Scenario, how: Weighing) -> list[str]:
    """Work out what a clinic's limits cost, and an hour more brings; give the tables written."""
    from sim.experiment.store import add_table
    from sim.figures.capacity_worth import draw_worth
    from sim.planning.worth_of_capacity import worth_of_capacity
    from sim.planning.worth_words import worth_told

    files: list[str] = []
    with optional("worth of capacity", how.folder):
        with shown(how.quiet, what="replications of clinics with more") as progress:
            found = worth_of_capacity(
                scenario, how.thresholds, how.perspective, how.replications, how.seed, how.jobs,
                progress,
            )  # fmt: skip
        for name, table in (("worth.csv", found.limits), ("worth_per_hour.csv", found.hours)):
            add_table(how.folder, name, table)
            files.append(name)
        if how.figures:
            draw_figures(lambda to, each: draw_worth(found, to, each), how.folder)
        _told(worth_told(found), how.quiet)
    return files


def by_capacity(variants: Mapping[str, Scenario], vary: str, how: Weighing) -> list[str]:
    """Find the best policy at each capacity and threshold; give the tables written."""
    from sim.experiment.store import add_table
    from sim.figures.capacity_worth import draw_policies
    from sim.planning.policy_by_capacity import policy_by_capacity
    from sim.planning.worth_words import policies_told

    with optional("best policy by capacity", how.folder):
        with shown(how.quiet, what="replications of policies by capacity") as progress:
            found = policy_by_capacity(
                variants, vary, _grid(how.thresholds), how.perspective,
                how.replications, how.seed, how.jobs, progress,
            )  # fmt: skip
        add_table(how.folder, "policy_by_capacity.csv", found.table)
        if how.figures:
            draw_figures(lambda to, each: draw_policies(found, to, each), how.folder)
        currency = next(iter(variants.values())).economics.currency
        _told(policies_told(found, how.thresholds, currency), how.quiet)
        return ["policy_by_capacity.csv"]
    return []


def _grid(asked: Sequence[float]) -> list[float]:
    """Give the thresholds asked for, and others around them that cost no simulation."""
    middle = max(asked)
    return sorted({*asked, *(times * middle for times in _TIMES)})


def _told(sentences: Iterable[str], quiet: bool) -> None:
    from sim.cli.planning_tables import in_lines

    if not quiet:
        say("\n" + "\n".join(line for told in sentences for line in in_lines(told)))
