"""Correlated traits: a Gaussian copula over the normal scores of the continuous ones."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import create_model, model_validator
from scipy.special import ndtri

from sim.arrays import Columns, Floats
from sim.config.value import Value, parameter

TraitPair = tuple[str, str]

CONTINUOUS = {  # trait: column of the cohort that holds it
    "baseline": "untreated",
    "age": "age",
    "weight": "weight",
    "clearance": "clearance",
    "sensitivity": "sensitivity",
    "tau_slow": "tau_slow",
    "ceiling": "ceiling",
    "bioavailability": "bioavailability_z",
}
"""The baseline comes first, so that no correlation changes who is enrolled."""

_NAMES = {f"{a}~{b}": (a, b) for a, b in combinations(CONTINUOUS, 2)}
EITHER_WAY = {f"{b}~{a}": f"{a}~{b}" for a, b in _NAMES.values()}


class _Pairs(Value):
    """Correlations of traits between persons, by pair: `{ "sensitivity~tau_slow" = 0.3 }`."""

    inline: ClassVar[bool] = True

    @model_validator(mode="before")
    @classmethod
    def _in_one_order(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        for name in given:
            if EITHER_WAY.get(name) in given:
                raise ValueError(f'"{name}" and "{EITHER_WAY[name]}" are the same pair; give one')
        return {EITHER_WAY.get(name, name): value for name, value in given.items()}

    @model_validator(mode="after")
    def _possible_together(self) -> _Pairs:
        matrix = self.matrix()
        if _is_positive_definite(matrix):
            return self
        for a, b in reversed(self.asked()):
            limits = _range(matrix, a, b)
            if limits:
                raise ValueError(
                    f'"{a}~{b}" = {self.asked()[a, b]:g} cannot be: with the other correlations '
                    f"as given, and 0 for pairs not given, it must lie between {limits[0]:.3f} and "
                    f"{limits[1]:.3f} (the matrix of correlations must be positive definite)"
                )
        pairs = ", ".join(f'"{a}~{b}"' for a, b in self.asked())
        raise ValueError(
            f"{pairs} cannot be all together (the matrix of correlations must be positive "
            "definite); bring several of them closer to 0"
        )

    def asked(self) -> dict[TraitPair, float]:
        """Give the pairs that are not 0, in the order of the traits."""
        values = {pair: getattr(self, name) for name, pair in _NAMES.items() if hasattr(self, name)}
        return {pair: value for pair, value in values.items() if value != 0}

    def matrix(self) -> Floats:
        """Give the matrix of correlations over all traits in order."""
        matrix, order = np.eye(len(CONTINUOUS)), list(CONTINUOUS)
        for (a, b), value in self.asked().items():
            i, j = order.index(a), order.index(b)
            matrix[i, j] = matrix[j, i] = value
        return matrix


if TYPE_CHECKING:

    class Correlations(_Pairs):
        """A field for each pair of traits, named as in `NAMES`."""
else:
    Correlations = create_model(
        "Correlations",
        __base__=_Pairs,
        __module__=__name__,
        __doc__=_Pairs.__doc__,
        **{
            name: (
                float,
                parameter(
                    0.0,
                    f"correlation of the normal scores of {a} and {b} between persons",
                    source="none found; independent unless asked",
                    grade="D",
                    gt=-1,
                    lt=1,
                ),
            )
            for name, (a, b) in _NAMES.items()
        },
    )


class Achieved(NamedTuple):
    """What became of one pair in a cohort: correlations of its normal scores and of its ranks."""

    pair: TraitPair
    asked: float
    normal_scores: float
    spearman: float


def achieved(correlations: _Pairs, columns: Columns) -> list[Achieved]:
    """Measure all pairs of traits in a cohort's columns; NaN where a trait does not vary."""
    asked = correlations.asked()
    ranks = {trait: _ranks(columns[column]) for trait, column in CONTINUOUS.items()}
    return [
        Achieved(
            (a, b),
            asked.get((a, b), 0.0),
            _correlation(_scores(ranks[a]), _scores(ranks[b])),
            _correlation(ranks[a], ranks[b]),
        )
        for a, b in _NAMES.values()
    ]


def _is_positive_definite(matrix: Floats) -> bool:
    return bool(np.linalg.eigvalsh(matrix)[0] > 1e-9)


def _range(matrix: Floats, a: str, b: str) -> tuple[float, float] | None:
    """Between which values one correlation may lie, given all others; None if they clash too."""
    i, j = list(CONTINUOUS).index(a), list(CONTINUOUS).index(b)
    rest = [k for k in range(len(matrix)) if k not in (i, j)]
    if not all(_is_positive_definite(matrix[np.ix_(k, k)]) for k in ([*rest, i], [*rest, j])):
        return None
    inverse = np.linalg.inv(matrix[np.ix_(rest, rest)])
    x, y = matrix[i, rest], matrix[j, rest]
    middle = float(x @ inverse @ y)
    half = float(np.sqrt((1 - x @ inverse @ x) * (1 - y @ inverse @ y)))
    return middle - half, middle + half


def _ranks(values: NDArray[Any]) -> Floats:
    """Ranks from 1, the mean of theirs for equal values."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: Floats = (last - (counts - 1) / 2)[where].astype(float)
    return mean


def _scores(ranks: Floats) -> Floats:
    scores: Floats = ndtri((ranks - 0.5) / len(ranks))
    return scores


def _correlation(a: Floats, b: Floats) -> float:
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
