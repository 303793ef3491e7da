"""Variance components (witness: simulated truths, and the formulae by hand)."""

import numpy as np
import pytest
from scipy import stats

from sim.stats.components import (
    components,
    draws_to_a_factor,
    draws_to_know_share,
    known_to_a_factor,
    left_to_others,
    widened_by,
)

RNG = np.random.default_rng(11)


def nested(sd_parameters, sd_chance, draws, replications):
    effect = sd_parameters * RNG.standard_normal((draws, 1))
    return 10 + effect + sd_chance * RNG.standard_normal((draws, replications))


def test_components_of_a_small_table_are_those_by_hand():
    found = components([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]])
    assert found.mean == 6
    assert found.sd_chance == pytest.approx(np.sqrt(2))  # each draw varies by 2
    assert found.sd_parameters == pytest.approx(np.sqrt((32 - 2) / 2))  # MSA 2 * 16, MSE 2
    assert found.share == pytest.approx(15 / 17)


def test_the_truth_is_found_in_a_large_table():
    found = components(nested(2.0, 3.0, 4000, 5))
    assert found.sd_parameters == pytest.approx(2.0, rel=0.05)
    assert found.sd_chance == pytest.approx(3.0, rel=0.02)


def test_the_interval_of_the_share_holds_the_truth_as_often_as_it_says():
    truth, held = 4 / (4 + 9), 0
    for _ in range(600):
        found = components(nested(2.0, 3.0, 12, 4))
        held += found.share_lower <= truth <= found.share_upper
    assert held / 600 == pytest.approx(0.95, abs=0.03)


def test_the_limits_hold_the_expected_value_of_a_further_draw_as_often_as_they_say():
    held = 0
    for _ in range(600):
        found = components(nested(2.0, 1.0, 15, 4))
        held += found.lower <= 10 + 2.0 * RNG.standard_normal() <= found.upper
    assert held / 600 == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(("draws", "replications"), [(6, 2), (10, 2), (30, 4)])
def test_the_limits_hold_a_further_draw_also_where_chance_is_most_of_it(draws, replications):
    rng = np.random.default_rng(7)
    held = []
    for _ in range(1500):
        a = 0.5 * rng.standard_normal((draws, 1))
        found = components(a + rng.standard_normal((draws, replications)))
        held.append(found.lower <= 0.5 * rng.standard_normal() <= found.upper)
    assert np.mean(held) >= 0.95


def test_the_limits_are_exact_for_the_mean_of_the_replications_of_a_further_draw():
    rng = np.random.default_rng(8)
    held = []
    for _ in range(3000):
        y = rng.standard_normal((7, 1)) + rng.standard_normal((7, 2))
        found, further = components(y[:6]), y[6].mean()
        held.append(found.lower <= further <= found.upper)
    assert np.mean(held) == pytest.approx(0.95, abs=0.012)


def test_fewer_draws_never_give_narrower_limits_on_average():
    rng = np.random.default_rng(9)

    def width(draws, replications):
        a = rng.standard_normal((400, draws, 1))
        values = a + 2 * rng.standard_normal((400, draws, replications))
        return np.mean([components(table).half_width for table in values])

    assert width(6, 2) > width(12, 2) > width(30, 2)
    assert width(6, 2) > width(30, 4)


def test_six_draws_know_their_spread_to_a_factor_of_four_and_eighteen_to_two():
    rng = np.random.default_rng(10)
    for draws in (6, 18):
        sd = rng.standard_normal((20000, draws)).std(axis=1, ddof=1)
        low, high = np.quantile(sd, [0.025, 0.975])
        assert known_to_a_factor(draws) == pytest.approx(high / low, rel=0.05)
    assert known_to_a_factor(17) > 2 > known_to_a_factor(18)


def test_more_replications_cannot_narrow_the_limits_below_the_floor():
    few, many = components(nested(2.0, 6.0, 400, 2)), components(nested(2.0, 6.0, 400, 60))
    assert many.monte_carlo < few.monte_carlo
    for found in (few, many):
        assert found.half_width >= found.floor
    assert many.floor == pytest.approx(1.96 * 2.0, rel=0.15)


def test_without_chance_all_is_parameters_and_without_either_nothing_is():
    assert components([[1.0, 1.0], [2.0, 2.0]]).share_lower == 1
    assert components([[1.0, 1.0], [1.0, 1.0]]).share == 0


@pytest.mark.parametrize("values", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0, np.inf], [1.0, 2.0]]])
def test_fewer_than_two_by_two_or_infinite_values_are_refused(values):
    with pytest.raises(ValueError, match="2 or more"):
        components(values)


@pytest.mark.parametrize("replications", [2, 4])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.9])
def test_so_many_draws_know_the_share_and_one_fewer_does_not(share, replications):
    """Witness: the exact interval, by scipy's F distribution."""

    def width(draws):
        ratio = 1 + replications * share / (1 - share)
        freedom = draws - 1, draws * (replications - 1)
        theta = (ratio / stats.f(*freedom).ppf([0.975, 0.025]) - 1) / replications
        low, high = np.maximum(theta / (1 + theta), 0)
        return high - low

    draws = draws_to_know_share(share, replications, 0.5)
    assert width(draws) <= 0.5 < width(draws - 1)


def test_what_is_parameters_alone_is_known_from_two_draws():
    assert draws_to_know_share(1.0, 4, 0.5) == 2


@pytest.mark.parametrize("factor", [1.5, 2, 4])
def test_so_many_draws_know_their_spread_to_a_factor_and_one_fewer_does_not(factor):
    draws = draws_to_a_factor(factor)
    assert known_to_a_factor(draws) <= factor < known_to_a_factor(draws - 1)


@pytest.mark.parametrize("draws", [2, 5, 40])
def test_few_draws_widen_the_limits_and_leave_others_room(draws):
    """Witness: scipy's t, normal and beta distributions."""
    t = stats.t(draws - 1).ppf(0.975) * np.sqrt(1 + 1 / draws)
    assert widened_by(draws) == pytest.approx(t / stats.norm.ppf(0.975) - 1)
    assert left_to_others(draws) == pytest.approx(1 - stats.beta(draws, 1).ppf(0.025))
