"""Tasks in, outcomes out, in one process or several: the outcomes never depend on how many.

Tasks are started in the order given, so that a study interrupted half-way is balanced when its
tasks come replication by replication. Outcomes are filed under their task's place in that order.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sim.config.errors import ScenarioError

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Progress = Callable[[int, int], None]
"""Told after each task how many are done, of how many; once at the start with 0."""


class ReplicationError(RuntimeError):
    """A replication that failed by no fault of the user's; says which, and the cause."""


@dataclass(frozen=True)
class Finished(Generic[Outcome]):
    """The outcomes by place of their task; all of them unless the work was interrupted."""

    outcomes: dict[int, Outcome]
    interrupted: bool = False


def available_jobs() -> int:
    """Count the processors this process may use (a container's limit counts)."""
    from joblib import cpu_count

    return int(cpu_count())


def execute(
    work: Callable[[Task], Outcome],
    tasks: Sequence[Task],
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Finished[Outcome]:
    """Do the work for every task, on `jobs` processes (default: as many as there are processors).

    An interrupt (Ctrl-C) ends the work early and keeps what is finished; before the first
    outcome it is passed on.
    """
    if jobs is not None and jobs < 1:
        raise ScenarioError(f"jobs: {jobs} processes can do no work; give 1 or more.")
    if jobs is None and len(tasks) > 1:
        jobs = available_jobs()
    jobs = min(jobs or 1, len(tasks))
    report = progress or (lambda done, total: None)
    outcomes: dict[int, Outcome] = {}
    stream = _in_turn(work, tasks) if jobs <= 1 else _side_by_side(work, tasks, jobs)
    try:
        report(0, len(tasks))
        for place, outcome in stream:
            outcomes[place] = outcome
            report(len(outcomes), len(tasks))
    except KeyboardInterrupt:
        if not outcomes:
            raise
        return Finished(outcomes, interrupted=len(outcomes) < len(tasks))
    finally:
        _stop(stream)
    return Finished(outcomes)


def _in_turn(
    work: Callable[[Task], Outcome], tasks: Sequence[Task]
) -> Generator[tuple[int, Outcome]]:
    for place, task in enumerate(tasks):
        yield place, _attempt(work, task)


def _side_by_side(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], jobs: int
) -> Generator[tuple[int, Outcome]]:
    from joblib import Parallel, delayed

    # One task at a time: batches would hide the progress and lose more to an interrupt.
    parallel = Parallel(n_jobs=jobs, backend="loky", return_as="generator_unordered", batch_size=1)
    yield from parallel(delayed(_placed)(work, place, task) for place, task in enumerate(tasks))


def _stop(stream: Generator[tuple[int, Outcome]]) -> None:
    with warnings.catch_warnings():  # joblib warns of cancelled tasks; cancelling is the wish here
        warnings.simplefilter("ignore", UserWarning)
        stream.close()


def _placed(work: Callable[[Task], Outcome], place: int, task: Task) -> tuple[int, Outcome]:
    return place, _attempt(work, task)


def _attempt(work: Callable[[Task], Outcome], task: Task) -> Outcome:
    try:
        return work(task)
    except ScenarioError as fault:
        raise ScenarioError(f"{task}: {fault}") from fault
    except Exception as fault:
        raise ReplicationError(f"{task} failed: {type(fault).__name__}: {fault}") from fault
