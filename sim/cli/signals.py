"""Ctrl-C, SIGTERM and the terminal closing (SIGHUP) are one thing: an interrupt, raised once.

Each is raised in the main thread as a KeyboardInterrupt, so that what is finished is kept; the
command then ends with a paragraph and the status that shells report: 130, 143 or 129.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from sim.cli.terminal import warn
from sim.experiment.log import LOG

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
BY = {"SIGTERM": " by SIGTERM", "SIGHUP": " as the terminal was closed (SIGHUP)"}
USER_FAULT = 2
NOTHING = "nothing was finished."
SHELL = 128  # and the number of the signal: the status that shells report

SOON = 0.02  # seconds, by which the main thread is elsewhere

_received: list[int] = []
_held: list[bool] = []  # filled while signals are held
_pending: list[int] = []  # came while they were
_lost: list[bool] = []  # filled while one that was lost is on its way again


class Ended(KeyboardInterrupt):
    """A signal has asked the program to end."""


@contextmanager
def handled() -> Iterator[None]:
    """Raise Ended at the first signal, and again only at another Ctrl-C; then as it was before.

    A signal that was ignored from the start (nohup, a background job) stays ignored.
    """
    before = {}
    _forget()
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, _raise)
    hook = sys.unraisablehook
    sys.unraisablehook = lambda lost: _again(lost.exc_value) or hook(lost)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
        _forget()


def _forget() -> None:
    for state in (_received, _held, _pending, _lost):
        state.clear()


def _raise(number: int, frame: FrameType | None) -> None:
    first = not _received or bool(_lost)
    _lost.clear()
    _received.append(number)
    if first and _held:
        _pending.append(number)
    elif first or number == signal.SIGINT:
        raise Ended(number)


def _again(lost: BaseException | None) -> bool:
    """Let a signal come once more that was lost where Python swallows exceptions (`__del__`)."""
    if not isinstance(lost, Ended):
        return False
    _lost[:] = [True]
    once_more = threading.Timer(SOON, _to_main_thread, lost.args)
    once_more.daemon = True
    once_more.start()
    return True


def _to_main_thread(number: int) -> None:
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main(signal.Signals(number))


def ignore() -> None:
    """Ignore all signals from now on: what is left is to wait for idle processes to end."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def hold() -> None:
    """From now on keep the first signal back: what is finished is about to be written."""
    _held[:] = [True]


def release() -> None:
    """Raise what was kept back, if a signal has come."""
    _held.clear()
    if _pending:
        raise Ended(_pending.pop())


def received() -> bool:
    """Tell whether a signal has come."""
    return bool(_received)


def status() -> int:
    """Give the exit status of a command that was interrupted, 130 unless by another signal."""
    return SHELL + (_received[0] if _received else signal.SIGINT)


def interrupted() -> str:
    """Say "interrupted", and by what unless by Ctrl-C."""
    name = signal.Signals(_received[0]).name if _received else ""
    return f"interrupted{BY.get(name, '')}"


def stop(message: str, status: int) -> NoReturn:
    """End the command with one paragraph on stderr."""
    LOG.error("%s", message)
    warn(f"ketasim: {message}")
    sys.exit(status)


def ended(because: str, kept: str) -> NoReturn:
    """End a command that was interrupted, by the system if there is a reason; say what is kept."""
    if because:
        stop(f"interrupted: {because} {kept[:1].upper()}{kept[1:]}", USER_FAULT)
    stop(f"{interrupted()}; {kept}", status())
