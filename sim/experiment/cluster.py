"""Tasks done by the workers of a Dask cluster: of this machine (`local:N`), or of many machines.

Each task is one small message (its work and scenario, seed and replication), and so is each
outcome. joblib's Dask backend is not used: it gives outcomes only when all are done, cancels
nothing, and does not say which workers were lost. Dask does the tasks of a lost worker again
elsewhere; what a task gives does not depend on where it is done, if the versions are the same,
which is checked of every worker before the work, and of every outcome.
"""

from __future__ import annotations

import atexit
import re
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from importlib import metadata
from queue import Empty, SimpleQueue
from typing import Any, TypeVar
from uuid import uuid4

from sim.config.errors import ScenarioError
from sim.experiment.attempts import WorkerLost
from sim.experiment.done_there import PINNED, SOURCES, Home, done_there, pinned
from sim.experiment.identity import model_version
from sim.experiment.local_workers import LocalWorkers, dask_package
from sim.experiment.log import LOG

_Task = TypeVar("_Task")
_Outcome = TypeVar("_Outcome")

_AHEAD = 2
"""Tasks handed out at a time, a thread of the cluster."""
PATIENCE_SECONDS = 60.0
"""How long the work waits for a worker to come (back), and for the scheduler to answer."""
_LOOK_SECONDS = 0.5


class _Link:
    """A connection to a cluster, which goes on from one piece of work to the next."""

    def __init__(self, address: str, client: Any, local: LocalWorkers | None = None) -> None:
        self.address, self.client, self._local = address, client, local
        self._workers: dict[str, int] | None = None  # threads by address
        self._looked, self._alone_since = 0.0, time.monotonic()

    def threads(self, anew: bool = False) -> int:
        """Count the threads of all workers, as of a moment ago; tell the log who came and left.

        Raises WorkerLost where the scheduler does not answer, or no worker has been there for
        long.
        """
        now = time.monotonic()
        if anew or self._workers is None or now - self._looked > _LOOK_SECONDS:
            try:
                found = self.client.sync(
                    self.client.scheduler.ncores, callback_timeout=PATIENCE_SECONDS
                )
            except Exception as fault:
                raise WorkerLost(_unreachable(self.address)) from fault
            self._told({str(worker): int(threads) for worker, threads in found.items()})
            self._looked = now
            if not found and self._local is not None:
                self._local.begin_again()
            if found:
                self._alone_since = now
            elif now - self._alone_since > PATIENCE_SECONDS:
                raise WorkerLost(
                    f"the cluster at {self.address} has had no worker for {PATIENCE_SECONDS:.0f} s"
                    + (
                        "." if self._local else "; start some with: dask worker "
                        f"{self.address} --nworkers 4 --nthreads 1."
                    )
                )  # fmt: skip
        return sum(self._workers.values()) if self._workers else 0

    def _told(self, found: dict[str, int]) -> None:
        before = self._workers or {}
        for worker in sorted(before.keys() - found.keys()):
            LOG.warning("ketasim: the cluster has lost the worker %s; the work goes on.", worker)
        for worker in sorted(found.keys() - before.keys()):
            LOG.info("a worker of the cluster: %s, threads: %d", worker, found[worker])
        self._workers = found

    def begin(self) -> None:
        """Count from now how long there is no worker: nobody looked between two pieces of work."""
        self._alone_since = time.monotonic()

    def cancel(self, futures: Sequence[Any]) -> None:
        """Take back what was handed out, and end the processes of a local cluster at once."""
        _open.pop(self.address, None)
        if self._local is None and self.client.status == "running":
            with suppress(Exception):
                self.client.cancel(futures, force=True)
        self.end()

    def end(self) -> None:
        """Close the connection; of a local cluster, end the processes."""
        if self._local is not None:
            self._local.kill()
        with suppress(Exception):
            self.client.close(timeout=2)
        if self._local is not None:
            self._local.close()


_open: dict[str, _Link] = {}


def threads_of(address: str) -> int:
    """Count the threads that a cluster has; raise ScenarioError where there is none, or no worker.

    A local one has as many processes as it is to have.
    """
    if local := _checked(address):
        dask_package()
        return local
    return _linked(address).threads()


def on_cluster(
    work: Callable[[_Task], _Outcome], tasks: Sequence[_Task], places: Sequence[int], address: str
) -> Generator[tuple[int, _Outcome]]:
    """Do the tasks at these places on the workers of a cluster; give each outcome when it is home.

    A task whose worker is lost is done again by another. Raises WorkerLost where none is left, the
    scheduler is gone, or one task has cost several workers. Where this is closed before the end,
    nothing that was handed out is gone on with.
    """
    link = _linked(address)
    waiting, under_way = deque(places), dict[str, tuple[Any, int]]()
    ended: SimpleQueue[str] = SimpleQueue()
    try:
        while waiting or under_way:
            while waiting and len(under_way) < _AHEAD * max(link.threads(), 1):
                place = waiting.popleft()
                key = f"ketasim-{uuid4().hex}"
                future = link.client.submit(done_there, work, tasks[place], key=key, pure=False)
                under_way[key] = future, place
                future.add_done_callback(lambda one: ended.put(one.key))
                LOG.info("%s: sent to the cluster", tasks[place])
            try:
                key = ended.get(timeout=_LOOK_SECONDS)
            except Empty:
                link.threads()
                continue
            future, place = under_way[key]
            if (home := _fetched(future, tasks[place], link)) is None:  # to be done again
                ended.put(key)
                continue
            del under_way[key]
            _log(home, tasks[place])
            yield place, home.outcome
        with suppress(WorkerLost):
            link.threads(anew=True)  # who was lost since
    finally:
        if waiting or under_way:
            link.cancel([future for future, _ in under_way.values()])


