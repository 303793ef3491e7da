"""What changes in mid-run, in words: from which date, what, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.config.overrides import plain
from sim.config.value import Value
from sim.config.words import literal
from sim.model.eras import each
from sim.model.scenario import Scenario
from sim.policy.own import rule_in_words
from sim.report.dates import in_words

_RULES = ("policy.induction", "policy.evaluation", "policy.boosters", "policy.relapse")

KNOWN_FROM_THE_DAY_ON = (
    "Nobody knows of a change before its day: up to the first minute of it the run is that of the "
    "scenario without it. What is under way is finished and what is ordered stands; appointments "
    "that the clinic cannot keep any more are moved."
)


def changes_in_words(scenario: Scenario) -> Iterator[str]:
    """Say each change with its date, and what they have in common."""
    before, *later = each(scenario)
    for era, now in zip(scenario.eras, later, strict=True):
        told = [_told(path, before, now) for path in _changed(scenario, era.day)]
        yield f"From {in_words(era.date)}: {'; '.join(one for one in told if one)}."
        before = now
    yield KNOWN_FROM_THE_DAY_ON


def _changed(scenario: Scenario, day: int) -> list[str]:
    start = scenario.run.start_date
    on_it = [change for change in scenario.changes if change.on_day(start) == day]
    return list(dict.fromkeys(path for change in on_it for path in change.overrides))


def _told(path: str, before: Scenario, now: Scenario) -> str:
    """Say one path's value and the one before; a rule of the policy as it says itself."""
    rule = next((name for name in _RULES if f"{path}.".startswith(f"{name}.")), None)
    if rule:
        said = rule_in_words(_at(now, rule)) or "nothing"
        return f"{rule}: {said.rstrip('.')}" if _at(now, rule) != _at(before, rule) else ""
    was, is_now = (_written(_at(one, path)) for one in (before, now))
    return f"{path} = {is_now} (before: {was})" if was != is_now else ""


def _at(scenario: Scenario, path: str) -> Any:
    found: Any = scenario
    for name in path.split("."):
        if isinstance(found, Value):
            found = getattr(found, name, None)
        else:
            found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _written(value: Any) -> str:
    if value is None:
        return "as its default says"
    if isinstance(value, Value):
        return str(value)
    return value if isinstance(value, str) else literal(plain(value))
