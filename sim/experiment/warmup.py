"""`run.warmup_days = "auto"`: how long the clinic remembers how it began, found before the run.

Ten pilot replications, on the dice of the run's first ten, give weekly series of the clinic; each
is averaged over the replications (Welch's way) and given to MSER-5. The longest warm-up of any
series of any scenario is that of all of them, so that scenarios stay paired on the same days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Columns, Floats
from sim.config.errors import ScenarioError
from sim.experiment.executors import Progress, execute
from sim.experiment.task import Task, simulate
from sim.experiment.workers import JobsWanted
from sim.model.replication import PhasesOf
from sim.model.scenario import AUTO, Scenario
from sim.stats.mser import BATCH, FEWEST_BATCHES, Truncation, mser5

PILOTS = 10
"""Replications that a series is averaged over, however many the run has."""
SERIES = {
    "infusions": "infusions a week",
    "census": "people in treatment",
    "waiting": "people waiting for a first infusion",
}
"""Columns of `Results.weeks` that are looked at, in words."""
_WEEK = 7  # days
_WORDS = 'scenario "{name}", replication {replication} to find the warm-up'


class WarmedUp(NamedTuple):
    """Scenarios with a warm-up in days, how it was found, and what progress begins with."""

    scenarios: Mapping[str, Scenario]
    found: dict[str, Any] | None  # None where no scenario asked for it
    pilots: int = 0


def warmed_up(
    scenarios: Mapping[str, Scenario],
    seed: int,
    runs: int,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    phases: PhasesOf | None = None,
) -> WarmedUp:
    """Find the warm-up of the scenarios that ask for it; the others stay as they are.

    `runs` are the replications that come after, of all scenarios together, for the progress;
    `phases` as in the run. The days do not depend on `jobs`. Raises ScenarioError where the run is
    too short to tell, and where there is no steady state to wait for.
    """
    asked = {name: of for name, of in scenarios.items() if of.run.warmup_days == AUTO}
    if not asked:
        return WarmedUp(scenarios, None)
    for name, scenario in asked.items():
        _check(name, scenario)
    tasks = [
        Task(name, scenario.override({"run.warmup_days": 0}), seed, number, _WORDS)
        for number in range(1, PILOTS + 1)
        for name, scenario in asked.items()
    ]
    # as `run` does it when nothing is kept, so that a ledger knows a pilot as a replication
    work = partial(simulate, keep=(), by=(), own=(), phases=phases)
    outcomes = execute(work, tasks, jobs, _of_all(progress, runs)).whole()
    weeks: dict[str, list[Columns]] = {name: [] for name in asked}
    for place, task in enumerate(tasks):
        weeks[task.name].append(outcomes[place].weeks)
    found = {name: truncations(listed) for name, listed in weeks.items()}
    for name, of in found.items():
        _check_settled(name, asked[name], of)
    longest = max(cut.observations for of in found.values() for cut in of.values())
    days = longest * _WEEK
    warm = {name: of.override({"run.warmup_days": days}) for name, of in asked.items()}
    return WarmedUp({**scenarios, **warm}, _told(days, found), len(tasks))


def truncations(weeks: Sequence[Columns]) -> dict[str, Truncation]:
    """Give what MSER-5 finds in each series, averaged over replications, by column."""
    found: dict[str, Truncation] = {}
    for name in SERIES:
        mean: Floats = np.mean([np.asarray(of[name], dtype=float) for of in weeks], axis=0)
        if (cut := mser5(mean)) is not None:
            found[name] = cut
    return found


def warm_up_told(manifest: Mapping[str, Any]) -> str:
    """Say how long the warm-up is and how it was found; nothing where it was given."""
    warm_up = manifest.get("warm_up")
    if not warm_up:
        return ""
    weeks = {
        series: max(of[series]["weeks"] for of in warm_up["found"].values() if series in of)
        for series in SERIES
        if any(series in of for of in warm_up["found"].values())
    }
    listed = ", ".join(f"{SERIES[name]} {number}" for name, number in weeks.items())
    days = warm_up["days"]
    what = f"The first {days} days are not counted" if days else "All days are counted"
    return (
        f"{what}: the warm-up found by {warm_up['method']} from {warm_up['replications']} "
        f"replications (weeks: {listed})."
    )


def _told(days: int, found: Mapping[str, Mapping[str, Truncation]]) -> dict[str, Any]:
    return {
        "days": days,
        "method": f"MSER-{BATCH}",
        "replications": PILOTS,
        "found": {
            name: {series: {"weeks": c.observations, "of": c.of} for series, c in of.items()}
            for name, of in found.items()
        },
    }


def _of_all(progress: Progress | None, runs: int) -> Progress | None:
    """Tell how much is done of the pilots and what follows together."""
    if progress is None:
        return None
    return lambda done, total: progress(done, total + runs)


def after(progress: Progress | None, pilots: int) -> Progress | None:
    """Go on telling, after the pilots."""
    if progress is None or not pilots:
        return progress
    return lambda done, total: progress(pilots + done, pilots + total)


def _check(name: str, scenario: Scenario) -> None:
    """Refuse a run that has no steady state, or fewer weeks than MSER-5 can tell from."""
    what = f'scenario "{name}": run.warmup_days = "{AUTO}"'
    if scenario.referrals.kind == "cohort" or scenario.population.file is not None:
        raise ScenarioError(
            f"{what}: a run of people who are all known beforehand ends with them and has no "
            "steady state, so there is no warm-up to find; give run.warmup_days = 0."
        )
    if scenario.eras:
        raise ScenarioError(
            f"{what}: a clinic that changes in mid-run (changes) has no one steady state to wait "
            "for; give a number of days."
        )
    least = BATCH * FEWEST_BATCHES
    weeks = scenario.run.days // _WEEK
    if weeks < least:
        raise ScenarioError(
            f"{what}: run.days = {scenario.run.days} is too short to find one: MSER-{BATCH} needs "
            f"{FEWEST_BATCHES} batches of {BATCH} weeks, {least * _WEEK} days, and longer "
            "runs tell more. Raise run.days, or give a number of days; a question about a clinic's "
            "first months wants no warm-up (0)."
        )


def _check_settled(name: str, scenario: Scenario, found: Mapping[str, Truncation]) -> None:
    late = {series: cut for series, cut in found.items() if not cut.settled}
    if not late:
        return
    series, cut = max(late.items(), key=lambda item: item[1].observations)
    raise ScenarioError(
        f'scenario "{name}": run.warmup_days = "{AUTO}": run.days = {scenario.run.days} is too '
        f"short. Averaged over {PILOTS} replications, MSER-{BATCH} would leave out "
        f"{cut.observations} of {cut.of} weeks of the {SERIES[series]}, more than half, so the "
        "clinic may not have settled at all. Raise run.days (twice as long, to begin with), begin "
        'near the steady state (start.kind = "steady_state"), or give a number of days; a question '
        "about a clinic's first years wants no warm-up (0)."
    )
