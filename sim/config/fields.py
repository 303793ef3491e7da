"""What the types of a scenario's fields allow: which tables, which kinds, which dotted paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.config.value import Value

Alternative = tuple[Any, tuple[Any, ...]]
"""One member of a union, and the marks (bounds and the like) that apply to it."""


def alternatives(annotation: Any, marks: tuple[Any, ...] = ()) -> Iterator[Alternative]:
    """Give the members of a type, however its unions and annotations are nested."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        for mark in more:
            marks = (*marks, *mark.metadata) if isinstance(mark, FieldInfo) else (*marks, mark)
        yield from alternatives(inner, marks)
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from alternatives(member, marks)
    else:
        yield annotation, marks


def tables(annotation: Any) -> list[type[Value]]:
    """Give the tables that a type allows."""
    members = (member for member, _ in alternatives(annotation))
    return [member for member in members if isinstance(member, type) and issubclass(member, Value)]


def kind_of(table: type[Value]) -> str | None:
    """Give the `kind` by which a table is known, if it has one."""
    field = table.model_fields.get("kind")
    choices = get_args(field.annotation) if field else ()
    return choices[0] if len(choices) == 1 and isinstance(choices[0], str) else None


def kinds(annotation: Any) -> dict[str, type[Value]]:
    """Give the tables that a type allows by their kinds."""
    named = ((kind_of(table), table) for table in tables(annotation))
    return {kind: table for kind, table in named if kind is not None}


def table_for(annotation: Any, written: object) -> type[Value] | None:
    """Tell which table the type makes of what is written: by its kind, or the only one."""
    if isinstance(written, Value):
        return type(written)
    if not isinstance(written, Mapping):
        return None
    known, kind = kinds(annotation), written.get("kind")
    if isinstance(kind, str) and kind in known:
        return known[kind]
    allowed = tables(annotation)
    return allowed[0] if len(allowed) == 1 else None


def default_of(field: FieldInfo) -> Any:
    """Give the default of a field, or None when it must be given."""
    return None if field.is_required() else field.get_default(call_default_factory=True)


def choices(annotation: Any) -> list[Any]:
    """Give the words or numbers that a type lists one by one."""
    members = (member for member, _ in alternatives(annotation))
    return [word for m in members if get_origin(m) is Literal for word in get_args(m)]


def entry_type(annotation: Any) -> Any:
    """Give the type of the entries of the first list (or mapping) that a type allows."""
    for member, _ in alternatives(annotation):
        origin: Any = get_origin(member)
        inner = [part for part in get_args(member) if part is not Ellipsis]
        if inner and origin in (tuple, list, frozenset):
            return inner[0]
        if inner and origin in (dict, Mapping):
            return inner[-1]
    return Any


def paths(table: type[Value], above: tuple[type[Value], ...] = ()) -> Iterator[str]:
    """Give every dotted path that can be written within a table, whatever the kinds."""
    for name, field in table.model_fields.items():
        yield name
        for inner in tables(field.annotation):
            if inner not in above:
                yield from (f"{name}.{path}" for path in paths(inner, (*above, table)))
