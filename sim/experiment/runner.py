"""Run scenarios on the same patients: replication r is the same population for all of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from operator import index
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Columns
from sim.config.errors import ScenarioError, nearest
from sim.config.names import visible
from sim.experiment import effort, provenance
from sim.experiment.batches import execute_until
from sim.experiment.enough import Enough, checked
from sim.experiment.executors import Finished, Progress, execute
from sim.experiment.kept import Kept, checked_keep
from sim.experiment.results import METRICS, SUBGROUPS, Results
from sim.experiment.task import Outcome, Task, simulate
from sim.experiment.warmup import after, warmed_up
from sim.experiment.workers import JobsWanted
from sim.model.replication import PhasesOf
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.measures import Measure
from sim.people.groups import GROUPINGS, Grouping

_ABOUT = ("name", "unit", "direction", "definition", "source", "group")
"""What a manifest says of a measure of one's own."""

Filed = list[tuple[str, int, Outcome]]
"""Outcomes with their scenario and replication, by scenario and then by replication."""


def run(
    scenarios: Mapping[str, Scenario],
    replications: int | None = None,
    seed: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
    keep: str | Sequence[str] | None = None,
    reference: str | None = None,
    name: str = "",
    by: str | Sequence[str] | None = None,
    measures: Sequence[Measure] = (),
    anyway: bool = False,
    phases: PhasesOf | None = None,
    design: Mapping[str, Any] | None = None,
    until: Enough | str | Sequence[str] | None = None,
) -> Results:
    """Simulate every scenario `replications` times under common random numbers.

    Seed and replications default to the first scenario's run table, `jobs` to all processors;
    no result depends on `jobs`. `by` splits every measure of people into subgroups (default: the
    first scenario's `run.by`). `measures` are read of every replication beside those of the
    catalogue, in every process. `phases` hands phases to every patient, see `replicate`. `design`
    is what `read_study` tells of factors, for the manifest. What is too much for the machine is
    refused, unless `anyway`. With `until` (`sim.until`) batches follow each other until its
    conditions hold, in place of `replications`. An interrupt (Ctrl-C) gives the results of the
    first replications, those that all scenarios have finished.
    """
    _check(scenarios, reference)
    first = next(iter(scenarios.values())).run
    seed = first.seed if seed is None else _whole("the seed", seed)
    wanted = first.replications if replications is None else replications
    own, names, rule = _own(measures), list(scenarios), None
    if until is not None:
        if replications is not None:
            raise ScenarioError("replications and until exclude each other; give at_most instead.")
        rule = checked(until, names, reference, [measure.name for measure in own])
        wanted = rule.at_most
    replications = _whole("replications", wanted)
    if replications < 1 or seed < 0:
        raise ScenarioError(
            f"replications must be 1 or more and the seed 0 or more, not {replications} and {seed}."
        )
    if not anyway:
        effort.check_study(scenarios, rule.at_least if rule else replications, jobs)
    started, clock = datetime.now(UTC), time.perf_counter()
    kinds, groupings = checked_keep(keep), _groupings(first.by if by is None else by)
    runs = replications * len(scenarios)
    scenarios, warm_up, pilots = warmed_up(scenarios, seed, runs, jobs, progress, phases)
    tasks = [
        Task(label, scenario, seed, r)
        for r in range(1, replications + 1)
        for label, scenario in scenarios.items()
    ]
    work = partial(simulate, keep=kinds, by=groupings, own=own, phases=phases)
    looked, report = None, after(progress, pilots)
    if rule is None:
        finished = execute(work, tasks, jobs, report)
    else:
        finished, looked = execute_until(work, tasks, names, reference, rule, jobs, report)
        replications = looked.asked
    complete = _complete(finished, len(scenarios))
    manifest = _manifest(scenarios, reference, seed, complete, name, own, design) | {
        "interrupted": complete < replications,
        "interrupted_because": finished.why,
        "replications_requested": replications,
        "started_at": started.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - clock, 3),
    }
    manifest |= {"warm_up": warm_up} if warm_up else {}
    if looked is not None:
        manifest["until"] = looked.described()
    return _results(_filed(tasks, finished, complete), scenarios, kinds, manifest)


def _groupings(by: str | Sequence[str]) -> tuple[Grouping, ...]:
    """Give the subgroups asked for, each once; refuse any other."""
    wanted = [by] if isinstance(by, str) else list(by)
    for name in wanted:
        if name not in GROUPINGS:
            raise ScenarioError(
                f'by: there are no subgroups "{name}"; there are {", ".join(GROUPINGS)}.'
                + nearest(name, GROUPINGS)
            )
    return tuple(name for name in GROUPINGS if name in wanted)


