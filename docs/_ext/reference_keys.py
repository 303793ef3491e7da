"""The reference of scenario keys, read off the fields that declare them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from as_markdown import bullets, code, described, page, text
from pydantic.fields import FieldInfo

from sim.config.fields import alternatives, default_of, entry_type, kind_of, tables
from sim.config.overrides import plain
from sim.config.value import Value, names
from sim.config.words import about, allowed_type, either, literal, quoted
from sim.model.register import CHOICE, Registered, register
from sim.model.scenario import Scenario

GRADES = {
    "A": "trial or meta-analysis",
    "B": "one study",
    "C": "weak or indirect",
    "D": "assumption",
}


@dataclass(frozen=True)
class Key:
    """One key: the same path in file, `--set`, error and manifest."""

    path: str
    section: str  # the table under whose heading it stands
    kinds: tuple[str, ...]  # of the table it belongs to, where there are several
    takes: str
    default: str
    unit: str
    meaning: str
    source: str
    grade: str


def listed_keys() -> list[Key]:
    """List every key that a scenario can have; one that several kinds share alike stands once."""
    merged: dict[tuple[str, ...], Key] = {}
    for key in _within(Scenario, "", ()):
        alike = (key.path, key.takes, key.default, key.unit, key.meaning, key.source, key.grade)
        old = merged.get(alike)
        both = tuple(dict.fromkeys((*old.kinds, *key.kinds))) if old else key.kinds
        merged[alike] = replace(key, kinds=both)
    return list(merged.values())


def distributions() -> dict[str, list[Key]]:
    """List the keys of every named distribution, by its kind."""
    where = Scenario.model_fields["clinic"].annotation
    field = tables(where)[0].model_fields["assessment_minutes"]
    found = {kind_of(table): table for table in tables(field.annotation)}
    return {kind: list(_within(table, "", ())) for kind, table in found.items() if kind}


def pages() -> dict[str, str]:
    """Give a page for each table of a scenario, by the table's name, and one of distributions."""
    found: dict[str, list[Key]] = {}
    for key in listed_keys():
        head = key.path.partition(".")[0].partition("[")[0]
        found.setdefault(head, []).append(key)
    written = {head: _page(head, listed) for head, listed in found.items()}
    return written | {"distributions": _distributions()}


def about_table(head: str) -> str:
    """Say what a table of a scenario is about: as its field, its class or its module does."""
    field = Scenario.model_fields[head]
    if field.description:
        return _sentence(field.description)
    known = [type(field.default).__doc__, sys.modules[type(field.default).__module__].__doc__]
    firsts = [(words or "").strip().split("\n")[0] for words in known]
    told = [one for one in firsts if one.startswith(f"The table `[{head}]`:")]
    words = (told or firsts)[0].removeprefix(f"The table `[{head}]`:")
    return _sentence(words.strip())


def _within(table: type[Value], section: str, kind: tuple[str, ...]) -> Iterator[Key]:
    above = f"{section}." if section else ""
    for name in names(table):
        field = table.model_fields[name]
        sections = [one for one in tables(field.annotation) if not one.inline]
        path = f"{above}{name}"
        if kind and name == "kind":
            continue
        if not sections or default_of(field) is None:
            yield _key(path, section, kind, field)
        if not sections:
            yield from _entries(path, section, kind, field)
        if len(sections) > 1:
            yield _kinds(path, sections, field)
        for one in sections:
            own = kind_of(one)
            yield from _within(one, path, (own,) if own and len(sections) > 1 else kind)


def _entries(path: str, section: str, kind: tuple[str, ...], field: FieldInfo) -> Iterator[Key]:
    """List the keys of tables in braces, alone or in a list; a distribution has its own page."""
    listed = [entry_type(member) for member, _ in alternatives(field.annotation)]
    alone = tables(field.annotation)
    within = [] if alone else [one for kept in listed if kept is not Any for one in tables(kept)]
    if any(one.shorthand for one in alone):
        return
    for mark, found in ((".", alone), ("[].", within)):
        for table in found:
            for name, inner in table.model_fields.items():
                yield _key(f"{path}{mark}{inner.alias or name}", section, kind, inner)


