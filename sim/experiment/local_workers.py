"""The package dask, quiet from the start, and a cluster of processes of this machine."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from sim.config.errors import ScenarioError

_LOGGERS = ("distributed", "distributed.client", "distributed.worker", "tornado.application")


def dask_package() -> Any:
    """Import distributed, quiet from the start, or say how to get it."""
    try:
        import dask

        if "distributed" in sys.modules:
            import distributed
        else:
            with dask.config.set(logging=dict.fromkeys(_LOGGERS, "critical")):
                import distributed
    except ImportError as missing:
        raise ScenarioError(
            "--cluster needs the packages dask and distributed, which are not installed; install "
            "them here and for the workers with: pip install 'ketasim[cluster]'."
        ) from missing
    return distributed


class LocalWorkers:
    """A scheduler in this process, and processes of this machine that end with it.

    `dask worker` replaces those that are lost. It has a session of its own, so that it does not
    hear what a terminal sends to all.
    """

    def __init__(self, distributed: Any, processes: int) -> None:
        self.scheduler = distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False}, silence_logs=logging.CRITICAL,
        )  # fmt: skip
        self._begun = self._begin(processes)
        self._processes = processes

    def _begin(self, processes: int) -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", "dask", "worker", self.scheduler.scheduler_address,
            "--host", "127.0.0.1", "--nworkers", str(processes), "--nthreads", "1",
            "--memory-limit", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0",
            "--death-timeout", "60",
        ]  # fmt: skip
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip

    def begin_again(self) -> None:
        """Start processes anew where all have ended: Dask replaces none lost at its start."""
        if self._begun.poll() is not None:
            self._begun = self._begin(self._processes)

    def kill(self) -> None:
        """End the processes now: each would go on to the end of its replication."""
        with suppress(OSError):
            if self._begun.poll() is not None:
                return
            if hasattr(os, "killpg"):
                os.killpg(self._begun.pid, signal.SIGKILL)
            else:
                self._begun.kill()
        self._begun.wait()

    def close(self) -> None:
        """End the scheduler."""
        with suppress(Exception):
            self.scheduler.close(timeout=2)
