"""What a field allows, in a user's words, and a value as TOML: as the reader takes it back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.config.fields import alternatives, kind_of, tables
from sim.config.overrides import plain
from sim.config.value import Value

TEXT_WIDTH = 96  # characters in a line of prose


def literal(value: Any) -> str:
    """Write a value as TOML, on one line; what TOML has no form for as Python shows it."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(int(value)) if _is_whole(value) else repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case date() | time():
            return value.isoformat()
        case Value():
            return literal(plain(value))
        case list() | tuple():
            return f"[{', '.join(literal(entry) for entry in value)}]"
        case Mapping():
            pairs = [f"{key(name)} = {literal(v)}" for name, v in value.items() if v is not None]
            return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    return str(value)


def key(name: object) -> str:
    """Write a key bare where TOML allows it, else in quotes."""
    text = str(name)
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else literal(text)


def _is_whole(value: float) -> bool:
    """Whether the number reads better without a decimal point: 40, not 40.0 and not 1e300."""
    return value == value and abs(value) < 1e15 and value == int(value)


_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    date: "a date such as 2026-01-31",
    time: "a time such as 09:00:00",
    datetime: "a date and time such as 2026-01-31T09:00:00",
}


def allowed(field: FieldInfo) -> str:
    """Say what a field takes: `a whole number of at least 1, or "unlimited"`, with its unit."""
    unit = about(field, "unit")
    return allowed_type(field.annotation, tuple(field.metadata)) + (f" [{unit}]" if unit else "")


def allowed_type(annotation: Any, marks: tuple[Any, ...] = ()) -> str:
    """Say what a type takes, every member of a union once."""
    said = [_member(member, own) for member, own in alternatives(annotation, marks)]
    return either(dict.fromkeys(word for word in [*said, *_tables(annotation)] if word))


def about(field: FieldInfo, what: str) -> str:
    """Give the `unit`, `source` or `grade` that `parameter` put beside a field."""
    extra = field.json_schema_extra
    return str(extra.get(what, "")) if isinstance(extra, dict) else ""


def bounds(marks: Iterable[Any]) -> str:
    """Say the bounds among a field's marks: `from 0 to 1`, `above 0`, `of at least 1`."""
    found = {
        name: getattr(mark, name)
        for mark in marks
        for name in ("ge", "gt", "le", "lt")
        if getattr(mark, name, None) is not None
    }
    if found.keys() == {"ge", "le"}:
        return f"from {literal(found['ge'])} to {literal(found['le'])}"
    says = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below"}
    return " and ".join(f"{says[name]} {literal(bound)}" for name, bound in found.items())


def either(words: Iterable[str]) -> str:
    """Join alternatives: `a`, `a or b`, `a, b or c`."""
    *most, last = [*words] or ["something else"]
    return f"{', '.join(most)} or {last}" if most else last


def quoted(words: Iterable[object]) -> list[str]:
    """Write each word as TOML does."""
    return [literal(word) for word in words]


def _member(member: Any, marks: tuple[Any, ...]) -> str:
    if get_origin(member) is Literal:
        return either(quoted(get_args(member)))
    if get_origin(member) in (tuple, list, frozenset):
        return _list(get_args(member), marks)
    name = _NAMES.get(member, "") if isinstance(member, type) else ""
    limits = bounds(marks) if member in (int, float) else ""
    return f"{name} {limits}".strip()


def _list(entries: tuple[Any, ...], marks: tuple[Any, ...]) -> str:
    least = max((getattr(mark, "min_length", None) or 0 for mark in marks), default=0)
    if (len(entries) == 2 and entries[1] is Ellipsis) or len(entries) == 1:
        few = f" of at least {least}" if least else ""
        return f"a list{few} in brackets (each {allowed_type(entries[0])})"
    return f"a list [{', '.join(allowed_type(entry) for entry in entries)}]"


def _tables(annotation: Any) -> Iterable[str]:
    found = tables(annotation)
    yield from (_shorthand(table) for table in found if table.shorthand)
    named = [kind for kind in map(kind_of, found) if kind is not None]
    if named:
        yield f"a table with kind = {either(quoted(named))}"
    elif found:
        yield from (_braces(table) for table in found)


def _braces(table: type[Value]) -> str:
    """Write a table of one parameter out: { chairs_each = a number above 0 }."""
    fields = table.model_fields
    if not table.inline or len(fields) > 1:
        return "a table"
    return "".join(f"{{ {name} = {allowed(field)} }}" for name, field in fields.items())


def _shorthand(table: type[Value]) -> str:
    return allowed_type(table.model_fields[table.shorthand].annotation)
