"""Tasks in, outcomes out, in one process or several: the outcomes never depend on how many.

Tasks are started in the order given, so that a study interrupted half-way is balanced when its
tasks come replication by replication. Outcomes are filed under their task's place in that order.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from sim.config.errors import ScenarioError
from sim.experiment.log import file, follow, timed

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Progress = Callable[[int, int], None]
"""Told after each task how many are done, of how many; once at the start with 0."""


REPLACED = 2
"""Times that the work goes on after the system has ended a process."""
WATCH_SECONDS = 1.0


class WorkerLost(ScenarioError):
    """The machine cannot carry the work: the system ends the processes that do it."""


class ReplicationError(RuntimeError):
    """A replication that failed by no fault of the user's; says which, and the cause."""


@dataclass(frozen=True)
class Finished(Generic[Outcome]):
    """The outcomes by place of their task; all of them unless the work was interrupted."""

    outcomes: dict[int, Outcome]
    interrupted: bool = False
    why: str = ""  # it was, when not by the user


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

    An interrupt (Ctrl-C) ends the work early and the processes at once, and keeps what is
    finished; before the first outcome it is passed on. A process that the system ends (out of
    memory) is replaced and its task tried again; where that happens time and again, WorkerLost
    says what was under way.
    """
    if jobs is not None and jobs < 1:
        raise ScenarioError(f"jobs: {jobs} processes can do no work; give 1 or more.")
    if jobs is None and len(tasks) > 1:
        jobs = available_jobs()
    jobs = min(jobs or 1, len(tasks))
    report = progress or (lambda done, total: None)
    outcomes: dict[int, Outcome] = {}
    stream = _in_turn(work, tasks) if jobs <= 1 else _replaced(work, tasks, jobs, outcomes)
    try:
        report(0, len(tasks))
        for place, outcome in stream:
            outcomes[place] = outcome
            report(len(outcomes), len(tasks))
    except (KeyboardInterrupt, WorkerLost) as end:
        _end_workers()
        if not outcomes:
            raise
        why = str(end) if isinstance(end, WorkerLost) else ""
        return Finished(outcomes, len(outcomes) < len(tasks), why)
    finally:
        _stop(stream)
    return Finished(outcomes)


def _in_turn(
    work: Callable[[Task], Outcome], tasks: Sequence[Task]
) -> Generator[tuple[int, Outcome]]:
    for place, task in enumerate(tasks):
        yield place, _attempt(work, task)


def _replaced(
    work: Callable[[Task], Outcome],
    tasks: Sequence[Task],
    jobs: int,
    outcomes: Mapping[int, Outcome],
) -> Generator[tuple[int, Outcome]]:
    """Do what is left, anew each time that the system has ended a process; `outcomes` is done."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    for _ in range(1 + REPLACED):
        left = [place for place in range(len(tasks)) if place not in outcomes]
        stream = _side_by_side(work, tasks, left, jobs)
        try:
            yield from stream
        except TerminatedWorkerError:
            continue
        finally:
            _stop(stream)
        return
    left = [place for place in range(len(tasks)) if place not in outcomes]
    under_way = ", ".join(str(tasks[place]) for place in left[:jobs])
    raise WorkerLost(
        f"the system ended {1 + REPLACED} processes one after the other, most likely for want of "
        f"memory, at or near {under_way}; {len(outcomes)} of {len(tasks)} tasks were finished. "
        "Give --jobs 1, keep fewer tables, or simulate fewer patients or days."
    )


def _side_by_side(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], places: Sequence[int], jobs: int
) -> Generator[tuple[int, Outcome]]:
    from joblib import Parallel, delayed

    log = file()
    # One task at a time: batches would hide the progress and lose more to an interrupt.
    parallel = Parallel(n_jobs=jobs, backend="loky", return_as="generator_unordered", batch_size=1)
    yield from parallel(delayed(_placed)(work, place, tasks[place], log) for place in places)


def _end_workers() -> None:
    """End all processes of this one now: each would go on to the end of its replication."""
    from joblib.externals.loky import reusable_executor

    executor = reusable_executor._executor
    if executor is not None:
        executor.shutdown(wait=True, kill_workers=True)


@cache
def _bound_to_parent() -> None:
    """Let a worker end with its parent, however that ends, and leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _stop(stream: Generator[tuple[int, Outcome]]) -> None:
    with warnings.catch_warnings():  # joblib warns of cancelled tasks; cancelling is the wish here
        warnings.simplefilter("ignore", UserWarning)
        stream.close()


def _placed(
    work: Callable[[Task], Outcome], place: int, task: Task, log: str | None
) -> tuple[int, Outcome]:
    _bound_to_parent()
    follow(log)
    return place, _attempt(work, task)


def _attempt(work: Callable[[Task], Outcome], task: Task) -> Outcome:
    try:
        with timed(task):
            return work(task)
    except ScenarioError as fault:
        raise ScenarioError(f"{task}: {fault}") from fault
    except Exception as fault:
        raise ReplicationError(f"{task} failed: {type(fault).__name__}: {fault}") from fault