def _kinds(path: str, sections: list[type[Value]], field: FieldInfo) -> Key:
    """Give the key `kind` of a table that can be of several, with what each is."""
    said = {kind_of(one) or "": (one.__doc__ or "").strip().split("\n")[0] for one in sections}
    lines = [f"`{kind}`: {words}" for kind, words in said.items()]
    default = default_of(field)
    return Key(
        path=f"{path}.kind",
        section=path,
        kinds=(),
        takes=either(quoted(said)),
        default=literal(getattr(default, "kind", None)),
        unit="",
        meaning=" ".join(lines),
        source="",
        grade="",
    )


def _key(path: str, section: str, kind: tuple[str, ...], field: FieldInfo) -> Key:
    default = plain(default_of(field))
    known = _registered(path, kind)
    said = "must be given" if field.is_required() else known.default if known else literal(default)
    if not said or said == "None":
        said = "left out"
    return Key(
        path=path,
        section=section,
        kinds=kind,
        takes=allowed_type(field.annotation, tuple(field.metadata)),
        default=said,
        unit=about(field, "unit"),
        meaning=field.description or "",
        source=about(field, "source"),
        grade=about(field, "grade"),
    )


def _registered(path: str, kind: tuple[str, ...]) -> Registered | None:
    """Give what the register knows of a key, of its own kind if it says kinds."""
    rows = [row for (there, _), row in register().items() if there == path]
    fitting = [row for row in rows if not row.kinds or set(kind) & set(row.kinds.split())]
    return (fitting or [None])[0]


def _page(head: str, listed: list[Key]) -> str:
    alone = len(listed) == 1 and listed[0].path == head
    title = f"`{head}`" if alone else f"`[{head}]`"
    parts, under = [text(about_table(head))], head
    several = {key.path for key in listed if [one.path for one in listed].count(key.path) > 1}
    sections = list(dict.fromkeys(key.section for key in listed))
    for key in sorted(listed, key=lambda one: sections.index(one.section)):
        if key.section != under and key.section:
            under = key.section
            parts.append(f"## `[{under}]`")
        parts.append(_told(key, told_apart=key.path in several))
    return page(title, *parts)


def _told(key: Key, told_apart: bool = False) -> str:
    known = _registered(key.path, key.kinds)
    grade = f"{key.grade} ({GRADES[key.grade]})" if key.grade in GRADES else key.grade
    of = " or ".join(code(kind) for kind in key.kinds)
    what = f" {code(known.doi)}" if known and known.doi else ""
    uncertain = known.uncertainty if known else ""
    return described(
        "scenario-key",
        f"{key.path} ({', '.join(key.kinds)})" if told_apart else key.path,
        [
            text(_sentence(key.meaning)),
            bullets(
                [
                    ("only with kind", of),
                    ("takes", text(key.takes)),
                    ("default", key.default if " " in key.default else code(key.default)),
                    ("unit", text(key.unit)),
                    ("uncertainty", code(uncertain) if uncertain else ""),
                    ("grade", "" if key.grade == CHOICE else grade),
                    ("source", text(key.source) + what if key.source else ""),
                ]
            ),
        ],
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "." if words else ""


def _distributions() -> str:
    parts = [
        "Wherever a key takes a number or a distribution, a number is that number every time, and "
        "a distribution is a table in braces: "
        '`{ kind = "lognormal", mean = 40, cv = 0.2 }`. Its unit is that of the key.'
    ]
    for kind, listed in distributions().items():
        parts.append(f"## {code(kind)}")
        parts += [_told(replace(key, path=f"{kind}.{key.path}")) for key in listed
                  if key.path != "kind"]  # fmt: skip
    return page("Distributions", *parts)
