"""The parts of the benchmark: each measures one thing and gives plain numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from sim import per_use
from sim.compiled import compiled_modules
from sim.experiment.executors import execute
from sim.experiment.task import Task, simulate
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.reading import Reading
from sim.people.fluctuation import Fluctuation
from sim.people.two_states import TwoStates
from sim.per_use import PerUse, RealPerUse
from sim.streams import Purpose, Streams
from variances import LEAST, variance_ratio

CHILD = Path(__file__).with_name("timed.py")
UNLIMITED = {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
CLINICS: dict[str, dict[str, object]] = {"default clinic": {}, "unlimited": UNLIMITED}
EVERY_28: dict[str, object] = {"policy.boosters": {"kind": "fixed", "every_days": 28}}

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # idle threads would count as processor time

Numbers = dict[str, Any]


def in_fresh_process(
    engine: str, changes: dict[str, object], first: int, replications: int
) -> dict[str, float]:
    """Time some replications in a process of their own."""
    asked = {
        "engine": engine, "changes": changes, "first": first, "replications": replications
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(CHILD), json.dumps(asked)],
        check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD},
    )  # fmt: skip
    result: dict[str, float] = json.loads(done.stdout)
    return result


def ratio(rounds: int = 5, replications: int = 2) -> Numbers:
    """Visits per second of the model and of the plain model, in turn, and their ratio."""
    out: Numbers = {}
    for clinic, changes in CLINICS.items():
        runs: dict[str, list[dict[str, float]]] = {"model": [], "plain": []}
        for number in range(rounds):
            for engine, results in runs.items():
                first = 1 + number * replications
                results.append(in_fresh_process(engine, changes, first, replications))
        speeds = {
            engine: [result["visits"] / result["seconds"] for result in results]
            for engine, results in runs.items()
        }
        ratios = [fast / slow for fast, slow in zip(speeds["model"], speeds["plain"], strict=True)]
        out[clinic] = {
            "visits_per_second": {engine: median(values) for engine, values in speeds.items()},
            "patient_years_per_second": {
                engine: median(result["patient_years"] / result["seconds"] for result in results)
                for engine, results in runs.items()
            },
            "ratios": ratios,
            "ratio": median(ratios),
        }
    return out


def random_numbers(replications: int = 3) -> Numbers:
    """The share of run time that keyed random numbers take: blocks drawn, and values looked up.

    Nothing of a compiled build, around whose functions nothing can be put.
    """
    if compiled_modules():
        return {}
    scenario = Scenario()
    _read(scenario, 0)
    plain = _processor_seconds(lambda: [_read(scenario, n + 1) for n in range(replications)])
    drawing, looked_up = _Clock(), _Count()
    originals = {
        (owner, name): getattr(owner, name)
        for owner, names in {
            per_use._Blocks: ("__missing__",),
            PerUse: ("__call__",),
            RealPerUse: ("__call__",),
            Fluctuation: ("_drift_block", "_noise_block", "drift", "noise"),
            TwoStates: ("_draw", "within"),
            Streams: ("uniform_per_patient", "normal_per_patient"),
        }.items()
        for name in names
    }
    try:
        for (owner, name), original in originals.items():
            wrap = looked_up if name in ("__call__", "drift", "noise", "within") else drawing
            setattr(owner, name, wrap.around(original))
        for number in range(replications):
            _read(scenario, number + 1)
    finally:
        for (owner, name), original in originals.items():
            setattr(owner, name, original)
    lookups = looked_up.calls * _seconds_a_lookup()
    return {
        "seconds": plain,
        "blocks_share": drawing.seconds / plain,
        "lookups_share": lookups / plain,
        "share": (drawing.seconds + lookups) / plain,
        "lookups": looked_up.calls,
    }


class _Clock:
    """Adds up the seconds inside the functions it is put around, nested calls once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = False

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def clocked(*arguments: Any) -> Any:
            if self._inside:
                return function(*arguments)
            self._inside = True
            begun = perf_counter()
            try:
                return function(*arguments)
            finally:
                self.seconds += perf_counter() - begun
                self._inside = False

        return clocked


class _Count:
    """Counts the calls of the functions it is put around."""

    def __init__(self) -> None:
        self.calls = 0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.calls += 1
            return function(*arguments)

        return counted


def _seconds_a_lookup() -> float:
    draw = PerUse(Streams(1, 1), Purpose.PREPARE, lambda uniform: uniform)
    draw(0, 0)
    calls = 100_000

    def look_up() -> None:
        for use in range(calls):
            draw(use & 255, 0)

    return min(_processor_seconds(look_up) for _ in range(3)) / calls


SIZES = {100: 6, 1_000: 2, 10_000: 1}
"""Patients in one replication, and how many replications are timed."""
LARGE = {100_000: 1}


def growth(large: bool = False) -> Numbers:
    """Cost of a visit in clinics of several sizes, busy alike, over one year; seconds by size."""
    out: Numbers = {}
    for patients, replications in {**SIZES, **(LARGE if large else {})}.items():
        per_week = patients * 7 / 365
        changes: dict[str, object] = {
            "run.days": 365,
            "referrals.per_week": per_week,
            "clinic.chairs": max(1, round(per_week * 3 / 4)),
            "clinic.nurses": max(1, round(per_week / 2)),
            "clinic.prescribers": max(1, round(per_week / 4)),
        }
        result = in_fresh_process("model", changes, 1, replications)
        out[str(patients)] = result["seconds"] / result["visits"]
    return out


def pairing(replications: int = LEAST, jobs: int | None = None) -> Numbers:
    """Variance of the difference adaptive - every 28 days, independent over common numbers."""
    policies = {"adaptive": {}, "every_28_days": EVERY_28}
    tasks = [
        Task(f"{clinic}/{policy}", Scenario().override({**changes, **chosen}), 1, number)
        for number in range(1, replications + 1)
        for clinic, changes in CLINICS.items()
        for policy, chosen in policies.items()
    ]
    outcomes = execute(simulate, tasks, jobs).outcomes
    days: dict[str, list[float]] = {}
    for place, task in enumerate(tasks):
        days.setdefault(task.name, []).append(outcomes[place].measures["days_in_response"])
    return {
        clinic: variance_ratio(*(np.array(days[f"{clinic}/{policy}"]) for policy in policies))
        for clinic in CLINICS
    }


def processes(replications: int = 8) -> Numbers:
    """How much sooner two processes are done than one; the second pool's start is not counted."""
    tasks = [Task("default", Scenario(), 1, number) for number in range(1, replications + 1)]
    execute(simulate, tasks[:4], jobs=2)
    seconds = {}
    for jobs in (1, 2):
        begun = perf_counter()
        execute(simulate, tasks, jobs)
        seconds[jobs] = perf_counter() - begun
    return {"one": seconds[1], "two": seconds[2], "speed_up": seconds[1] / seconds[2]}


def _read(scenario: Scenario, number: int) -> None:
    _ = Reading(replicate(scenario, 1, number)).days


def _processor_seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun
