"""Predictive boosters: Bayes on a grid (witness: made-up patients whose decay is known)."""

from math import exp

import pytest
from pydantic import ValidationError

from handwritten import chart_of
from sim.policy.predictive import PredictiveBoosters
from sim.units import NEVER

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


def by_hand(ratings, tau_median=45, sigma=0.9, noise=2.7):
    """Peak, time constant and weight of every point of the grid, by a plain loop.

    Ten peaks of 0.05 to 0.95, equally likely, and 15 time constants from 2.5 sd below to 2.5 sd
    above the median, log-normal. `ratings` are (days since the infusion before, score).
    """
    points = []
    for row in range(10):
        for column in range(15):
            peak, steps = 0.05 + 0.1 * row, -2.5 + 5 * column / 14
            tau, weight = tau_median * exp(sigma * steps), exp(-(steps**2) / 2)
            for days, rated in ratings:
                expected = BASELINE * (1 - peak * exp(-days / tau))
                weight *= exp(-(((rated - expected) / noise) ** 2) / 2)
            points.append((peak, tau, weight))
    total = sum(weight for _, _, weight in points)
    return [(peak, tau, weight / total) for peak, tau, weight in points]


SEEN = [("induction", 0, 16), ("induction", 3, 9), ("evaluation", 4, 3), ("booster", 31, 9, 28.0),
        ("rating", 38, 4), ("missed", 45, NEVER), ("booster", 73, 11, 42.0)]  # fmt: skip
RATINGS = [(1, 3), (28, 9), (7, 4), (42, 11)]  # not those of the induction


@pytest.mark.parametrize(
    "prior", [{}, {"tau_median": 20, "sigma": 0.5}, {"noise": 1.0}], ids=["usual", "short", "exact"]
)
def test_the_posterior_is_that_of_a_plain_loop(prior):
    names = {"tau_median": "tau_median_days", "sigma": "tau_sigma", "noise": "noise_sd"}
    policy = PredictiveBoosters(**{names[name]: value for name, value in prior.items()})
    grid, weight = policy.posterior(chart_of(*SEEN, baseline=BASELINE))
    found = sorted(zip(grid.peak, grid.tau_days, weight, strict=True))
    for one, expected in zip(found, sorted(by_hand(RATINGS, **prior)), strict=True):
        assert one == pytest.approx(expected, rel=1e-9)


def test_the_interval_is_the_first_day_on_which_the_plain_loop_predicts_the_target():
    points = by_hand(RATINGS)

    def predicted(days):
        return sum(w * BASELINE * (1 - peak * exp(-days / tau)) for peak, tau, w in points)

    policy = PredictiveBoosters(shortest_days=3, longest_days=182)
    for target in (6.0, 8.0, 10.0, 12.0):
        found = policy.model_copy(update={"target": target}).interval(
            chart_of(*SEEN, baseline=BASELINE)
        )
        assert found == int(found)
        assert predicted(found - 1) < target < predicted(found + 1)


def test_a_course_that_no_point_of_the_grid_explains_still_has_a_posterior():
    """Scores of 21 and 0 in turn, 60 times: the likelihood of each point is 0 in floating point."""
    turns = [("rating", 3 + day, 21 * (day % 2)) for day in range(1, 61)]
    chart = chart_of(("induction", 0, 16), *turns, baseline=BASELINE)
    _, weight = PredictiveBoosters(noise_sd=0.5).posterior(chart)
    assert weight.sum() == pytest.approx(1)


def test_the_booster_is_ordered_for_that_day():
    policy, chart = PredictiveBoosters(), chart_of(*SEEN, baseline=BASELINE)
    order = policy.next_order(chart)
    assert order.kind == "booster"
    assert order.interval_days == policy.interval(chart)
    assert order.due == (73 + order.interval_days) * 1440


def test_a_shortest_interval_beyond_the_longest_is_refused():
    with pytest.raises(ValidationError, match="must not exceed"):
        PredictiveBoosters(shortest_days=85)
    assert PredictiveBoosters(shortest_days=84).interval(patient(40)) == 84


def test_the_posterior_is_a_probability():
    _, weight = PredictiveBoosters().posterior(patient(40, boosters=3))
    assert weight.sum() == pytest.approx(1)
    assert (weight >= 0).all()
