"""Which scenario differs from the reference, on the same patients, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from sim.config.errors import ScenarioError, nearest
from sim.experiment.results import Results
from sim.outcomes.catalogue import CATALOGUE
from sim.stats.intervals import PairedDifference, holm, paired

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
]


def compare(
    results: Results,
    reference: str | None = None,
    measures: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Pair every scenario with the reference, replication by replication.

    `difference` is the scenario minus the reference, with its paired t interval. `p_adjusted` is
    Holm's over the scenarios, within each measure. `unpaired_half_width` is what independent
    seeds would have given (Welch), `variance_gain` how many times as many replications they
    would have needed. `replications` counts the pairs in which both had the measure; where one
    did not reach it (infinite) the numbers are empty.
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
    numbers = COMPARISON[4:11] + COMPARISON[12:]
    return table.astype(dict.fromkeys(numbers, float))


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
    theirs = other.metrics.assign(scenario=other.metrics["scenario"].map(renamed))
    ours = reference.metrics[reference.metrics["scenario"] == base]
    joined = Results(
        metrics=pd.concat([ours, theirs], ignore_index=True),
        courses=reference.courses.iloc[:0],
        weeks=reference.weeks.iloc[:0],
        scenarios={},
        seed=reference.seed,
        replications=reference.replications,
        reference=base,
        manifest={"measures": _own(reference) + _own(other)},
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
) -> Iterator[tuple[str, str, str, PairedDifference]]:
    values = metrics[metrics["measure"] == measure].pivot(
        index="replication", columns="scenario", values="value"
    )
    for name in names:
        if name != reference:
            # Both columns may be missing: a measure is absent where nobody was in its group.
            pair = values.reindex(columns=[name, reference]).dropna()
            difference = paired(pair[name].to_numpy(), pair[reference].to_numpy(), level)
            yield reference, name, measure, difference


def _adjusted(
    rows: Sequence[tuple[str, str, str, PairedDifference]], unit: str
) -> Iterator[tuple[object, ...]]:
    """Add Holm's adjustment over the scenarios of one measure."""
    p_values = pd.Series([d.p_value for *_, d in rows], dtype=float)
    for (reference, name, measure, d), adjusted in zip(rows, holm(p_values), strict=True):
        limits = (d.difference, d.lower, d.upper, d.p_value, adjusted)
        gained = (d.correlation, d.unpaired_half_width, d.n, d.variance_gain)
        yield reference, name, measure, unit, *limits, *gained
