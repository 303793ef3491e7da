"""Instructions a visit, which no other load on the machine changes; needs valgrind.

Each engine runs twice under cachegrind, the second time for half as many days: the difference holds
neither start-up nor warm-up. A visit of the plain model costs the more the fuller the clinic
is, so the ratio is of these days and no other.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHILD = Path(__file__).with_name("timed.py")
COUNTER = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
STEADY = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}  # as many at each run
DAYS = 240
"""Of the longer run; visits are counted from half of it on."""
REFS = re.compile(r"I\s+refs:\s+([\d,]+)")

Counted = tuple[int, int]
"""Instructions, and visits done."""


def instructions_a_visit(days: int = DAYS) -> dict[str, float] | None:
    """Count for the model and the plain model; None where there is no valgrind."""
    if shutil.which(COUNTER[0]) is None:
        return None
    return {
        engine: a_visit(counted(engine, days), counted(engine, days // 2))
        for engine in ("model", "plain")
    }


def counted(engine: str, days: int) -> Counted:
    """Count the instructions of one replication of the default clinic, start-up included."""
    asked = json.dumps(
        {"engine": engine, "changes": {"run.days": days}, "first": 1, "replications": 1}
    )
    done = subprocess.run(
        [*COUNTER, sys.executable, str(CHILD), asked],
        check=True, capture_output=True, text=True, env={**os.environ, **STEADY},
    )  # fmt: skip
    return instructions_in(done.stderr), json.loads(done.stdout)["visits"]


def instructions_in(told: str) -> int:
    """Read the instructions from what cachegrind says; raises ValueError where there are none."""
    found = REFS.search(told)
    if found is None:
        raise ValueError(f"no instructions in what cachegrind said: {told[-300:]!r}")
    return int(found[1].replace(",", ""))


def a_visit(whole: Counted, half: Counted) -> float:
    """Give the instructions of a visit that is in the whole run and not in its first half."""
    more, visits = whole[0] - half[0], whole[1] - half[1]
    if more <= 0 or visits <= 0:
        raise ValueError(f"the longer run must do more: {whole} and {half}")
    return more / visits
