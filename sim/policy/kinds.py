"""The kinds of each phase: every table of this folder that says which phase it is of.

So a new kind is one class in one file. It has a `phase` ("induction", "evaluation", "relapse" or
"boosters"), a `kind` of its own, `next_order` and `describe`; of a kind of `Boosters`, which ends
where they never help, `order` and `rule` are enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from importlib import import_module
from operator import or_
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from sim.config.fields import kind_of
from sim.config.value import Value
from sim.policy.own import refusal

FOLDER = "sim.policy"
WITHOUT_KINDS = ("kinds", "regimen")  # which import this module


def kinds_of(phase: str) -> Any:
    """Give the type of a phase: one of its kinds, told apart by `kind`, or an object of one's own.

    Kinds are in the order of their names, `none` last.
    """
    for module in iter_modules([str(Path(__file__).parent)]):
        if module.name not in WITHOUT_KINDS:
            import_module(f"{FOLDER}.{module.name}")
    found = [table for table in _below(Value) if _is_of(phase, table)]
    found.sort(key=lambda table: (kind_of(table) == "none", kind_of(table)))
    several: Any = reduce(or_, found)
    return Annotated[Annotated[several, Field(discriminator="kind")], WrapValidator(_own_object)]


def _is_of(phase: str, table: type[Value]) -> bool:
    ours = table.__module__.startswith(f"{FOLDER}.")
    return ours and getattr(table, "phase", "") == phase and kind_of(table) is not None


def _below(table: type[Value]) -> Iterator[type[Value]]:
    for inner in table.__subclasses__():
        yield inner
        yield from _below(inner)


def _own_object(value: Any, validated: ValidatorFunctionWrapHandler) -> Any:
    """Let an object of the user's own pass as it is; tables go to the built-in kinds."""
    if value is None or isinstance(value, Mapping | Value | str | int | float | list | tuple):
        return validated(value)
    if why := refusal(value):
        raise ValueError(why)
    return value
