"""Boosters, by charts written by hand."""

import pytest
from pydantic import ValidationError

from handwritten import DAY, IV, chart_of, induction
from sim.policy.boosters import AdaptiveBoosters, FixedBoosters, NoBoosters
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Discharge, Prescription
from sim.units import NEVER

RESPONDED = [*induction(), ("evaluation", 16, 5)]  # last infusion on day 15, baseline 16


def boosted(rated, interval=28.0):
    return chart_of(*RESPONDED, ("booster", 43, rated, interval))


def test_no_boosters_leave_the_word_to_the_end():
    assert NoBoosters().next_order(chart_of(*RESPONDED)) is None


def test_fixed_boosters_count_from_the_last_infusion_given():
    order = FixedBoosters(every_days=42).next_order(chart_of(*RESPONDED))
    assert (order.kind, order.due, order.interval_days) == ("booster", 57 * DAY, 42)
    assert order.latest == (57 + 7) * DAY


def test_the_first_adaptive_booster_comes_after_the_first_interval():
    order = AdaptiveBoosters(first_days=42).next_order(chart_of(*RESPONDED))
    assert (order.due, order.interval_days) == (57 * DAY, 42)


@pytest.mark.parametrize(
    ("rated", "factor"),
    [
        (10, 0.7),  # symptoms are back
        (9, 0.7),  # 4 above the 5 after induction
        (8, 1.0),  # in between: kept
        (7, 1.2),  # well
        (2, 1.2),
    ],
)
def test_the_interval_follows_the_rating_at_the_booster(rated, factor):
    order = AdaptiveBoosters().next_order(boosted(rated))
    assert order.interval_days == pytest.approx(28 * factor)


def test_a_rise_counts_even_when_the_rating_is_low():
    visits = [*induction(), ("evaluation", 16, 2), ("booster", 43, 6, 28.0)]
    order = AdaptiveBoosters().next_order(chart_of(*visits))
    assert order.interval_days == pytest.approx(28 * 0.7)


def test_a_high_rating_counts_even_when_it_is_hardly_above_the_one_after_induction():
    visits = [*induction(), ("evaluation", 16, 8), ("booster", 43, 10, 28.0)]
    order = AdaptiveBoosters().next_order(chart_of(*visits))
    assert order.interval_days == pytest.approx(28 * 0.7)


def test_it_steps_the_interval_ordered_not_the_one_a_full_clinic_made_of_it():
    late = chart_of(*RESPONDED, ("booster", 15 + 60, 5, 28.0))
    assert AdaptiveBoosters().next_order(late).interval_days == pytest.approx(28 * 1.2)


def test_intervals_stay_within_their_bounds():
    assert AdaptiveBoosters().next_order(boosted(15, 15.0)).interval_days == 14
    assert AdaptiveBoosters().next_order(boosted(3, 80.0)).interval_days == 84


def test_without_an_evaluation_the_last_induction_rating_is_compared_with():
    visits = [*induction(), ("booster", 43, 12, 28.0)]
    order = AdaptiveBoosters(high_rating=20).next_order(chart_of(*visits))
    assert order.interval_days == pytest.approx(28 * 0.7), "12 is 4 above 8"


def test_giving_up_needs_so_many_boosters_without_any_response():
    policy = AdaptiveBoosters(give_up_after=2)
    one = chart_of(*RESPONDED, ("booster", 43, 14, 28.0))
    two = chart_of(*RESPONDED, ("booster", 43, 14, 28.0), ("booster", 60, 13, 19.6))
    helped = chart_of(*RESPONDED, ("booster", 43, 14, 28.0), ("booster", 60, 8, 19.6))
    assert policy.next_order(one).kind == "booster"
    assert policy.next_order(two) == Discharge("no response to boosters")
    assert policy.next_order(helped).kind == "booster"


def test_a_remote_rating_in_response_counts_as_help():
    policy = AdaptiveBoosters(give_up_after=2)
    seen = [*RESPONDED, ("booster", 43, 14, 28.0), ("rating", 50, 8), ("booster", 60, 13, 19.6)]
    assert policy.next_order(chart_of(*seen)).kind == "booster"


def test_a_response_before_the_first_booster_is_none_that_boosters_brought():
    policy = AdaptiveBoosters(give_up_after=2)
    seen = [*RESPONDED, ("rating", 30, 6), ("booster", 43, 14, 28.0), ("booster", 60, 13, 19.6)]
    assert policy.next_order(chart_of(*seen)) == Discharge("no response to boosters")


def test_a_rating_that_was_never_sent_is_no_response():
    policy = AdaptiveBoosters(give_up_after=2)
    seen = [*RESPONDED, ("booster", 43, 14, 28.0), ("missed", 50, NEVER), ("booster", 60, 13, 19.6)]
    assert policy.next_order(chart_of(*seen)) == Discharge("no response to boosters")


def test_nobody_is_given_up_unless_the_policy_says_so():
    never = chart_of(*RESPONDED, *[("booster", 43 + 20 * n, 16, 14.0) for n in range(30)])
    assert AdaptiveBoosters().next_order(never).kind == "booster"


def test_nothing_is_ordered_before_the_first_infusion():
    assert FixedBoosters().next_order(chart_of(("assessment", 0, 16))) is None


def test_after_a_reinduction_boosters_start_again_with_the_first_interval():
    seen = [*RESPONDED, ("booster", 43, 14, 60.0), ("reinduction", 50, 12)]
    order = AdaptiveBoosters().next_order(chart_of(*seen))
    assert (order.due, order.interval_days) == (78 * DAY, 28)


def test_boosters_may_have_a_prescription_of_their_own():
    lozenge = Prescription("sublingual", 1.5, home=True)
    for maintenance, expected in ((lozenge, lozenge), (None, IV)):
        chart = Chart(0, 16, IV, maintenance)
        chart.add(Visit("induction", 0, 16))
        assert FixedBoosters().next_order(chart).prescription == expected


def test_with_no_rating_after_the_induction_the_rise_is_that_above_the_baseline():
    """A chart that begins with a booster: 19 is 3 above the baseline of 16, 20 is 4 above it."""
    policy = AdaptiveBoosters(high_rating=21)
    factors = [
        policy.next_order(chart_of(("booster", 0, rated, 28.0))).interval_days / 28
        for rated in (19, 20)
    ]
    assert factors == [1.0, pytest.approx(0.7)]


def test_rules_at_their_own_bounds_are_accepted():
    AdaptiveBoosters(first_days=14)
    AdaptiveBoosters(first_days=84)
    AdaptiveBoosters(low_rating=9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_days": 7},
        {"first_days": 100},
        {"low_rating": 10},
        {"shorten": 0.0},
        {"lengthen": 0.9},
    ],
)
def test_impossible_rules_are_refused(wrong):
    with pytest.raises(ValidationError):
        AdaptiveBoosters(**wrong)
