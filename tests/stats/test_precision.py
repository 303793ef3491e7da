"""How many replications. Witnesses: a plain count upwards, sim-tools' table, and Monte Carlo."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from scipy.stats import t

from sim.stats.intervals import mean_interval
from sim.stats.precision import half_width_of, needed_for, replications_for, roughly


def counted(deviation, half_width):
    n = 2
    while t.ppf(0.975, n - 1) * deviation / sqrt(n) > half_width:
        n += 1
    return n


@pytest.mark.parametrize("wanted", [0.05, 0.11, 0.3, 1.0, 9.0, 20.0])
def test_the_number_is_that_of_counting_upwards(wanted):
    assert replications_for(1.0, wanted) == counted(1.0, wanted)


def test_what_has_no_spread_needs_two_and_what_is_out_of_reach_is_infinite():
    assert replications_for(0.0, 0.5) == replications_for(0.0, 0.0) == 2
    assert replications_for(1.0, 0.0) == replications_for(1.0, 1e-9) == inf
    assert roughly(inf) == "more than 1,000,000,000"


def test_half_widths_by_replication_are_those_of_sim_tools():
    sim_tools = pytest.importorskip("sim_tools.output_analysis")
    values = np.random.default_rng(5).normal(50, 6, 40)
    _, table = sim_tools.confidence_interval_method(values, decimal_places=12)
    for n in range(3, 41):
        assert mean_interval(values[:n]).method == "t"
        theirs = (table.loc[n, "Upper Interval"] - table.loc[n, "Lower Interval"]) / 2
        assert half_width_of(values[:n]) == pytest.approx(theirs, rel=1e-9)


def test_where_there_is_no_interval_there_is_no_half_width():
    assert half_width_of([3.0]) == half_width_of([]) == half_width_of([1.0, inf, 2.0]) == inf
    assert half_width_of([1.0, nan, 3.0]) == half_width_of([1.0, 3.0])
    assert needed_for([3.0], 1.0) is None
    assert needed_for([1.0, inf, 2.0], 1.0) is None


def test_a_pilot_that_is_as_narrow_as_wanted_needs_no_more_than_itself():
    pilot = np.random.default_rng(1).normal(0, 1, 30)
    found = needed_for(pilot, half_width_of(pilot))
    assert found.central in (30, 31)  # by rounding
    assert found.upper > found.central
    assert found.pilot == 30


def test_the_upper_number_suffices_in_95_of_100_pilots_and_the_central_in_half():
    dice = np.random.default_rng(11)
    truly = counted(1.0, 0.3)
    pilots = [needed_for(dice.normal(0, 1, 12), 0.3) for _ in range(1000)]
    suffices = np.mean([found.upper >= truly for found in pilots])
    assert abs(suffices - 0.95) < 4 * sqrt(0.95 * 0.05 / 1000)
    assert 0.3 < np.mean([found.central >= truly for found in pilots]) < 0.6


def test_numbers_are_told_with_two_digits_rounded_up():
    assert [roughly(n) for n in (7.0, 43.0, 101.0, 1234.0)] == ["7", "43", "110", "1,300"]
