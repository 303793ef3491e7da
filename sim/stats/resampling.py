"""Who is the best, by resampling replications: a paired bootstrap of means.

A sample draws replications with replacement, the same for everybody, so that what common random
numbers share is shared there too. Samples have a fixed seed of their own; they are no dice of the
model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Bools, Floats

_SAMPLES = 4000
_SEED = 19790101


def paired_means(values: Sequence[Floats]) -> Floats:
    """Give the mean of each column, of a shorter one as `drawn_means` counts it."""
    longest = max(range(len(values)), key=lambda place: len(values[place]))
    base = values[longest]
    apart = [float((column - base[: len(column)]).mean()) for column in values]
    return float(base.mean()) + np.array(apart)


def drawn_means(values: Sequence[Floats]) -> Floats:
    """Give the means of all samples, shape (samples, columns).

    `values` are the replications of each column from the first on; some may have fewer. A shorter
    column counts as the difference it makes to the longest, on the replications that both have:
    what the others met by chance later is no merit of theirs.
    """
    sizes = [len(column) for column in values]
    longest = int(np.argmax(sizes))
    n, base = sizes[longest], values[longest]
    weights = np.random.default_rng([_SEED, n]).multinomial(n, np.full(n, 1 / n), size=_SAMPLES)
    own = weights @ base / n
    columns = []
    for column, size in zip(values, sizes, strict=True):
        apart = column - base[:size]
        drawn = weights[:, :size]
        some = drawn.sum(axis=1)
        mean = np.divide(
            drawn @ apart, some, out=np.full(_SAMPLES, float(apart.mean())), where=some > 0
        )
        columns.append(own + mean)
    return np.stack(columns, axis=1)


def shares_best(means: Floats, within: float = 0.0) -> tuple[Floats, Floats]:
    """Give for each column the share of samples in which it is the highest, and within of that.

    Columns that are highest together share the sample.
    """
    short = means.max(axis=1, keepdims=True) - means
    scale = 1e-12 * np.abs(means).max(axis=1, keepdims=True)  # rounding is no difference
    highest = short <= scale
    best = (highest / highest.sum(axis=1, keepdims=True)).mean(axis=0)
    return best, (short <= within + scale).mean(axis=0)


def on_front(points: Floats) -> Bools:
    """Tell which rows no other row beats: at least as high in all columns and higher in one.

    `points` has shape (..., rows, columns), the result (..., rows).
    """
    other, own = points[..., :, None, :], points[..., None, :, :]
    scale = 1e-12 * np.maximum(np.abs(other), np.abs(own))
    as_high = np.all(other >= own - scale, axis=-1)
    higher = np.any(other > own + scale, axis=-1)
    beaten = np.any(as_high & higher, axis=-2)
    kept: Bools = np.logical_not(beaten)
    return kept
