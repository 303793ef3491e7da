"""Reinduction, by charts written by hand (baseline 16: relapse is rated 13 or more)."""

from handwritten import DAY, chart_of, induction
from sim.policy.orders import Discharge
from sim.policy.relapse import NoReinduction, Reinduction

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


def test_after_so_many_series_a_relapse_ends_treatment():
    once = [("rating", 40, 14), ("rating", 43, 13), *[("reinduction", d, 9) for d in (45, 48, 51)]]
    again = [("rating", 60, 6), ("rating", 80, 14), ("rating", 83, 14)]
    assert ordered(*once, *again) == Discharge("relapsed")
    assert ordered(*once, *again, policy=Reinduction(at_most=2)).kind == "reinduction"


def test_a_relapse_needs_an_observed_response_first():
    chart = chart_of(*induction(), ("evaluation", 16, 14), ("rating", 20, 14))
    assert POLICY.next_order(chart) is None
