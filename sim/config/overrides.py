"""Changes to a scenario by dotted path, and the plain data that changes are made to.

A table that is given another `kind` starts afresh: the parameters of a fixed policy mean nothing
to an adaptive one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.fields import tables
from sim.config.value import Value, names

PlainTable = dict[str, Any]


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> PlainTable:
    """Lay one table over another, tables within tables; neither is altered."""
    if "kind" in changes and changes["kind"] != base.get("kind"):
        base = {}
    merged = {key: _copy(value) for key, value in base.items()}
    for key, value in changes.items():
        below = _open(merged.get(key))
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = merge(below, value) if both else _copy(value)
    return merged


def with_path(data: Mapping[str, Any], path: str, value: object) -> PlainTable:
    """Set what stands at a dotted path; a table given as value replaces the whole table."""
    return _set(data, _keys(path), value, path)


def apply(data: Mapping[str, Any], changes: Mapping[str, object]) -> PlainTable:
    """Make all the changes, whole tables before their parts and kinds before their parameters.

    The order in which the changes are given therefore never matters.
    """
    changed = {key: _copy(value) for key, value in data.items()}
    for path in sorted(changes, key=_precedence):
        changed = with_path(changed, path, changes[path])
    return changed


def leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Walk a nested table down to its values, by dotted path."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from leaves(f"{path}.{key}", inner)
    else:
        yield path, value


def meet(path: str, other: str) -> bool:
    """Whether two dotted paths are the same, or one lies below the other."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")


def parse_assignment(text: str) -> tuple[str, Any]:
    """Read `clinic.chairs=4` as path and value: TOML where it is TOML, else text as it stands."""
    path, equals, written = (part.strip() for part in text.partition("="))
    example = "write path=value, such as clinic.chairs=4"
    if not equals:
        raise ScenarioError(f'"{text}" changes nothing, as it has no "="; {example}.')
    if not written:
        raise ScenarioError(f'"{text}" gives no value after the "="; {example}.')
    _keys(path)
    try:
        table = tomllib.loads(f"value = {written}")
    except tomllib.TOMLDecodeError as error:
        if written[0] in "[{":
            raise ScenarioError(
                f'"{text}": the value is no TOML ({error}); texts inside lists and tables need '
                f'quotes, such as {{ kind = "fixed", every_days = 28 }}.'
            ) from None
        return path, written
    return path, table["value"] if len(table) == 1 else written


def given(value: Value) -> PlainTable:
    """Collect what was set explicitly, and every `kind`, as plain data that validates back.

    An object of a user's own class is kept as it is.
    """
    fields = type(value).model_fields
    told = [name for name in names(type(value)) if name == "kind" or name in value.model_fields_set]
    return {name: _plain_in(fields[name].annotation, getattr(value, name)) for name in told}


def plain(value: object) -> Any:
    """Turn values and tuples into tables and lists, a constant into its number; keep the rest."""
    if isinstance(value, Value):
        return plain(getattr(value, value.shorthand)) if value.shorthand else given(value)
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return value


def _plain_in(annotation: Any, value: object) -> Any:
    own = isinstance(value, Value) and type(value) not in tables(annotation)
    return value if own else plain(value)


def _precedence(path: str) -> tuple[int, bool, str]:
    keys = _keys(path)
    return len(keys), keys[-1] != "kind", path


def _keys(path: str) -> list[str]:
    keys = [key.strip() for key in path.split(".")]
    if not all(keys):
        raise ScenarioError(
            f'"{path}" is not a path to a parameter; join names by dots, such as clinic.chairs.'
        )
    return keys


def _set(data: Mapping[str, Any], keys: list[str], value: object, path: str) -> PlainTable:
    key, *rest = keys
    table = {name: _copy(entry) for name, entry in data.items()}
    if rest:
        table[key] = _set(_table(table, key, rest, path), rest, value, path)
    elif key == "kind" and table.get("kind") != value:
        table = {"kind": value}
    else:
        table[key] = _copy(value)
    return table


def _table(table: PlainTable, key: str, rest: list[str], path: str) -> Mapping[str, Any]:
    """Open the table that holds the rest of a path; a kind may replace what is no table."""
    inner = _open(table.get(key, {}))
    if inner is None:  # a table that may be left out, and was
        return {}
    if isinstance(inner, Mapping):
        return inner
    if rest == ["kind"]:
        return {}
    whole = path.removesuffix("." + ".".join(rest))
    raise ScenarioError(
        f"{path} cannot be set, as {whole} is {inner!r} and not a table; give {whole} a kind "
        f"first, or as a whole table in braces."
    )


def _open(value: Any) -> Any:
    """See a value as its table; a constant stays a number, which is how files write it."""
    return plain(value) if isinstance(value, Value) else value


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(entry) for key, entry in value.items()}
    return [_copy(entry) for entry in value] if isinstance(value, list) else value
