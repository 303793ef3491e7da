"""The results folder: what a run leaves behind, and how it is read again.

Tables are CSV with every digit of every number, so equal numbers are equal bytes. The manifest
is written last: a folder that has one is complete.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.config.errors import ScenarioError
from sim.config.names import as_meant
from sim.config.texts import MOST_RESULTS, check_file
from sim.experiment.folder import MANIFEST, Replaces, Write, add_file, file_all, manifest_in
from sim.experiment.kept import KEPT_TABLES, Kept
from sim.experiment.provenance import has_foreign
from sim.experiment.results import BUDGET, PATHWAYS, RELAPSES, SUBGROUPS, Results
from sim.experiment.spreadsheets import as_csv
from sim.model.scenario import Scenario

FORMAT = 1
"""Rises when a folder can no longer be read by an older reader."""

_TABLES = ("metrics", "courses", "weeks")
_LATER = {"subgroups": SUBGROUPS, "relapses": RELAPSES, "pathways": PATHWAYS, "budget": BUDGET}
"""Tables that not every folder has, and their columns."""
WITHOUT = ("scenario", "replication")
"""Columns of a table for which there was no room."""
TEXTS = ("scenario", "measure", "by", "group", "item")


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
    missing: list[str] = []


def write_results(
    results: Results,
    folder: str | Path,
    comparison: pd.DataFrame | None = None,
    overwrite: Replaces = None,
) -> Path:
    """Write the tables and the manifest; give the folder.

    An earlier run or comparison in it is replaced whole (with `overwrite`: whatever ketasim wrote
    there), unless `overwrite` is False.
    """
    tables: dict[str, Write] = {
        f"{table}.csv": as_csv(getattr(results, table)) for table in _TABLES
    }
    tables["summary.csv"] = as_csv(results.summary())
    for table in ("relapses", "pathways", "budget"):
        if len(getattr(results, table)):
            tables[f"{table}.csv"] = as_csv(getattr(results, table))
    if len(results.subgroups):
        tables["subgroups.csv"] = as_csv(results.subgroups)
        tables["subgroups_summary.csv"] = as_csv(results.subgroup_summary())
    if comparison is not None:
        tables["comparison.csv"] = as_csv(comparison)
    tables |= {f"{kind}.parquet": kept.write for kind, kept in results.kept.items()}
    manifest = {"made_by": "ketasim", "format": FORMAT, **results.manifest}
    return file_all(folder, tables, manifest, overwrite)


def add_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write one more table beside those of a finished piece of work."""
    add_file(folder, name, as_csv(table))


def write_folder(
    folder: str | Path,
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
    overwrite: Replaces = None,
    gone_on_with: Collection[str] = (),
) -> Path:
    """Write tables by file name and, last, the manifest of a piece of work; give the folder."""
    written = {name: as_csv(table) for name, table in tables.items()}
    return file_all(folder, written, manifest, overwrite, gone_on_with)


def read_results(folder: str | Path) -> Results:
    """Read a results folder; its numbers are exactly those that were written.

    Raises ScenarioError for a folder that is damaged, and for an answer of another kind than runs.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    if (kind := manifest.get("kind")) is not None:
        raise ScenarioError(
            f'{folder}: this is a result of kind "{kind}", which holds no patients and visits '
            "that could be told one by one; give the folder of ketasim run or compare."
        )
    manifest = _whole(folder, manifest)
    metrics, courses, weeks = (_table(folder, table, manifest) for table in _TABLES)
    if "metrics.csv" not in manifest.get("missing", ()):
        _check_every_replication(folder, metrics, manifest)
    return Results(
        metrics=metrics,
        courses=courses,
        weeks=weeks,
        scenarios=dict(rebuilt(folder, manifest)),
        seed=manifest["seed"],
        replications=manifest["replications"],
        reference=manifest["reference"],
        manifest=manifest,
        kept=dict(_kept(folder)),
        **{table: _if_there(folder, table) for table in _LATER},
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


def _check_every_replication(
    folder: Path, metrics: pd.DataFrame, manifest: Mapping[str, Any]
) -> None:
    """Refuse a table that was cut short: then means would be of what happens to be left."""
    counted = metrics.groupby("scenario")["replication"].nunique()
    for name in manifest["scenarios"]:
        if (found := int(counted.get(name, 0))) != manifest["replications"]:
            raise ScenarioError(
                f"{folder / 'metrics.csv'}: it has {found} of the {manifest['replications']} "
                f'replications of "{name}" that the manifest tells of; it was cut short or changed '
                "after the run. Run the study again."
            )


def _table(folder: Path, table: str, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Read a table; one for which there was no room, as the manifest says, has no rows."""
    name = f"{table}.csv"
    missing = name in manifest.get("missing", ()) and not (folder / name).exists()
    return pd.DataFrame(columns=WITHOUT) if missing else _read_csv(folder / name)


def _if_there(folder: Path, table: str) -> pd.DataFrame:
    path = folder / f"{table}.csv"
    return _read_csv(path) if path.exists() else pd.DataFrame(columns=_LATER[table])


def rebuilt(folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, Scenario]]:
    """Build the scenarios of a manifest again, by name, but for those with one's own objects."""
    from sim.config.validation import validated

    for name, entry in manifest.get("scenarios", {}).items():
        if not has_foreign(entry["resolved"]):
            yield name, validated(Scenario, entry["resolved"], f"{folder / MANIFEST} ({name})")


def _kept(folder: Path) -> Iterator[tuple[str, Kept]]:
    for kind in KEPT_TABLES:
        if (file := folder / f"{kind}.parquet").exists():
            yield kind, Kept((file,))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Give the manifest of a folder; refuse one that ketasim did not make, or a later one did."""
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


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a table back: names stay text, even "NA", and numbers keep every digit."""
    table = _cells_of(path)
    try:
        texts = {name: table[name].map(as_meant) for name in TEXTS if name in table.columns}
        return table.assign(
            **texts,
            **{name: _numbers(table[name]) for name in table.columns if name not in TEXTS},
        )
    except ValueError as fault:
        raise ScenarioError(f"{path}: this table cannot be read ({fault}).") from fault


def read_table(path: Path) -> pd.DataFrame:
    """Read a table of any command: a column of numbers alone is numbers, any other text."""
    table = _cells_of(path)
    return table.assign(**{str(name): _as_written(table[name]) for name in table.columns})


def _cells_of(path: Path) -> pd.DataFrame:
    """Read a table as the texts that stand in it."""
    try:
        check_file(path, MOST_RESULTS)
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise ScenarioError(f"{path}: this table cannot be read ({fault}).") from fault


def _as_written(column: pd.Series[str]) -> Any:
    if str(column.name) not in TEXTS:
        with suppress(ValueError):
            return _numbers(column)
    return column.map(as_meant)


def _numbers(column: pd.Series[str]) -> NDArray[np.generic]:
    # Python reads the digits exactly in every version of pandas, whose own readers did not.
    texts = column.to_list()
    if all(text.lstrip("-").isdigit() for text in texts):
        return np.array([int(text) for text in texts], dtype=np.int64)
    return np.array([float(text or "nan") for text in texts])
