"""The points of a design: all combinations of levels, or a few that fill the space evenly.

A Latin hypercube has each part of every factor's range in one point only, so that few points tell
of many factors (McKay, Beckman & Conover 1979); its columns are swapped until the points lie as
evenly as they can (centred discrepancy). A Sobol sequence, scrambled, does so in powers of 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from sim.arrays import Floats
from sim.config.errors import ScenarioError, nearest
from sim.config.names import visible
from sim.config.words import either
from sim.experiment.levels import DesignFactor, Level, factor_of, is_range, short_names

DESIGNS = ("grid", "latin_hypercube", "sobol")
MOST_POINTS = 10_000
MOST_SCATTERED = 1024
"""Points of a hypercube or a Sobol sequence: what a slope is told from needs far fewer."""
SHARED = ("run.seed", "run.replications")
"""What all scenarios of a study have in common, so that they treat the same patients."""
VARIANT = "variant"
"""The factor whose levels are the variants of a study."""
_KEYS = ("kind", "points", "seed", "factors")

DesignPoint = dict[str, Level]
"""Levels by path."""


@dataclass(frozen=True)
class Design:
    """Factors, and how the points that are simulated lie among them."""

    kind: str
    factors: tuple[DesignFactor, ...]
    points: int | None = None  # of a grid: as many as there are combinations
    seed: int | None = None

    def named_points(self) -> dict[str, DesignPoint]:
        """Give the points by name ("chairs=3, every_days=28"), each once.

        The name tells the level of every factor, so no two points have the same.
        """
        names = short_names([factor.path for factor in self.factors])
        return {
            ", ".join(f"{names[path]}={level.name}" for path, level in point.items()): point
            for point in self._all()
        }

    def _all(self) -> list[DesignPoint]:
        paths = [factor.path for factor in self.factors]
        if self.kind == "grid":
            rows = product(*(factor.levels for factor in self.factors))
            return [dict(zip(paths, row, strict=True)) for row in rows]
        shares = _shares(self.kind, len(paths), self.points or 0, self.seed or 0)
        return [
            {factor.path: factor.at(share) for factor, share in zip(self.factors, row, strict=True)}
            for row in shares.tolist()
        ]


def read_design(where: str, given: object) -> Design:
    """Read the table `[design]` of a study; `where` begins the message of a fault."""
    where = f"{where}: design"
    if not isinstance(given, dict):
        raise ScenarioError(f"{where}: expected a table [design] with kind and factors.")
    for key in given:
        if key not in _KEYS:
            raise ScenarioError(
                f'{where}: unknown key "{visible(key)}"; a design has {", ".join(_KEYS)}.'
                + nearest(key, _KEYS)
            )
    kind = given.get("kind", "grid")
    if kind not in DESIGNS:
        raise ScenarioError(
            f"{where}.kind: {kind!r} is not known; it is {either(DESIGNS)}."
            + nearest(str(kind), DESIGNS)
        )
    found = tuple(
        factor_of(f"{where}.factors", path, written)
        for path, written in _written(f"{where}.factors", given.get("factors"))
    )
    _check_factors(f"{where}.factors", found)
    if kind == "grid":
        return _grid(where, given, found)
    points = _scattered(where, kind, given.get("points"))
    return Design(kind, found, points, _whole(f"{where}.seed", given.get("seed", 1), 0, 2**63 - 1))


def varied(where: str, values: Sequence[tuple[str, Sequence[object]]]) -> Design:
    """Give the grid of the values of some paths (`--vary`), the first path outermost."""
    found = tuple(factor_of(where, path, list(listed)) for path, listed in values)
    _check_factors(where, found)
    return _grid(where, {}, found)


def manifested(
    design: Design, variants: Sequence[str], scenarios: Mapping[str, tuple[str, DesignPoint]]
) -> dict[str, Any]:
    """Say as plain data what a manifest holds: factors, and the level of each in every scenario.

    The reference comes first among the `variants`, and each is told against it.
    `scenarios` gives the variant ("" without any) and the point of each scenario by name.
    """
    arms = [{"path": VARIANT, "short": VARIANT, "levels": list(variants)}] if variants else []
    names = short_names([factor.path for factor in design.factors])
    what: dict[str, Any] = {"kind": design.kind, "points": len(scenarios)}
    if design.kind != "grid":
        what |= {"points_requested": design.points, "seed": design.seed}
    levels: dict[str, dict[str, object]] = {}
    for name, (variant, point) in scenarios.items():
        levels[name] = {VARIANT: variant} if variants else {}
        levels[name] |= {path: level.told for path, level in point.items()}
    described = [_described(factor, names[factor.path]) for factor in design.factors]
    return what | {"factors": arms + described, "scenarios": levels}


def _described(factor: DesignFactor, short: str) -> dict[str, Any]:
    about: dict[str, Any] = {"path": factor.path, "short": short}
    if factor.ends is not None:
        return about | {"low": factor.ends[0], "high": factor.ends[1]}
    return about | {"levels": [level.told for level in factor.levels]}


def _written(where: str, given: object) -> list[tuple[str, object]]:
    """List paths with what is written of them, quoted as one key or table within table."""
    if not isinstance(given, dict) or not given:
        raise ScenarioError(
            f'{where}: name one or more factors, such as "clinic.chairs" = [3, 4, 5].'
        )
    found: list[tuple[str, object]] = []
    for key, value in given.items():
        if isinstance(value, dict) and value and not is_range(value):
            found += [(f"{key}.{path}", inner) for path, inner in _written(where, value)]
        else:
            found.append((key, value))
    return found


def _check_factors(where: str, found: Sequence[DesignFactor]) -> None:
    for place, factor in enumerate(found):
        path = factor.path
        for shared in SHARED:
            if f"{shared}.".startswith(f"{path}."):
                raise ScenarioError(
                    f"{where}: {shared} cannot be a factor, as all points are simulated on the "
                    "same patients; set it in the base or with --set."
                )
        for other in (earlier.path for earlier in found[:place]):
            if f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}."):
                raise ScenarioError(
                    f"{where}: {path} is given twice; give its levels at once."
                    if path == other
                    else f"{where}: {other} and {path} are the same parameter or one holds the "
                    "other; keep one of them."
                )


def _grid(where: str, given: Mapping[str, Any], found: tuple[DesignFactor, ...]) -> Design:
    for key in ("points", "seed"):
        if key in given:
            raise ScenarioError(
                f"{where}.{key}: a grid has all combinations of the levels, so it has no {key}; "
                'leave it out, or choose kind = "latin_hypercube" or "sobol".'
            )
    for factor in found:
        if factor.ends is not None:
            low, high = factor.ends
            raise ScenarioError(
                f"{where}.factors: {factor.path}: a grid needs levels, and between {low:g} and "
                f"{high:g} there is no step; add step, or list the levels."
            )
    number = prod(len(factor.levels) for factor in found)
    if number > MOST_POINTS:
        raise ScenarioError(
            f"{where}: all combinations of the levels are {number:,} points, and at most "
            f"{MOST_POINTS:,} are taken; give fewer levels, or a latin_hypercube of fewer points."
        )
    return Design("grid", found)


def _scattered(where: str, kind: str, points: object) -> int:
    if points is None:
        raise ScenarioError(f"{where}.points is missing: how many points, such as points = 16.")
    number = _whole(f"{where}.points", points, 2, MOST_SCATTERED)
    below = 1 << (number.bit_length() - 1)
    if kind == "sobol" and number != below:
        raise ScenarioError(
            f"{where}.points: a Sobol sequence is even in powers of 2 only, so {number} points "
            f"would not be; give {below} or {2 * below}."
        )
    return number


def _whole(where: str, value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ScenarioError(
            f"{where}: {value!r} is not allowed; it is a whole number from {low} to {high}."
        )
    return value


def _shares(kind: str, factors: int, points: int, seed: int) -> Floats:
    """Give points of the unit cube, shape (points, factors), each from 0 to below 1."""
    from scipy.stats import qmc

    if kind == "sobol":
        found: Floats = qmc.Sobol(factors, scramble=True, rng=seed).random(points)
        return found
    if factors == 1:
        return qmc.LatinHypercube(1, rng=seed).random(points)
    return qmc.LatinHypercube(factors, optimization="random-cd", rng=seed).random(points)
