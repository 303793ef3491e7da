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
