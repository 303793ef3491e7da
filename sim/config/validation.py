"""From plain data to a value of a scenario, or to one paragraph that says what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.config.errors import ScenarioError
from sim.config.faults import LOOKED_AT, Fault, faults
from sim.config.fields import default_of, table_for
from sim.config.overrides import given, merge
from sim.config.value import Value

V = TypeVar("V", bound=Value)

SHOWN = 5  # faults told at once; more would not be read


def validate(cls: type[V], data: Mapping[str, Any], origin: str = "") -> V:
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
