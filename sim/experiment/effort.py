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
from sim.experiment.workers import JobsWanted, processes_for
from sim.model.eras import expected_referrals
from sim.model.scenario import Scenario
from sim.people.start import mean_stay_days

SECONDS_PER_VISIT = 2e-4
BYTES_PER_VISIT = 2500.0
BYTES_PER_PATIENT = 4000.0
ENTER_MAINTENANCE = 0.5  # of the referred, at most
LONGEST_HOURS = 48.0
SECONDS_PER_COUNT = (1e-4, 1e-5)  # of a person of a dose count, and of each of the infusions
BYTES_PER_COUNT = (1500.0, 200.0)  # likewise, as measured
MEMORY_SHARE = 0.8  # of the machine's
USUAL_MEMORY = 8 * 2**30  # where the system does not tell
FIRST_VISITS = 3  # an assessment, an evaluation, one more
CLOSEST = ("rate_every_days", "every_days", "shortest_days", "first_days")
"""Fields of a booster policy that bound how often something is due, the closest first."""


@dataclass(frozen=True)
class Effort:
    """One replication: expected people and visits (or infusions), and what they take."""

    patients: float
    visits: float
    seconds: float  # of one process
    memory: float  # bytes


def effort_of(scenario: Scenario) -> Effort:
    """Estimate one replication; far off by a factor of three at times, and not of ten."""
    days = scenario.run.days
    patients = expected_referrals(scenario)
    history = getattr(scenario.start, "history_days", 0)
    if history and (weekly := getattr(scenario.referrals, "usual_per_week", None)):
        patients += weekly() * history / 7
    days += history
    visits = patients * _visits_each(scenario, days)
    memory = visits * BYTES_PER_VISIT + patients * BYTES_PER_PATIENT
    return Effort(patients, visits, visits * SECONDS_PER_VISIT, memory)


def effort_of_count(people: int, infusions: int) -> Effort:
    """Estimate one replication of a dose count, without a clinic."""
    each = [base + infusions * more for base, more in (SECONDS_PER_COUNT, BYTES_PER_COUNT)]
    return Effort(people, people * infusions, people * each[0], people * each[1])


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


def check_study(scenarios: Mapping[str, Scenario], replications: int, jobs: JobsWanted) -> None:
    """Refuse a study that would take days, or a replication that no memory holds.

    Raises ScenarioError with the estimate and the keys to change.
    """
    for name, scenario in scenarios.items():
        times = replications * len(scenarios)
        _refuse(f'scenario "{name}"', effort_of(scenario), times, jobs, _keys(scenario))


def check_count(people: int, infusions: int, replications: int, jobs: JobsWanted) -> None:
    """Refuse a dose count likewise."""
    keys = [f"--people ({people})", f"--max-infusions ({infusions})", "--replications"]
    _refuse("dose-count", effort_of_count(people, infusions), replications, jobs, keys)


def _refuse(what: str, effort: Effort, times: int, jobs: JobsWanted, keys: list[str]) -> None:
    processes = max(1, processes_for(times, jobs))
    hours = effort.seconds * times / processes / 3600
    room = MEMORY_SHARE * _memory() / processes
    wrong = [f"the study would take about {_told(hours)} hours"] if hours > LONGEST_HOURS else []
    if effort.memory > room:
        needs, has = (_told(size / 2**30) for size in (effort.memory, room))
        wrong.append(f"one replication would need about {needs} GiB, where a process has {has}")
    people, visits = _told(effort.patients), _told(effort.visits)
    if wrong:
        raise ScenarioError(
            f"{what}: too much for this machine: with about {people} people and {visits} visits "
            f"in a replication {' and '.join(wrong)}. Change {', '.join(keys)}; or add --anyway."
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