def _own(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Refuse what is no measure, and two of a name: no number may hide another."""
    for place, own in enumerate(measures):
        if not isinstance(own, Measure):
            raise ScenarioError(
                f"measures: {own!r} is no measure; give sim.Measure(name, unit, direction, "
                "definition, source, group, read) with a function read(reading)."
            )
        if not own.name or not callable(own.read):
            raise ScenarioError(f'measures: "{own.name}" needs a name, and a function to read it.')
        if own.name in CATALOGUE or own.name in [other.name for other in measures[:place]]:
            where = "ketasim's own" if own.name in CATALOGUE else "given before"
            raise ScenarioError(
                f'measures: the name "{own.name}" is taken by a measure that is {where}; choose '
                "another."
            )
    return tuple(measures)


def _whole(what: str, number: int) -> int:
    """Give a whole number as Python's own, whoever's it is (numpy's); refuse any other."""
    try:
        return index(number)
    except TypeError:
        raise ScenarioError(f"{what} must be a whole number, and not {number!r}.") from None


def _check(scenarios: Mapping[str, Scenario], reference: str | None) -> None:
    if not scenarios:
        raise ScenarioError("There is no scenario to run; give one or more, by name.")
    for name in scenarios:
        if visible(name) != name:
            raise ScenarioError(
                f'scenario "{visible(name)}": a name must be of characters that can be seen; '
                "choose another."
            )
    if reference is not None and reference not in scenarios:
        raise ScenarioError(
            f'reference: there is no scenario "{reference}".' + nearest(reference, scenarios)
        )


def _complete(finished: Finished[Outcome], scenarios: int) -> int:
    """Count the replications from the first on that all scenarios have finished.

    Those behind a gap are dropped: to keep whatever was quick would favour the quick ones.
    """
    place = 0
    while place in finished.outcomes:
        place += 1
    complete = place // scenarios
    if complete == 0:
        raise finished.end()
    return complete


def _filed(tasks: Sequence[Task], finished: Finished[Outcome], complete: int) -> Filed:
    names = list(dict.fromkeys(task.name for task in tasks))
    filed = [
        (task.name, task.replication, finished.outcomes[place])
        for place, task in enumerate(tasks[: complete * len(names)])
    ]
    return sorted(filed, key=lambda item: (names.index(item[0]), item[1]))


def _manifest(
    scenarios: Mapping[str, Scenario],
    reference: str | None,
    seed: int,
    replications: int,
    name: str,
    own: Sequence[Measure],
    design: Mapping[str, Any] | None,
) -> dict[str, Any]:
    what: dict[str, Any] = {
        "reference": reference,
        "seed": seed,
        "replications": replications,
        "scenarios": provenance.described(scenarios),
    }
    if own:
        what["measures"] = [{name: getattr(entry, name) for name in _ABOUT} for entry in own]
    if design:
        what["design"] = dict(design)
    return provenance.origin_of(what, name=name)


def _results(
    filed: Filed,
    scenarios: Mapping[str, Scenario],
    kinds: Sequence[str],
    manifest: dict[str, Any],
) -> Results:
    return Results(
        metrics=_metrics(filed),
        courses=_stacked([(label, r, outcome.course) for label, r, outcome in filed]),
        weeks=_stacked([(label, r, outcome.weeks) for label, r, outcome in filed]),
        scenarios=dict(scenarios),
        seed=manifest["seed"],
        replications=manifest["replications"],
        reference=manifest["reference"],
        manifest=manifest,
        subgroups=_subgroups(filed),
        relapses=_stacked([(label, r, outcome.relapses) for label, r, outcome in filed]),
        pathways=_stacked([(label, r, outcome.pathways) for label, r, outcome in filed]),
        budget=_stacked([(label, r, outcome.budget) for label, r, outcome in filed]),
        kept={kind: Kept(tuple(outcome.kept[kind] for _, _, outcome in filed)) for kind in kinds},
    )


def _metrics(filed: Filed) -> pd.DataFrame:
    rows = [
        (label, replication, name, outcome.measures[name])
        for label, replication, outcome in filed
        for name in _in_order(outcome.measures)
    ]
    return pd.DataFrame(rows, columns=METRICS)


def _subgroups(filed: Filed) -> pd.DataFrame:
    rows = [
        (label, replication, *row)
        for label, replication, outcome in filed
        for row in outcome.groups
    ]
    return pd.DataFrame(rows, columns=SUBGROUPS).astype({"value": float})


def _in_order(measures: Mapping[str, float]) -> list[str]:
    """The catalogue's measures in its order, then any others in theirs."""
    return [m for m in CATALOGUE if m in measures] + [m for m in measures if m not in CATALOGUE]


def _stacked(blocks: Sequence[tuple[str, int, Columns]]) -> pd.DataFrame:
    """Put the columns of all replications below each other; 0 where a replication lacks one."""
    lengths = [len(next(iter(columns.values()))) for _, _, columns in blocks]
    frame: dict[str, Any] = {
        "scenario": np.repeat(np.array([label for label, _, _ in blocks], dtype=object), lengths),
        "replication": np.repeat([replication for _, replication, _ in blocks], lengths),
    }
    for name in dict.fromkeys(name for _, _, columns in blocks for name in columns):
        frame[name] = np.concatenate(
            [
                columns[name] if name in columns else np.zeros(length, dtype=np.int64)
                for (_, _, columns), length in zip(blocks, lengths, strict=True)
            ]
        )
    return pd.DataFrame(frame)
