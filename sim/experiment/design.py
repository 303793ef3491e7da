"""What is compared with what: a study names a base, a reference, and variants of the base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError, nearest
from sim.config.files import read_toml
from sim.config.names import stem_of, visible
from sim.model.scenario import Scenario, read_scenario, tables_beside

KEYS = ("base", "reference", "variants", "title")
SHARED = ("run.seed", "run.replications")


@dataclass(frozen=True)
class Study:
    """Scenarios to be simulated on the same patients, one of them the reference."""

    name: str
    reference: str
    scenarios: dict[str, Scenario]
    title: str = ""


def read_study(path: str | Path, changes: Mapping[str, object] | None = None) -> Study:
    """Read a study file; `changes` go to the base and so to every variant.

    The base is found relative to the study file. The reference is the first variant unless the
    file names another. In a variant a quoted dotted key replaces what stands there
    (`"policy.boosters" = { ... }`), and a table (`[variants.x.clinic]`) changes what it names.
    """
    path, changes = Path(path), dict(changes or {})
    given = read_toml(path)
    variants = _variants(path, given)
    base_file = path.parent / _text(path, given, "base")
    base = read_scenario(base_file, changes)
    scenarios = {
        name: _variant(path, base, name, overrides, changes) for name, overrides in variants.items()
    }
    reference = visible(_text(path, given, "reference", default=next(iter(scenarios))))
    if reference not in scenarios:
        raise ScenarioError(
            f'{path}: reference: there is no variant "{reference}"; '
            f"the variants are {_listed(scenarios)}.{nearest(reference, scenarios)}"
        )
    return Study(stem_of(path), reference, scenarios, _text(path, given, "title", default=""))


def read_single(path: str | Path, changes: Mapping[str, object] | None = None) -> Scenario:
    """Read a scenario file, and say so when it is a study instead."""
    if "variants" in read_toml(Path(path)):
        raise ScenarioError(
            f"{path}: this file has variants, so it is a study and not a scenario; "
            f"compare them with: ketasim compare {path}"
        )
    return read_scenario(path, changes or {})


def _variants(path: Path, given: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    if "variants" not in given:
        raise ScenarioError(
            f"{path}: this file has no variants, so it is a scenario and not a study; "
            f"simulate it with: ketasim run {path}"
        )
    for key in given:
        if key not in KEYS:
            raise ScenarioError(
                f'{path}: unknown key "{key}"; a study has {_listed(KEYS)}, '
                f"and what all variants share belongs in the base.{nearest(key, KEYS)}"
            )
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


def _overrides(path: Path, name: str, table: object) -> dict[str, object]:
    if not isinstance(table, dict):
        raise ScenarioError(
            f"{path}: variants.{name}: expected a table of overrides, such as "
            f'"clinic.chairs" = 4, not {table!r}.'
        )
    overrides: dict[str, object] = {}
    for key, value in table.items():
        overrides |= {key: value} if "." in key else dict(_leaves(key, value))
    for shared in SHARED:
        if _touches(shared, overrides):
            raise ScenarioError(
                f"{path}: variants.{name}: {shared} cannot differ between variants, which are "
                "compared on the same patients; set it in the base or with --set."
            )
    return overrides


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Walk a nested table down to its values, by dotted path."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    else:
        yield path, value


def _variant(
    path: Path,
    base: Scenario,
    name: str,
    overrides: Mapping[str, object],
    changes: Mapping[str, object],
) -> Scenario:
    for change in changes:
        if _touches(change, overrides):
            raise ScenarioError(
                f"{path}: {change} is what the study itself varies (in variants.{name}), so it "
                "cannot be set for all variants at once; change it in the study file."
            )
    try:
        return base.override(tables_beside(dict(overrides), path.parent)).checked()
    except ScenarioError as fault:
        raise ScenarioError(f"{path}: variants.{name}: {fault}") from fault


def _touches(path: str, overrides: Mapping[str, object]) -> bool:
    """Whether an override is at, above or below the path."""
    return any(f"{path}.".startswith(f"{o}.") or f"{o}.".startswith(f"{path}.") for o in overrides)


def _text(path: Path, given: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = given.get(key, default)
    if value is None:
        raise ScenarioError(
            f'{path}: {key} is missing; name the base scenario, as in {key} = "base.toml".'
        )
    if not isinstance(value, str):
        raise ScenarioError(f"{path}: {key}: expected a text, not {value!r}.")
    return value


def _listed(names: Mapping[str, object] | tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
