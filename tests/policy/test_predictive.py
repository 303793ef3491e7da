"""Predictive boosters: Bayes on a grid (witness: made-up patients whose decay is known)."""

from math import exp

import pytest

from handwritten import chart_of
from sim.policy.predictive import PredictiveBoosters

BASELINE = 16


def patient(tau, peak=0.8, boosters=0, every=28):
    """Chart of a person without noise whose score is b (1 - e exp(-t / tau))."""

    def rated(days):
        return round(BASELINE * (1 - peak * exp(-days / tau)))

    visits = [("induction", 0, 16), ("evaluation", 1, rated(1))]
    visits += [("booster", every * k, rated(every), every) for k in range(1, boosters + 1)]
    return chart_of(*visits, baseline=BASELINE)


def true_return(tau, peak=0.8, target=9.0):
    days = 1
    while BASELINE * (1 - peak * exp(-days / tau)) < target:
        days += 1
    return days


def test_people_whose_relief_lasts_are_given_longer_intervals():
    policy = PredictiveBoosters(longest_days=182, shortest_days=3)
    intervals = [policy.interval(patient(tau, boosters=6)) for tau in (10, 20, 40, 80, 160)]
    assert intervals == sorted(intervals)
    assert intervals[0] < intervals[2] < intervals[4]


@pytest.mark.parametrize("tau", [20, 40, 80])
def test_the_estimate_comes_closer_to_the_truth_with_visits(tau):
    policy = PredictiveBoosters(longest_days=182, shortest_days=3)
    truth = true_return(tau)
    misses = [abs(policy.interval(patient(tau, boosters=n)) - truth) for n in (0, 2, 12)]
    assert misses[2] <= misses[0]
    assert misses[2] <= 0.3 * truth


def test_without_any_rating_the_prior_speaks():
    chart = chart_of(("induction", 0, 16), baseline=BASELINE)
    assert 14 <= PredictiveBoosters().interval(chart) <= 84


def test_intervals_keep_their_bounds():
    policy = PredictiveBoosters(shortest_days=14, longest_days=84)
    assert policy.interval(patient(3, boosters=10, every=14)) == 14
    assert policy.interval(patient(2000, peak=0.9, boosters=10)) == 84


def test_a_higher_target_waits_longer():
    chart = patient(40, boosters=3)
    early, late = (PredictiveBoosters(target=t).interval(chart) for t in (7, 11))
    assert early < late


def test_the_posterior_is_a_probability():
    _, weight = PredictiveBoosters().posterior(patient(40, boosters=3))
    assert weight.sum() == pytest.approx(1)
    assert (weight >= 0).all()
