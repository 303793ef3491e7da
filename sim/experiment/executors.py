"""Tasks in, outcomes out, in one process or several: the outcomes never depend on how many.

What is finished is kept at once where there is a ledger, and not done again. Tasks are
started in the order given, so that a study interrupted half-way is balanced when its tasks come
replication by replication. Outcomes are filed under their task's place in that order.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sim.experiment.attempts import Left, Unkept, WorkerLost, attempt, kept_in, placed
from sim.experiment.cluster import on_cluster
from sim.experiment.ledger import Slot, finished_before, places_in_ledger
from sim.experiment.log import LOG, Tally, file
from sim.experiment.part import DamagedError
from sim.experiment.processes import deaf_children, end_workers
from sim.experiment.workers import JobsWanted, processes_for, workers_of

_Task = TypeVar("_Task")
_Outcome = TypeVar("_Outcome")
Progress = Callable[[int, int], None]
"""Told after each task how many are done, of how many; once at the start, with what is kept."""


REPLACED = 2
"""Times that the work goes on after the system has ended a process."""


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

    With a ledger, tasks that it holds are read and not done again. An interrupt (Ctrl-C) ends the
    work early and the processes at once, and keeps what is finished; before the first outcome it is
    passed on. A process that the system ends (out of memory) is replaced and its task tried again;
    where that happens time and again, or a ledger takes no more, WorkerLost says what was under
    way.
    """
    slots = places_in_ledger(workers_of(jobs).ledger, work, tasks)
    outcomes: dict[int, _Outcome] = finished_before(slots, work)
    done = _Doing(work, tasks, slots, outcomes)
    many = processes_for(len(tasks) - len(outcomes), jobs)
    report = progress or (lambda done, total: None)
    stream = _in_turn(done) if many <= 1 else _replaced(done, many)
    if address := workers_of(jobs).cluster:
        stream = _on_cluster(done, address)
    left = [tasks[place] for place in done.left()]
    tally = Tally(left, many, kept=len(outcomes))
    try:
        report(len(outcomes), len(tasks))
        for place, outcome in stream:
            outcomes[place] = outcome.outcome if isinstance(outcome, Unkept) else outcome
            report(len(outcomes), len(tasks))
            if isinstance(outcome, Unkept):
                raise WorkerLost(_no_room(outcome, len(outcomes), len(tasks)))
    except (KeyboardInterrupt, WorkerLost) as end:
        end_workers()
        if not outcomes:
            raise
        why = str(end) if isinstance(end, WorkerLost) else ""
        return Finished(outcomes, len(outcomes) < len(tasks), why)
    finally:
        _stop(stream)
        tally.finished(len(outcomes) - len(tasks) + len(left))
    return Finished(outcomes)


@dataclass(frozen=True)
class _Doing:
    """What is to be done, where it is to be kept, and what is done already."""

    work: Callable[[Any], Any]
    tasks: Sequence[Any]
    slots: Sequence[Slot | None]
    outcomes: Mapping[int, Any]

    def left(self) -> list[int]:
        """Give the places of the tasks that are still to be done."""
        return [place for place in range(len(self.tasks)) if place not in self.outcomes]

    def under_way(self, jobs: int) -> str:
        """Name the tasks that come next: one of them was in the process that was lost."""
        return ", ".join(str(self.tasks[place]) for place in self.left()[:jobs])

    def attempt(self, place: int) -> Any:
        """Do one task here."""
        return attempt(self.work, self.tasks[place], self.slots[place])

    def taken(self, outcome: Any) -> Any:
        """Give an outcome that may lie in a file; raises WorkerLost where that is damaged."""
        if not isinstance(outcome, Left):
            return outcome
        try:
            return outcome.take(self.work)
        except DamagedError as fault:
            raise WorkerLost(
                f"what a process has just kept cannot be read ({fault}). Give the same command "
                "again."
            ) from fault


def _in_turn(doing: _Doing) -> Generator[tuple[int, Any]]:
    for place in doing.left():
        yield place, doing.taken(doing.attempt(place))


def _on_cluster(doing: _Doing, address: str) -> Generator[tuple[int, Any]]:
    """Have tasks done by a cluster, and keep each outcome here when it has come home."""
    if not (left := doing.left()):
        return
    stream = on_cluster(doing.work, doing.tasks, left, address)
    try:
        for place, outcome in stream:
            slot = doing.slots[place]
            yield place, outcome if slot is None else doing.taken(kept_in(slot, outcome))
    finally:
        stream.close()


def _replaced(doing: _Doing, jobs: int) -> Generator[tuple[int, Any]]:
    """Do what is left, anew each time that the system has ended a process.

    The last time one task after the other: that takes the least memory, loses no task beside the
    one that cannot be done, and tells which that is.
    """
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    for time in range(1 + REPLACED):
        stream = _side_by_side(doing, jobs, ahead=1 if time == REPLACED else 2 * jobs)
        try:
            yield from stream
        except TerminatedWorkerError:
            LOG.warning(
                "ketasim: the system ended a process, most likely for want of memory, at or near "
                "%s. The work goes on; where this comes again, give --jobs 1.",
                doing.under_way(jobs),
            )
            continue
        finally:
            _stop(stream)
        return
    raise WorkerLost(
        f"the system ended {1 + REPLACED} processes one after the other, most likely for want of "
        f"memory, at {doing.under_way(1)}; {len(doing.outcomes)} of "
        f"{len(doing.tasks)} tasks were finished. Give --jobs 1, keep fewer tables, or simulate "
        "fewer patients or days."
    )


def _side_by_side(
    doing: _Doing,
    jobs: int,
    ahead: int,  # tasks handed out before one is done
) -> Generator[tuple[int, Any]]:
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
                delayed(placed)(
                    parent, folder, doing.work, place, doing.tasks[place], doing.slots[place], log
                )
                for place in doing.left()
            )
        for place, outcome in outcomes:
            yield place, doing.taken(outcome)


def _stop(stream: Generator[tuple[int, _Outcome]]) -> None:
    with warnings.catch_warnings():  # joblib warns of cancelled tasks; cancelling is the wish here
        warnings.simplefilter("ignore", UserWarning)
        stream.close()


def _no_room(outcome: Unkept, done: int, total: int) -> str:
    return (
        f"{outcome.folder}: what is finished cannot be kept there ({outcome.why}), so the work "
        f"ended after {done} of {total} tasks. Make room, and give the same command with the same "
        "--out: it goes on from what is kept."
    )
