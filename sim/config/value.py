"""A value of a scenario: frozen, validated, and with unit and source beside every field.

A plain number may stand where a table could: `40` for `{ kind = "constant", value = 40 }`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class NumberAs:
    """Marks a union of tables of which one may be written as its only number."""

    kind: str
    field: str
    furthest: float  # from 0, to either side

    def read(self, given: Any) -> Any:
        """Turn a number into the table it stands for and leave everything else as it is."""
        number = isinstance(given, int | float) and not isinstance(given, bool)
        return {"kind": self.kind, self.field: given} if number else given

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        number = {"type": "number", "minimum": -self.furthest, "maximum": self.furthest}
        return {"anyOf": [number, handler(schema)]}


Grade = Literal["A", "B", "C", "D", ""]
"""How well a default is known: A trial, B one study, C weak, D assumption; empty for a choice."""

Unlimited = Literal["unlimited"]
Capacity = Annotated[int, Field(ge=1, le=10_000)] | Unlimited


class Value(BaseModel):
    """The base of every table of a scenario file: frozen, hashable, unknown keys refused.

    Types are taken strictly: `true` is no number and "4" is not 4. Lists become tuples, so a field
    for a list is declared as a tuple; dates and times may also be ISO text, as JSON has no others.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False
    )

    inline: ClassVar[bool] = False
    """Whether a file writes this table in braces on one line, not under a heading of its own."""
    shorthand: ClassVar[str] = ""
    """The field that may stand for the whole table: 40 for { kind = "constant", value = 40 }."""

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        fields = cls.model_fields
        return {
            name: _native(value, fields[name].annotation if name in fields else None)
            for name, value in given.items()
        }

    def __str__(self) -> str:
        """Say it in words: `lognormal (mean 40, cv 0.2)`, or just the number of a shorthand."""
        if self.shorthand:
            return _said(getattr(self, self.shorthand))
        told = [n for n in names(type(self)) if n != "kind" and n in self.model_fields_set]
        name = getattr(self, "kind", type(self).__name__.lower())
        said = ", ".join(f"{n.replace('_', ' ')} {_said(getattr(self, n))}" for n in told)
        return f"{name} ({said})" if said else name


def names(table: type[Value]) -> list[str]:
    """Name the parameters of a table in the order to show: `kind`, its own, those kinds share."""
    *_, family = (base for base in table.__mro__ if issubclass(base, Value) and base is not Value)
    shared = set() if family is table else set(family.model_fields)
    return sorted(table.model_fields, key=lambda name: (name != "kind", name in shared))


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_said(entry) for entry in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _native(value: Any, annotation: Any) -> Any:
    """Turn lists into tuples, numpy's scalars into Python's and ISO text into dates and times."""
    if isinstance(value, list | tuple):
        return tuple(_native(entry, annotation) for entry in value)
    if isinstance(value, str):
        return _moment(value, annotation)
    return value.item() if type(value).__module__ == "numpy" and value.ndim == 0 else value


def _moment(text: str, annotation: Any) -> object:
    for moment in (date, time):
        if _mentions(annotation, moment):
            try:
                return moment.fromisoformat(text)
            except ValueError:
                continue
    return text


def _mentions(annotation: Any, wanted: type) -> bool:
    return annotation is wanted or any(_mentions(part, wanted) for part in get_args(annotation))


def parameter(
    default: Any,
    description: str,
    *,
    unit: str = "",
    source: str = "",
    grade: Grade = "",
    **bounds: Any,
) -> Any:
    """Declare a field of a `Value`: its one default, meaning, unit, source and bounds together.

    `bounds` are pydantic's (`ge`, `gt`, `le`, `lt`, `min_length` ...); a `default` of `...` makes
    the parameter one that must be given. Among the bounds may be a
    `hint`, said to whoever gives a number beyond them.
    """
    hint = bounds.pop("hint", "")
    about: dict[str, Any] = {"unit": unit, "source": source, "grade": grade, "hint": hint}
    return Field(default, description=description, json_schema_extra=about, **bounds)
