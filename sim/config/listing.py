"""Every parameter of a resolved value: as a list, and as a TOML file that explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from textwrap import wrap
from typing import Any

from pydantic.fields import FieldInfo

from sim.config.fields import alternatives, default_of, kinds
from sim.config.overrides import plain
from sim.config.value import Value, names
from sim.config.words import about, bounds, either, key, literal, quoted

_WIDTH = 100


@dataclass(frozen=True)
class Entry:
    """One parameter: where it stands, what it is, and how well it is known."""

    path: str
    value: Any
    default: Any
    unit: str
    description: str
    source: str
    grade: str
    bounds: str


def entries(value: Value) -> list[Entry]:
    """List every parameter of a value, depth first and in order of declaration.

    A table that a file writes in braces (a distribution) is one entry, in plain data.
    """
    return list(_entries(value, ""))


def as_toml(value: Value) -> str:
    """Write a complete TOML file: every parameter with meaning, unit, source and grade.

    What has no value stands there as a comment, as TOML has no word for nothing; read back, the
    file gives an equal value.
    """
    return "\n".join(_section(value, "", "", {})).strip("\n") + "\n"


def _entries(value: Value, above: str) -> Iterator[Entry]:
    for name, field, inner in _fields(value):
        if _is_section(inner):
            yield from _entries(inner, f"{above}{name}.")
        else:
            yield _entry(f"{above}{name}", field, inner)


def _entry(path: str, field: FieldInfo, value: Any) -> Entry:
    return Entry(
        path=path,
        value=plain(value),
        default=plain(default_of(field)),
        unit=about(field, "unit"),
        description=field.description or "",
        source=about(field, "source"),
        grade=about(field, "grade"),
        bounds=_bounds(field),
    )


def _bounds(field: FieldInfo) -> str:
    marks = [
        mark for _, own in alternatives(field.annotation, tuple(field.metadata)) for mark in own
    ]
    return bounds(marks)


def _fields(value: Value) -> Iterator[tuple[str, FieldInfo, Any]]:
    for name in names(type(value)):
        yield name, type(value).model_fields[name], getattr(value, name)


def _is_section(value: Any) -> bool:
    return isinstance(value, Value) and not value.inline


def _section(value: Value, path: str, about_it: str, others: dict[str, Any]) -> Iterator[str]:
    """Write a table under its heading: its own parameters, then the tables within."""
    if path:
        yield ""
        yield from _comment(about_it)
        yield f"[{path}]"
    for name, field, inner in _fields(value):
        if not _is_section(inner):
            yield from _line(
                name,
                inner,
                _kind_meaning(inner, others, field) if name == "kind" else _meaning(field),
            )
    for name, field, inner in _fields(value):
        if _is_section(inner):
            where = f"{path}.{key(name)}" if path else key(name)
            yield from _section(inner, where, _heading(field, inner), kinds(field.annotation))


def _heading(field: FieldInfo, value: Value) -> str:
    return _meaning(field) or (type(value).__doc__ or "").strip().split("\n")[0]


def _kind_meaning(kind: Any, others: dict[str, Any], field: FieldInfo) -> str:
    rest = [other for other in others if other != kind]
    return f"or {either(quoted(rest))}" if rest else _meaning(field)


def _meaning(field: FieldInfo) -> str:
    unit, source, grade = (about(field, what) for what in ("unit", "source", "grade"))
    known = "; ".join(part for part in (source, grade) if part)
    parts = (field.description, unit and f"[{unit}]", known and f"({known})")
    return " ".join(" ".join(part for part in parts if part).split())


def _line(name: str, value: Any, meaning: str) -> Iterator[str]:
    """Write one parameter, its meaning behind it where that fits and above it otherwise."""
    written = _written(name, value)
    behind = f"{written}  # {meaning}" if meaning else written
    if "\n" not in behind and len(behind) <= _WIDTH:
        yield behind
    else:
        yield from _comment(meaning)
        yield written


def _written(name: str, value: Any) -> str:
    content = plain(value)
    if content is None:
        return f"# {key(name)} ="
    if not _is_writable(content):
        return f"# {key(name)} = an object given in Python: {type(value).__name__}"
    line = f"{key(name)} = {literal(content)}"
    if len(line) <= _WIDTH or not isinstance(content, list):
        return line
    return "\n".join([f"{key(name)} = [", *(f"    {literal(entry)}," for entry in content), "]"])


def _is_writable(content: Any) -> bool:
    if isinstance(content, dict):
        return all(_is_writable(entry) or entry is None for entry in content.values())
    if isinstance(content, list | tuple):
        return all(_is_writable(entry) for entry in content)
    return isinstance(content, int | float | str | date | time)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, _WIDTH - 2, break_long_words=False)]
