"""Tasks in, outcomes out, in one process or several: the outcomes never depend on how many.

Tasks are started in the order given, so that a study interrupted half-way is balanced when its
tasks come replication by replication. Outcomes are filed under their task's place in that order.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from sim.config.errors import ScenarioError
from sim.experiment.log import LOG, file, follow_log, timed
from sim.experiment.workers import JobsWanted, processes_for

_Task = TypeVar("_Task")
_Outcome = TypeVar("_Outcome")
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
class Finished(Generic[_Outcome]):
    """The outcomes by place of their task; all of them unless the work was interrupted."""

    outcomes: dict[int, _Outcome]
    interrupted: bool = False
    why: str = ""  # it was, when not by the user

    def end(self) -> KeyboardInterrupt | WorkerLost:
        """Give what interrupted the work, to be raised where a part of it is worth nothing."""
        return WorkerLost(self.why) if self.why else KeyboardInterrupt()

    def whole(self) -> dict[int, _Outcome]:
        """Give the outcomes of all tasks; if some are missing, raise what interrupted them."""
        if self.interrupted:
            raise self.end()
        return self.outcomes


def execute(
    work: Callable[[_Task], _Outcome],
    tasks: Sequence[_Task],
    jobs: JobsWanted = None,
    progress: Progress | None = None,
) -> Finished[_Outcome]:
    """Do the work for every task, on `jobs` processes (default: as many as there are processors).

    An interrupt (Ctrl-C) ends the work early and the processes at once, and keeps what is
    finished; before the first outcome it is passed on. A process that the system ends (out of
    memory) is replaced and its task tried again; where that happens time and again, WorkerLost
    says what was under way.
    """
    many = processes_for(len(tasks), jobs)
    report = progress or (lambda done, total: None)
    outcomes: dict[int, _Outcome] = {}
    stream = _in_turn(work, tasks) if many <= 1 else _replaced(work, tasks, many, outcomes)
    try:
        report(0, len(tasks))
        for place, outcome in stream:
            outcomes[place] = outcome
            report(len(outcomes), len(tasks))
    except (KeyboardInterrupt, WorkerLost) as end:
        end_workers()
        if not outcomes:
            raise
        why = str(end) if isinstance(end, WorkerLost) else ""
        return Finished(outcomes, len(outcomes) < len(tasks), why)
    finally:
        _stop(stream)
    return Finished(outcomes)


def _in_turn(
    work: Callable[[_Task], _Outcome], tasks: Sequence[_Task]
) -> Generator[tuple[int, _Outcome]]:
    for place, task in enumerate(tasks):
        yield place, _attempt(work, task)


def _replaced(
    work: Callable[[_Task], _Outcome],
    tasks: Sequence[_Task],
    jobs: int,
    outcomes: Mapping[int, _Outcome],
) -> Generator[tuple[int, _Outcome]]:
    """Do what is left, anew each time that the system has ended a process; `outcomes` is done.

    The last time one task after the other: that takes the least memory, loses no task beside the
    one that cannot be done, and tells which that is.
    """
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    for attempt in range(1 + REPLACED):
        left = [place for place in range(len(tasks)) if place not in outcomes]
        ahead = 1 if attempt == REPLACED else 2 * jobs
        stream = _side_by_side(work, tasks, left, jobs, ahead)
        try:
            yield from stream
        except TerminatedWorkerError:
            LOG.warning(
                "ketasim: the system ended a process, most likely for want of memory, at or near "
                "%s. The work goes on; where this comes again, give --jobs 1.",
                _under_way(tasks, outcomes, jobs),
            )
            continue
        finally:
            _stop(stream)
        return
    raise WorkerLost(
        f"the system ended {1 + REPLACED} processes one after the other, most likely for want of "
        f"memory, at {_under_way(tasks, outcomes, 1)}; {len(outcomes)} of "
        f"{len(tasks)} tasks were finished. Give --jobs 1, keep fewer tables, or simulate "
        "fewer patients or days."
    )


def _under_way(tasks: Sequence[_Task], outcomes: Mapping[int, _Outcome], jobs: int) -> str:
    """Name the tasks that come next: one of them was in the process that was lost."""
    left = [place for place in range(len(tasks)) if place not in outcomes]
    return ", ".join(str(tasks[place]) for place in left[:jobs])


def _side_by_side(
    work: Callable[[_Task], _Outcome],
    tasks: Sequence[_Task],
    places: Sequence[int],
    jobs: int,
    ahead: int,  # tasks handed out before one is done
) -> Generator[tuple[int, _Outcome]]:
    from joblib import Parallel, delayed

    log = file()
    # One task at a time: batches would hide the progress and lose more to an interrupt.
    parent = os.getpid()
    parallel = Parallel(
        n_jobs=jobs,
        backend="loky",
        return_as="generator_unordered",
        batch_size=1,
        pre_dispatch=ahead,
    )
    with tempfile.TemporaryDirectory(prefix="ketasim-", ignore_cleanup_errors=True) as folder:
        with deaf_children():
            outcomes = parallel(
                delayed(placed)(parent, folder, work, place, tasks[place], log) for place in places
            )
        for place, outcome in outcomes:
            yield place, _taken(outcome)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Let processes that are started here not hear what a terminal sends to all: from their birth.

    They end with their parent, which hears it.
    """
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as loky_tracker

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        for tracker in (resource_tracker, loky_tracker):
            tracker.ensure_running()  # as starting one unblocks SIGINT
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_workers() -> None:
    """End all processes of this one now: each would go on to the end of its replication."""
    from joblib.externals.loky import reusable_executor

    executor = reusable_executor._executor
    if executor is not None:
        executor.shutdown(wait=True, kill_workers=True)


@cache
def bound_to(parent: int) -> None:
    """Let a worker end with its parent, however that ends, and by no signal to both of them."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        for folder in _folders:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _stop(stream: Generator[tuple[int, _Outcome]]) -> None:
    with warnings.catch_warnings():  # joblib warns of cancelled tasks; cancelling is the wish here
        warnings.simplefilter("ignore", UserWarning)
        stream.close()


_folders: list[str] = []  # of the parent, in which this process leaves outcomes


@dataclass(frozen=True)
class _Left:
    """Where an outcome lies."""

    file: Path


def placed(
    parent: int,
    folder: str,
    work: Callable[[_Task], _Outcome],
    place: int,
    task: _Task,
    log: str | None,
) -> tuple[int, _Outcome | _Left]:
    """Do one task in a process of its own; the outcome is left in the folder.

    So the message to the parent is shorter than what a pipe takes at once. In the middle of a
    longer one the system may end its sender, and the parent would wait for the rest without end.
    """
    bound_to(parent)
    _folders[:] = [folder]
    follow_log(log)
    outcome, file = _attempt(work, task), Path(folder, str(place))
    try:
        file.write_bytes(pickle.dumps(outcome))
    except OSError:  # no room: it is sent as it is
        return place, outcome
    return place, _Left(file)


def _taken(outcome: _Outcome | _Left) -> _Outcome:
    if not isinstance(outcome, _Left):
        return outcome
    found: _Outcome = pickle.loads(outcome.file.read_bytes())
    outcome.file.unlink()
    return found


def _attempt(work: Callable[[_Task], _Outcome], task: _Task) -> _Outcome:
    try:
        with timed(task):
            return work(task)
    except ScenarioError as fault:
        raise ScenarioError(f"{task}: {fault}") from fault
    except Exception as fault:
        raise ReplicationError(f"{task} failed: {type(fault).__name__}: {fault}") from fault
