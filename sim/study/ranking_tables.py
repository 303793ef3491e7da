"""A choice of the best as tables, and its folder of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sim.arrays import Floats
from sim.experiment.folder import Replaces
from sim.experiment.store import write_folder
from sim.outcomes.catalogue import possible, possible_difference, unit
from sim.stats.intervals import mean_interval, paired
from sim.stats.resampling import drawn_means, paired_means, shares_best
from sim.study.choice import Choice
from sim.study.procedures import FIRST_STAGE

BEST, _REPLICATIONS = "best.csv", "best_replications.csv"
_COLUMNS = [
    "scenario", "measure", "unit", "mean", "lower", "upper", "replications", "status",
    "eliminated_after", "leader", "difference", "difference_lower", "difference_upper",
    "probability_best", "probability_within_delta",
]  # fmt: skip


def best_table(answer: Choice) -> pd.DataFrame:
    """Give one row a variant, in the order of the study.

    `mean` with its interval is over the variant's own `replications`. `difference` is the variant
    minus the leader (the one chosen, or ahead so far) over those that both have, paired, so that
    it tells more than two means. `probability_best` is the share of bootstrap samples of
    replications, the same for all variants, in which it is the best (equals share a sample), and
    `probability_within_delta` that of those in which it is no more than delta behind; both are
    empty before the first ten replications. No interval is widened for the choosing.
    """
    leader, measure = _leader(answer), answer.aim.measure
    sign = 1.0 if answer.aim.largest else -1.0
    drawn = drawn_means([sign * values for values in answer.values.values()])
    best, within = shares_best(drawn, answer.delta or 0.0)
    told = min(map(len, answer.values.values())) >= FIRST_STAGE
    rows = []
    for place, (name, values) in enumerate(answer.values.items()):
        level = mean_interval(values, possible=possible(measure))
        n = min(len(values), len(answer.values[leader]))
        apart = paired(values[:n], answer.values[leader][:n], possible=possible_difference(measure))
        limits = (level.mean, level.lower, level.upper, len(values))
        stood = (_status(answer, name), answer.eliminated.get(name), leader)
        far = (apart.difference, apart.lower, apart.upper)
        close = None if answer.delta is None else within[place]
        if name == leader:
            far = (None, None, None)
        probable = (best[place], close) if told else (None, None)
        rows.append((name, measure, unit(measure), *limits, *stood, *far, *probable))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    numbers = ["mean", "lower", "upper", *_COLUMNS[10:]]
    return table.astype(dict.fromkeys(numbers, float) | {"eliminated_after": "Int64"})


def _leader(answer: Choice) -> str:
    """Name the variant that was chosen, or that of those still in whose mean is ahead."""
    if answer.best is not None:
        return answer.best
    sign = 1.0 if answer.aim.largest else -1.0
    means = sign * paired_means([answer.values[name] for name in answer.left])
    return answer.left[int(means.argmax())]


def skewed_differences(answer: Choice) -> bool:
    """Tell whether differences from the best are so skewed that KN may promise too much."""
    if answer.best is None:
        return False
    theirs = answer.values[answer.best]
    sizes = {name: min(len(values), len(theirs)) for name, values in answer.values.items()}
    return any(
        paired(answer.values[name][:n], theirs[:n]).method in ("bootstrap-t", "few values")
        for name, n in sizes.items()
        if name != answer.best
    )


def _status(answer: Choice, name: str) -> str:
    if name in answer.eliminated:
        return "eliminated"
    if not answer.finished:
        return "still in"
    if name == answer.best:
        return "best"
    return "equal to the best" if name in answer.left else "not the best"


def values_table(values: Mapping[str, Floats], measure: str) -> pd.DataFrame:
    """Give one row a variant and replication."""
    rows = [
        (name, replication, measure, float(value))
        for name, column in values.items()
        for replication, value in enumerate(column, 1)
    ]
    return pd.DataFrame(rows, columns=["scenario", "replication", "measure", "value"])


def write_best(answer: Choice, folder: str | Path, overwrite: Replaces = None) -> Path:
    """Write best.csv, best_replications.csv and, last, the manifest."""
    tables = {
        BEST: best_table(answer),
        _REPLICATIONS: values_table(answer.values, answer.aim.measure),
    }
    return write_folder(folder, tables, answer.manifest, overwrite)
