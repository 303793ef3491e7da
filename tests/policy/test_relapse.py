"""Reinduction, by charts written by hand (baseline 16: relapse is rated 13 or more)."""

import pytest

from handwritten import DAY, IV, chart_of, induction
from sim.policy.orders import Discharge, Gap
from sim.policy.relapse import NoReinduction, Reinduction
from sim.units import NEVER

RESPONDED = [*induction(), ("evaluation", 16, 5)]
POLICY = Reinduction()


def ordered(*visits, policy=POLICY):
    return policy.next_order(chart_of(*RESPONDED, *visits))


def test_while_well_it_has_nothing_to_say():
    assert ordered() is None
    assert ordered(("rating", 23, 9)) is None
    assert NoReinduction().next_order(chart_of(*RESPONDED)) is None


def test_one_rating_of_relapse_orders_a_second_one_within_7_days():
    order = ordered(("rating", 40, 14))
    assert (order.kind, order.due) == ("rating", 43 * DAY)


def test_a_second_rating_that_does_not_confirm_ends_the_suspicion():
    assert ordered(("rating", 40, 14), ("rating", 43, 9)) is None


def test_a_confirmed_relapse_orders_a_short_series():
    relapsed = [("rating", 40, 14), ("rating", 43, 13)]
    first = ordered(*relapsed)
    assert (first.kind, first.due, len(first.series)) == ("reinduction", 43 * DAY, 2)
    second = ordered(*relapsed, ("reinduction", 45, 13))
    assert (second.kind, second.due, len(second.series)) == ("reinduction", 48 * DAY, 1)
    done = [("reinduction", day, 10) for day in (45, 48, 51)]
    assert ordered(*relapsed, *done) is None, "boosters go on"


def test_an_infusion_of_the_series_may_be_late_until_the_end_of_a_day():
    order = ordered(("rating", 40, 14), ("rating", 43.5, 13))
    assert (order.due, order.latest) == (43.5 * DAY, (43 + 3 + 1) * DAY - 1)
    assert order.prescription == IV
    assert order.series == (Gap(3, 3), Gap(3, 3))


def test_the_second_rating_has_a_day():
    order = ordered(("rating", 40, 14), policy=Reinduction(confirm_after_days=5))
    assert (order.due, order.latest) == (45 * DAY, 46 * DAY)


@pytest.mark.parametrize("first", ["rating", "booster"])
def test_a_suspicion_at_any_contact_is_followed_up(first):
    order = ordered((first, 40, 14))
    assert (order.kind, order.due) == ("rating", 43 * DAY)


def test_when_the_second_rating_was_not_sent_nothing_more_is_asked_out_of_turn():
    assert ordered(("rating", 40, 14), ("missed", 43, NEVER)) is None


@pytest.mark.parametrize(("second", "kind"), [(47, "reinduction"), (47.001, "rating")])
def test_a_second_rating_confirms_within_7_days(second, kind):
    assert ordered(("rating", 40, 14), ("rating", second, 14)).kind == kind


def test_the_evaluation_is_the_response_that_may_be_lost():
    """Without it the ratings 14 and 14 are no relapse: nobody saw a response."""
    seen = [("rating", 40, 14), ("rating", 43, 14)]
    assert POLICY.next_order(chart_of(*induction(), *seen)) is None
    assert ordered(*seen).kind == "reinduction"


def test_ratings_before_a_series_are_over_with_it():
    """One suspicious rating just before the series, one after it: no two in a row."""
    series = [("reinduction", day, 10) for day in (45, 48, 51)]
    seen = [("rating", 40, 14), ("rating", 43, 13), *series, ("evaluation", 52, 6)]
    order = ordered(*seen, ("rating", 54, 14), policy=Reinduction(at_most=2))
    assert (order.kind, order.due) == ("rating", 57 * DAY)


def test_no_series_at_all_is_a_discharge_at_the_first_relapse():
    relapsed = [("rating", 40, 14), ("rating", 43, 13)]
    assert ordered(*relapsed, policy=Reinduction(at_most=0)) == Discharge("relapsed")


def test_nothing_is_said_before_the_first_infusion():
    assert POLICY.next_order(chart_of(("assessment", 0, 16))) is None


def test_after_so_many_series_a_relapse_ends_treatment():
    once = [("rating", 40, 14), ("rating", 43, 13), *[("reinduction", d, 9) for d in (45, 48, 51)]]
    again = [("rating", 60, 6), ("rating", 80, 14), ("rating", 83, 14)]
    assert ordered(*once, *again) == Discharge("relapsed")
    assert ordered(*once, *again, policy=Reinduction(at_most=2)).kind == "reinduction"


def test_a_relapse_needs_an_observed_response_first():
    chart = chart_of(*induction(), ("evaluation", 16, 14), ("rating", 20, 14))
    assert POLICY.next_order(chart) is None
