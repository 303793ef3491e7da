"""Sobol' indices of groups of parameters, with chance as one more input.

A run depends on the parameters and on the number of its replication, which stands for all dice. Of
each sample, A has a replication of its own and B another: a group's points take the parameters of
that group from B and the replication of A, and those of chance the replication of B. So the
variance between single replications under drawn parameters is told apart into what each group and
what chance makes, by itself (first order) and with all its interactions (total).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.experiment.attempts import WorkerLost
from sim.model.scenario import Scenario
from sim.sensitivity.at_points import (
    OF_QUANTITY,
    InputPoint,
    Quantity,
    Question,
    Simulated,
    simulated,
)
from sim.sensitivity.inputs import HIGH_QUANTILE, LOW_QUANTILE, Inputs
from sim.sensitivity.salib import elementary_effects, sobol_indices, sobol_points
from sim.sensitivity.screening import trajectories_of

BASE_SAMPLES = 256
"""Base samples by default, a power of two."""
FEWEST_SAMPLES = 16
"""Base samples from which on indices are told."""
OF_CHANCE, OTHERS, JOINT_GROUP = (
    "chance", "all others", "joint posterior of the calibration",
)  # fmt: skip
NAMED_INPUTS, _SCREENED = 4, 3
"""Parameters with an index of their own by default, and trajectories of the screening for them."""
SOBOL_COLUMNS = [
    *OF_QUANTITY, "input", "parameters", "first_order", "first_lower", "first_upper", "total",
    "total_lower", "total_upper", "samples",
]  # fmt: skip


def groups_of(inputs: Inputs, named: list[str] | None) -> list[tuple[str, list[str]]]:
    """Give the groups and their parameters: those named alone, the rest, the posterior, chance."""
    alone = inputs.paths if named is None else named
    singles = [one.path for one in inputs.listed if one.entry and one.path in alone]
    rest = [one.path for one in inputs.listed if one.entry and one.path not in alone]
    groups = [(path, [path]) for path in singles]
    groups += [(JOINT_GROUP, inputs.joint)] if inputs.joint else []
    groups += [(OTHERS, rest)] if rest else []
    return [*groups, (OF_CHANCE, [OF_CHANCE])]


def screened(question: Question, to_come: int) -> tuple[list[str], int]:
    """Find the parameters of the register that a quick screening ranks first; and its runs.

    A parameter's effect is the mean product of those of two replications, in which chance has no
    part on average; it counts as a share of the largest of the same quantity.
    """
    inputs = question.inputs
    registered = [one.path for one in inputs.listed if one.entry]
    if len(registered) <= NAMED_INPUTS:
        return registered, 0
    quick = replace(question, replications=2)
    cube, found = trajectories_of(quick, _SCREENED, to_come=to_come)
    if found.interrupted:
        raise WorkerLost(found.why) if found.why else KeyboardInterrupt
    ranks = np.zeros(len(inputs.listed))
    for quantity in question.quantities:
        values = found.of(quantity)
        if np.isfinite(values).all():
            effects = elementary_effects(cube, values, HIGH_QUANTILE - LOW_QUANTILE)
            squared = np.maximum(0.0, effects.prod(axis=2).mean(axis=0))
            ranks = np.maximum(ranks, squared / (squared.max() or 1.0))
    order = [inputs.paths[place] for place in np.argsort(-ranks, kind="stable")]
    first = [path for path in order if path in registered][:NAMED_INPUTS]
    return [path for path in registered if path in first], found.raw[..., 0].size


def sobol_simulated(
    question: Question, groups: list[tuple[str, list[str]]], done: int = 0
) -> Simulated:
    """Simulate Saltelli's points, sample by sample; those of whole samples are kept."""
    columns = [path for _, paths in groups for path in paths]
    cube = sobol_points([name for name, paths in groups for _ in paths], question.samples,
                        question.seed)  # fmt: skip
    size = len(groups) + 2
    points = []
    for number, row in enumerate(cube):
        sample, step = divmod(number, size)
        own = replication_of(row[-1], cube[sample * size, -1], sample)
        uniforms = dict(zip(columns[:-1], map(float, row[:-1]), strict=True))
        about = {"sample": sample + 1, "point": _point(groups, step)}
        points.append(InputPoint(about, partial(_at, question.inputs, uniforms), (own,)))
    found = simulated(question, points, least=FEWEST_SAMPLES * size, done=done)
    return found.in_whole(size)


def replication_of(chance: float, of_first: float, sample: int) -> int:
    """Give the replication that a value of the chance column stands for: A's own, or B's."""
    return 2 * sample + (1 if chance == of_first else 2)


def _point(groups: list[tuple[str, list[str]]], step: int) -> str:
    return "A" if step == 0 else "B" if step > len(groups) else groups[step - 1][0]


def _at(inputs: Inputs, uniforms: dict[str, float], scenario: Scenario) -> dict[str, float]:
    return inputs.jointly(scenario, uniforms)


def sobol_table(
    found: Simulated, groups: list[tuple[str, list[str]]], quantities: list[Quantity]
) -> pd.DataFrame:
    """Give one row a quantity and group, the largest total first and chance last."""
    blocks = [_block(quantity, groups, found.of(quantity)[:, 0]) for quantity in quantities]
    return pd.concat(blocks, ignore_index=True)[SOBOL_COLUMNS]


def varies(values: Floats) -> bool:
    """Whether values differ, so that there is a variance to be told apart."""
    return bool(np.ptp(values) > 0)


def _block(quantity: Quantity, groups: list[tuple[str, list[str]]], values: Floats) -> pd.DataFrame:
    found = sobol_indices([name for name, paths in groups for _ in paths], values)
    begin = [[text] * len(groups) for text in quantity.begin]
    table = pd.DataFrame({
        **dict(zip(OF_QUANTITY, begin, strict=True)),
        "input": [name for name, _ in groups],
        "parameters": [len(paths) if name != OF_CHANCE else 0 for name, paths in groups],
        "first_order": found.first,
        "first_lower": found.first - found.first_half,
        "first_upper": found.first + found.first_half,
        "total": found.total,
        "total_lower": found.total - found.total_half,
        "total_upper": found.total + found.total_half,
        "samples": len(values) // (len(groups) + 2),
    })  # fmt: skip
    table["last"] = table["input"] == OF_CHANCE
    return table.sort_values(["last", "total"], ascending=[True, False], kind="stable")
