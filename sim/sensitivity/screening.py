"""Morris' screening of every uncertain parameter, with the share of chance in each effect.

Each trajectory moves one parameter after the other across two thirds of its range, from its 5 % to
its 95 % quantile, on replications of the trajectory's own, so that two neighbours differ in one
parameter and in no dice. An effect is the change that the whole range would make.

With R replications an effect e has noise n of variance s2 / R, and mu* is inflated by it:

    share of chance   (mean over trajectories of s2 / R) / (mean of squared effects), at most 1
    chance            sqrt(2 / pi) sqrt(mean of s2 / R): the mu* that chance alone would give
    told from chance  the smaller p of two tests, twice: F = R (mean of squared effects) / (mean of
                      s2) against F(trajectories, trajectories (R - 1)), which finds effects of any
                      sign, and Student's t of the mean effect over trajectories, which finds
                      steady ones sooner; Holm over the parameters that change anything
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from scipy.special import fdtrc, stdtr

from sim.arrays import Floats
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
from sim.sensitivity.one_at_a_time import holm_of_changes
from sim.sensitivity.salib import elementary_effects, morris_effects, morris_points

TRAJECTORIES, EACH = 10, 2
"""Trajectories, and replications of each, by default."""
FEWEST_TRAJECTORIES = 2
"""Trajectories without which there is no spread of effects."""
HARDLY = 0.1
"""Of the largest mu*: what moves a quantity less hardly matters."""
MATTERS, HARDLY_MATTERS, BY_CHANCE, NO_EFFECT = (
    "matters", "hardly matters", "not told from chance", "no effect",
)  # fmt: skip
MORRIS_COLUMNS = [
    *OF_QUANTITY, "parameter", "parameter_unit", "low_5", "high_95", "mu", "mu_star",
    "mu_star_lower", "mu_star_upper", "sigma", "chance", "share_chance", "p_value", "p_adjusted",
    "verdict", "trajectories", "replications",
]  # fmt: skip


def trajectories_of(
    question: Question, trajectories: int, done: int = 0, to_come: int = 0
) -> tuple[Floats, Simulated]:
    """Simulate so many trajectories; give the points of those that are whole, and their values."""
    inputs, each = question.inputs, question.replications
    paths, size = inputs.paths, len(inputs.listed) + 1
    cube = morris_points(paths, trajectories, LOW_QUANTILE, HIGH_QUANTILE, question.seed)
    points = []
    for number, uniforms in enumerate(cube):
        trajectory, step = divmod(number, size)
        moved = ""
        if step:
            moved = paths[int(np.abs(uniforms - cube[number - 1]).argmax())]
        points.append(
            InputPoint(
                {"trajectory": trajectory + 1, "step": step, "moved": moved},
                partial(_at, inputs, uniforms),
                tuple(range(1 + trajectory * each, 1 + (trajectory + 1) * each)),
            )
        )
    found = simulated(
        question, points, least=FEWEST_TRAJECTORIES * size, done=done, to_come=to_come
    )
    kept = found.in_whole(size)
    return cube[: len(kept.points)], kept


def _at(inputs: Inputs, uniforms: Floats, scenario: Scenario) -> dict[str, float]:
    return inputs.jointly(scenario, dict(zip(inputs.paths, map(float, uniforms), strict=True)))


def morris_table(cube: Floats, found: Simulated, quantities: list[Quantity]) -> pd.DataFrame:
    """Give one row a quantity and parameter, the largest mu* first within each quantity."""
    blocks = [_block(found.question, quantity, cube, found.of(quantity)) for quantity in quantities]
    return pd.concat(blocks, ignore_index=True)[MORRIS_COLUMNS]


def _block(question: Question, quantity: Quantity, cube: Floats, values: Floats) -> pd.DataFrame:
    inputs, replications = question.inputs, values.shape[1]
    found = morris_effects(inputs.paths, cube, values.mean(axis=1))
    effects = elementary_effects(
        cube, values, HIGH_QUANTILE - LOW_QUANTILE
    )  # trajectories, names, replications
    table = pd.DataFrame({
        **dict(zip(OF_QUANTITY, ([text] * len(inputs.listed) for text in quantity.begin),
                   strict=True)),
        "parameter": inputs.paths,
        "parameter_unit": [one.unit for one in inputs.listed],
        "low_5": [one.low for one in inputs.listed],
        "high_95": [one.high for one in inputs.listed],
        "mu": found.mu,
        "mu_star": found.mu_star,
        "mu_star_lower": np.maximum(0.0, found.mu_star - found.mu_star_half),
        "mu_star_upper": found.mu_star + found.mu_star_half,
        "sigma": found.sigma,
        **of_chance(effects),
        "trajectories": len(effects),
        "replications": replications,
    })  # fmt: skip
    still = (effects == 0).all(axis=(0, 2))
    table["p_adjusted"] = holm_of_changes(table["p_value"], pd.Series(still))
    least = HARDLY * float(table["mu_star"].max())
    table["verdict"] = [
        _verdict(bool(none), p, mu_star, least)
        for none, p, mu_star in zip(still, table["p_adjusted"], table["mu_star"], strict=True)
    ]
    return table.sort_values("mu_star", ascending=False, kind="stable")


def _verdict(still: bool, p: float, mu_star: float, least: float) -> str:
    if still:
        return NO_EFFECT
    if np.isnan(p):
        return ""
    if p >= 0.05:
        return BY_CHANCE
    return MATTERS if mu_star >= least else HARDLY_MATTERS


def of_chance(effects: Floats) -> dict[str, Floats]:
    """Tell chance from effects of shape (trajectories, parameters, replications), by parameter."""
    trajectories, parameters, replications = effects.shape
    if replications < 2:
        nothing = np.full(parameters, np.nan)
        return {"chance": nothing, "share_chance": nothing, "p_value": nothing}
    noise = effects.var(axis=2, ddof=1).mean(axis=0)  # of one replication
    squared = (effects.mean(axis=2) ** 2).mean(axis=0)
    share = np.divide(
        noise / replications, squared, out=np.where(noise > 0, 1.0, 0.0), where=squared > 0
    )
    ratio = np.divide(
        replications * squared, noise, out=np.where(squared > 0, np.inf, 0.0), where=noise > 0
    )
    p = np.where(squared > 0, fdtrc(trajectories, trajectories * (replications - 1), ratio), 1.0)
    means = effects.mean(axis=2)
    error = means.std(axis=0, ddof=1) / np.sqrt(trajectories)
    size = np.abs(means.mean(axis=0))
    t = np.divide(size, error, out=np.where(size > 0, np.inf, 0.0), where=error > 0)
    p = np.minimum(1.0, 2 * np.minimum(p, 2 * stdtr(trajectories - 1, -t)))
    return {
        "chance": np.sqrt(2 / np.pi * noise / replications),
        "share_chance": np.minimum(1.0, share),
        "p_value": p,
    }
