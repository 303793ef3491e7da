"""What is compared with what: a study names a base, a reference, and variants of the base.

Instead of variants, or crossed with them, it may have a design: factors and their levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError, nearest
from sim.config.files import read_toml
from sim.config.names import stem_of, visible
from sim.config.overrides import leaves, meet
from sim.config.steps import read_words
from sim.experiment.design_points import (
    SHARED,
    Design,
    DesignPoint,
    manifested,
    read_design,
    varied,
)
from sim.model.scenario import Scenario, read_scenario, tables_beside

KEYS = ("base", "reference", "variants", "design", "title")
BASE = "base"
"""The reference of a design that is its base, simulated beside the points."""
MOST_LISTED = 20
_VARIED = "clinic.chairs=3:6, clinic.chairs=3:9:2 or clinic.chairs=3,4,unlimited"


@dataclass(frozen=True)
class Study:
    """Scenarios to be simulated on the same patients, one of them the reference."""

    name: str
    reference: str
    scenarios: dict[str, Scenario]
    title: str = ""
    design: dict[str, Any] | None = None  # factors and levels, as the manifest holds them


def read_study(
    path: str | Path, changes: Mapping[str, object] | None = None, vary: Sequence[str] = ()
) -> Study:
    """Read a study file; `changes` go to the base and so to every variant.

    The base is found relative to the study file. The reference is the first variant unless the
    file names another. In a variant a quoted dotted key replaces what stands there
    (`"policy.boosters" = { ... }`), and a table (`[variants.x.clinic]`) changes what it names.
    A `[design]` makes a scenario of each of its points, and crosses variants with them; so do the
    values of `vary` (`clinic.chairs=3:6`), for which a scenario file will do as well.
    """
    path, changes = Path(path), dict(changes or {})
    given = read_toml(path)
    title, design = _text(path, given, "title", default=""), _design(path, given, vary)
    if design is not None:
        return _designed(path, given, design, title, changes)
    variants = _variants(path, given)
    base = _base(path, given, changes)
    scenarios = {
        name: _variant(path, base, f"variants.{name}", overrides, changes)
        for name, overrides in variants.items()
    }
    return Study(stem_of(path), _reference(path, given, scenarios), scenarios, title)


def _design(path: Path, given: Mapping[str, Any], vary: Sequence[str]) -> Design | None:
    if vary and "design" in given:
        raise ScenarioError(
            f"{path}: this study has a design already; write what is to be varied as one more of "
            "its factors instead of --vary."
        )
    if vary:
        return varied("vary", [read_words(text, _VARIED) for text in vary])
    return read_design(str(path), given["design"]) if "design" in given else None


def _designed(
    path: Path,
    given: Mapping[str, Any],
    design: Design,
    title: str,
    changes: Mapping[str, object],
) -> Study:
    """Make a scenario of every point, or of every variant at every point."""
    is_study = _is_study(given)
    variants = _variants(path, given) if "variants" in given else {}
    if is_study:
        _check_keys(path, given)
    base = _base(path, given, changes) if is_study else read_scenario(path, changes)
    for factor in design.factors:
        for name, overrides in variants.items():
            if touches(factor.path, overrides):
                raise ScenarioError(
                    f"{path}: variants.{name}: {factor.path} is a factor of the design or of "
                    "--vary, so no variant can set it; leave it out of one of them."
                )
    places = _places(path, design, variants)
    scenarios = {
        name: _variant(
            path,
            base,
            name,
            {**variants.get(variant, {}), **{path: level.value for path, level in point.items()}},
            changes,
        )
        for name, (variant, point) in places.items()
    }
    reference = given.get("reference") if is_study else None
    if reference == BASE and BASE not in variants:
        scenarios = {BASE: base, **scenarios}
    of = given if is_study else {}
    if reference in variants:
        first = next(name for name, (variant, _) in places.items() if variant == reference)
        of = {**given, "reference": first}
    arms = sorted(variants, key=lambda name: name != given.get("reference"))
    what = manifested(design, arms, places)
    return Study(stem_of(path), _reference(path, of, scenarios), scenarios, title, what)


def _places(
    path: Path, design: Design, variants: Mapping[str, object]
) -> dict[str, tuple[str, DesignPoint]]:
    """Name each scenario by its variant and its point."""
    points = design.named_points()
    places = {
        f"{variant}, {name}" if variant else name: (variant, point)
        for variant in variants or {"": {}}
        for name, point in points.items()
    }
    if len(places) < max(2, len(points) * len(variants)):
        raise ScenarioError(
            f"{path}: design: its points are all alike, or are named like variants; give more "
            "points, finer steps, or other names."
        )
    return places


def _base(path: Path, given: Mapping[str, Any], changes: Mapping[str, object]) -> Scenario:
    return read_scenario(path.parent / _text(path, given, "base"), changes)


def _reference(path: Path, given: Mapping[str, Any], scenarios: Mapping[str, Scenario]) -> str:
    reference = visible(_text(path, given, "reference", default=next(iter(scenarios))))
    if reference not in scenarios:
        several = f"{_listed([*scenarios][:MOST_LISTED])}"
        more = f" and {len(scenarios) - MOST_LISTED} more" if len(scenarios) > MOST_LISTED else ""
        raise ScenarioError(
            f'{path}: reference: there is no variant "{reference}"; '
            f"the variants are {several}{more}.{nearest(reference, scenarios)}"
        )
    return reference


def _is_study(given: Mapping[str, Any]) -> bool:
    return "variants" in given or "design" in given


def read_single(path: str | Path, changes: Mapping[str, object] | None = None) -> Scenario:
    """Read a scenario file, and say so when it is a study instead."""
    given = read_toml(Path(path))
    if _is_study(given):
        what = "variants" if "variants" in given else "a design"
        raise ScenarioError(
            f"{path}: this file has {what}, so it is a study and not a scenario; "
            f"compare them with: ketasim compare {path}"
        )
    return read_scenario(path, changes or {})


def read_either(path: str | Path, changes: Mapping[str, object] | None = None) -> Study:
    """Read a study, or a scenario as a study of it alone."""
    path = Path(path)
    if _is_study(read_toml(path)):
        return read_study(path, changes)
    name = stem_of(path)
    return Study(name, name, {name: read_single(path, changes)})


def _variants(path: Path, given: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    if "variants" not in given:
        raise ScenarioError(
            f"{path}: this file has no variants, so it is a scenario and not a study; "
            f"simulate it with: ketasim run {path}"
        )
    _check_keys(path, given)
    variants = given["variants"]
    if not isinstance(variants, dict) or len(variants) < 2:
        raise ScenarioError(
            f"{path}: variants: a comparison needs two or more; "
            "write a table [variants.name] of overrides for each."
        )
    names = [visible(name) for name in variants]
    if len(set(names)) < len(names):
        raise ScenarioError(f"{path}: variants: two of the names look the same; change one.")
    return {visible(name): _overrides(path, name, table) for name, table in variants.items()}


def _check_keys(path: Path, given: Mapping[str, Any]) -> None:
    for key in given:
        if key not in KEYS:
            raise ScenarioError(
                f'{path}: unknown key "{key}"; a study has {_listed(KEYS)}, '
                f"and what all variants share belongs in the base.{nearest(key, KEYS)}"
            )


def _overrides(path: Path, name: str, table: object) -> dict[str, object]:
    if not isinstance(table, dict):
        raise ScenarioError(
            f"{path}: variants.{name}: expected a table of overrides, such as "
            f'"clinic.chairs" = 4, not {table!r}.'
        )
    overrides: dict[str, object] = {}
    for key, value in table.items():
        overrides |= {key: value} if "." in key else dict(leaves(key, value))
    for shared in SHARED:
        if touches(shared, overrides):
            raise ScenarioError(
                f"{path}: variants.{name}: {shared} cannot differ between variants, which are "
                "compared on the same patients; set it in the base or with --set."
            )
    return overrides


def _variant(
    path: Path,
    base: Scenario,
    name: str,
    overrides: Mapping[str, object],
    changes: Mapping[str, object],
) -> Scenario:
    for change in changes:
        if touches(change, overrides):
            raise ScenarioError(
                f"{path}: {change} is what the study itself varies (in {name}), so it "
                "cannot be set for all variants at once; change it in the study file."
            )
    try:
        return base.override(tables_beside(dict(overrides), path.parent)).checked()
    except ScenarioError as fault:
        raise ScenarioError(f"{path}: {name}: {fault}") from fault


def touches(path: str, overrides: Mapping[str, object]) -> bool:
    """Whether an override is at, above or below the path."""
    return any(meet(path, other) for other in overrides)


def _text(path: Path, given: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = given.get(key, default)
    if value is None:
        raise ScenarioError(
            f'{path}: {key} is missing; name the base scenario, as in {key} = "base.toml".'
        )
    if not isinstance(value, str):
        raise ScenarioError(f"{path}: {key}: expected a text, not {value!r}.")
    return value


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
