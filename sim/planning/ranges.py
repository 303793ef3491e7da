"""Which capacities are tried: `clinic.chairs=1:10`, a dotted path and its values in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.clinic.hours import WEEKDAYS, Hours, Opening, Openings
from sim.config.errors import ScenarioError, nearest
from sim.config.fields import paths
from sim.config.steps import MOST_VALUES, RangeValue, read_values
from sim.model.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

WEEKLY_HOURS = "clinic.hours_per_week"
"""No parameter of its own: the opening hours, closing earlier or later on all open days alike."""

_BEYOND = 126  # steps beyond a range at most: six doublings
DECIMALS = 9
_EPSILON = 1e-9
_EXAMPLE = "clinic.chairs=1:10, clinic.chairs=1:10:2 or clinic.chairs=2,4,8"
NOUNS = {  # of one, of more
    "clinic.chairs": ("chair", "chairs"),
    "clinic.nurses": ("nurse", "nurses"),
    "clinic.prescribers": ("prescriber", "prescribers"),
    WEEKLY_HOURS: ("opening hour a week", "opening hours a week"),
    "referrals.per_week": ("referral a week", "referrals a week"),
}
DEMANDS = ("referrals.",)
"""Paths below these are demand: asked for is the largest that a clinic can take."""


@dataclass(frozen=True)
class Range:
    """A dotted path and the values tried, from the hardest to meet targets with to the easiest."""

    path: str
    values: tuple[RangeValue, ...]
    largest: bool  # whether the largest value that will do is asked for

    @property
    def asked(self) -> str:
        """Which value is asked for, in a word."""
        return "largest" if self.largest else "smallest"


def read_range(text: str, largest: bool | None = None) -> Range:
    """Read `path=low:high[:step]` or `path=a,b,c`.

    Raises ScenarioError, whose message says what is wrong and what is allowed.
    """
    path, values = read_values(text, _EXAMPLE)
    return range_of(path, values, largest)


def range_of(path: str, values: Iterable[RangeValue], largest: bool | None = None) -> Range:
    """Put the values of a path in order, hardest first: small capacities, large demands."""
    listed = sorted({_whole(value) for value in values})
    if not listed:
        raise ScenarioError(f"vary {path}: there are no values to try; give {_EXAMPLE}.")
    if len(listed) > MOST_VALUES:
        raise ScenarioError(f"vary {path}: {len(listed)} values are too many; raise the step.")
    if largest is None:
        largest = path.startswith(DEMANDS)
    return Range(path, tuple(reversed(listed) if largest else listed), largest)


def ranges(
    vary: Mapping[str, Iterable[RangeValue]] | Sequence[str | Range], largest: bool | None = None
) -> tuple[Range, ...]:
    """Read one or two ranges, from Python (`{"clinic.chairs": range(1, 11)}`) or from text."""
    if isinstance(vary, Mapping):
        found = [range_of(path, values, largest) for path, values in vary.items()]
    else:
        texts = [vary] if isinstance(vary, str) else vary
        found = [t if isinstance(t, Range) else read_range(t, largest) for t in texts]
    if not 1 <= len(found) <= 2:
        raise ScenarioError(
            f"vary: one or two capacities can be varied, not {len(found)}; such as {_EXAMPLE}."
        )
    if len({of.path for of in found}) < len(found):
        raise ScenarioError(f"vary: {found[0].path} is given twice; give its values at once.")
    return tuple(found)


def check_range(scenario: Scenario, of: Range) -> None:
    """Refuse a path or value that the scenario cannot take, before anything is simulated."""
    if of.path != WEEKLY_HOURS and of.path not in set(paths(Scenario)):
        raise ScenarioError(f"vary: there is no parameter {of.path}.{nearest(of.path, _known())}")
    for value in of.values:
        at(scenario, {of.path: value})


def extremes(scenario: Scenario, of: Iterable[Range]) -> dict[str, Scenario]:
    """Give the scenario at the first and at the last value of every range, by what it is."""
    points = [(one.path, value) for one in of for value in (one.values[0], one.values[-1])]
    return {f"{path} = {value:g}": at(scenario, {path: value}) for path, value in points}


def beyond(scenario: Scenario, of: Range) -> list[RangeValue]:
    """List values beyond the easy end of a range, as far as the scenario takes them.

    In steps as large as the range's last one; a demand goes down to one step, or is halved.
    """
    end = of.values[-1]
    step = abs(end - of.values[-2]) if len(of.values) > 1 else 1
    if of.largest:
        more = [end - step * n for n in range(1, _BEYOND + 1) if end - step * n > _EPSILON]
        more = more or [end / 2, end / 4, end / 8]
    else:
        more = [end + step * n for n in range(1, _BEYOND + 1)]
    return [_whole(round(value, DECIMALS)) for value in more[: _taken(scenario, of.path, more)]]


def _taken(scenario: Scenario, path: str, values: Sequence[RangeValue]) -> int:
    """Count the values, from the first on, that a scenario takes: bisected, as it has bounds."""
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        try:
            at(scenario, {path: _whole(round(values[middle], DECIMALS))})
        except ScenarioError:
            high = middle
        else:
            low = middle + 1
    return low


def at(scenario: Scenario, point: Mapping[str, RangeValue]) -> Scenario:
    """Give the scenario with these values at their paths."""
    changes: dict[str, object] = {}
    for path, value in point.items():
        if path == WEEKLY_HOURS:
            changes |= hours_changes(scenario, float(value))
        else:
            changes[path] = value
    return scenario.override(changes)


def valued(path: str, value: RangeValue) -> str:
    """Say a value: "8 chairs", or "clinic.x = 8" of what has no name."""
    if path not in NOUNS:
        return f"{path} = {value:g}"
    return f"{value:g} {NOUNS[path][value != 1]}"


def pointed(point: Iterable[tuple[str, RangeValue]]) -> str:
    """Say a value, or both of two: "8 chairs and 4 nurses"."""
    return " and ".join(valued(path, value) for path, value in point)


def weekly_hours(scenario: Scenario) -> float:
    """Count the hours a week that the clinic is open."""
    return sum(scenario.clinic.open_minutes()) / MINUTES_PER_HOUR


def hours_changes(scenario: Scenario, hours: float) -> dict[str, object]:
    """Open so many hours a week: each open day closes earlier or later by the same time.

    A day ends at midnight at the latest; what does not fit after closing goes before opening. A
    break stays where it is: the last stretch of the day becomes shorter or longer.
    """
    opening = scenario.clinic.hours
    if not isinstance(opening, Hours):
        raise ScenarioError(f'{WEEKLY_HOURS}: the clinic is open always; clinic.hours = "always".')
    open_days = sum(bool(day) for day in opening.week())
    more = round((hours - weekly_hours(scenario)) * MINUTES_PER_HOUR / open_days)
    changes: dict[str, object] = {}
    for name, day in zip(WEEKDAYS, opening.week(), strict=True):
        if day:
            stretches = _moved(day, more)
            if any(opens < 0 or closes <= opens for opens, closes in stretches):
                raise ScenarioError(
                    f"{WEEKLY_HOURS} = {hours:g} does not fit into the {open_days} days that the "
                    "clinic is open; open it on more days (clinic.hours)."
                )
            written = [f"{_clock(opens)}-{_clock(closes)}" for opens, closes in stretches]
            changes[f"clinic.hours.{name}"] = written if len(written) > 1 else written[0]
    return changes


def _moved(day: Openings, more: int) -> list[Opening]:
    """Let a day close later by so many minutes; what lies past midnight goes before opening."""
    stretches = list(day)
    opens, closes = stretches[-1]
    stretches[-1] = opens, min(closes + more, MINUTES_PER_DAY)
    first, ends = stretches[0]
    stretches[0] = first - max(0, closes + more - MINUTES_PER_DAY), ends
    return stretches


def _clock(minute: int) -> str:
    return f"{minute // MINUTES_PER_HOUR:02d}:{minute % MINUTES_PER_HOUR:02d}"


def _known() -> list[str]:
    return [*dict.fromkeys(paths(Scenario)), WEEKLY_HOURS]


def _whole(value: RangeValue) -> RangeValue:
    """Turn numbers of other libraries (numpy) into Python's own."""
    return int(value) if float(value).is_integer() else float(value)
