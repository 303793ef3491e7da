"""Processes that do tasks: deaf to the terminal from their birth, and ended with their parent."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

WATCH_SECONDS = 1.0
FOLDERS: list[str] = []
"""Of the parent, in which this process leaves outcomes."""


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
        for folder in FOLDERS:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
