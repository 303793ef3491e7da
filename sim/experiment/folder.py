"""A results folder as a whole: made new, replaced only when asked for, and filed all or nothing.

Files are written aside and put in place together, the manifest last: a folder that has one holds
the results that it tells of and nothing of earlier ones.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.names import safe_name
from sim.config.texts import MOST_TABLE, Unreadable, read_text
from sim.config.writing import (
    Incomplete,
    aside,
    discard,
    part_of,
    reason,
    settle,
    unwritable,
)
from sim.experiment import log
from sim.experiment.exported import forget_exports
from sim.experiment.kept import KEPT_TABLES
from sim.experiment.ledger import alone_in, forget_parts, keeps_nothing

MANIFEST = "manifest.json"
_FIGURES = "figures"
_TABLES = (
    "metrics", "courses", "weeks", "relapses", "pathways", "budget", "summary", "comparison",
    "subgroups", "subgroups_summary",
    "parameters", "uncertainty", "uncertainty_comparison",
    "capacity", "capacity_replications", "draws", "buildup", "erlang_c", "rests_on", "margins",
    "loop", "dose_count", "factors", "validation", "estimates", "predictive", "posterior",
    "design", "by_factor",
    "best", "best_replications", "pareto", "pareto_replications",
    "controlled", "capacity_controlled",
    "budget_draws", "worth", "worth_per_hour", "policy_by_capacity",
    "tornado", "tornado_replications", "morris", "morris_replications", "sobol",
    "sobol_replications", "alternatives", "alternatives_replications", "map", "map_replications",
    "economics", "cost_items", "plane", "net_benefit", "acceptability", "evppi", "budget_impact",
)  # fmt: skip
"""Every table that some command writes."""
OURS = (
    *(f"{table}.csv" for table in _TABLES),
    *(f"{kind}.parquet" for kind in KEPT_TABLES),
    "chain.npz",
    "report.html",
)
DRAWN = (
    "mean_scores", "tradeoff", "forest", "patients", "utilisation_and_waits",
    "closed_loop", "capacity", "mix", "chair_plan", "build_up", "validation", "infusions_needed",
    "booster_interval", "groups", "best", "pareto",
    "factor_clearance", "factor_severity", "factor_route", "factor_ptsd", "factor_chronic_pain",
    "factor_benzodiazepine_high", "factor_durability", "factor_sensitivity", "factor_plasticity",
    "main_effects", "warm_up",
    "relapse_free", "caseload", "subgroup_forest", "pathways", "uncertainty",
    "capacity_worth", "best_by_capacity",
    "tornado", "screening", "indices", "alternatives", "two_way_map",
    "plane", "acceptability", "frontier", "evppi", "budget", "cost_items",
)  # fmt: skip
"""Every figure that some command draws, but for those of single patients."""
_DRAWN_BEFORE = ("weekly",)
"""Figures that earlier versions drew, and that go with an earlier result."""
OF_ONE_PATIENT = re.compile(r"patient-\d+-r\d+-[^/]*\.png")

Write = Callable[[Path], object]
"""Writes a file of the name that it is given."""
Replaces = bool | Callable[[Path], bool] | None
"""Whether an earlier result gives way: as told, as a folder says, or (None) one of its own kind."""


def new_folder(name: str, root: str | Path = "results") -> Path:
    """Make results/<name>-<date>-<time>, or -2, -3 ...: nobody else has it, nor will have."""
    stem = f"{safe_name(name) or 'run'}-{datetime.now():%Y%m%d-%H%M%S}"
    folder, count = Path(root) / stem, 1
    try:
        Path(root).mkdir(parents=True, exist_ok=True)
        while True:
            try:
                folder.mkdir()
            except FileExistsError:
                count += 1
                folder = Path(root) / f"{stem}-{count}"
            else:
                return folder
    except OSError as fault:
        raise unwritable(folder, fault) from fault


def prepare(
    folder: str | Path, overwrite: bool = False, gone_on_with: Collection[str] = ()
) -> Path:
    """Make the folder and prove that it can be written, before anybody waits for a simulation.

    An earlier result in it is refused unless it may be replaced, and always what ketasim did not
    make; but not the files that the work goes on with.
    """
    folder = Path(folder)
    check_replaceable(folder, overwrite, gone_on_with)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise unwritable(folder, fault) from fault
    return folder


def check_replaceable(folder: Path, overwrite: bool, gone_on_with: Collection[str] = ()) -> None:
    """Refuse a folder in which something would be lost that nobody gave up."""
    names = [name for name in (MANIFEST, *OURS) if name not in gone_on_with]
    taken = [name for name in names if (folder / name).exists()]
    if taken and not _made_by_ketasim(folder):
        raise ScenarioError(
            f"{folder}: this folder holds {taken[0]} but no manifest of ketasim, so it is not "
            "written over; give another folder with --out."
        )
    if taken and not overwrite:
        raise ScenarioError(
            f"{folder}: this folder holds an earlier result; give --overwrite to replace it, or "
            "another folder with --out."
        )


def abandon(folder: Path) -> None:
    """Remove a prepared folder in which nothing was written after all, and no task was finished.

    A log of that goes with it.
    """
    if keeps_nothing(folder):
        forget_parts(folder)
    if folder.is_dir():
        log.forget_own(folder)
        if not any(folder.iterdir()):
            folder.rmdir()


def file_all(
    folder: str | Path,
    tables: Mapping[str, Write],
    manifest: Mapping[str, Any],
    overwrite: Replaces = None,
    gone_on_with: Collection[str] = (),
) -> Path:
    """Write tables by file name and, last, the manifest; give the folder.

    An earlier result is replaced whole, when not told otherwise only one of the same kind. Where
    there is no room for all, what comes first in `tables` is kept, the manifest names what
    is `missing`, and Incomplete is raised; without room for the first and the manifest everything
    stays as it was.
    """
    folder = Path(folder)
    with alone_in(folder):
        if overwrite is None:
            found = manifest_in(folder)
            overwrite = isinstance(found, dict) and found.get("kind") == manifest.get("kind")
        elif not isinstance(overwrite, bool):
            overwrite = overwrite(folder)
        prepare(folder, overwrite, gone_on_with)
        return _filed_all(folder, tables, manifest, gone_on_with)


def _filed_all(
    folder: Path, tables: Mapping[str, Write], manifest: Mapping[str, Any], keep: Collection[str]
) -> Path:
    try:
        staged, missing = _aside(folder, tables, manifest)
        _in_place(folder, staged, keep)
    except OSError as fault:
        raise unwritable(folder, fault) from fault
    finally:
        for name in (*tables, MANIFEST):
            discard(part_of(folder / name))
    for name in staged:
        log.wrote(folder / name)
    if missing:
        raise Incomplete(_told(folder, missing))
    return folder


def add_file(folder: Path, name: str, write: Write) -> None:
    """Write one more file beside those of a finished piece of work, whole or not at all."""
    try:
        with aside(folder / name) as part:
            write(part)
    except OSError as fault:
        raise unwritable(folder, fault) from fault
    log.wrote(folder / name)


def manifest_in(folder: Path) -> Any:
    """Give what the folder's manifest holds, None where there is none that can be read."""
    return _read(folder / MANIFEST)


