"""The register: every parameter of the model with default, unit, uncertainty, grade and source.

A default, its unit, source and grade have their one home beside the field in the code; what only
the register knows is the distribution that says how uncertain a default is, and DOIs.
`ketasim register --renew` writes the file anew from both; a test keeps it equal.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import exp
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from scipy.special import betaincinv, gammaincinv, ndtri

from sim.config.fields import default_of, kind_of, tables
from sim.config.overrides import plain
from sim.config.value import Value, names
from sim.config.words import about, literal
from sim.model.scenario import Scenario
from sim.people.named_populations import MIXED
from sim.people.settings import USUAL_SETTING
from sim.symptoms.calibrations import PATHS

_COLUMNS = ("path", "kinds", "default", "unit", "uncertainty", "grade", "source", "doi")
JOINT = "joint posterior"
CHOICE = "choice"
"""The grade of what a user decides, such as a policy or a seed: nothing to be sure or unsure of."""

LAWS: dict[str, Callable[..., float]] = {
    "Normal": lambda u, mean, sd: mean + sd * float(ndtri(u)),
    "LogNormal": lambda u, median, sigma: median * exp(sigma * float(ndtri(u))),
    "Uniform": lambda u, low, high: low + (high - low) * u,
    "Beta": lambda u, a, b: float(betaincinv(a, b, u)),
    "Gamma": lambda u, mean, cv: float(gammaincinv(cv**-2, u)) * mean * cv**2,
}
"""Quantiles of the distributions by name; LogNormal(median, sigma), Gamma(mean, CV)."""


@dataclass(frozen=True)
class Registered:
    """One parameter of the register."""

    path: str
    kinds: str  # of the table it belongs to, where there are several
    default: str
    unit: str
    uncertainty: str  # a distribution, "joint posterior" or "fixed"; empty: not said
    grade: str
    source: str
    doi: str

    @property
    def law(self) -> tuple[str, tuple[float, ...]] | None:
        """Give the distribution by name with its numbers, or None where there is none."""
        match = re.fullmatch(r"(\w+)\(([^()]*)\)", self.uncertainty)
        if match is None:
            return None
        return match[1], tuple(float(number) for number in match[2].split(","))

    def quantile(self, uniform: float) -> float:
        """Give a value of an uncertain parameter, whole where its default is."""
        assert self.law is not None
        name, numbers = self.law
        return float(LAWS[name](uniform, *numbers))


def path_of() -> Path:
    """Give the register's file."""
    return Path(str(files("sim"))) / "evidence" / "parameters.csv"


@cache
def register() -> dict[tuple[str, str], Registered]:
    """Read the register, by path and kinds."""
    with path_of().open(newline="", encoding="utf-8") as file:
        rows = [Registered(**row) for row in csv.DictReader(file)]
    return {(row.path, row.kinds): row for row in rows}


def uncertain() -> list[Registered]:
    """List the parameters that have a distribution of their own."""
    return [entry for entry in register().values() if entry.law is not None]


def uncertainty_of(path: str) -> str:
    """Say how uncertain a default is, or nothing where the register does not."""
    found = [entry for entry in register().values() if entry.path == path and entry.uncertainty]
    return found[0].uncertainty if found else ""


def renewed() -> str:
    """Write the register anew: fields as the code says, uncertainty and DOI as they were."""
    known = register() if path_of().exists() else {}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in from_code():
        old = known.get((entry.path, entry.kinds))
        kept = replace(entry, uncertainty=old.uncertainty, doi=old.doi) if old else entry
        writer.writerow([getattr(kept, name) for name in _COLUMNS])
    return text.getvalue()


def from_code() -> list[Registered]:
    """List every parameter that a scenario can have, as its field declares it."""
    merged: dict[tuple[str, ...], Registered] = {}
    for entry in _within(Scenario(), "", "", ("", "")):
        key = (entry.path, entry.default, entry.unit, entry.grade, entry.source)
        old = merged.get(key)
        both = f"{old.kinds} {entry.kinds}".strip() if old else entry.kinds
        merged[key] = replace(entry, kinds=both)
    return list(merged.values())


def _within(value: Value, above: str, kind: str, known: tuple[str, str]) -> Iterator[Registered]:
    """Walk a table; `known` are grade and source of what encloses it, for fields without."""
    for name in names(type(value)):
        field, inner = type(value).model_fields[name], getattr(value, name)
        own = (about(field, "grade"), about(field, "source"))
        said = own if any(own) else known
        sections = [table for table in tables(field.annotation) if not table.inline]
        path = f"{above}{name}"
        if not sections or not isinstance(inner, Value):
            yield _entry(path, kind, field, inner, said)
            continue
        several = len(sections) > 1
        for table in sections:
            there = inner if isinstance(inner, table) else _default(table)
            if there is not None:
                mine = (kind_of(table) or "") if several else kind
                yield from _within(there, f"{path}.", mine, said)


def _default(table: type[Value]) -> Value | None:
    """Give a table as its defaults make it, with what must be given left out."""
    try:
        return table()
    except ValueError:
        return table.model_construct(
            **{name: default_of(field) for name, field in table.model_fields.items()}
        )


def _entry(path: str, kind: str, field: FieldInfo, value: Any, said: tuple[str, str]) -> Registered:
    grade, source = said
    name = path.rsplit(".", 1)[-1]
    default = literal(plain(value)) if value is not None else ""
    fitted = path in PATHS.values()
    if fitted:
        default = "as the calibration"
    elif value is None and path.startswith("population.") and name in MIXED:
        default = literal(MIXED[name].value)
    elif value is None and path.startswith("behaviour.") and name in USUAL_SETTING:
        default = literal(USUAL_SETTING[name].value)
    return Registered(
        path, kind, default, about(field, "unit"), JOINT if fitted else "",
        grade or CHOICE, source, "",
    )  # fmt: skip
