"""What a task is, as a digest: equal tasks of the same model have one, and no others.

In it are the work and what it is told, the scenario with the content of its files, seed and
replication, the sources of the model, and the versions of numpy and scipy. Not in it are how many
replications are asked for, and under which seed or subgroups a scenario would run by itself.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.provenance import described, digest, has_foreign
from sim.experiment.versions import versions
from sim.model.scenario import Scenario

LENGTH = 32  # hexadecimal digits of a key: two of 10^9 tasks are alike by chance once in 10^20
_NOT_THE_MODEL = ("cli", "figures", "report", "story")
_NOT_THE_TASK = ("seed", "replications", "by")  # of the run table
_PACKAGES = ("numpy", "scipy")


class NoIdentityError(TypeError):
    """Something that has no digest: an object or a function of the user's own."""


def key_of(work: Callable[..., Any], task: object) -> str:
    """Give the digest of one task; raises NoIdentityError where there is none."""
    return digest([model_version(), _plain(work), _plain(task)])[:LENGTH]


@cache
def model_version() -> str:
    """Give the digest of what an outcome depends on beside its task: sources, numpy and scipy.

    Commands, figures, reports and stories are left out, as they simulate nothing.
    """
    root, found = Path(__file__).parents[1], hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] not in _NOT_THE_MODEL:
            found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    installed = versions()
    return digest([found.hexdigest(), *(installed[name] for name in _PACKAGES)])


@lru_cache(maxsize=256)
def scenario_digest(scenario: Scenario) -> str:
    """Give the digest of a scenario and of the content of its files."""
    told = described({"it": scenario})["it"]
    data = told["resolved"]
    if has_foreign(data):
        raise NoIdentityError("a scenario with an object of one's own")
    run = {name: value for name, value in data["run"].items() if name not in _NOT_THE_TASK}
    return digest([{**data, "run": run}, told.get("files", {})])


def _plain(value: object) -> Any:
    """Give plain data that tell one value from another."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Scenario):
        return scenario_digest(value)
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, date | time | Path):
        return str(value)
    if isinstance(value, partial):
        return [_plain(value.func), _plain(value.args), _plain(value.keywords)]
    if is_dataclass(value) and not isinstance(value, type):
        told = {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.compare}
        return [type(value).__qualname__, told]
    if callable(value) and getattr(value, "__module__", "").startswith("sim."):
        return f"{value.__module__}.{getattr(value, '__qualname__', '')}"
    raise NoIdentityError(f"{type(value).__qualname__} has no identity")
