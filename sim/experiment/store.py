"""The results folder: what a run leaves behind, and how it is read again.

Tables are CSV with every digit of every number, so equal numbers are equal bytes. The manifest
is written last: a folder that has one is complete.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.config.errors import ScenarioError
from sim.config.names import as_meant, safe_name
from sim.config.texts import MOST_RESULTS, MOST_TABLE, Unreadable, check, read_text
from sim.experiment.kept import KINDS, Kept
from sim.experiment.results import SUBGROUPS, Results
from sim.experiment.spreadsheets import write_csv
from sim.model.scenario import Scenario

MANIFEST = "manifest.json"
FORMAT = 1
"""Rises when a folder can no longer be read by an older reader."""

TABLES = ("metrics", "courses", "weeks")
SPLIT = ("subgroups", "subgroups_summary")
"""Written only when a run was split by subgroups."""
TEXTS = ("scenario", "measure", "by", "group")
OURS = (
    MANIFEST,
    *(f"{table}.csv" for table in (*TABLES, *SPLIT, "summary", "comparison")),
    *(f"{kind}.parquet" for kind in KINDS),
)


class Described(BaseModel):
    """What a manifest says of a scenario."""

    model_config = ConfigDict(strict=True)
    digest: str
    resolved: dict[str, Any]


class ReadManifest(BaseModel):
    """What must stand in a manifest for its folder to be read; more may."""

    model_config = ConfigDict(strict=True)
    format: int = FORMAT
    seed: int = Field(ge=0, lt=2**63)
    replications: int = Field(ge=1, le=10**7)
    reference: str | None
    scenarios: dict[str, Described] = Field(min_length=1)


def default_folder(name: str, root: str | Path = "results") -> Path:
    """Name a folder that does not exist yet: results/<name>-<date>-<time>, then -2, -3 ..."""
    stem = f"{safe_name(name) or 'run'}-{datetime.now():%Y%m%d-%H%M%S}"
    folder = Path(root) / stem
    count = 2
    while folder.exists():
        folder = Path(root) / f"{stem}-{count}"
        count += 1
    return folder


def prepare(folder: str | Path) -> Path:
    """Make the folder and prove that it can be written, before anybody waits for a simulation.

    Results of ketasim in it may be written over; anything else that would be is refused.
    """
    folder = Path(folder)
    taken = [name for name in OURS if (folder / name).exists()]
    if taken and not _made_by_ketasim(folder):
        raise ScenarioError(
            f"{folder}: this folder holds {taken[0]} but no manifest of ketasim, so it is not "
            "written over; give another folder with --out."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise _unwritable(folder, fault) from fault
    return folder


def abandon(folder: Path) -> None:
    """Remove a prepared folder in which nothing was written after all."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def write(results: Results, folder: str | Path, comparison: pd.DataFrame | None = None) -> Path:
    """Write the tables and the manifest; give the folder."""
    folder = prepare(folder)
    try:
        _clear(folder)
        for table in TABLES:
            write_csv(getattr(results, table), folder / f"{table}.csv")
        for kind, kept in results.kept.items():
            kept.write(folder / f"{kind}.parquet")
        write_csv(results.summary(), folder / "summary.csv")
        if len(results.subgroups):
            write_csv(results.subgroups, folder / "subgroups.csv")
            write_csv(results.subgroup_summary(), folder / "subgroups_summary.csv")
        if comparison is not None:
            write_csv(comparison, folder / "comparison.csv")
        manifest = {"made_by": "ketasim", "format": FORMAT, **results.manifest}
        text = json.dumps(manifest, indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    except OSError as fault:
        raise _unwritable(folder, fault) from fault
    return folder


def add(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write one more table beside those of a finished piece of work."""
    try:
        write_csv(table, folder / name)
    except OSError as fault:
        raise _unwritable(folder, fault) from fault


def prepare_for(kind: str, folder: str | Path) -> Path:
    """Make a folder for one kind of work; another kind's results in it are not mixed in."""
    folder = Path(folder)
    if (folder / MANIFEST).exists():
        found = manifest_in(folder)
        if not isinstance(found, dict) or found.get("kind") != kind:
            raise ScenarioError(
                f"{folder}: this folder holds other results; give another folder with --out."
            )
    return prepare(folder)


def write_folder(
    folder: str | Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]
) -> Path:
    """Write tables by file name and, last, the manifest of a piece of work; give the folder."""
    folder = prepare_for(str(manifest["kind"]), folder)
    try:
        for name, table in tables.items():
            write_csv(table, folder / name)
        text = json.dumps(manifest, indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    except OSError as fault:
        raise _unwritable(folder, fault) from fault
    return folder


def read_results(folder: str | Path) -> Results:
    """Read a results folder; its numbers are exactly those that were written."""
    folder = Path(folder)
    manifest = _whole(folder, _read_manifest(folder))
    metrics, courses, weeks = (_read_csv(folder / f"{table}.csv") for table in TABLES)
    return Results(
        metrics=metrics,
        courses=courses,
        weeks=weeks,
        scenarios=dict(_rebuilt(folder, manifest)),
        seed=manifest["seed"],
        replications=manifest["replications"],
        reference=manifest["reference"],
        manifest=manifest,
        kept=dict(_kept(folder)),
        subgroups=_subgroups(folder),
    )


def _whole(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Refuse a manifest that was cut short or edited into what no run writes."""
    try:
        read = ReadManifest.model_validate(manifest)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ScenarioError(
            f"{folder / MANIFEST}: {where}: {first['msg'][:1].lower()}{first['msg'][1:]}; the "
            "manifest was changed after the run. Run the study again."
        ) from None
    if read.reference is not None and read.reference not in read.scenarios:
        raise ScenarioError(
            f'{folder / MANIFEST}: reference: there is no scenario "{read.reference}" in it.'
        )
    return manifest


def _subgroups(folder: Path) -> pd.DataFrame:
    path = folder / "subgroups.csv"
    return _read_csv(path) if path.exists() else pd.DataFrame(columns=SUBGROUPS)


def _rebuilt(folder: Path, manifest: dict[str, Any]) -> Iterator[tuple[str, Scenario]]:
    from sim.config.validation import validate

    for name, entry in manifest["scenarios"].items():
        if not _has_foreign(entry["resolved"]):
            yield name, validate(Scenario, entry["resolved"], f"{folder / MANIFEST} ({name})")


def _has_foreign(data: object) -> bool:
    """Whether some object of the user's own stands in the data, which only names it."""
    if isinstance(data, dict):
        return set(data) == {"object"} or any(_has_foreign(value) for value in data.values())
    return isinstance(data, list) and any(_has_foreign(value) for value in data)


def _kept(folder: Path) -> Iterator[tuple[str, Kept]]:
    for kind in KINDS:
        if (file := folder / f"{kind}.parquet").exists():
            yield kind, Kept((file,))


def manifest_in(folder: Path) -> Any:
    """Give what the folder's manifest holds, None where there is none that can be read."""
    try:
        return json.loads(read_text(folder / MANIFEST, MOST_TABLE))
    except (Unreadable, ValueError, RecursionError):
        return None


def _read_manifest(folder: Path) -> dict[str, Any]:
    manifest = manifest_in(folder)
    if manifest is None:
        raise ScenarioError(
            f"{folder}: this is no results folder, as it has no readable {MANIFEST}; give the "
            "folder that ketasim run or compare has written."
        )
    if not isinstance(manifest, dict) or manifest.get("made_by") != "ketasim":
        raise ScenarioError(f"{folder / MANIFEST}: this manifest was not made by ketasim.")
    form = manifest.get("format", FORMAT)
    if isinstance(form, int) and form > FORMAT:
        raise ScenarioError(
            f"{folder / MANIFEST}: format {form} is of a later ketasim than this "
            f"one, which reads up to {FORMAT}; update ketasim to read it."
        )
    return manifest


def _made_by_ketasim(folder: Path) -> bool:
    try:
        _read_manifest(folder)
    except ScenarioError as fault:
        return "later ketasim" in str(fault)
    return True


def _clear(folder: Path) -> None:
    """Remove what an earlier run left, so that no folder mixes two runs."""
    earlier = [folder / name for name in OURS]
    if (folder / MANIFEST).exists():
        earlier += sorted((folder / "figures").glob("*.png"))
    for file in earlier:
        file.unlink(missing_ok=True)


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a table back: names stay text, even "NA", and numbers keep every digit."""
    try:
        check(path, MOST_RESULTS)
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        texts = {name: table[name].map(as_meant) for name in TEXTS if name in table.columns}
        return table.assign(
            **texts,
            **{name: _numbers(table[name]) for name in table.columns if name not in TEXTS},
        )
    except (OSError, ValueError) as fault:
        raise ScenarioError(f"{path}: this table cannot be read ({fault}).") from fault


def _numbers(column: pd.Series[str]) -> NDArray[np.generic]:
    # Python reads the digits exactly in every version of pandas, whose own readers did not.
    texts = column.to_list()
    if all(text.lstrip("-").isdigit() for text in texts):
        return np.array([int(text) for text in texts], dtype=np.int64)
    return np.array([float(text or "nan") for text in texts])


def _unwritable(folder: Path, fault: OSError) -> ScenarioError:
    reason = fault.strerror or str(fault)
    return ScenarioError(
        f"{folder}: results cannot be written there ({reason}); "
        "give a folder that can be written with --out."
    )
