"""For which time an answer holds: near the steady state, or the first year of a new clinic."""

from __future__ import annotations

from typing import Literal, get_args

from sim.config.errors import ScenarioError, nearest
from sim.model.scenario import AUTO, Scenario

ClinicAge = Literal["steady", "first-year"]

EMPTY = "empty"
WARM: dict[str, object] = {"kind": "steady_state", "history_days": 280}
"""A shorter history than the default, as answers take many runs: no difference was seen (before the
refit, eight replications without limits, infusions a week: 121.9 after 210 days, 121.7 after 280,
120.6 after 364, each with a standard error of 1.5 to 2.9)."""

WARM_UP_DAYS = 91
"""Of a queue without maintenance, which forgets that it began empty within weeks (assumption)."""


def checked_age(when: str) -> ClinicAge:
    """Refuse any other word."""
    for known in get_args(ClinicAge):
        if when == known:
            found: ClinicAge = known
            return found
    raise ScenarioError(f'when: "{when}" is not known; it is {" or ".join(get_args(ClinicAge))}.'
                        + nearest(when, get_args(ClinicAge)))  # fmt: skip


def check_stays_as_it_is(scenario: Scenario) -> None:
    """Refuse a clinic that changes in mid-run: an answer is for one clinic, level or new."""
    if scenario.changes:
        raise ScenarioError(
            "changes: a capacity is asked for a clinic that stays as it is, and this scenario "
            "changes in mid-run; leave changes out (--set changes=[]) and set what is to hold, or "
            "compare futures as the variants of a study (ketasim compare)."
        )


def begun_at(scenario: Scenario, when: ClinicAge, days: int) -> Scenario:
    """Set the scenario so that its measures count `days` days of the time asked for.

    A caseload of the scenario's own is kept in the steady state and emptied in the first year.
    Where there is no caseload to build up, the steady state is that of the queue, after a warm-up.
    """
    empty: dict[str, object] = {"run.days": days, "run.warmup_days": 0, "start": {"kind": EMPTY}}
    if when == "first-year" or (scenario.start.kind == EMPTY and is_closed(scenario)):
        return scenario.override(empty)
    if scenario.start.kind != EMPTY:
        return scenario.override({"run.days": days, "run.warmup_days": 0})
    if has_a_caseload(scenario):
        return scenario.override(empty | {"start": WARM})
    warm_up = _warm_up(scenario)
    return scenario.override(empty | {"run.days": warm_up + days, "run.warmup_days": warm_up})


def is_closed(scenario: Scenario) -> bool:
    """Tell whether the scenario names all of its people: a cohort or a file, with no others."""
    return scenario.referrals.kind == "cohort" or scenario.population.file is not None


def has_a_caseload(scenario: Scenario) -> bool:
    """Tell whether people come back for long, so that a clinic fills for years.

    Raises ScenarioError where they come for ever, as there is then no steady state.
    """
    if scenario.behaviour.stopping_share:
        return True
    policy = scenario.policy
    if any(getattr(phase, "kind", "own") != "none" for phase in (policy.boosters, policy.relapse)):
        raise ScenarioError(
            "behaviour.stopping_share = 0: nobody ever stops, so the caseload grows for ever and "
            "has no steady state. Ask for a new clinic instead (--when first-year, in Python "
            'when="first-year"), let people stop (behaviour.stopping_share), or give a caseload '
            'of your own (start.kind = "file").'
        )
    return False


def _warm_up(scenario: Scenario) -> int:
    """Give the scenario's own warm-up, or the usual one where it has none."""
    if scenario.run.warmup_days == AUTO:
        raise ScenarioError(
            f'run.warmup_days = "auto": an answer about capacity begins near the steady state, and '
            f"a queue without maintenance is warmed up for {WARM_UP_DAYS} days or as many as are "
            "given. Give a number of days, or 0 for the usual ones."
        )
    return scenario.run.warm_up or WARM_UP_DAYS


def time_in_words(scenario: Scenario, when: ClinicAge, days: int) -> str:
    """Say for which time an answer holds; `scenario` is as given, or begun."""
    fills = bool(scenario.behaviour.stopping_share) and scenario.policy.boosters.kind != "none"
    if when == "first-year" or (scenario.start.kind == EMPTY and is_closed(scenario)):
        time = "year" if 364 <= days <= 366 else f"{days} days"
        if is_closed(scenario):
            return f"for the first {time} of the people of the scenario, and nobody else"
        if not fills:
            return f"for the first {time} of a clinic that opens empty"
        return f"for the first {time} of a new clinic that opens empty, whose caseload still grows"
    if scenario.start.kind not in (EMPTY, WARM["kind"]):
        return "for a clinic that begins with the caseload of the scenario"
    if scenario.start.kind == EMPTY and not scenario.behaviour.stopping_share:
        days = _warm_up(scenario)
        word = "day" if days == 1 else "days"
        return f"for a clinic without maintenance, after a warm-up of {days} {word}"
    return "for a clinic near its steady state"
