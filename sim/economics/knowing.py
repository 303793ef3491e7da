"""What it would be worth to know a parameter, or several together (EVPPI), and what chance gives.

Net benefit is regressed on a basis of B-splines in the parameter; what the fit says of each draw
takes the place of the net benefit in the expected value of perfect information. In several
parameters the basis is additive. A fit follows chance as well, so each value stands beside what the
same parameter gives once its draws are permuted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import svd

from sim.arrays import Floats
from sim.economics.choosing import perfect_information

_KNOTS, _DEGREE = 5, 3
SHAPES = {"cubic spline": 5, "cubic": 2, "straight line": 0}
"""Bases by name, the richest first: knots between the least and the largest value, 0 for a line."""
_ROUNDING = 1e-12
_DRAWS_A_COLUMN = 3
"""Draws that a column of the basis must have at least; else a fit would follow every draw."""
_PERMUTATIONS, _QUANTILE, _SEED = 200, 0.95, 20221202


@dataclass(frozen=True)
class KnownValue:
    """The value of knowing one parameter or one group, and what chance alone gives."""

    parameter: str
    size: int  # parameters in it
    shape: str  # of the basis
    value: float
    chance: float  # 95 % quantile of its own permutations
    chance_of_all: float  # the same of the largest of all that were asked of

    @property
    def more_than_chance(self) -> bool:
        """Whether it is above what the largest of all gives by chance in 95 of 100 cases."""
        return self.value > self.chance_of_all


def basis(values: Floats, knots: int = _KNOTS) -> Floats:
    """Give an orthonormal basis (draws, columns) of additive splines, a constant among them.

    `values` are (draws, parameters). Knots are even between the least and the largest value of each
    parameter; a parameter that does not vary adds nothing. 0 knots are straight lines.
    """
    columns = [np.ones((len(values), 1))]
    columns += [_splines(column, knots) for column in values.T if np.ptp(column) > 0]
    x = np.hstack(columns)
    x = np.hstack([x[:, :1], x[:, 1:] - x[:, 1:].mean(axis=0)])
    left, sizes, _ = svd(x, full_matrices=False)
    kept: Floats = left[:, sizes > sizes[0] * max(x.shape) * np.finfo(float).eps]
    return kept


def _splines(values: Floats, knots: int) -> Floats:
    at: Floats = (values - values.mean()) / values.std()
    if knots == 0:
        return at.reshape(-1, 1)
    inner = np.linspace(at.min(), at.max(), knots)
    ends = (np.full(_DEGREE, inner[0]), inner, np.full(_DEGREE, inner[-1]))
    matrix = BSpline.design_matrix(at, np.concatenate(ends), _DEGREE).toarray()
    found: Floats = matrix[:, 1:]  # the constant is there already
    return found


def partial_information(benefit: Floats, values: Floats, knots: int = _KNOTS) -> float:
    """Give the EVPPI of the parameters in `values` (draws, parameters) for one table of benefits.

    The regression is Strong, Oakley and Brennan's (2014). Too few draws for the basis make it the
    EVPI itself; `worth_knowing` takes a poorer basis then.
    """
    return _value(basis(values, knots), benefit)


def _value(q: Floats, benefit: Floats) -> float:
    return float(_values(q, benefit[None])[0])


def _values(q: Floats, benefits: Floats) -> Floats:
    """Give the value of each of many tables, shape (tables, draws, scenarios)."""
    fitted = q @ (q.T @ benefits)
    gain = fitted.max(axis=2).mean(axis=1) - fitted.mean(axis=1).max(axis=1)
    return np.where(gain > _ROUNDING * np.abs(benefits).max(), gain, 0.0)


def shape_for(draws: int, parameters: int) -> str | None:
    """Name the richest basis that so many draws can carry, None where none can."""
    for name, knots in SHAPES.items():
        own = knots + _DEGREE - 2 if knots else 1
        if (1 + own * parameters) * _DRAWS_A_COLUMN <= draws:
            return name
    return None


def worth_knowing(
    benefit: Floats,
    groups: Mapping[str, Floats],
    permutations: int = _PERMUTATIONS,
) -> tuple[list[KnownValue], list[str]]:
    """Value each parameter or group by name, the largest first; and name those left out.

    `groups` holds (draws, parameters) of each. The same permutations are used for all, so that
    the largest value that chance gives to any of them is known too. None is worth more than the
    EVPI, though a fit to few draws may say so. Left out is what has more
    parameters than so few draws can tell of.
    """
    draws, _ = benefit.shape
    most = perfect_information(benefit)
    rng = np.random.default_rng([_SEED, draws])
    shuffled = np.stack([benefit[rng.permutation(draws)] for _ in range(permutations)])
    told: list[tuple[str, int, str, float, Floats]] = []
    left_out = []
    for name, values in groups.items():
        varied = values[:, np.ptp(values, axis=0) > 0]
        shape = shape_for(draws, varied.shape[1])
        if shape is None:
            left_out.append(name)
            continue
        q = basis(varied, SHAPES[shape])
        chance = _values(q, shuffled)
        told.append((name, varied.shape[1], shape, min(_value(q, benefit), most), chance))
    if not told:
        return [], left_out
    largest = float(np.quantile(np.max([chance for *_, chance in told], axis=0), _QUANTILE))
    found = [
        KnownValue(name, size, shape, value, float(np.quantile(chance, _QUANTILE)), largest)
        for name, size, shape, value, chance in told
    ]
    return sorted(found, key=lambda one: -one.value), left_out


def columns_of(table: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    """Stack parameters by name into (draws, parameters)."""
    return np.stack([table[name] for name in names], axis=1)
