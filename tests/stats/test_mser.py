"""MSER-5. Witnesses: the definition as a plain loop, steps whose answer is told by hand, AR(1)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stats.mser import BATCH, batch_means, marginal_errors, mser5


def plain(series):
    """Give the truncation in observations as the papers define it, term by term."""
    batches = [series[i : i + 5] for i in range(0, len(series) - len(series) % 5, 5)]
    z = [sum(batch) / 5 for batch in batches]
    n, best, least = len(z), None, None
    for d in range(n - 5 + 1):
        mean = sum(z[d:]) / (n - d)
        error = sum((value - mean) ** 2 for value in z[d:]) / (n - d) ** 2
        if least is None or error < least:
            best, least = d, error
    return 5 * best


def autoregressive(seed, many, transient, phi=0.8):
    rng, x, value = np.random.default_rng(seed), np.empty(many), 0.0
    for place in range(many):
        value = phi * value + rng.standard_normal()
        x[place] = value
    return x - transient * phi ** np.arange(many)


@pytest.mark.parametrize("seed", range(20))
def test_the_truncation_is_that_of_a_plain_loop(seed):
    series = autoregressive(seed, 203, transient=30.0)
    found = mser5(series)
    assert found.observations == plain(series.tolist())
    assert found.of == 203
    assert found.settled is (found.observations <= 203 // 5 * 5 / 2)


@given(st.lists(st.integers(-9, 9), min_size=50, max_size=90))
def test_whole_numbers_give_what_a_plain_loop_gives(values):
    """But for ties, which rounding may break either way: then both are equally good."""
    ours, theirs = mser5(values).observations // BATCH, plain(values) // BATCH
    errors = marginal_errors(batch_means(np.array(values, dtype=float)))
    assert errors[ours] == pytest.approx(errors[theirs], abs=1e-12)


@pytest.mark.parametrize("step", [5, 20, 35, 50])
def test_a_step_is_cut_off_just_where_it_is(step):
    found = mser5([0.0] * step + [1.0] * (100 - step))
    assert (found.observations, found.settled) == (step, True)


def test_a_step_inside_a_batch_costs_that_batch():
    assert mser5([0.0] * 12 + [1.0] * 88).observations == 15


def test_a_step_in_the_second_half_says_that_the_series_is_too_short():
    found = mser5([0.0] * 70 + [1.0] * 30)
    assert (found.observations, found.settled) == (70, False)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9 / 3])
def test_nothing_is_dropped_of_a_constant_series(value):
    assert (marginal_errors(np.full(12, value)) == 0).all()
    assert mser5([value] * 60).observations == 0


def test_a_trend_that_never_ends_is_not_settled():
    assert not mser5(np.arange(100.0)).settled


def test_fewer_than_ten_batches_tell_nothing_and_a_rest_does_not_count():
    assert mser5([1.0] * 49) is None
    assert mser5([]) is None
    calm = [0.0] * 10 + [1.0] * 40
    assert mser5([*calm, 500.0, -900.0]).observations == mser5(calm).observations == 10


@pytest.mark.parametrize("wrong", [[np.nan] * 60, [np.inf] * 60, np.ones((10, 10))])
def test_what_is_no_plain_series_is_refused(wrong):
    with pytest.raises(ValueError, match="finite"):
        mser5(wrong)


def test_a_known_transient_is_mostly_cut_off_and_the_mean_is_nearer_to_the_truth():
    """AR(1) with mean 0 that begins 40 below: relaxation 1 / -log 0.8 = 4.5 observations."""
    before, after, settled = [], [], 0
    for seed in range(100):
        series = autoregressive(seed, 500, transient=40.0)
        found = mser5(series)
        settled += found.settled
        assert found.observations >= 10  # 40 * 0.8^10 = 4.3 of a standard deviation of 1.7 is left
        before.append(series.mean())
        after.append(series[found.observations :].mean())
    bias = -40 / (1 - 0.8) / 500  # the sum of the transient over the observations
    assert np.mean(before) == pytest.approx(bias, abs=3 * np.std(before) / 10)
    assert abs(np.mean(after)) < abs(bias) / 4
    assert settled >= 95
