"""Who does the tasks of a study: how many processes, on which machines, and where they are kept.

Wherever `jobs` is asked for, a number of processes will do; `Workers` says more.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TypeAlias

from sim.config.errors import ScenarioError


@dataclass(frozen=True)
class Workers:
    """Processes of this machine or of a cluster, and the folder that keeps what they finish.

    No outcome depends on any of it.
    """

    jobs: int | None = None
    """Processes; None: as many as there are processors."""
    cluster: str = ""
    """`tcp://host:port` of a Dask scheduler, or `local:N`; empty: processes of this machine."""
    ledger: str | os.PathLike[str] | None = None
    """The results folder that keeps each finished task at once; None: nothing is kept."""


JobsWanted: TypeAlias = int | Workers | None


def workers_of(jobs: JobsWanted) -> Workers:
    """Give whoever is asked for; refuse a number of processes that can do no work."""
    found = jobs if isinstance(jobs, Workers) else Workers(jobs)
    if found.jobs is not None and found.jobs < 1:
        raise ScenarioError(f"jobs: {found.jobs} processes can do no work; give 1 or more.")
    return found


def available_jobs() -> int:
    """Count the processors this process may use (a container's limit counts)."""
    from joblib import cpu_count

    return int(cpu_count())


def processes_for(tasks: int, jobs: JobsWanted) -> int:
    """Count the processes that so many tasks get: `jobs` or as many as there are, one each at most.

    For one task nobody asks how many there are, as joblib is not loaded at once. A cluster has as
    many as it has threads.
    """
    if address := workers_of(jobs).cluster:
        from sim.experiment.cluster import threads_of

        return min(threads_of(address), tasks)
    wanted = workers_of(jobs).jobs
    if wanted is None and tasks > 1:
        wanted = available_jobs()
    return min(wanted or 1, tasks)
