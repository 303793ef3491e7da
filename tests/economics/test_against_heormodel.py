"""Decisions against an independent implementation, heormodel (MIT), from the same tables."""

import numpy as np
import pandas as pd
import pytest

from sim.economics.choosing import acceptability, expected_loss, perfect_information
from sim.economics.incremental import DOMINATED, EFFICIENT, EQUAL, EXTENDEDLY, incremental
from sim.economics.knowing import partial_information
from sim.economics.sampled import Sampled

NAMES = ("none", "every 8 weeks", "every 4 weeks", "adaptive", "as needed", "weekly")
GRID = [0.0, 20_000.0, 50_000.0, 100_000.0, 250_000.0]
STATUS = {EFFICIENT: "ND", DOMINATED: "D", EQUAL: "D", EXTENDEDLY: "ED"}
EXACT = {"rtol": 1e-9, "atol": 1e-9}


def drawn(draws, seed, more=0.0):
    """Cost and QALYs that rest on three parameters, and chance."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=draws), rng.gamma(2, size=draws), rng.random(draws)])
    steps = np.arange(len(NAMES))
    costs = 2000 + 900 * steps + 300 * x[:, :1] * steps + rng.normal(0, 200, (draws, 6))
    effects = 0.8 + 0.02 * steps * x[:, 1:2] - 0.003 * steps**2 + 0.02 * np.sin(6 * x[:, 2:])
    return costs, effects + rng.normal(0, 0.01, (draws, 6)) + more * (steps == 1), x


def theirs(costs, effects):
    from heormodel.models import Outcomes

    wide = [pd.DataFrame(one, columns=NAMES[: costs.shape[1]]) for one in (costs, effects)]
    for one in wide:
        one.index.name = "iteration"
    return Outcomes.from_wide(*wide)


def ours(costs, effects):
    return Sampled(NAMES[: costs.shape[1]], costs[:, None], effects[:, None])


TABLES = {
    "many draws": drawn(300, 1)[:2],
    "few draws": drawn(30, 2)[:2],
    "one far ahead": drawn(100, 3, more=5.0)[:2],
    "two scenarios": [one[:, :2] for one in drawn(50, 4)[:2]],
    "ties in every draw": [np.repeat(one[:, :3], 2, axis=1) for one in drawn(40, 5)[:2]],
}
MEANS = {
    "all on the line": ([0, 100, 300], [0, 1, 2]),
    "dominated": ([0, 100, 200], [0, 1, 0.5]),
    "extendedly dominated": ([0, 200, 250], [0, 1, 2]),
    "two extendedly, one after the other": ([0, 300, 500, 610, 620], [0, 1, 2, 3, 4]),
    "a mix on the line itself": ([0, 100, 200], [0, 0.5, 1]),
    "equal costs": ([5, 5, 9], [1, 2, 3]),
    "equal effects": ([5, 7, 9], [1, 1, 2]),
    "duplicates": ([5, 5, 9, 9], [1, 1, 2, 2]),
    "a duplicate of one dominated": ([1, 5, 5], [1, 0, 0]),
    "cheaper and better than all": ([5, 7, 1], [1, 2, 3]),
    "negative": ([-50, -20, 10], [-2, -1, -0.9]),
    "alone": ([5], [1]),
}


@pytest.mark.parametrize("name", MEANS)
def test_the_incremental_table(name):
    from heormodel.cea import icer_table

    cost, effect = (np.array(one, dtype=float) for one in MEANS[name])
    names = NAMES[: len(cost)]
    expected = icer_table(pd.DataFrame({"cost": cost, "effect": effect}, index=names))
    found = incremental(names, cost, effect).set_index("scenario").loc[list(expected.index)]
    assert list(found["status"].map(STATUS)) == list(expected["status"])
    for mine, other in (
        ("increment_cost", "inc_cost"), ("increment_qalys", "inc_effect"), ("icer", "icer"),
    ):  # fmt: skip
        np.testing.assert_allclose(found[mine], expected[other], **EXACT)


def test_random_incremental_tables():
    from heormodel.cea import icer_table

    rng = np.random.default_rng(6)
    seen = set()
    for _ in range(60):
        cost, effect = rng.random((2, 6))
        effect += cost
        expected = icer_table(pd.DataFrame({"cost": cost, "effect": effect}, index=NAMES))
        found = incremental(NAMES, cost, effect)
        assert list(found["scenario"]) == list(expected.index)
        assert list(found["status"].map(STATUS)) == list(expected["status"])
        np.testing.assert_allclose(found["icer"], expected["icer"], **EXACT)
        seen |= set(found["status"])
    assert seen == {EFFICIENT, DOMINATED, EXTENDEDLY}


@pytest.mark.parametrize("name", TABLES)
def test_net_benefit_acceptability_loss_and_perfect_information(name):
    from heormodel import cea, voi

    costs, effects = TABLES[name]
    mine, other = ours(costs, effects), theirs(costs, effects)
    table = acceptability(mine, GRID)
    curve, loss = cea.ceac(other, GRID), cea.expected_loss(other, GRID)
    frontier, known = cea.ceaf(other, GRID), voi.evpi(other, GRID)
    for wtp in GRID:
        np.testing.assert_allclose(mine.net_benefit(wtp), cea.nmb(other, wtp), **EXACT)
        rows = table[table["wtp"] == wtp].set_index("scenario")
        np.testing.assert_allclose(rows["expected_loss"], loss.loc[wtp], **EXACT)
        np.testing.assert_allclose(rows["net_benefit"], cea.expected_nmb(other, wtp), **EXACT)
        np.testing.assert_allclose(rows["evpi"], known.loc[wtp], **EXACT)
        share = rows["probability_best"]
        if name == "ties in every draw":  # they give a tie to the first, here it is shared
            pairs = share.to_numpy().reshape(3, 2)
            np.testing.assert_allclose(pairs[:, 0], pairs[:, 1], **EXACT)
            np.testing.assert_allclose(
                pairs.sum(axis=1), curve.loc[wtp].to_numpy()[::2], **EXACT
            )  # fmt: skip
            assert rows["best"].sum() == 2
        else:
            np.testing.assert_allclose(share, curve.loc[wtp], **EXACT)
            assert list(rows.index[rows["best"]]) == [frontier.loc[wtp, "intervention"]]
            assert share[rows["best"]].item() == pytest.approx(frontier.loc[wtp, "prob"])


@pytest.mark.parametrize(
    ("draws", "columns"), [(300, [0]), (300, [1]), (300, [0, 1, 2]), (60, [2])]
)
def test_partial_perfect_information(draws, columns):
    from heormodel import voi

    costs, effects, x = drawn(draws, 7)
    other = theirs(costs, effects)
    table = pd.DataFrame(x, columns=list("abc"), index=pd.RangeIndex(draws, name="iteration"))
    names = [table.columns[place] for place in columns]
    for wtp in GRID:
        expected = voi.evppi(other, table, names, wtp)
        found = partial_information(wtp * effects - costs, x[:, columns])
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_parameter_of_few_values_and_one_that_is_fixed():
    from heormodel import voi

    costs, effects, x = drawn(80, 8)
    x[:, 0], x[:, 1] = np.round(x[:, 0]), 3.0
    table = pd.DataFrame(x, columns=list("abc"), index=pd.RangeIndex(80, name="iteration"))
    benefit = 1e5 * effects - costs
    expected = voi.evppi(theirs(costs, effects), table, "a", 1e5)
    assert partial_information(benefit, x[:, :1]) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert partial_information(benefit, x[:, 1:2]) == pytest.approx(0, abs=1e-9)
    assert perfect_information(benefit) == expected_loss(benefit).min()
