"""A second run beside the first: what was asked otherwise, and what came out otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

import numpy as np
from scipy import stats

from sim.config.errors import ScenarioError
from sim.experiment.results import Results, rows_by_measure
from sim.figures.style import spoken, title
from sim.page.assumed import differing
from sim.page.content import RUN, PageAnswer, ReadFolder, TextTable
from sim.page.studies_told import headline_of
from sim.report.numbers_told import difference_cell, mean_cell, rounded
from sim.study.paired import compare_alike

_HERE, _THERE = "this run", "the other"
_MOST_PATHS = 40


def answer_beside(told: ReadFolder, other: ReadFolder) -> PageAnswer:
    """Set two runs or comparisons side by side, scenario by scenario of the same name.

    With one seed and one sampling the replications have the same draws, and are paired; else the
    difference is of unrelated samples (Welch).
    """
    for of in (told, other):
        if of.kind != RUN:
            raise ScenarioError(
                f'{of.folder}: a result of kind "{of.kind}" cannot stand beside another; give two '
                "folders of ketasim run or compare."
            )
    one, two = told.results, other.results
    pairs = _pairs(one, two)
    if not pairs:
        raise ScenarioError(
            f"{other.folder}: none of its scenarios ({', '.join(two.names)}) has the name of one "
            f"of {told.folder} ({', '.join(one.names)}), so nothing can be set side by side."
        )
    return PageAnswer(
        kind=f"Beside {other.folder.name}",
        sentences=list(_sentences(one, two, pairs)),
        grids=[*_asked(told, other, pairs), *_measured(one, two, pairs)],
    )


def _pairs(one: Results, two: Results) -> list[tuple[str, str]]:
    """Match scenarios by name; the only scenarios of two runs belong together anyway."""
    if len(one.names) == len(two.names) == 1:
        return [(one.names[0], two.names[0])]
    return [(name, name) for name in one.names if name in two.names]


def _paired(one: Results, two: Results) -> bool:
    """Whether replications of one number have the same draws: one seed, and one way of drawing."""
    ways = {scenario.run.sampling for of in (one, two) for scenario in of.scenarios.values()}
    return one.seed == two.seed and len(ways) <= 1


def _sentences(one: Results, two: Results, pairs: list[tuple[str, str]]) -> Iterator[str]:
    n, m = one.replications, two.replications
    if _paired(one, two):
        yield (
            f"Both runs have seed {one.seed}, so replication by replication they have the same "
            f"draws: differences are paired, over {min(n, m)} of {n} and {m} replications."
        )
    else:
        why = f"different seeds ({one.seed} and {two.seed})"
        if one.seed == two.seed:
            why = "different sampling (run.sampling)"
        yield (
            f"The runs have {why}, so other people and other luck: differences are of unrelated "
            f"samples of {n} and {m} replications, and less sure than if they were paired."
        )
    left = [name for name in (*one.names, *two.names) if name not in {p for q in pairs for p in q}]
    if left:
        yield f"Not in both: {', '.join(map(spoken, dict.fromkeys(left)))}."


def _asked(
    told: ReadFolder, other: ReadFolder, pairs: list[tuple[str, str]]
) -> Iterator[TextTable]:
    rows: list[list[str]] = []
    for here, there in pairs:
        if here in told.scenarios and there in other.scenarios:
            found = differing(told.scenarios[here], other.scenarios[there])
            rows += [[path, *values] for path, values in found.items()]
    unique = list(dict.fromkeys(map(tuple, rows)))
    left = len(unique) - _MOST_PATHS
    note = f"{left} more are in the manifests." if left > 0 else ""
    if unique:
        columns = ["parameter", _HERE, _THERE]
        yield TextTable("What was asked otherwise", columns, unique[:_MOST_PATHS], note)


def _measured(one: Results, two: Results, pairs: list[tuple[str, str]]) -> Iterator[TextTable]:
    ours, theirs = (rows_by_measure(results.summary()) for results in (one, two))
    for here, there in pairs:
        measures = [m for m in headline_of(one) if (here, m) in ours and (there, m) in theirs]
        differences = _differences(one, two, here, there, measures)
        rows = [
            [
                f"{title(m)}\n{one.unit(m)}",
                mean_cell(ours[here, m]),
                mean_cell(theirs[there, m]),
                differences.get(m, "–"),
            ]
            for m in measures
        ]
        names = spoken(here) if here == there else f"{spoken(here)} and {spoken(there)}"
        how = "paired" if _paired(one, two) else "Welch"
        columns = ["", _HERE, _THERE, f"the other minus this ({how})"]
        yield TextTable(f"What came out: {names}", columns, rows)


def _differences(
    one: Results, two: Results, here: str, there: str, measures: list[str]
) -> dict[str, str]:
    if not _paired(one, two):
        found = {m: _welch(_values(one, here, m), _values(two, there, m)) for m in measures}
        return {m: said for m, said in found.items() if said}
    table = compare_alike(one, here, two, there, measures)
    return {m: difference_cell(row) for (_, m), row in rows_by_measure(table).items()}


def _values(results: Results, scenario: str, measure: str) -> Any:
    metrics = results.metrics
    chosen = (metrics["scenario"] == scenario) & (metrics["measure"] == measure)
    return metrics.loc[chosen, "value"].to_numpy(dtype=float)


def _welch(here: Any, there: Any) -> str:
    """Say a difference of unrelated samples; none where a value was not reached or is alone."""
    if min(len(here), len(there)) < 2 or not np.isfinite([*here, *there]).all():
        return ""
    found = stats.ttest_ind(there, here, equal_var=False).confidence_interval()
    half = float(found.high - found.low) / 2
    if isnan(half):
        return ""
    difference = float(there.mean() - here.mean())
    return f"{rounded(difference, half, '+')}\n±{rounded(half, half)}"
