"""How much work a study is, estimated before it begins, so that nobody waits for what cannot end.

Orders of magnitude only: visits from referrals and the closest rhythm the policy allows, time and
memory from visits as measured (docs/performance.md). What no machine carries is refused with the
numbers that make it so large.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from sim.config.errors import ScenarioError
from sim.model.scenario import Scenario
from sim.people.steady_state import mean_stay_days

SECONDS_PER_VISIT = 2e-4
BYTES_PER_VISIT = 2500.0
BYTES_PER_PATIENT = 4000.0
ENTER_MAINTENANCE = 0.5  # of the referred, at most
LONGEST_HOURS = 48.0
MEMORY_SHARE = 0.8  # of the machine's
USUAL_MEMORY = 8 * 2**30  # where the system does not tell
FIRST_VISITS = 3  # an assessment, an evaluation, one more
CLOSEST = ("rate_every_days", "every_days", "shortest_days", "first_days")
"""Fields of a booster policy that bound how often something is due, the closest first."""


@dataclass(frozen=True)
class Effort:
    """One replication of a scenario: expected people and visits, and what they take."""

    patients: float
    visits: float

    @property
    def seconds(self) -> float:
        """Time of one process."""
        return self.visits * SECONDS_PER_VISIT

    @property
    def memory(self) -> float:
        """Bytes."""
        return self.visits * BYTES_PER_VISIT + self.patients * BYTES_PER_PATIENT


def effort_of(scenario: Scenario) -> Effort:
    """Estimate one replication; far off by a factor of three at times, and not of ten."""
    days = scenario.run.days
    patients = scenario.referrals.expected(scenario.run.start_date, days)
    history = getattr(scenario.start, "history_days", 0)
    if history and (weekly := getattr(scenario.referrals, "usual_per_week", None)):
        patients += weekly() * history / 7
    days += history
    return Effort(patients, patients * _visits_each(scenario, days))


def _visits_each(scenario: Scenario, days: float) -> float:
    """Visits and remote ratings of one person referred, at most about so many."""
    policy = scenario.policy
    infusions = float(getattr(policy.induction, "infusions", 0) or 10)
    treated = min(days / 2, mean_stay_days(scenario.behaviour)) * ENTER_MAINTENANCE
    boosters = treated / _closest_days(policy.boosters)
    ratings = len(policy.ratings.hours_after_infusion) * (infusions + boosters)
    return FIRST_VISITS + infusions + boosters + ratings


def _closest_days(boosters: object) -> float:
    """Days between two boosters or ratings at least; one's own policy counts as weekly."""
    if getattr(boosters, "kind", "") == "none":
        return float("inf")
    if steps := getattr(boosters, "steps_days", ()):
        return float(min(steps))
    found = [float(getattr(boosters, name)) for name in CLOSEST if hasattr(boosters, name)]
    return min(found, default=7.0)


def check(scenarios: Mapping[str, Scenario], replications: int, jobs: int) -> None:
    """Refuse a study that would take days, or a replication that no memory holds.

    Raises ScenarioError with the estimate and the keys to change.
    """
    for name, scenario in scenarios.items():
        effort = effort_of(scenario)
        hours = effort.seconds * replications * len(scenarios) / jobs / 3600
        room = MEMORY_SHARE * _memory() / jobs
        if hours > LONGEST_HOURS or effort.memory > room:
            raise ScenarioError(_refusal(name, effort, hours, room, scenario))


def _refusal(name: str, effort: Effort, hours: float, room: float, scenario: Scenario) -> str:
    wrong = [f"the study would take about {_told(hours)} hours"] if hours > LONGEST_HOURS else []
    if effort.memory > room:
        needs, has = (_told(size / 2**30) for size in (effort.memory, room))
        wrong.append(f"one replication would need about {needs} GiB, where a process has {has}")
    people, visits = _told(effort.patients), _told(effort.visits)
    return (
        f'scenario "{name}": too much for this machine: with about {people} people and {visits} '
        f"visits in a replication {' and '.join(wrong)}. Change {', '.join(_keys(scenario))}; or "
        "add --anyway."
    )


def _keys(scenario: Scenario) -> list[str]:
    """Name what the size comes from."""
    size = {
        "poisson": "referrals.per_week",
        "cohort": "referrals.patients",
        "interarrival": "referrals.minutes_between",
        "file": "referrals.file",
    }[scenario.referrals.kind]
    keys = [size, f"run.days ({scenario.run.days})", "run.replications", "policy.boosters"]
    return keys + (["policy.ratings"] if scenario.policy.ratings.hours_after_infusion else [])


def _told(number: float) -> str:
    return f"{number:,.0f}" if number < 1e9 else f"{number:.0e}"


def _memory() -> float:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return USUAL_MEMORY
