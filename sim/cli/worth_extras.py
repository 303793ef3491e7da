"""`ketasim economics --worth` and `--vary`: what capacity is worth, beside the study's answer.

Each is written and printed by itself, after the answer; what fails costs a line (`optional`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sim.cli.optional import draw_figures, optional
from sim.cli.progress import shown
from sim.cli.terminal import say
from sim.config.names import as_name
from sim.experiment.workers import JobsWanted

if TYPE_CHECKING:
    from sim.model.scenario import Scenario


_TIMES = (2.0, 4.0, 8.0)
"""Of the highest threshold asked for."""


class Weighing(NamedTuple):
    """What the two questions share: how net benefit is counted, and where the answers go."""

    thresholds: Sequence[float]
    perspective: str
    jobs: JobsWanted
    folder: Path
    figures: bool
    quiet: bool


@dataclass(frozen=True)
class Extras:
    """What is asked beside the answer of a study."""

    variants: Mapping[str, Scenario]
    reference: str | None
    worth: bool
    vary: str | None

    @property
    def asked(self) -> dict[str, object]:
        """What the manifest is to hold of it; nothing where nothing is asked."""
        found: dict[str, object] = {"worth": True} if self.worth else {}
        return found | ({"vary": self.vary} if self.vary else {})

    def check(self) -> None:
        """Refuse what cannot be worked out, before anything is simulated."""
        if self.worth:
            from sim.planning.beginning import check_stays_as_it_is

            check_stays_as_it_is(self._clinic[1])
        if self.vary:
            from sim.planning.policy_by_capacity import check_capacities
            from sim.planning.ranges import read_range

            check_capacities(self.variants, read_range(self.vary))

    def work_out(self, how: Weighing) -> None:
        """Simulate, write and tell each that is asked for; what fails costs a line."""
        if self.worth:
            with optional("worth of capacity", how.folder):
                _worth(*self._clinic, how)
        if self.vary:
            with optional("best policy by capacity", how.folder):
                _by_capacity(self.variants, self.vary, how)

    @property
    def _clinic(self) -> tuple[str, Scenario]:
        name = self.reference or next(iter(self.variants))
        return name, self.variants[name]


def _worth(name: str, scenario: Scenario, how: Weighing) -> None:
    """Work out what a clinic's limits cost, and an hour more brings."""
    from sim.experiment.store import add_table
    from sim.figures.capacity_worth import draw_worth
    from sim.planning.worth_of_capacity import worth_of_capacity
    from sim.planning.worth_words import worth_told

    with shown(how.quiet, what="replications of clinics with more") as progress:
        found = worth_of_capacity(
            scenario, how.thresholds, how.perspective, jobs=how.jobs, progress=progress
        )
    for file, table in (("worth.csv", found.limits), ("worth_per_hour.csv", found.hours)):
        add_table(how.folder, file, table)
    if how.figures:
        draw_figures(lambda to, each: draw_worth(found, to, each), how.folder)
    _told(
        [f"What capacity is worth in the clinic of {as_name(name)}:", *worth_told(found)], how.quiet
    )


def _by_capacity(variants: Mapping[str, Scenario], vary: str, how: Weighing) -> None:
    """Find the best variant at each capacity and threshold."""
    from sim.experiment.store import add_table
    from sim.figures.capacity_worth import draw_policies
    from sim.planning.policy_by_capacity import policy_by_capacity
    from sim.planning.worth_words import policies_told

    with shown(how.quiet, what="replications by capacity") as progress:
        found = policy_by_capacity(
            variants, vary, _grid(how.thresholds), how.perspective, jobs=how.jobs,
            progress=progress,
        )  # fmt: skip
    add_table(how.folder, "policy_by_capacity.csv", found.table)
    if how.figures:
        draw_figures(lambda to, each: draw_policies(found, to, each), how.folder)
    currency = next(iter(variants.values())).economics.currency
    _told(policies_told(found, how.thresholds, currency), how.quiet)


def _grid(asked: Sequence[float]) -> list[float]:
    """Give the thresholds asked for, and higher ones, which cost no simulation."""
    middle = max(asked)
    return sorted({*asked, *(times * middle for times in _TIMES)})


def _told(sentences: Iterable[str], quiet: bool) -> None:
    from sim.cli.planning_tables import in_lines

    if not quiet:
        say("\n" + "\n\n".join("\n".join(in_lines(told)) for told in sentences))
