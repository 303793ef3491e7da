"""One task as a worker of a cluster does it, and what comes home: the outcome, and how it went."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

from sim.experiment.attempts import attempt
from sim.experiment.identity import model_version

PINNED = ("ketasim", "numpy", "scipy")
"""Packages under whose versions the bytes of an outcome are promised."""

SOURCES = "sources"


@dataclass(frozen=True)
class Home:
    """What comes home of one task."""

    outcome: Any
    seconds: float
    process: int
    warnings: tuple[str, ...]
    versions: dict[str, str]


_one_at_a_time = threading.Lock()
"""Threads of one worker take turns: they share warnings, and Python's lock."""


def done_there(work: Callable[[Any], Any], task: Any) -> Home:
    """Do one task; a worker with several threads does one at a time."""
    with _one_at_a_time, warnings.catch_warnings(record=True) as heard:
        began = time.perf_counter()
        outcome = attempt(work, task, None)
        seconds = time.perf_counter() - began
    said = tuple(f"{one.category.__name__}: {one.message}" for one in heard)
    return Home(outcome, seconds, os.getpid(), said, pinned())


@cache
def pinned() -> dict[str, str]:
    """Give the versions of this process that outcomes depend on, and the digest of its sources."""
    return {name: metadata.version(name) for name in PINNED} | {SOURCES: model_version()}
