"""Costs against QALYs as files: what a folder of draws holds, and what is written of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from sim.config.errors import ScenarioError
from sim.economics.cost_effectiveness import (
    KIND_OF_ECONOMICS,
    CostEffectiveness,
    cost_effectiveness,
)
from sim.economics.economic_words import economic_cautions, economic_sentences
from sim.experiment.drawn_tables import BUDGETS
from sim.experiment.store import read_manifest, read_table
from sim.experiment.uncertainty import KIND, Uncertain

BUDGET_FILE = "budget_draws.csv"


def read_draws(folder: str | Path) -> Uncertain:
    """Read what `ketasim economics`, or a study with --uncertainty, has simulated.

    Raises ScenarioError for a folder of anything else, and for one without its measures.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    kind = str(manifest.get("kind", "run"))
    if kind not in (KIND, KIND_OF_ECONOMICS):
        raise ScenarioError(
            f'{folder}: this is a result of kind "{kind}", without draws of the parameters; give '
            "the folder of ketasim economics or of ketasim compare --uncertainty posterior, or a "
            "study."
        )
    tables = {}
    for name in ("metrics", "parameters"):
        if not (folder / f"{name}.csv").exists():
            raise ScenarioError(
                f"{folder}: {name}.csv is missing, so nothing can be worked out of it; simulate "
                "the study again."
            )
        tables[name] = _texts_kept(read_table(folder / f"{name}.csv"))
    _check_whole(folder, tables["metrics"], manifest)
    path = folder / BUDGET_FILE
    budget = _texts_kept(read_table(path)) if path.exists() else None
    return Uncertain(
        tables["metrics"], tables["parameters"], int(manifest["draws"]),
        int(manifest["replications"]), manifest["reference"], dict(manifest),
        pd.DataFrame(columns=list(BUDGETS)) if budget is None else budget,
    )  # fmt: skip


def _texts_kept(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(scenario=table["scenario"].astype(str))


def _check_whole(folder: Path, metrics: pd.DataFrame, manifest: Mapping[str, Any]) -> None:
    """Refuse a table that was cut short: means would be of what happens to be left."""
    size = int(manifest["draws"]) * int(manifest["replications"])
    counted = metrics.groupby("scenario")["replication"].nunique()
    for name in manifest["scenarios"]:
        if (found := int(counted.get(name, 0))) != size:
            raise ScenarioError(
                f'{folder / "metrics.csv"}: it has {found} of the {size} replications of "{name}" '
                "that the manifest tells of; it was cut short or changed. Simulate the study again."
            )


def with_answer(
    found: Uncertain, wtp: Sequence[float] | None = None, perspective: str | None = None
) -> CostEffectiveness:
    """Give the answer with a manifest of its own, in which its sentences stand."""
    answer = cost_effectiveness(found, wtp, perspective)
    what = {
        "kind": KIND_OF_ECONOMICS,
        "perspective": answer.terms.perspective,
        "wtp": list(answer.thresholds),
        "answer": economic_sentences(answer),
        "details": [],
        "cautions": economic_cautions(answer),
    }
    return replace(answer, found=replace(found, manifest={**found.manifest, **what}))
