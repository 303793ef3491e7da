"""The folder `exports` of a results folder: what was made for other programs, and may be replaced.

A list in it says which files ketasim wrote, and which bytes. Only those give way without a word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sim.config.errors import ScenarioError
from sim.config.texts import MOST_TABLE, Unreadable, read_text
from sim.config.writing import Unwritten, aside, reason, write_text

EXPORTS = "exports"
WRITTEN = "written.json"
"""By file name, the SHA-256 of what ketasim wrote there."""


@dataclass(frozen=True)
class Exported:
    """What was written, where, and what of it could not be known."""

    path: Path
    told: str
    missing: tuple[str, ...] = ()


def write_export(path: Path, write: Callable[[Path], object], overwrite: bool = False) -> Path:
    """Write one file, whole or not at all; in a folder `exports` it is noted as ketasim's."""
    check_export(path, overwrite)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside(path) as part:
            write(part)
        if path.parent.name == EXPORTS:
            _note(path)
    except OSError as fault:
        raise Unwritten(
            f"{path}: the export cannot be written there ({reason(fault)}); give another --out."
        ) from fault
    return path


def check_export(path: Path, overwrite: bool = False) -> None:
    """Refuse to replace what ketasim did not write, or what was changed since."""
    if path.is_dir():
        raise ScenarioError(f"{path}: this is a folder; name a file with --out.")
    if path.exists() and not overwrite and not _is_ours(path):
        raise ScenarioError(
            f"{path}: this file is already there, and not as ketasim wrote it; give --overwrite, "
            "or another name with --out."
        )


def forget_exports(folder: Path) -> None:
    """Remove the exports of a results folder that are as ketasim wrote them."""
    exports = folder / EXPORTS
    for name in _listed(exports):
        if _is_ours(exports / name):
            (exports / name).unlink(missing_ok=True)
    (exports / WRITTEN).unlink(missing_ok=True)
    with suppress(OSError):
        exports.rmdir()


def _is_ours(path: Path) -> bool:
    known = _listed(path.parent).get(path.name)
    return known is not None and path.is_file() and _digest(path) == known


def _listed(exports: Path) -> dict[str, str]:
    try:
        found = json.loads(read_text(exports / WRITTEN, MOST_TABLE))
    except (OSError, Unreadable, ValueError, RecursionError):
        return {}
    if exports.name != EXPORTS or not isinstance(found, dict):
        return {}
    return {str(name): str(known) for name, known in found.items() if Path(name).name == name}


def _note(path: Path) -> None:
    listed = {**_listed(path.parent), path.name: _digest(path)}
    text = json.dumps(listed, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    write_text(path.parent / WRITTEN, text)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
