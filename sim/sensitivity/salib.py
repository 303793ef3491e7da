"""SALib's designs and estimators, which are used as they are: plain arrays in and out.

All columns are uniforms of the unit cube. Its messages go nowhere, and everything random has a
seed. Morris: Campolongo et al. 2007; Sobol': Saltelli et al. 2010 (first order) and Jansen 1999
(total).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError

LEVELS = 4
"""Of a Morris design: steps of two thirds of the range."""
_RESAMPLES = 1000


def sensitivity_package() -> tuple[Any, Any]:
    """Import SALib's samplers and estimators, or say how to get them."""
    try:
        import SALib.analyze.morris
        import SALib.analyze.sobol
        import SALib.sample.morris
        import SALib.sample.sobol
    except ImportError as missing:
        raise ScenarioError(
            "Morris' screening and Sobol' indices need the package SALib, which is not installed; "
            "install it with: pip install 'ketasim[sensitivity]'. --method tornado, alternatives "
            "and map need nothing more."
        ) from missing
    return SALib.sample, SALib.analyze


@dataclass(frozen=True, eq=False)
class MorrisEffects:
    """By parameter: mean, mean absolute value and spread of the elementary effects."""

    mu: Floats
    mu_star: Floats
    sigma: Floats
    mu_star_half: Floats  # half of the 95 % interval of mu*, by a bootstrap of trajectories


def morris_points(
    names: Sequence[str], trajectories: int, low: float, high: float, seed: int
) -> Floats:
    """Give the points of trajectories, one after the other: (trajectories (names + 1), names)."""
    sample, _ = sensitivity_package()
    found: Floats = sample.morris.sample(
        _problem(names, low, high), trajectories, num_levels=LEVELS, seed=seed
    )
    return found


def morris_effects(names: Sequence[str], points: Floats, values: Floats) -> MorrisEffects:
    """Estimate effects across the whole range of each parameter from the values at points."""
    _, analyze = sensitivity_package()
    found = analyze.morris.analyze(
        _problem(names, 0.0, 1.0), points, values, num_levels=LEVELS, num_resamples=_RESAMPLES,
        seed=1,
    )  # fmt: skip
    columns = ("mu", "mu_star", "sigma", "mu_star_conf")
    return MorrisEffects(*(np.ma.getdata(found[name]).astype(float) for name in columns))


def elementary_effects(points: Floats, values: Floats, span: float) -> Floats:
    """Give each trajectory's effect of each parameter across its span: (trajectories, names).

    `values` may have further axes behind that of the points.
    """
    names = points.shape[1]
    shape = (-1, names + 1)
    steps = np.diff(points.reshape(*shape, names), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    change = np.diff(values.reshape(*shape, *values.shape[1:]), axis=1)
    size = np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0]
    unit = size / span
    effects = np.empty_like(change)
    each = change / unit.reshape(*unit.shape, *[1] * (change.ndim - 2))
    rows = np.arange(len(moved))[:, None]
    effects[rows, moved] = each
    return effects


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """First-order and total indices by group, with half of their 95 % bootstrap intervals."""

    first: Floats
    first_half: Floats
    total: Floats
    total_half: Floats


def sobol_points(groups: Sequence[str], samples: int, seed: int) -> Floats:
    """Give Saltelli's points: of each sample A, A with one group of B after the other, B.

    `groups` names the group of each column; a group's columns stand together. `samples` is a power
    of two, as scrambled Sobol' sequences want it. Shape (samples (groups + 2), columns).
    """
    sample, _ = sensitivity_package()
    found: Floats = sample.sobol.sample(
        _grouped(groups), samples, calc_second_order=False, scramble=True, seed=seed
    )
    return np.clip(found, 2.0**-54, 1 - 2.0**-53)


def sobol_indices(groups: Sequence[str], values: Floats) -> SobolIndices:
    """Estimate the indices of groups, in the order of their columns, from the values at points."""
    _, analyze = sensitivity_package()
    found = analyze.sobol.analyze(
        _grouped(groups), values, calc_second_order=False, num_resamples=_RESAMPLES, seed=1
    )
    names = ("S1", "S1_conf", "ST", "ST_conf")
    return SobolIndices(*(np.asarray(found[name], dtype=float) for name in names))


def _problem(names: Sequence[str], low: float, high: float) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[low, high]] * len(names)}


def _grouped(groups: Sequence[str]) -> dict[str, Any]:
    columns = [f"{group} {place}" for place, group in enumerate(groups)]
    return _problem(columns, 0.0, 1.0) | {"groups": list(groups)}
