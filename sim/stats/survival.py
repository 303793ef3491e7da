"""Times to an event when some are still waiting and for some it cannot come any more.

    F(t) = sum over event times t_i <= t of S(t_i-) d_i / n_i        (Aalen and Johansen, 1978)
    S(t) = product over times t_i <= t of (1 - (d_i + c_i) / n_i)    (Kaplan and Meier, 1958)

d_i events and c_i competing events (after which the event cannot come) among the n_i still at risk
just before t_i; a person censored at t_i is still at risk there. The share still without the event,
1 - F, is S and what has gone by the competing events; without these it is S. Written out rather
than taken from scipy.stats, whose import alone would cost every worker more than half a second;
scipy and hand-worked tables are the witnesses in the tests.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Bools, Floats

_ROUNDING = 1e-12
"""A product of shares may miss a level such as one half by rounding; this much is no miss."""


class Times(NamedTuple):
    """How long each of some people was watched, and what ended it; all of one length."""

    durations: ArrayLike
    observed: ArrayLike  # the event came then
    never: ArrayLike = False  # something came then after which it cannot; else it is censored
    followed: ArrayLike = inf  # how long each could have been watched, whatever happened


def curve(times: Times) -> tuple[Floats, Floats]:
    """Give the distinct event times and the share still without the event just after each: 1 - F.

    Before the first event time the share is 1; without any event both arrays are empty.
    """
    return _curve(*_people(times)[:3])


def share_without(times: Times, at: float) -> float | None:
    """Give the share still without the event just after `at`, those counted who never have it.

    Of the people who could have been watched that long, so that a short study says the same as a
    long one; None where there is nobody.
    """
    people = _followed(times, at)
    if people is None:
        return None
    when, without = _curve(*people)
    passed = int(np.searchsorted(when, at, side="right"))
    return float(without[passed - 1]) if passed else 1.0


def quantile(times: Times, q: float) -> float | None:
    """Give the first time by which at least the share `q` has had the event.

    Infinite when so many were never seen to have it ("not reached"); None where there is nobody.
    """
    if not 0 < q < 1:
        raise ValueError(f"a quantile lies between 0 and 1, not at {q}")
    people = _followed(times, 0.0)
    if people is None:
        return None
    when, without = _curve(*people)
    reached = np.flatnonzero(without <= 1 - q + _ROUNDING)
    return float(when[reached[0]]) if reached.size else inf


def restricted_mean(times: Times, limit: float) -> float | None:
    """Give the mean of the time to the event or `limit`, whichever is less: the area under 1 - F.

    Who never has the event counts as `limit`. Of the people who could have been watched that long,
    so that nothing is carried on past what anybody saw; None where there is nobody.
    """
    if not 0 < limit < inf:
        raise ValueError(f"a restricted mean needs a positive finite limit, not {limit}")
    people = _followed(times, limit)
    if people is None:
        return None
    when, without = _curve(*people)
    before = when < limit
    edges = np.concatenate(([0.0], when[before], [limit]))
    heights = np.concatenate(([1.0], without[before]))
    return float(np.dot(heights, np.diff(edges)))


def _curve(time: Floats, event: Bools, never: Bools) -> tuple[Floats, Floats]:
    ended = event | never
    times, ends = np.unique(time[ended], return_counts=True)
    events = np.bincount(np.searchsorted(times, time[event]), minlength=len(times))
    at_risk = time.size - np.searchsorted(np.sort(time), times, side="left")
    left = np.cumprod(1.0 - ends / at_risk)
    before = np.concatenate(([1.0], left[:-1])) if len(left) else left
    without: Floats = left + np.cumsum(before * (ends - events) / at_risk)  # waiting, or gone
    return times[events > 0], without[events > 0]


def _followed(times: Times, limit: float) -> tuple[Floats, Bools, Bools] | None:
    """Those of the people who could have been watched up to the limit, if there are any."""
    time, event, never, followed = _people(times)
    kept = followed >= limit
    return (time[kept], event[kept], never[kept]) if kept.any() else None


def _people(times: Times) -> tuple[Floats, Bools, Bools, Floats]:
    time = np.asarray(times.durations, dtype=np.float64)
    event = np.asarray(times.observed, dtype=np.bool_)
    if time.ndim != 1 or time.shape != event.shape:
        raise ValueError("each duration needs its own mark of whether the event was observed")
    if np.isnan(time).any() or (time < 0).any():
        raise ValueError("durations are numbers from 0 upwards")
    never = np.broadcast_to(np.asarray(times.never, dtype=np.bool_), time.shape)
    if (event & never).any():
        raise ValueError("a duration ends with the event or with what rules it out, not with both")
    followed = np.broadcast_to(np.asarray(times.followed, dtype=np.float64), time.shape)
    return time, event, never, followed


def hazard_ratio(
    first: tuple[ArrayLike, ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> float | None:
    """Give the hazard of the first group over the second by Cox's partial likelihood.

    A group is (durations, observed, weights). Ties are Breslow's (1974). None where the likelihood
    has no maximum, as it grows with the ratio to 0 or infinity (complete separation): neither
    group, or only one, has an event while anybody of the other is at risk. Newton's method on the
    log ratio b:

        sum over events of group - r e^b / (r e^b + s) = 0,   r and s at risk in either group
    """
    time, event, weight, group = (
        np.concatenate(parts)
        for parts in zip(
            *((*(np.asarray(a, float) for a in g), np.full(np.size(g[0]), x))
              for g, x in ((first, 1.0), (second, 0.0))), strict=True
        )
    )  # fmt: skip
    order = np.argsort(-time, kind="stable")
    order = order[weight[order] > 0]  # who counts for nothing is at no risk
    time, happened, group = time[order], (event * weight)[order], group[order]
    risk = np.cumsum((weight[order])[:, None] * np.stack([group, 1 - group], axis=1), axis=0)
    last = np.searchsorted(-time, -time, side="right") - 1  # ties are all at risk
    at_risk = risk[last]
    against = at_risk[:, 1] * group + at_risk[:, 0] * (1 - group)  # of the other group
    told = happened * (against > 0)
    if not (told * group).sum() > 0 or not (told * (1 - group)).sum() > 0:
        return None
    log_ratio = 0.0
    for _ in range(50):
        pushed = at_risk[:, 0] * np.exp(log_ratio)
        share = pushed / (pushed + at_risk[:, 1])
        slope = float((happened * (group - share)).sum())
        step = slope / float((happened * share * (1 - share)).sum())
        log_ratio += min(max(step, -2.0), 2.0)
        if abs(step) < 1e-10:
            break
    return float(np.exp(log_ratio))
