"""Induction to response, by charts written by hand (baseline 16: response at 8)."""

import pytest
from pydantic import ValidationError

from handwritten import DAY, IV, chart_of, induction
from sim.policy.chart import Chart, Visit
from sim.policy.induction import InductionToResponse, NoInduction
from sim.policy.orders import Discharge

POLICY = InductionToResponse()


def test_it_begins_like_any_induction_and_books_the_minimum():
    order = POLICY.next_order(chart_of(("assessment", 5, 15)))
    assert (order.kind, order.due, len(order.series)) == ("induction", 5 * DAY, 3)


def test_nobody_stops_before_the_minimum():
    assert POLICY.next_order(chart_of(*induction((16, 6, 3)))).kind == "induction"


def test_a_response_at_the_minimum_ends_it():
    assert POLICY.next_order(chart_of(*induction((16, 14, 10, 8)))) is None


def test_slow_responders_are_extended_until_the_maximum():
    slow = [16, 15, 13, 12, 11, 10, 10]
    assert POLICY.next_order(chart_of(*induction(slow))).kind == "induction"
    assert POLICY.next_order(chart_of(*induction([*slow, 10]))) is None


def test_futility_stops_those_less_than_20_percent_better_after_four():
    assert POLICY.next_order(chart_of(*induction((16, 16, 15, 13)))) is None, "18.75 % better"
    assert POLICY.next_order(chart_of(*induction((16, 16, 15, 12)))).kind == "induction"


@pytest.mark.parametrize(
    ("baseline", "below", "just"), [(20, 0.20, 16), (15, 0.20, 12), (10, 0.30, 7), (20, 0.55, 9)]
)
def test_just_at_the_limit_of_futility_treatment_goes_on(baseline, below, just):
    """16 of 20 is 20 % better, which is not below 20 %; one point more is."""
    policy = InductionToResponse(futility_below=below, minimum=8)
    for rated, goes_on in ((just, True), (just + 1, False)):
        chart = chart_of(*induction((baseline,) * 3 + (rated,)), baseline=baseline)
        assert (policy.next_order(chart) is not None) == goes_on


def test_futility_is_not_asked_before_the_fourth_infusion():
    assert POLICY.next_order(chart_of(*induction((16, 16, 16)))).kind == "induction"
    early = InductionToResponse(futility_after=3)
    assert early.next_order(chart_of(*induction((16, 16, 16)))) is None


def test_later_infusions_keep_the_pattern_and_announce_what_is_left_of_the_minimum():
    """Twice weekly: gaps of 3, 4, 3, 4 ... days; three are left after the first of four."""
    seen = [chart_of(*induction((16, 14, 12, 11, 11)[:n], every=3)) for n in (1, 2, 3, 4, 5)]
    orders = [POLICY.next_order(chart) for chart in seen]
    gaps = [(order.due // DAY) - 3 * n for n, order in enumerate(orders)]
    assert gaps == [3, 4, 3, 4, 3]
    assert [[gap.days for gap in order.series] for order in orders] == [[4, 3], [3], [], [], []]


def test_a_response_lost_again_does_not_count_with_a_comorbid_condition():
    chart = Chart(0, 16, IV, comorbid=True)
    for number, rated in enumerate((16, 14, 8, 9)):
        chart.add(Visit("induction", number * 3 * DAY, rated))
    assert POLICY.next_order(chart).kind == "induction", "8, then 9"


def test_with_a_comorbid_condition_one_rating_is_not_enough_even_at_the_minimum():
    chart = Chart(0, 16, IV, comorbid=True)
    chart.add(Visit("induction", 0, 8))
    policy = InductionToResponse(minimum=1)
    assert policy.next_order(chart).kind == "induction"
    assert policy.next_order(chart_of(("induction", 0, 8))) is None


def test_a_minimum_equal_to_the_maximum_is_a_course_of_fixed_length():
    policy = InductionToResponse(minimum=5, maximum=5)
    assert policy.next_order(chart_of(*induction((16, 12, 7, 5)))).kind == "induction"
    assert policy.next_order(chart_of(*induction((16, 12, 12, 12, 12)))) is None


def test_with_a_comorbid_condition_the_response_must_be_seen_twice():
    chart = Chart(0, 16, IV, comorbid=True)
    for number, rated in enumerate((16, 14, 10, 8)):
        chart.add(Visit("induction", number * 3 * DAY, rated))
    assert POLICY.next_order(chart).kind == "induction"
    assert InductionToResponse(count_all_symptoms=False).next_order(chart) is None
    chart.add(Visit("induction", 12 * DAY, 7))
    assert POLICY.next_order(chart) is None


def test_after_the_evaluation_it_has_no_more_to_say():
    chart = chart_of(*induction((16, 15, 13, 12)), ("evaluation", 12, 12), ("induction", 14, 12))
    assert POLICY.next_order(chart) is None


def test_a_minimum_above_the_maximum_is_refused():
    with pytest.raises(ValidationError, match="must not exceed"):
        InductionToResponse(minimum=9)


def test_without_induction_treatment_here_is_over_at_once():
    assert NoInduction().next_order(chart_of()) == Discharge("no infusions")
