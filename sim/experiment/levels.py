"""One factor of a design: a dotted path, and the levels or the range that it goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import floor, isfinite, log10
from typing import Any

from sim.config.errors import ScenarioError, nearest
from sim.config.fields import paths
from sim.config.names import visible
from sim.config.steps import MOST_VALUES, RangeValue, steps_in, upwards
from sim.config.words import literal
from sim.model.scenario import Scenario

_RANGE = ("low", "high", "step")
_NAMED = {"name", "value"}
_EXAMPLES = "a list of levels, such as [3, 4, 5], or a range { low = 28, high = 84, step = 7 }"
_DIGITS = 3  # of a range without steps: its values are thousandths of it, or finer


@dataclass(frozen=True)
class Level:
    """A value of a factor, and the name by which tables and scenarios know it."""

    name: str
    value: object

    @property
    def told(self) -> RangeValue | str:
        """Give what a table holds of it: the number that it is, or its name."""
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return self.value if number else self.name  # type: ignore[return-value]


@dataclass(frozen=True)
class DesignFactor:
    """A path with its levels, or with a range between whose ends every number will do."""

    path: str
    levels: tuple[Level, ...] = ()
    ends: tuple[float, float] | None = None

    @property
    def is_number(self) -> bool:
        """Whether all of its values are numbers, so that it can have a slope."""
        return all(not isinstance(level.told, str) for level in self.levels)

    def at(self, share: float) -> Level:
        """Give the value that lies at a share (from 0, below 1) of the way through the factor."""
        if self.ends is None:
            return self.levels[int(share * len(self.levels))]
        low, high = self.ends
        return level_of(round(low + share * (high - low), _DIGITS - floor(log10(high - low))))


def level_of(value: object, name: str | None = None) -> Level:
    """Name a value after itself, as a file writes it; a text without its quotes."""
    told = name or (value if isinstance(value, str) else literal(value))
    return Level(visible(told), value)


def factor_of(where: str, path: str, written: object) -> DesignFactor:
    """Read the levels or the range of a path; `where` begins the message of a fault.

    Raises ScenarioError for a path that no scenario has, fewer than two levels, two of the same
    name, and a range that does not go upwards.
    """
    known = _known()
    if path not in known:
        raise ScenarioError(f"{where}: there is no parameter {path}.{nearest(path, known)}")
    where = f"{where}: {path}"
    if isinstance(written, Mapping):
        return _ranged(where, path, written)
    if not isinstance(written, list | tuple):
        raise ScenarioError(f"{where}: expected {_EXAMPLES}, not {written!r}.")
    levels = tuple(_level(where, entry) for entry in written)
    _check_levels(where, levels)
    return DesignFactor(path, levels)


def is_range(written: Mapping[str, object]) -> bool:
    """Tell a range from a table whose keys are further parts of the path."""
    return any(key in written for key in _RANGE[:2])


def short_names(of: Sequence[str]) -> dict[str, str]:
    """Give each path its last part, or as many more as tell it from the others."""
    return {path: next(_ending(path, [other for other in of if other != path])) for path in of}


def _ending(path: str, others: Sequence[str]) -> Iterator[str]:
    parts = path.split(".")
    for count in range(1, len(parts)):
        if not any(other.split(".")[-count:] == parts[-count:] for other in others):
            yield ".".join(parts[-count:])
    yield path


@cache
def _known() -> dict[str, None]:
    return dict.fromkeys(paths(Scenario))


def _level(where: str, entry: object) -> Level:
    if not isinstance(entry, Mapping):
        return level_of(entry)
    name = entry.get("name")
    if set(entry) != _NAMED or not isinstance(name, str) or not name.strip():
        raise ScenarioError(
            f"{where}: a level that is a table needs a name, such as "
            '{ name = "every 4 weeks", value = { kind = "fixed", every_days = 28 } }.'
        )
    return level_of(entry["value"], name.strip())


def _check_levels(where: str, levels: Sequence[Level]) -> None:
    if len(levels) < 2:
        raise ScenarioError(f"{where}: a factor needs two levels or more; {len(levels)} are given.")
    if len(levels) > MOST_VALUES:
        raise ScenarioError(f"{where}: {len(levels)} levels are too many; at most {MOST_VALUES}.")
    names = [level.name for level in levels]
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise ScenarioError(f'{where}: the level "{twice[0]}" is given twice; give each once.')


def _ranged(where: str, path: str, written: Mapping[str, Any]) -> DesignFactor:
    for key in written:
        if key not in _RANGE:
            raise ScenarioError(
                f'{where}: unknown key "{visible(key)}"; a range has low, high and step.'
                + nearest(key, _RANGE)
            )
    low, high = _number(where, written, "low"), _number(where, written, "high")
    if low >= high:
        raise ScenarioError(f"{where}: low = {low} must be below high = {high}.")
    whole = isinstance(low, int) and isinstance(high, int)
    if "step" not in written and not whole:
        return DesignFactor(path, ends=(float(low), float(high)))
    step = _number(where, written, "step") if "step" in written else 1
    if not 0 < step <= high - low:
        raise ScenarioError(
            f"{where}: step = {step} must be above 0 and at most high - low = {high - low}."
        )
    first, last, each = (Decimal(str(number)) for number in (low, high, step))
    if steps_in(first, last, each) > MOST_VALUES:
        raise ScenarioError(f"{where}: more than {MOST_VALUES} levels are too many; raise step.")
    return DesignFactor(path, tuple(level_of(value) for value in upwards(first, last, each)))


def _number(where: str, written: Mapping[str, Any], key: str) -> RangeValue:
    value = written.get(key)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or not number or not isfinite(value):
        said = f"not {value!r}" if key in written else "and it is missing"
        raise ScenarioError(f"{where}: {key} must be a number, {said}; a range has low and high.")
    found: RangeValue = value
    return found