def manifests_in(folder: Path) -> list[dict[str, Any]]:
    """Give the folder's manifest, and one that was about to be put in place when all ended."""
    found = [_read(path) for path in (folder / MANIFEST, part_of(folder / MANIFEST))]
    return [manifest for manifest in found if isinstance(manifest, dict)]


def clear(folder: Path, keep: Collection[str] = ()) -> None:
    """Remove an earlier result, its manifest before its tables, and nothing of anybody else's."""
    if (folder / MANIFEST).exists():
        log.forget(folder)
        forget_exports(folder)
    figures = folder / _FIGURES
    tables = [folder / name for name in OURS if name not in keep]
    drawn = []
    if figures.is_dir():
        drawn = [figures / f"{name}.png" for name in (*DRAWN, *_DRAWN_BEFORE)]
        drawn += [file for file in figures.iterdir() if OF_ONE_PATIENT.fullmatch(file.name)]
    for file in (folder / MANIFEST, *tables, *drawn):
        file.unlink(missing_ok=True)
    for file in (*tables, *drawn):
        part_of(file).unlink(missing_ok=True)


def _aside(
    folder: Path, tables: Mapping[str, Write], manifest: Mapping[str, Any]
) -> tuple[list[str], dict[str, OSError]]:
    """Write what there is room for; give the names, and what hindered the others."""
    staged: list[str] = []
    missing: dict[str, OSError] = {}
    for name, write in tables.items():
        if (fault := _staged(folder / name, write)) is None:
            staged.append(name)
        elif not staged:
            raise fault
        else:
            missing[name] = fault
    while fault := _staged(folder / MANIFEST, _manifest(manifest, missing)):
        if len(staged) < 2:
            raise fault
        missing[staged[-1]] = fault  # makes room
        discard(part_of(folder / staged.pop()))
    return staged, missing


def _staged(path: Path, write: Write) -> OSError | None:
    """Write a file aside; give what hindered it, if something did."""
    part = part_of(path)
    try:
        write(part)
        settle(part)
    except OSError as fault:
        discard(part)
        return fault
    return None


def _in_place(folder: Path, staged: Sequence[str], keep: Collection[str]) -> None:
    """Put what was written aside in the place of an earlier result, even if interrupted."""
    try:
        _put(folder, staged, keep)
    except KeyboardInterrupt:
        _put(folder, staged, keep)  # goes on where it was
        raise


def _put(folder: Path, staged: Sequence[str], keep: Collection[str]) -> None:
    if part_of(folder / MANIFEST).exists():
        clear(folder, (*staged, *keep))
        for name in (*staged, MANIFEST):
            if (part := part_of(folder / name)).exists():
                part.replace(folder / name)


def _manifest(manifest: Mapping[str, Any], missing: Mapping[str, OSError]) -> Write:
    what = {**manifest, "missing": list(missing)} if missing else dict(manifest)
    text = json.dumps(what, indent=2, ensure_ascii=False) + "\n"
    return lambda part: part.write_text(text, encoding="utf-8")


def _told(folder: Path, missing: Mapping[str, OSError]) -> str:
    why = reason(next(iter(missing.values())))
    return (
        f"{folder}: {', '.join(missing)} could not be written ({why}); the other tables are there "
        "and whole. Make room and run again, or give another folder with --out."
    )


def _made_by_ketasim(folder: Path) -> bool:
    """Tell by the manifest, or by the one that was about to be put in place when all ended."""
    return any(found.get("made_by") == "ketasim" for found in manifests_in(folder))


def _read(path: Path) -> Any:
    try:
        return json.loads(read_text(path, MOST_TABLE))
    except (Unreadable, ValueError, RecursionError):
        return None
