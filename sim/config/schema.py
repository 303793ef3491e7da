"""The JSON Schema of scenario files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticOmit, core_schema

from sim.config.value import Value

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXTENDS = {
    "title": "Extends",
    "description": "A file, relative to this one, whose values hold wherever this file is silent",
    "type": "string",
    "minLength": 1,
}
_ABOUT = ("unit", "source", "grade")
HINT = "hint"


class _Schema(GenerateJsonSchema):
    """Leaves out what a file cannot hold: objects of a user's own class."""

    def handle_invalid_for_json_schema(
        self, schema: core_schema.CoreSchema, error_info: str
    ) -> JsonSchemaValue:
        raise PydanticOmit


def json_schema(cls: type[Value]) -> dict[str, Any]:
    """Describe every file that holds a `cls`, `extends` included, in draft 2020-12.

    Units, sources and grades stand in the descriptions, which editors show, and as `x-unit`,
    `x-source` and `x-grade`.
    """
    schema = _for_editors(cls.model_json_schema(schema_generator=_Schema))
    schema["properties"] = {"extends": EXTENDS, **schema.get("properties", {})}
    return {"$schema": DIALECT, **schema}


def _for_editors(node: Any) -> Any:
    if isinstance(node, list):
        return [_for_editors(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _for_editors(value) for key, value in node.items() if key != "discriminator"}
    if "discriminator" in node:
        # A table may leave out its `kind` and then fits several branches: any one of them will do.
        tidy["anyOf"] = tidy.pop("oneOf")
    return _described(tidy) if isinstance(tidy.get("unit"), str) else tidy


def _described(field: dict[str, Any]) -> dict[str, Any]:
    unit, source, grade = (field.pop(name, "") for name in _ABOUT)
    field.pop(HINT, None)
    known = "; ".join(part for part in (source, f"grade {grade}" if grade else "") if part)
    parts = [
        field.get("description", ""),
        f"[{unit}]" if unit else "",
        f"({known})" if known else "",
    ]
    field["description"] = " ".join(part for part in parts if part)
    about = {
        f"x-{name}": said for name, said in zip(_ABOUT, (unit, source, grade), strict=True) if said
    }
    return {**field, **about}
