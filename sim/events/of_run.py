"""Which events of a results folder are wanted, and where they come from.

A replication is simulated again, bit for bit; some of its measures, and visits that the run kept,
are compared with it. Where it cannot be simulated again (an object of the user's own), kept visits
alone are read.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sim.arrays import Columns
from sim.config.errors import ScenarioError, nearest
from sim.config.names import safe_name
from sim.events.event_log import Recorded, recorded
from sim.experiment.exported import EXPORTS
from sim.experiment.results import Results
from sim.model.replication import Replication
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.reading import Reading
from sim.outcomes.tables import visits_table
from sim.units import NEVER

_TEXTS = {"kind", "route", "status", "why"}
_WITNESSES = ("infusions_per_patient", "visits_per_week", "census_mean", "chair_utilisation")
"""Measures that tell whether the same was simulated."""
_FRACTIONS = {"interval_days", "dose_mg_kg", "bioavailability", "true_before"}


def chosen_scenario(results: Results, scenario: str | None) -> str:
    """Give the scenario asked for, else the reference, else the only or the first one."""
    names = list(dict.fromkeys([*results.names, *results.manifest.get("scenarios", ())]))
    if scenario is None:
        return results.reference or names[0]
    if scenario not in names:
        known = ", ".join(f'"{name}"' for name in names)
        raise ScenarioError(
            f'--scenario: there is no scenario "{scenario}" in these results, which have {known}.'
            + nearest(scenario, names)
        )
    return scenario


def place_of_export(folder: Path, scenario: str, replication: int | None, ending: str) -> Path:
    """Name the file of an export in the run's own folder; None stands for all replications.

    A name that a file cannot have is told apart from others that look alike by letters of its
    digest.
    """
    what = "all" if replication is None else f"r{replication}"
    name = safe_name(scenario)
    if name != scenario:
        name += f"-{hashlib.sha256(scenario.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    return folder / EXPORTS / f"{name}-{what}{ending}"


def is_simulable(results: Results, scenario: str) -> bool:
    """Whether a scenario can be built again from the manifest."""
    return scenario in results.scenarios


def simulated_again(results: Results, scenario: str, replication: int) -> Replication:
    """Simulate a replication again; refuse it where the visits that were kept are others."""
    results.check_replication(replication)
    run = results.replicate(scenario, replication)
    reading = Reading(run)
    kept = _kept_rows(results, "visits", scenario, replication)
    same = kept is None or _same(visits_table(reading).drop(columns="replication"), kept)
    found = _found(results, scenario, replication)
    if not same or found != {name: CATALOGUE[name].read(reading) for name in found}:
        raise ScenarioError(
            f'What this run holds of "{scenario}", replication {replication}, is not what this '
            "version of ketasim simulates; `ketasim rerun` says what differs. Use the version that "
            "made the run."
        )
    return run


def _found(results: Results, scenario: str, replication: int) -> dict[str, float]:
    """Give some measures of a replication, as the run found them."""
    metrics = results.metrics
    if "measure" not in metrics.columns:
        return {}
    rows = (metrics["scenario"] == scenario) & (metrics["replication"] == replication)
    rows &= metrics["measure"].isin(_WITNESSES)
    return dict(zip(metrics["measure"][rows], metrics["value"][rows], strict=True))


def record_of_run(results: Results, scenario: str, replication: int) -> tuple[Recorded, list[str]]:
    """Give the record of a replication, and what of it is not known, in sentences."""
    if is_simulable(results, scenario):
        return recorded(simulated_again(results, scenario, replication), scenario), []
    results.check_replication(replication)
    kept = _kept_rows(results, "visits", scenario, replication)
    if kept is None:
        raise ScenarioError(
            f'The scenario "{scenario}" was run with an object of your own, which the results '
            "folder cannot rebuild, and its visits were not kept; run it again with "
            '--keep visits --keep patients (keep=["visits", "patients"] in Python).'
        )
    visits = _as_recorded(kept)
    people = _kept_rows(results, "patients", scenario, replication)
    resolved = results.manifest["scenarios"][scenario]["resolved"]
    began = pd.Timestamp(resolved["run"]["start_date"])
    history = pd.Timedelta(days=resolved.get("start", {}).get("history_days", 0))
    first_day: date = (began - history).date()
    if people is not None:
        gone = people[people["discharged"].notna()]
        discharges = {
            "patient": gone["patient"].to_numpy(dtype=np.int64),
            "minute": gone["discharged"].to_numpy(dtype=np.int64),
            "reason": gone["discharge_reason"].to_numpy(dtype=object),
        }
        referred = people["referred"].to_numpy(dtype=np.int64)
        record = Recorded(visits, referred, discharges, first_day, scenario, replication)
        return record, []
    first = pd.Series(visits["ordered"]).groupby(visits["patient"]).min()
    referred = np.full(int(visits["patient"].max(initial=-1)) + 1, NEVER)
    referred[first.index.to_numpy(dtype=np.int64)] = first.to_numpy(dtype=np.int64)
    record = Recorded(visits, referred, None, first_day, scenario, replication)
    return record, [
        "The run kept no patients: people without any visit and the ends of treatment are not in "
        "the export (run with --keep visits --keep patients for them)."
    ]


def _as_recorded(kept: pd.DataFrame) -> Columns:
    """Turn rows of visits that were kept into columns as a record has them."""
    columns: Columns = {}
    for name in map(str, kept.columns):
        if name in _TEXTS:
            columns[name] = kept[name].to_numpy(dtype=object)
        elif name in _FRACTIONS:
            columns[name] = kept[name].to_numpy(dtype=float)
        else:
            whole = kept[name].astype("Float64").fillna(NEVER)
            columns[name] = whole.to_numpy(dtype=float).astype(np.int64)
    return columns


def _kept_rows(results: Results, kind: str, scenario: str, replication: int) -> pd.DataFrame | None:
    """Give the rows of a kept table of one replication, None where there is no such table."""
    if kind not in results.kept:
        return None
    rows = results.kept[kind].rows(scenario, replication)
    return rows.drop(columns=["scenario", "replication"])


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return False
    return all(
        one[name].astype(object).where(one[name].notna(), None).tolist()
        == other[name].astype(object).where(other[name].notna(), None).tolist()
        for name in one.columns
    )
