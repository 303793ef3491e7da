"""What a result was made with: versions, kind of machine, and the commit of this source.

It imports nothing of the model, so that `ketasim --version` answers at once.
"""

from __future__ import annotations

import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "scipy", "simpy", "pandas", "pydantic", "joblib", "pyarrow", "matplotlib")
_SOURCE = Path(__file__).resolve().parents[1]


def versions() -> dict[str, str]:
    """Give the versions that results are promised to be byte-identical under."""
    found = {"ketasim": _version("ketasim"), "python": platform.python_version()}
    return found | {name: _version(name) for name in PACKAGES}


def machine() -> str:
    """Name the kind of machine: operating system, architecture, Python implementation."""
    return f"{platform.system()} {platform.machine()} {platform.python_implementation()}"


def commit() -> dict[str, Any] | None:
    """Give the git commit of this source and whether it was modified since; None outside git.

    An installed copy that merely lies inside somebody's repository has no commit of its own.
    """
    if _git("ls-files", "--error-unmatch", Path(__file__).name, at=Path(__file__).parent) is None:
        return None
    head = _git("rev-parse", "HEAD", at=_SOURCE)
    changes = _git("status", "--porcelain", "--", ".", at=_SOURCE)
    return None if head is None else {"id": head, "modified": bool(changes)}


def _git(*arguments: str, at: Path) -> str | None:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *arguments], cwd=at, capture_output=True, text=True
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
