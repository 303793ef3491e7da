"""The joint posterior of a calibration on a normal scale, so that one coordinate can be moved.

Each parameter's samples become normal scores by rank, z = Phi^-1((rank - 1/2) / n), and R is the
correlation matrix of the scores (a Gaussian copula). Then

    one at a time   z_S given: every other z_o = z0_o + R_oS R_SS^-1 (z_S - z0_S), the line of
                    regression through the defaults z0, so that a pair stays on its ridge
    jointly         z_S = L w, R_SS = L L', w independent standard normal: a Rosenblatt transform
                    in the order of `Calibration`, in which an earlier parameter has what it shares
                    with later ones; the others follow as above

and a value is the sample quantile at Phi(z), interpolated, never beyond the samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from sim.arrays import Floats
from sim.experiment.uncertainty import joint_samples
from sim.symptoms.calibrations import CALIBRATIONS, PATHS, Calibration


@dataclass(frozen=True, eq=False)
class Ridge:
    """Samples of a joint posterior by parameter, and how their normal scores go together."""

    paths: tuple[str, ...]
    ordered: Floats  # (samples, parameters), each column upwards
    correlation: Floats
    defaults: Floats  # normal scores of the best fit

    def quantile(self, path: str, uniform: float) -> float:
        """Give a quantile of one parameter's samples."""
        column = self.ordered[:, self.paths.index(path)]
        return float(np.interp(uniform, _places(len(column)), column))

    def score(self, path: str, value: float) -> float:
        """Give the normal score of a value: how far out it lies among the samples."""
        column = self.ordered[:, self.paths.index(path)]
        return float(ndtri(np.interp(value, column, _places(len(column)))))

    def one_at_a_time(self, uniforms: Mapping[str, float]) -> dict[str, float]:
        """Put parameters at quantiles of their own, and move the others along with them."""
        chosen = list(uniforms)
        return self._moved(chosen, _scores([uniforms[path] for path in chosen]))

    def jointly(self, uniforms: Mapping[str, float]) -> dict[str, float]:
        """Give a point of the posterior for independent uniforms, in the order of `paths`."""
        chosen = [path for path in self.paths if path in uniforms]
        places = [self.paths.index(path) for path in chosen]
        root = np.linalg.cholesky(self.correlation[np.ix_(places, places)])
        return self._moved(chosen, root @ _scores([uniforms[path] for path in chosen]))

    def _moved(self, chosen: list[str], scores: Floats) -> dict[str, float]:
        places = [self.paths.index(path) for path in chosen]
        among, across = self.correlation[np.ix_(places, places)], self.correlation[:, places]
        moved = self.defaults + across @ np.linalg.solve(among, scores - self.defaults[places])
        moved[places] = scores
        return {
            path: self.quantile(path, float(ndtr(z)))
            for path, z in zip(self.paths, moved, strict=True)
        }


def _scores(uniforms: Sequence[float]) -> Floats:
    found: Floats = ndtri(np.array(uniforms))
    return found


def _places(many: int) -> Floats:
    found: Floats = (np.arange(many) + 0.5) / many
    return found


@cache
def ridge_of(calibration: str) -> Ridge:
    """Give the ridge of a named calibration's joint posterior."""
    samples = np.array(joint_samples(calibration))
    return ridge_from(samples, np.array(CALIBRATIONS[calibration]))


def ridge_from(samples: Floats, defaults: Floats) -> Ridge:
    """Give the ridge of samples, shape (samples, parameters of `Calibration`)."""
    ranks = samples.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    scores = ndtri((ranks + 0.5) / len(samples))
    paths = tuple(PATHS[name] for name in Calibration._fields)
    correlation: Floats = np.atleast_2d(np.corrcoef(scores, rowvar=False))
    bare = Ridge(paths, np.sort(samples, axis=0), correlation, defaults)
    at = [bare.score(path, float(x)) for path, x in zip(paths, defaults, strict=True)]
    return Ridge(paths, bare.ordered, bare.correlation, np.array(at))
