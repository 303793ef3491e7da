"""What a run gives: tidy tables, one row per scenario, replication and measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from sim.config.errors import ScenarioError, nearest
from sim.experiment.kept import Kept
from sim.experiment.provenance import check_files
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.stats.intervals import t_interval

if TYPE_CHECKING:
    from sim.model.replication import Replication

Table: TypeAlias = pd.DataFrame
"""What those name who pass a table on without touching pandas."""

METRICS = ["scenario", "replication", "measure", "value"]
SUMMARY = ["scenario", "measure", "unit", "mean", "lower", "upper", "replications"]
SUBGROUPS = ["scenario", "replication", "by", "group", "patients", "measure", "value"]
BY_GROUP = [
    "scenario", "by", "group", "patients", "measure", "unit", "mean", "lower", "upper",
    "replications", "too_small",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Results:
    """All replications of all scenarios of one run, under one seed.

    `metrics` (scenario, replication, measure, value) holds the measures that were defined; an
    infinite value was not reached within the run. `courses` and `weeks` hold a row per
    replication and week since referral, or calendar week. All scenarios have the same
    replications 1 to `replications`, so they can be paired. `subgroups` holds the measures of
    groups of people, without value where a group was too small.
    """

    metrics: pd.DataFrame
    courses: pd.DataFrame
    weeks: pd.DataFrame
    scenarios: dict[str, Scenario]
    seed: int
    replications: int
    reference: str | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    subgroups: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SUBGROUPS))

    def __repr__(self) -> str:
        names = ", ".join(self.names)
        return f"Results({names}; {self.replications} replications, seed {self.seed})"

    @property
    def names(self) -> list[str]:
        """The scenarios in the order of the study, also those that could not be rebuilt."""
        listed = [str(name) for name in self.metrics["scenario"].unique()]
        return listed or list(self.scenarios)

    @property
    def interrupted(self) -> bool:
        """Whether the run ended early, with fewer replications than were asked for."""
        return bool(self.manifest.get("interrupted", False))

    def unit(self, measure: str) -> str:
        """Give the unit of a measure, one of the user's own among them."""
        own = {entry["name"]: str(entry["unit"]) for entry in self.manifest.get("measures", ())}
        return own.get(measure) or unit(measure)

    def summary(self, measures: Sequence[str] | None = None, level: float = 0.95) -> pd.DataFrame:
        """Give the mean over replications of every measure, with its t interval.

        `replications` counts those in which the measure was defined. With one there is no
        interval, and none where a replication did not reach the measure (mean infinite).
        """
        rows = [
            self._row(str(scenario), str(measure), values, level)
            for (scenario, measure), values in self._groups()
            if measures is None or measure in measures
        ]
        numbers = dict.fromkeys(("mean", "lower", "upper"), float)
        return pd.DataFrame(rows, columns=SUMMARY).astype(numbers)

    def subgroup_summary(self, level: float = 0.95) -> pd.DataFrame:
        """Give the mean over replications of every measure of every group, with its t interval.

        `patients` is the mean number in a replication, `too_small` the number of replications in
        which the group had too few people to tell, which are left out of the mean.
        """
        groups = self.subgroups.groupby(["scenario", "by", "group", "measure"], sort=False)
        rows = []
        for (scenario, by, group, measure), rows_of in groups:
            values = rows_of["value"].dropna().to_numpy()
            numbers: tuple[float | None, ...] = (None, None, None, 0)
            if len(values):
                interval = t_interval(values, level)
                numbers = (interval.mean, interval.lower, interval.upper, interval.n)
            about = (
                scenario,
                by,
                group,
                rows_of["patients"].mean(),
                measure,
                self.unit(str(measure)),
            )
            rows.append((*about, *numbers, int(rows_of["value"].isna().sum())))
        floats = dict.fromkeys(("patients", "mean", "lower", "upper"), float)
        return pd.DataFrame(rows, columns=BY_GROUP).astype(floats)

    def replicate(self, scenario: str, replication: int = 1) -> Replication:
        """Simulate one replication again, bit for bit, with every patient and visit."""
        from sim.model.replication import replicate

        if scenario in self.scenarios:
            described = self.manifest.get("scenarios", {}).get(scenario, {})
            check_files(self.scenarios[scenario], described)
            return replicate(self.scenarios[scenario], self.seed, replication)
        if scenario in self.names:
            raise ScenarioError(
                f'The scenario "{scenario}" was run with an object of your own, which the results '
                "folder cannot rebuild; call sim.replicate with that scenario instead."
            )
        known = ", ".join(f'"{name}"' for name in self.names)
        raise ScenarioError(
            f'There is no scenario "{scenario}" in these results, which have {known}.'
            + nearest(scenario, self.names)
        )

    @property
    def patients(self) -> pd.DataFrame:
        """One row per scenario, replication and patient, when patients were kept."""
        return self._kept("patients")

    @property
    def visits(self) -> pd.DataFrame:
        """One row per scenario, replication and visit, when visits were kept."""
        return self._kept("visits")

    def _kept(self, kind: str) -> pd.DataFrame:
        if kind not in self.kept:
            raise ScenarioError(
                f"These results did not keep their {kind}; run again with --keep {kind} "
                f'(keep="{kind}" in Python), or use replicate() for a single replication.'
            )
        return self.kept[kind].table()

    def _groups(self) -> Any:
        return self.metrics.groupby(["scenario", "measure"], sort=False)["value"]

    def _row(self, scenario: str, measure: str, values: Any, level: float) -> tuple[object, ...]:
        interval = t_interval(values.to_numpy(), level)
        limits = (interval.lower, interval.upper)
        return (scenario, measure, self.unit(measure), interval.mean, *limits, interval.n)


def unit(measure: str) -> str:
    """Give the unit of a measure, or nothing for one that is not in the catalogue."""
    return CATALOGUE[measure].unit if measure in CATALOGUE else ""
