"""Textbook queues in closed form; rates and times in any one unit of time.

Sources: Erlang 1917 (B and C formulas), Pollaczek 1930 and Khinchine 1932 (M/G/1), in any book on
queues (Gross & Harris, Fundamentals of Queueing Theory).
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple


class Queue(NamedTuple):
    """The steady state of a queue with unlimited waiting room, first come first served."""

    share_waiting: float
    mean_wait: float  # of all, those who do not wait included
    mean_queue: float  # people waiting, by Little's law


def erlang_b(servers: int, load: float) -> float:
    """Share turned away by M/M/c/c: B(0) = 1, B(c) = a B(c - 1) / (c + a B(c - 1))."""
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share that waits in M/M/c: C = B / (1 - rho (1 - B)), for rho = load / servers below 1."""
    _require_stable(load / servers)
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def mmc(rate: float, mean: float, servers: int) -> Queue:
    """M/M/c: Wq = C / (c mu - lambda), with mu = 1 / mean."""
    waiting = erlang_c(servers, rate * mean)
    wait = waiting / (servers / mean - rate)
    return Queue(waiting, wait, rate * wait)


def mmc_share_waiting_over(time: float, rate: float, mean: float, servers: int) -> float:
    """Share that waits longer than `time` in M/M/c: C exp(-(c mu - lambda) t)."""
    return erlang_c(servers, rate * mean) * exp(-(servers / mean - rate) * time)


def mg1(rate: float, mean: float, squared_cv: float) -> Queue:
    """M/G/1, Pollaczek-Khinchine: Wq = rho mean (1 + squared CV) / (2 (1 - rho)); P(wait) = rho."""
    rho = rate * mean
    _require_stable(rho)
    wait = rho * mean * (1 + squared_cv) / (2 * (1 - rho))
    return Queue(rho, wait, rate * wait)


def _require_stable(rho: float) -> None:
    if not 0 <= rho < 1:
        raise ValueError(f"at a load of {rho:g} per server the queue has no steady state")