def _fetched(future: Any, task: object, link: _Link) -> Home | None:
    """Fetch an outcome; None where its worker was lost in the meantime."""
    from distributed.scheduler import KilledWorker

    if future.status == "pending":
        time.sleep(_LOOK_SECONDS)
        link.threads()
        return None
    if future.status == "error":
        fault = future.exception()
        if isinstance(fault, KilledWorker):
            raise WorkerLost(
                f"the cluster has lost several workers one after the other, most likely for want "
                f"of memory, at {task}. Give its workers more memory, keep fewer tables, or "
                "simulate fewer patients or days."
            )
        raise fault
    if future.status != "finished":
        raise WorkerLost(_unreachable(link.address))
    try:
        home: Home = future.result(timeout=PATIENCE_SECONDS)
    except TimeoutError:
        link.threads()
        return None
    except Exception as fault:  # cancelled, as the scheduler is gone
        raise WorkerLost(_unreachable(link.address)) from fault
    if home.versions != pinned():
        raise ScenarioError(_differing(f"a worker of {link.address}", home.versions))
    return home


def _log(home: Home, task: object) -> None:
    for warning in home.warnings:
        LOG.warning("%s: %s", task, warning)
    LOG.info("%s: finished in %.2f s by process %d there", task, home.seconds, home.process)


def end_clusters() -> None:
    """Close all connections, and end the processes of local clusters."""
    while _open:
        _open.popitem()[1].end()


def _linked(address: str) -> _Link:
    """Give the connection to a cluster: the one that is open, or a new one with its versions."""
    link = _open.get(address)
    if link is not None and link.client.status == "running":
        link.begin()
        return link
    local = _checked(address)
    distributed = dask_package()
    link = _started(distributed, address, local) if local else _reached(distributed, address)
    try:
        while not link.threads(anew=True):
            time.sleep(_LOOK_SECONDS)
        _check_versions(link)
    except BaseException:
        link.end()
        raise
    if not _open:
        atexit.register(end_clusters)
    _open[address] = link
    return link


def _checked(address: str) -> int:
    """Give how many processes a local cluster is to have, 0 for another; refuse what is neither."""
    if found := re.fullmatch(r"local:(\d{1,4})", address):
        if number := int(found[1]):
            return number
    elif re.fullmatch(r"tcp://(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}", address):
        return 0
    raise ScenarioError(
        f'--cluster: "{address}" is not allowed; it must be tcp://host:port of a Dask scheduler, '
        "such as tcp://127.0.0.1:8786, or local:N with N processes of this machine."
    )


def _started(distributed: Any, address: str, processes: int) -> _Link:
    """Start a cluster of this machine that no other can reach."""
    local = LocalWorkers(distributed, processes)
    try:
        client = distributed.Client(local.scheduler, set_as_default=False)
    except BaseException:
        local.kill()
        raise
    return _Link(address, client, local)


def _reached(distributed: Any, address: str) -> _Link:
    try:
        client = distributed.Client(address, timeout=PATIENCE_SECONDS / 6, set_as_default=False)
    except Exception as fault:
        raise ScenarioError(_unreachable(address)) from fault
    return _Link(address, client)


def _unreachable(address: str) -> str:
    return (
        f"the scheduler of the cluster at {address} cannot be reached. See that it runs (dask "
        "scheduler) and that this is its address and port."
    )


def _check_versions(link: _Link) -> None:
    """Refuse a cluster of other versions or sources: they may give other bytes."""
    asked: list[tuple[str, Callable[..., str], tuple[str, ...]]]
    asked = [(name, metadata.version, (name,)) for name in PINNED]
    for name, version_of, of in [*asked, (SOURCES, model_version, ())]:
        found = link.client.run(version_of, *of, on_error="return")
        for worker, version in found.items():
            told = version if isinstance(version, str) else "not installed"
            if told != pinned()[name]:
                raise ScenarioError(_differing(f"the worker {worker}", {name: told}))


def _differing(who: str, found: dict[str, str]) -> str:
    here = pinned()
    other = [name for name in found if name in here and found[name] != here[name]]
    return (
        f"--cluster: {who} has {', '.join(f'{name} {found[name][:12]}' for name in other)}, and "
        f"this machine {', '.join(f'{name} {here[name][:12]}' for name in other)}; other versions "
        "may give other bytes. Install the same everywhere, ketasim from the same sources: pip "
        f"install {' '.join(f'{name}=={here[name]}' for name in PINNED)}."
    )
