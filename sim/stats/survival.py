"""Times to an event when some are still waiting: Kaplan-Meier, its quantiles and its area.

    S(t) = product over event times t_i <= t of (1 - d_i / n_i)

d_i events among the n_i still at risk just before t_i; a person censored at t_i is still at risk
there (Kaplan and Meier, 1958). Written out rather than taken from scipy.stats, whose import
alone would cost every worker more than half a second; scipy is the witness in the tests.
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ROUNDING = 1e-12
"""A product of shares may miss a level such as one half by rounding; this much is no miss."""


def kaplan_meier(durations: ArrayLike, observed: ArrayLike) -> tuple[Floats, Floats]:
    """Give the distinct event times and the share still without the event just after each.

    Before the first event time the share is 1; without any event both arrays are empty.
    """
    time, event = _people(durations, observed)
    times, events = np.unique(time[event], return_counts=True)
    at_risk = time.size - np.searchsorted(np.sort(time), times, side="left")
    shares: Floats = np.cumprod(1.0 - events / at_risk, dtype=np.float64)
    return times, shares


def survival_at(durations: ArrayLike, observed: ArrayLike, time: float) -> float:
    """Give the share still without the event just after `time`.

    Past the longest duration the last share stands, as nobody was watched any longer.
    """
    _somebody(durations)
    times, survival = kaplan_meier(durations, observed)
    passed = int(np.searchsorted(times, time, side="right"))
    return float(survival[passed - 1]) if passed else 1.0


def km_quantile(durations: ArrayLike, observed: ArrayLike, q: float) -> float:
    """Give the first time by which at least the share `q` has had the event.

    Infinite when so many were never seen to have it ("not reached").
    """
    if not 0 < q < 1:
        raise ValueError(f"a quantile lies between 0 and 1, not at {q}")
    _somebody(durations)
    times, survival = kaplan_meier(durations, observed)
    reached = np.flatnonzero(survival <= 1 - q + ROUNDING)
    return float(times[reached[0]]) if reached.size else inf


def restricted_mean(durations: ArrayLike, observed: ArrayLike, limit: float) -> float:
    """Give the mean time to the event or to `limit`, whichever comes first: the area under S.

    Where the longest duration is censored before `limit` the last share is carried on, so the
    area then errs upwards.
    """
    if not 0 < limit < inf:
        raise ValueError(f"a restricted mean needs a positive finite limit, not {limit}")
    _somebody(durations)
    times, survival = kaplan_meier(durations, observed)
    before = times < limit
    edges = np.concatenate(([0.0], times[before], [limit]))
    heights = np.concatenate(([1.0], survival[before]))
    return float(np.dot(heights, np.diff(edges)))


def _people(durations: ArrayLike, observed: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    time = np.asarray(durations, dtype=np.float64)
    event = np.asarray(observed, dtype=np.bool_)
    if time.ndim != 1 or time.shape != event.shape:
        raise ValueError("each duration needs its own mark of whether the event was observed")
    if np.isnan(time).any() or (time < 0).any():
        raise ValueError("durations are numbers from 0 upwards")
    return time, event


def _somebody(durations: ArrayLike) -> None:
    if np.size(durations) == 0:
        raise ValueError("nobody at risk: leave the measure out instead")


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
