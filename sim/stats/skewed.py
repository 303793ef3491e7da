"""Where Student's t is too narrow: a symmetric bootstrap-t for skewed values.

Of B samples of the replications with replacement each gives |T*| = |mean* - mean| / (s* / sqrt n);
the level's quantile of |T*| takes the place of Student's (Hall, The Bootstrap and Edgeworth
Expansion, 1992, section 3.6). The samples have a fixed seed of their own, the same for all
measures, so that the bytes of a table depend on its values alone; they are no dice of the model.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, sqrt

import numpy as np

from sim.arrays import Floats

SAMPLES = 1999  # (SAMPLES + 1) times 0.95, 0.9 and 0.99 are whole numbers
_SEED = 19920306
_FEWEST = 8
"""With fewer values samples repeat each other so often that they say little beyond Student's t."""
WIDER = 1.2
"""Student's t stays unless the bootstrap's limit is so many times as wide: docs/verification.md."""


def scores(values: Floats) -> Floats | None:
    """Give the sorted |T*| of all samples; infinite where a sample has no variance of its own."""
    n = values.size
    if n < _FEWEST:
        return None
    centred = values - values.mean()
    weights = _weights(n)
    means = weights @ centred
    variances = (weights @ centred**2 - means**2) * n / (n - 1)
    spread = np.sqrt(np.maximum(variances, 0.0))
    varied = spread > 1e-7 * np.abs(centred).max()
    found = np.divide(np.abs(means) * sqrt(n), spread, out=np.full(SAMPLES, np.inf), where=varied)
    return np.sort(found)


def quantile_of_t(found: Floats, level: float) -> float:
    """Give the quantile of |T*| that exactly the share 1 - level of a further draw would exceed."""
    return float(found[min(SAMPLES, ceil(level * (SAMPLES + 1) - 1e-9)) - 1])


def p_value(found: Floats, t: float) -> float:
    """Give the share of samples at least as far out as |t|, never 0; agrees with the quantile."""
    return float(1 + SAMPLES - np.searchsorted(found, abs(t), side="left")) / (SAMPLES + 1)


@lru_cache(maxsize=8)
def _weights(n: int) -> Floats:
    drawn = np.random.default_rng(_SEED).multinomial(n, np.full(n, 1 / n), size=SAMPLES)
    weights: Floats = drawn / n
    return weights
