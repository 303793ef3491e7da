"""Acceptability, loss and the value of information. Witnesses: closed forms and plain loops."""

from math import exp, pi, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from sim.economics.choosing import (
    acceptability,
    held_back,
    perfect_information,
    probability_best,
    resampled_information,
)
from sim.economics.knowing import shape_for, worth_knowing
from sim.economics.sampled import Sampled, sampled
from tests_of_draws import drawn, noisy


def gaps(n, each, sd, noise, seed=3):
    """Net benefits 0 and Normal(0.5 sd, sd) by draw, with chance in every replication."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.5 * sd, sd, (n, 1))
    return np.stack([np.zeros((n, each)), truth + rng.normal(0, noise, (n, each))], axis=2)


def normal_information(mean, sd):
    """EVPI of 0 against Normal(mean, sd)."""
    return mean * norm.cdf(mean / sd) + sd * exp(-((mean / sd) ** 2) / 2) / sqrt(2 * pi) - mean


def test_without_chance_the_value_is_that_of_the_closed_form():
    benefit = gaps(40_000, 2, 10.0, 0.0)
    assert perfect_information(benefit.mean(axis=1)) == pytest.approx(
        normal_information(5, 10), rel=0.03
    )
    assert held_back(benefit) == pytest.approx(perfect_information(benefit.mean(axis=1)))


def test_with_chance_the_truth_lies_between_the_two_values():
    benefit = gaps(20_000, 4, 10.0, 20.0)
    truth = normal_information(5, 10)
    assert held_back(benefit) < 0.97 * truth
    assert perfect_information(benefit.mean(axis=1)) > 1.1 * truth


def test_of_luck_alone_nothing_is_held_back():
    benefit = gaps(5_000, 2, 1e-9, 20.0)
    assert perfect_information(benefit.mean(axis=1)) > 5
    assert held_back(benefit) < 0.5


def test_halves_are_chosen_and_valued_as_a_plain_loop_does():
    rng = np.random.default_rng(4)
    benefit = rng.normal(size=(5, 3, 4))
    total, ways = 0.0, 0
    for half in ([0], [1], [2]):
        rest = [r for r in range(3) if r not in half]
        for choose, value in ((half, rest), (rest, half)):
            for draw in benefit:
                total += draw[value].mean(axis=0)[draw[choose].mean(axis=0).argmax()]
            ways += 1
    expected = total / (5 * ways) - benefit.mean(axis=(0, 1)).max()
    assert held_back(benefit) == pytest.approx(max(0, expected))
    assert held_back(benefit[:, :1]) is None


def test_scenarios_that_are_best_together_share_a_draw_and_rounding_is_no_difference():
    benefit = np.array([[1e6, 1e6 * (1 + 1e-15), 0], [0, 0, 0], [1, 2, 3]])
    assert probability_best(benefit) == pytest.approx([(1 / 2 + 1 / 3) / 3, 2.5 / 9, 4 / 9])


def test_the_frontier_need_not_be_the_likeliest():
    costs = np.zeros((4, 1, 2))
    effects = np.zeros((4, 1, 2))
    effects[:, 0, 1] = [-1, -1, -1, 9]
    rows = acceptability(Sampled(("a", "b"), costs, effects), [1.0]).set_index("scenario")
    assert rows.loc["b", "best"]
    assert rows.loc["a", "probability_best"] == 0.75
    assert rows.loc["b", "expected_loss"] == rows.loc["b", "evpi"] == 0.75


def test_the_interval_of_the_value_holds_it():
    costs, effects, _ = noisy()
    of = Sampled(("a", "b", "c"), costs, effects)
    low, high = resampled_information(of, 1e5)
    assert 0 <= low < perfect_information(of.net_benefit(1e5)) < high


def test_a_parameter_that_matters_goes_beyond_chance_and_one_that_does_not_stays_in_it():
    costs, effects, parameters = noisy(60, chance=0.0005)
    benefit = 1e5 * effects.mean(axis=1) - costs.mean(axis=1)
    rng = np.random.default_rng(5)
    groups = {f"idle {k}": rng.normal(size=(60, 1)) for k in range(30)}
    groups["real"] = next(iter(parameters.values()))[:, None]
    found, left_out = worth_knowing(benefit, groups)
    assert [one.parameter for one in found if one.more_than_chance] == ["real"]
    assert found[0].parameter == "real"
    assert all(one.chance <= one.chance_of_all for one in found)
    assert left_out == []


def test_chance_of_all_is_passed_by_idle_parameters_in_few_studies():
    passed = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        benefit = rng.normal(size=(24, 3))
        groups = {str(k): rng.normal(size=(24, 1)) for k in range(6)}
        found, _ = worth_knowing(benefit, groups, permutations=60)
        passed += any(one.more_than_chance for one in found)
    assert passed <= 7


@pytest.mark.parametrize(
    ("draws", "parameters", "shape"),
    [
        (100, 1, "cubic spline"), (100, 5, "cubic spline"), (100, 8, "cubic"),
        (100, 12, "straight line"), (6, 1, "straight line"), (100, 40, None), (5, 1, None),
    ],
)  # fmt: skip
def test_few_draws_take_a_poorer_basis_or_none(draws, parameters, shape):
    assert shape_for(draws, parameters) == shape


def test_a_table_of_ones_own_is_read_and_one_that_lacks_draws_refused():
    table = drawn(np.ones((3, 2, 2)), np.ones((3, 2, 2))).metrics
    wide = table.pivot(index=["scenario", "draw", "replication"], columns="measure", values="value")
    own = wide.reset_index()
    of = sampled(own, "payer_cost_per_patient", "qalys_per_patient")
    assert (of.draws, of.replications, of.names) == (3, 2, ("a", "b"))
    with pytest.raises(ValueError, match="every scenario has every draw"):
        sampled(own.iloc[:-1], "payer_cost_per_patient", "qalys_per_patient")
