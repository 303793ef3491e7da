"""One timing in a fresh process: `python timed.py {"engine": "model", ...}` prints JSON.

Interpreter timings drift in a long-lived process, so `bench.py` starts one of these a measurement.
Times are processor seconds, after a short warm-up run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import process_time

from sim.model.scenario import Scenario

Run = Callable[[Scenario, int], tuple[int, int]]  # (scenario, number) -> visits done, patient-days


def model(scenario: Scenario, number: int) -> tuple[int, int]:
    """Run the model once and tally the days."""
    from sim.model.replication import replicate
    from sim.outcomes.reading import Reading

    replication = replicate(scenario, 1, number)
    days = Reading(replication).days
    return int((replication.visits["status"] == "done").sum()), int(days.observed.sum())


def plain(scenario: Scenario, number: int) -> tuple[int, int]:
    """Run the plain model once; it tallies the days itself."""
    from plain_simpy import run_plain

    run = run_plain(scenario, number)
    return int((run.visits["status"] == "done").sum()), int(run.noons[:, 0].sum())


ENGINES: dict[str, Run] = {"model": model, "plain": plain}


def timed(engine: str, changes: dict[str, object], first: int, replications: int) -> dict[str, int]:
    """Time some replications of the default scenario with changes."""
    run = ENGINES[engine]
    scenario = Scenario().override(changes)
    run(scenario.override({"run.days": 60}), 0)
    visits = days = 0
    begun = process_time()
    for number in range(first, first + replications):
        done, followed = run(scenario, number)
        visits += done
        days += followed
    seconds = process_time() - begun
    return {"seconds": seconds, "visits": visits, "patient_years": days / 365.25}


if __name__ == "__main__":
    json.dump(timed(**json.loads(sys.argv[1])), sys.stdout)
