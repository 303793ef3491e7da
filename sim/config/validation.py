"""From plain data to a value of a scenario, or to one paragraph that says what to mend.

Pydantic's findings are told in a user's words: where, what is wrong, what is allowed, what was
meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from math import isfinite
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.config.errors import ScenarioError, nearest
from sim.config.fields import choices, default_of, entry_type, kind_of, kinds, paths, table_for
from sim.config.overrides import given, merge
from sim.config.value import Value
from sim.config.words import about, allowed, allowed_type, either, literal, quoted

V = TypeVar("V", bound=Value)

SHOWN = 5  # faults told at once; more would not be read
LOOKED_AT = 20  # findings, of which a few are told
LONGEST_NAME = 80  # letters of a name that are compared with what is known
LONGEST_PATH = 200  # letters of a path that are told


@dataclass(frozen=True)
class Fault:
    """One thing to mend; a vague one says no more than that its value is not allowed."""

    path: str
    text: str
    vague: bool = False


@dataclass(frozen=True)
class Place:
    """Where in the data a finding points: pydantic's union tags are left out of the path."""

    path: tuple[str, ...]
    value: Any
    annotation: Any
    field: FieldInfo | None = None
    owner: type[Value] | None = None
    siblings: Any = None  # the annotation of the table around it


def faults(error: ValidationError, cls: type[Value], data: Mapping[str, Any]) -> list[Fault]:
    """Give what is to be mended, each once, without the branches of a union not meant."""
    found = [_fault(detail, cls, data) for detail in error.errors(include_url=False)[:LOOKED_AT]]
    return [
        fault
        for place, fault in enumerate(found)
        if fault not in found[:place] and not (fault.vague and _said_better(fault, found))
    ]


def _said_better(fault: Fault, found: list[Fault]) -> bool:
    below = (fault.path + ".", fault.path + ",")
    return any(
        other.path.startswith(below) or (other.path == fault.path and not other.vague)
        for other in found
    )


def _fault(detail: ErrorDetails, cls: type[Value], data: Mapping[str, Any]) -> Fault:
    place = _locate(detail["loc"], cls, data)
    path = ".".join(place.path).replace(".,", ",")
    path = path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}..."
    match detail["type"]:
        case "value_error" | "assertion_error":
            text = str(detail.get("ctx", {}).get("error", detail["msg"])).rstrip(".")
            end = "" if text.endswith("?") else "."
            return Fault(path, f"{': ' if path else ''}{text}{end}")
        case "missing":
            return Fault(path, f" is missing; give {_allowed(place)}.")
        case "extra_forbidden":
            return Fault(path, _unknown(place, cls))
        case "union_tag_invalid" | "union_tag_not_found":
            return Fault(f"{path}.kind", _no_kind(place))
    value = detail["input"] if place.value is None else place.value  # None: by another name
    return Fault(path, _not_allowed(value, place), vague=True)


def _locate(loc: Sequence[int | str], cls: type[Value], data: Mapping[str, Any]) -> Place:
    place = Place((), data, cls)
    for step in loc:
        if isinstance(place.value, Mapping) and _is_key(step, place):
            place = _key(place, step)
        elif isinstance(place.value, list | tuple) and isinstance(step, int):
            path = (*place.path, f", entry {step + 1}")
            place = Place(path, place.value[step], entry_type(place.annotation))
    return place


def _is_key(step: int | str, place: Place) -> bool:
    """Tell a key, written or missing, from the tag by which pydantic names a branch of a union."""
    owner = table_for(place.annotation, place.value)
    expected = (
        owner is not None and step in owner.model_fields and step not in kinds(place.annotation)
    )
    return step in place.value or expected


def _key(place: Place, step: int | str) -> Place:
    owner = table_for(place.annotation, place.value)
    field = owner.model_fields.get(str(step)) if owner else None
    annotation = field.annotation if field else entry_type(place.annotation)
    value = place.value.get(step)
    return Place((*place.path, str(step)), value, annotation, field, owner, place.annotation)


def _allowed(place: Place) -> str:
    return allowed(place.field) if place.field else allowed_type(place.annotation)


def _not_allowed(value: Any, place: Place) -> str:
    shown = "nothing" if value is None else literal(value)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return f" = {shown} is not allowed; it must be {_allowed(place)}.{_hint(value, place)}"


