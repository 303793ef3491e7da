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
from sim.outcomes.catalogue import possible, unit
from sim.outcomes.whereabouts import IN_CARE, NOT_FOLLOWED
from sim.stats.summaries import Summary, summarised

if TYPE_CHECKING:
    from sim.model.replication import PhasesOf, Replication

TidyTable: TypeAlias = pd.DataFrame
"""What those name who pass a table on without touching pandas."""

METRICS = ["scenario", "replication", "measure", "value"]
SUMMARY = [
    "scenario", "measure", "unit", "mean", "lower", "upper", "replications",
    "method", "median", "median_lower", "median_upper", "not_reached",
]  # fmt: skip
_NUMBERS = ("mean", "lower", "upper", "median", "median_lower", "median_upper")
SUBGROUPS = ["scenario", "replication", "by", "group", "patients", "measure", "value"]
RELAPSES = ["scenario", "replication", "day", "at_risk", "relapsed", "free"]
PATHWAYS = ["scenario", "replication", "week", *IN_CARE, NOT_FOLLOWED]
BUDGET = ["scenario", "replication", "year", "days", "item", "amount"]
BY_GROUP = [
    "scenario", "by", "group", "patients", "measure", "unit", "mean", "lower", "upper",
    "replications", "too_small", "method", "median", "median_lower", "median_upper", "not_reached",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Results:
    """All replications of all scenarios of one run, under one seed.

    `metrics` (scenario, replication, measure, value) holds the measures that were defined; an
    infinite value was not reached within the run. `courses` and `weeks` hold a row per
    replication and week since referral, or calendar week. All scenarios have the same
    replications 1 to `replications`, so they can be paired. `subgroups` holds the measures of
    groups of people, without value where a group was too small. `relapses` (a row per week since
    response), `pathways` (a row per week since referral, a column per state) and `budget` (a row
    per year and item of costs, not discounted) are empty where an older folder has none.
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
    relapses: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=RELAPSES))
    pathways: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PATHWAYS))
    budget: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=BUDGET))

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
        return self.own_units.get(measure) or unit(measure)

    @property
    def own_units(self) -> dict[str, str]:
        """The units of measures of the user's own, by name."""
        return {entry["name"]: str(entry["unit"]) for entry in self.manifest.get("measures", ())}

    def summary(self, measures: Sequence[str] | None = None, level: float = 0.95) -> pd.DataFrame:
        """Give the mean over replications of every measure, with its interval.

        `replications` counts those in which the measure was defined, `not_reached` those of them in
        which it was infinite; the mean then is infinite and has no limits, and the median with its
        order-statistic limits tells of all. One replication has no limits. `method` is how the
        mean's were found (`sim.stats.summaries.Summary`); none leaves what is possible.
        """
        rows = [
            self._row(str(scenario), str(measure), values, level)
            for (scenario, measure), values in self._groups()
            if measures is None or measure in measures
        ]
        return pd.DataFrame(rows, columns=SUMMARY).astype(dict.fromkeys(_NUMBERS, float))

    def subgroup_summary(self, level: float = 0.95) -> pd.DataFrame:
        """Give the mean over replications of every measure of every group, as `summary` does.

        `patients` is the mean number in a replication, `too_small` the number of replications in
        which the group had too few people to tell, which are left out of the mean.
        """
        groups = self.subgroups.groupby(["scenario", "by", "group", "measure"], sort=False)
        rows = []
        for (scenario, by, group, measure), rows_of in groups:
            found = summarised(rows_of["value"].to_numpy(), level, possible(str(measure)))
            people = rows_of["patients"].mean()
            about = (scenario, by, group, people, measure, self.unit(str(measure)))
            too_small = int(rows_of["value"].isna().sum())
            rows.append((*about, *_mean_of(found), too_small, *_rest_of(found)))
        floats = dict.fromkeys(("patients", *_NUMBERS), float)
        return pd.DataFrame(rows, columns=BY_GROUP).astype(floats)

    def replicate(
        self, scenario: str, replication: int = 1, phases: PhasesOf | None = None
    ) -> Replication:
        """Simulate one replication again, bit for bit, with every patient and visit.

        `phases` as in the run: it is a function, which results do not keep.
        """
        from sim.model.replication import replicate

        if scenario in self.scenarios:
            described = self.manifest.get("scenarios", {}).get(scenario, {})
            check_files(self.scenarios[scenario], described)
            return replicate(self.scenarios[scenario], self.seed, replication, phases)
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

    def check_replication(self, replication: int) -> None:
        """Refuse a replication that the run does not have."""
        if not 1 <= replication <= self.replications:
            raise ScenarioError(
                f"replication {replication}: this run has the replications 1 to "
                f"{self.replications}."
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
        found = summarised(values.to_numpy(), level, possible(measure))
        return (scenario, measure, self.unit(measure), *_mean_of(found), *_rest_of(found))


def rows_by_measure(table: TidyTable) -> dict[tuple[str, str], dict[str, Any]]:
    """Give the rows of a table by scenario and measure."""
    rows = [dict(zip(map(str, table.columns), row, strict=True)) for row in table.values]
    return {(str(row["scenario"]), str(row["measure"])): row for row in rows}


def _mean_of(found: Summary) -> tuple[object, ...]:
    return found.mean, found.lower, found.upper, found.n


def _rest_of(found: Summary) -> tuple[object, ...]:
    limits = (found.median_lower, found.median_upper)
    return found.method, found.median, *limits, found.not_reached
