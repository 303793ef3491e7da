"""Which scenario differs from the reference, on the same patients, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.config.errors import ScenarioError, nearest
from sim.experiment.results import Results
from sim.outcomes.catalogue import CATALOGUE, possible_difference
from sim.stats.intervals import PairedDifference, holm, paired
from sim.stats.ranks import Ranks, compared

COMPARISON = [
    "reference",
    "scenario",
    "measure",
    "unit",
    "difference",
    "lower",
    "upper",
    "p_value",
    "p_adjusted",
    "correlation",
    "unpaired_half_width",
    "replications",
    "variance_gain",
    "method",
    "median_difference",
    "median_lower",
    "median_upper",
    "superiority",
    "superiority_lower",
    "superiority_upper",
    "higher",
    "not_reached",
]
TEXT_OR_COUNT = {"replications", "method", "higher", "not_reached"}


class Row(NamedTuple):
    """One scenario and measure: the difference of means, or where none exists that of ranks."""

    reference: str
    scenario: str
    measure: str
    difference: PairedDifference
    ranks: Ranks | None
    not_reached: int

    @property
    def p_value(self) -> float | None:
        """The p value of the test that the row's method names."""
        return self.difference.p_value if self.ranks is None else self.ranks.p_value


def compare(
    results: Results,
    reference: str | None = None,
    measures: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Pair every scenario with the reference, replication by replication.

    `difference` is the scenario minus the reference, with its paired interval inside the possible;
    `method` says how it was found (`t`, `bootstrap-t`, `few values`, `all equal`). `p_adjusted` is
    Holm's over the scenarios, within each measure. `unpaired_half_width` is what independent
    seeds would have given (Welch), `variance_gain` how many times as many replications they
    would have needed. `replications` counts the pairs in which both reached the measure.

    Where `not_reached` pairs have an infinite value there is no mean difference, and the method is
    `sign`: the median difference (empty where unreached pairs leave it open), `higher`, the number
    of pairs in which the scenario is higher, `superiority`, the share of them with ties as half,
    and the p value of a sign test.
    """
    reference = _reference(results, reference)
    _check_pairs(results.metrics)
    blocks = [
        _adjusted(
            list(_rows(results.metrics, reference, results.names, measure, level)),
            results.unit(measure),
        )
        for measure in _measures(results.metrics, measures)
    ]
    rows = [row for block in blocks for row in block]
    table = pd.DataFrame(rows, columns=COMPARISON)
    numbers = [name for name in COMPARISON[4:] if name not in TEXT_OR_COUNT]
    return table.astype(dict.fromkeys(numbers, float) | {"higher": "Int64"})


def compare_runs(
    reference: Results,
    other: Results,
    measures: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Pair the scenarios of another run with the reference of this one.

    Refused unless both used the same seed and replications: other patients cannot be paired. A
    scenario of the same name in both is called "name (other)".
    """
    if (reference.seed, reference.replications) != (other.seed, other.replications):
        raise ScenarioError(
            "These runs cannot be paired: one has "
            f"{reference.replications} replications of seed {reference.seed}, the other "
            f"{other.replications} of seed {other.seed}. Run one of them again with the seed and "
            "the number of replications of the other."
        )
    base = reference.reference or reference.names[0]
    renamed = {n: f"{n} (other)" if n in reference.names else n for n in other.names}
    return _across(reference, base, other, renamed, measures, level)


def compare_alike(
    one: Results,
    here: str,
    other: Results,
    there: str,
    measures: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Pair a scenario of another run with one of this run, as far as both have replications."""
    return _across(one, here, other, {there: f"{there} (other)"}, measures, level)


def _across(
    one: Results,
    base: str,
    other: Results,
    renamed: Mapping[str, str],
    measures: Sequence[str] | None,
    level: float,
) -> pd.DataFrame:
    """Pair scenarios of another run, under new names, with one of this run."""
    count = min(one.replications, other.replications)
    ours = one.metrics[one.metrics["scenario"] == base]
    theirs = other.metrics[other.metrics["scenario"].isin(list(renamed))]
    theirs = theirs.assign(scenario=theirs["scenario"].map(dict(renamed)))
    both = pd.concat([ours, theirs], ignore_index=True)
    joined = Results(
        metrics=both[both["replication"] <= count],
        courses=one.courses.iloc[:0],
        weeks=one.weeks.iloc[:0],
        scenarios={},
        seed=one.seed,
        replications=count,
        reference=base,
        manifest={"measures": _own(one) + _own(other)},
    )
    return compare(joined, base, measures, level)


def _own(results: Results) -> list[Any]:
    return list(results.manifest.get("measures", ()))


def _reference(results: Results, name: str | None) -> str:
    name = name or results.reference
    if name is None:
        raise ScenarioError(
            "A comparison needs a reference: name one of the scenarios "
            f"({', '.join(results.names)}), as in compare(results, reference=...)."
        )
    if name not in results.names:
        raise ScenarioError(
            f'reference: there is no scenario "{name}" in these results, which have '
            f"{', '.join(results.names)}.{nearest(name, results.names)}"
        )
    return name


def _check_pairs(metrics: pd.DataFrame) -> None:
    """Refuse scenarios that were not run on the same replications."""
    sets = metrics.groupby("scenario", sort=False)["replication"].agg(frozenset)
    if sets.nunique() > 1:
        counts = ", ".join(f"{name} {len(numbers)}" for name, numbers in sets.items())
        raise ScenarioError(
            f"These scenarios cannot be paired, as their replications differ ({counts}); "
            "run them in one study."
        )


def _measures(metrics: pd.DataFrame, wanted: Sequence[str] | None) -> list[str]:
    present = [str(name) for name in metrics["measure"].unique()]
    if wanted is None:
        ordered = [name for name in CATALOGUE if name in present]
        return ordered + [name for name in present if name not in CATALOGUE]
    for name in wanted:
        if name not in present:
            raise ScenarioError(f'measure: there is no "{name}" here.{nearest(name, present)}')
    return list(wanted)


def _rows(
    metrics: pd.DataFrame, reference: str, names: Sequence[str], measure: str, level: float
) -> Iterator[Row]:
    values = metrics[metrics["measure"] == measure].pivot(
        index="replication", columns="scenario", values="value"
    )
    for name in names:
        if name != reference:
            # Both columns may be missing: a measure is absent where nobody was in its group.
            pair = values.reindex(columns=[name, reference]).dropna()
            ours, theirs = pair[name].to_numpy(), pair[reference].to_numpy()
            difference = paired(ours, theirs, level, possible_difference(measure))
            not_reached = int((~np.isfinite(pair.to_numpy(dtype=float))).any(axis=1).sum())
            ranks = compared(ours, theirs, level) if not_reached else None
            yield Row(reference, name, measure, difference, ranks, not_reached)


def _adjusted(rows: Sequence[Row], unit: str) -> Iterator[tuple[object, ...]]:
    """Add Holm's adjustment over the scenarios of one measure."""
    p_values = pd.Series([row.p_value for row in rows], dtype=float)
    for row, adjusted in zip(rows, holm(p_values), strict=True):
        d = row.difference
        limits = (d.difference, d.lower, d.upper, row.p_value, adjusted)
        gained = (d.correlation, d.unpaired_half_width, d.n, d.variance_gain)
        named = (row.reference, row.scenario, row.measure, unit)
        yield *named, *limits, *gained, *_ranked(row), row.not_reached


def _ranked(row: Row) -> tuple[object, ...]:
    r = row.ranks
    if r is None:
        return row.difference.method, *[None] * 7
    share = r.superiority
    medians = (r.median, r.median_lower, r.median_upper)
    return "sign", *medians, share.mean, share.lower, share.upper, r.higher