def _hint(value: Any, place: Place) -> str:
    if isinstance(value, float) and not isfinite(value):
        return " It must be finite."
    if isinstance(value, int | float) and place.field is not None:
        return f" {said}" if (said := about(place.field, "hint")) else ""
    if not isinstance(value, str):
        return ""
    if value in kinds(place.annotation):
        return f" Write {{ kind = {literal(value)} }}."
    words = [*choices(place.annotation), *kinds(place.annotation)]
    return nearest(value, [word for word in words if isinstance(word, str)])


def _no_kind(place: Place) -> str:
    known = kinds(place.annotation)
    kind = place.value.get("kind") if isinstance(place.value, Mapping) else None
    must = f"it must be {either(quoted(known))}."
    if kind is None:
        return f" is missing; {must}"
    return f" = {literal(kind)} is not known; {must}{nearest(str(kind), known)}"


def _unknown(place: Place, root: type[Value]) -> str:
    key = place.path[-1]
    if place.owner is None:
        return " is not a known key."
    elsewhere = [
        f"kind = {literal(kind)}"
        for kind, table in kinds(place.siblings).items()
        if table is not place.owner and key in table.model_fields
    ]
    here = ", ".join(place.owner.model_fields)
    kind = kind_of(place.owner)
    where = f"here (kind = {literal(kind)})" if kind else "here"
    if elsewhere:
        return f" belongs to {either(elsewhere)}; known {where}: {here}."
    return f" is not a known key; known {where}: {here}.{_meant(place, root)}"


def _meant(place: Place, root: type[Value]) -> str:
    """Guess the path that was meant: a near sibling first, then any path of the whole tree."""
    *above, key = place.path
    assert place.owner is not None
    siblings = [(_likeness(key, name), [*above, name]) for name in place.owner.model_fields]
    others = [(_likeness(key, path[-1]) - 0.15, path) for path in _tree(root)]
    likeness, path = max([*siblings, *others], key=lambda entry: (entry[0], -len(entry[1])))
    return f" Did you mean {'.'.join(path)}?" if likeness >= 0.6 else ""


@cache
def _tree(root: type[Value]) -> list[list[str]]:
    return [path.split(".") for path in dict.fromkeys(paths(root))]


def _likeness(given: str, known: str) -> float:
    return SequenceMatcher(None, given[:LONGEST_NAME].lower(), known.lower()).ratio()


def validated(cls: type[V], data: Mapping[str, Any], origin: str = "") -> V:
    """Make a value of plain data; a table without `kind` amends the default of its field.

    Raises ScenarioError with one paragraph that names `origin` (a file), the dotted path, what is
    wrong, what is allowed and, for a misspelling, the nearest name.
    """
    whole = complete(cls, data)
    try:
        return cls.model_validate(whole)
    except ValidationError as error:
        found = faults(error, cls, whole)
        beyond = max(0, error.error_count() - LOOKED_AT)
        raise ScenarioError(_paragraph(found, origin, beyond)) from None


def complete(cls: type[Value], data: Mapping[str, Any]) -> dict[str, Any]:
    """Lay tables that name no `kind` over the default of their field, so that the rest stays.

    So `[policy.boosters] first_days = 21` amends the default policy, whichever kind that is.
    """
    whole = dict(data)
    for name, field in cls.model_fields.items():
        written, default = whole.get(name), default_of(field)
        if not isinstance(written, Mapping):
            continue
        if isinstance(default, Value) and not default.shorthand and "kind" not in written:
            written = merge(given(default), written)
        table = table_for(field.annotation, written)
        whole[name] = complete(table, written) if table else written
    return whole


def _paragraph(found: list[Fault], origin: str, beyond: int) -> str:
    """Tell the first faults; `beyond` further findings were not looked at one by one."""
    told = [f"{fault.path}{fault.text}" for fault in found[:SHOWN]]
    if len(found) == 1:
        return f"{origin}: {told[0]}" if origin else told[0]
    numbered = " ".join(f"({number}) {text}" for number, text in enumerate(told, 1))
    number = len(found) + beyond
    more = f" And {number - SHOWN} more." if number > SHOWN else ""
    return f"{origin or 'The scenario'} has {number} faults: {numbered}{more}"
