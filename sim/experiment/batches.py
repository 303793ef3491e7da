"""Replications batch by batch until they are enough, and what is said of it then.

Each replication is simulated once. What was finished before an interrupt is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any, Protocol, TypeVar

import numpy as np

from sim.experiment.attempts import WorkerLost
from sim.experiment.enough import Condition, Enough, OneLook, Widest, described_looks, looked
from sim.experiment.executors import Finished, Progress, execute
from sim.experiment.workers import JobsWanted
from sim.stats.precision import needed_for, roughly


class HasMeasures(Protocol):
    """An outcome of a replication that has measures by name."""

    @property
    def measures(self) -> dict[str, float]:
        """The values that were defined."""
        ...


_Task = TypeVar("_Task")
_Outcome = TypeVar("_Outcome", bound=HasMeasures)


@dataclass(frozen=True)
class Looked:
    """The rule and all looks; whether it was met, and the replications that were asked for."""

    rule: Enough
    looks: tuple[OneLook, ...]
    met: bool
    asked: int

    def described(self) -> dict[str, Any]:
        """Give what a manifest says of it."""
        rule = self.rule
        return {
            "conditions": [str(one) for one in rule.conditions],
            "at_least": rule.at_least,
            "at_most": rule.at_most,
            "every": rule.every,
            "in_a_row": rule.in_a_row,
            "met": self.met,
            "said": self.sentence,
            "looks": described_looks(self.looks),
        }

    @property
    def sentence(self) -> str:
        """Say that the replications were enough, or what is lacking; nothing if interrupted."""
        if not self.looks or self.looks[-1].replications < self.asked:
            return ""
        pairs = list(zip(self.rule.conditions, self.looks[-1].found, strict=True))
        n = self.looks[-1].replications
        if self.met:
            told = "; ".join(f"{one} ({_reached(one, found)})" for one, found in pairs)
            return f"Enough: after {n} replications {told}."
        missed = [(one, found) for one, found in pairs if not found.half_width <= one.bound]
        if not missed:
            row = self.rule.in_a_row
            return (
                f"Not enough: the half-widths are reached at the most of {n} replications, but "
                f"not at {row} looks in a row, so it may be by chance."
            )
        told = "; ".join(f"{one}: {_lacking(one, found)}" for one, found in missed)
        return f"Not enough: not reached at the most of {n} replications. {told}."


def execute_until(
    work: Callable[[_Task], _Outcome],
    tasks: Sequence[_Task],
    names: Sequence[str],
    reference: str | None,
    rule: Enough,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
) -> tuple[Finished[_Outcome], Looked]:
    """Do the tasks, those of a replication after each other, until the rule is met.

    `names` are the scenarios of each replication, in the order of its tasks; all replications that
    the rule allows are among the tasks. Outcomes are those of `execute`, filed under their place.
    """
    report = progress or (lambda done, total: None)
    outcomes: dict[int, _Outcome] = {}
    looks: list[OneLook] = []
    met = False
    begin = end = 0
    for end in rule.ends():
        batch = tasks[begin * len(names) : end * len(names)]
        base = begin * len(names)
        try:
            done = execute(work, batch, jobs, _onwards(report, base, len(tasks)))
        except (KeyboardInterrupt, WorkerLost) as stop:
            if not outcomes:
                raise
            done = Finished({}, True, str(stop) if isinstance(stop, WorkerLost) else "")
        outcomes |= {base + place: outcome for place, outcome in done.outcomes.items()}
        if done.interrupted:
            finished = Finished(outcomes, True, done.why)
            return finished, Looked(rule, tuple(looks), False, end)
        looks.append(looked(rule, _values(outcomes, names, rule), reference, end))
        begin = end
        if met := rule.met(looks):
            break
    if len(outcomes) < len(tasks):
        report(len(outcomes), len(outcomes))
    return Finished(outcomes), Looked(rule, tuple(looks), met, end)


def _onwards(report: Progress, base: int, total: int) -> Progress:
    """Count on from the batches before; the start of a batch is no news but for the first."""

    def told(done: int, batch: int) -> None:
        if done or not base:
            report(base + done, total)

    return told


def _values(
    outcomes: Mapping[int, _Outcome], names: Sequence[str], rule: Enough
) -> dict[str, dict[str, Any]]:
    wanted = dict.fromkeys(one.measure for one in rule.conditions)
    replications = len(outcomes) // len(names)
    return {
        name: {
            measure: np.array([
                outcomes[r * len(names) + place].measures.get(measure, nan)
                for r in range(replications)
            ])
            for measure in wanted
        }
        for place, name in enumerate(names)
    }  # fmt: skip


def _reached(one: Condition, found: Widest) -> str:
    if found.half_width == 0:
        return "0, as all values are equal"
    widest = "" if one.variant else f", {found.scenario}"
    return f"{_amount(one, found.half_width)}{widest}"


def _lacking(one: Condition, found: Widest) -> str:
    """Say how wide the interval still is, and about how many replications would do."""
    if not isfinite(found.half_width):
        return f"{found.scenario} has no half-width, as it is not defined or not reached everywhere"
    told = f"half-width {_amount(one, found.half_width)} ({found.scenario})"
    takes = needed_for(found.values, one.bound * found.scale)
    if takes is None:
        return told
    return f"{told}, about {roughly(takes.central)} would be needed (up to {roughly(takes.upper)})"


def _amount(one: Condition, half_width: float) -> str:
    return f"{100 * half_width:.3g} %" if one.relative else f"{half_width:.3g}"
