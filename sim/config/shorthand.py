"""A plain number where a table could stand: `40` for `{ kind = "constant", value = 40 }`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
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
