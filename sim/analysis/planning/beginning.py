"""For which time an answer holds: near the steady state, or the first year of a new clinic."""

from __future__ import annotations

from typing import Literal, get_args

from sim.config.errors import ScenarioError, nearest
from sim.model.scenario import Scenario

When = Literal["steady", "first-year"]

EMPTY = "empty"
WARM: dict[str, object] = {"kind": "steady_state", "history_days": 280}
"""A shorter history than the default, as answers take many runs: no difference was seen (six
replications without limits: 122.1 infusions a week after 280 days, 121.8 after 728)."""


def checked(when: str) -> When:
    """Refuse any other word."""
    for known in get_args(When):
        if when == known:
            found: When = known
            return found
    raise ScenarioError(f'when: "{when}" is not known; it is {" or ".join(get_args(When))}.'
                        + nearest(when, get_args(When)))  # fmt: skip


def begun(scenario: Scenario, when: When, days: int) -> Scenario:
    """Set the scenario so that its measures count `days` days of the time asked for.

    A caseload of the scenario's own is kept in the steady state and emptied in the first year.
    """
    changes: dict[str, object] = {"run.days": days, "run.warmup_days": 0}
    if when == "first-year":
        changes["start"] = {"kind": EMPTY}
    elif scenario.start.kind == EMPTY:
        changes["start"] = WARM
    return scenario.override(changes)


def in_words(scenario: Scenario, when: When) -> str:
    """Say for which time an answer holds; `scenario` is as the user gave it."""
    if when == "first-year":
        return "for the first year of a new clinic that opens empty, whose caseload still grows"
    if scenario.start.kind not in (EMPTY, WARM["kind"]):
        return "for a clinic that begins with the caseload of the scenario"
    return "for a clinic near its steady state"
