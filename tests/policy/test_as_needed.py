"""Boosters as needed, by charts written by hand."""

import pytest
from pydantic import ValidationError

from handwritten import DAY, IV, chart_of, induction
from sim.policy.as_needed import AsNeededBoosters
from sim.units import NEVER

POLICY = AsNeededBoosters()
RESPONDED = [*induction(), ("evaluation", 16, 5)]  # last infusion on day 15


def ordered(*visits):
    return POLICY.next_order(chart_of(*RESPONDED, *visits))


def test_the_first_thing_ordered_is_a_rating_a_week_later():
    order = ordered()
    assert (order.kind, order.due) == ("rating", 23 * DAY)


def test_a_low_rating_orders_the_next_rating():
    order = ordered(("rating", 23, 9))
    assert (order.kind, order.due) == ("rating", 30 * DAY)


def test_a_rating_at_the_level_orders_an_infusion_at_once():
    order = ordered(("rating", 30, 10))
    assert (order.kind, order.due) == ("booster", 30 * DAY)
    assert order.interval_days == 15


def test_infusions_keep_their_shortest_distance():
    order = ordered(("rating", 23, 12))
    assert (order.kind, order.due) == ("booster", 29 * DAY)


def test_hysteresis_needs_a_low_rating_before_the_next_infusion():
    boosted = [("rating", 30, 12), ("booster", 31, 12, 16.0)]
    assert ordered(*boosted, ("rating", 45, 11)).kind == "rating"
    assert ordered(*boosted, ("rating", 38, 7), ("rating", 45, 11)).kind == "booster"


def test_hysteresis_ends_after_four_weeks():
    visits = [("rating", 30, 12), ("booster", 31, 12, 16.0), ("rating", 59, 11)]
    assert ordered(*visits).kind == "booster"


def test_a_missed_rating_is_asked_for_again_a_week_later():
    order = ordered(("missed", 23, NEVER))
    assert (order.kind, order.due) == ("rating", 30 * DAY)


def test_after_a_booster_ratings_go_on():
    order = ordered(("rating", 30, 12), ("booster", 33, 12, 15.0))
    assert (order.kind, order.due) == ("rating", 40 * DAY)


def test_a_rating_has_a_day_and_a_booster_its_week():
    rating, booster = ordered(), ordered(("rating", 30, 10))
    assert rating.latest - rating.due == DAY
    assert booster.latest - booster.due == 7 * DAY
    assert booster.prescription == IV


@pytest.mark.parametrize(("day", "kind"), [(58.9, "rating"), (59, "booster")])
def test_28_days_after_an_infusion_no_low_rating_is_needed(day, kind):
    assert ordered(("booster", 31, 12, 16.0), ("rating", day, 11)).kind == kind


def test_a_low_evaluation_arms_as_a_low_rating_does_and_one_that_was_missed_does_not():
    """The evaluation of day 16 was 5; without it only ratings since the infusion count."""
    assert ordered(("rating", 29, 11)).kind == "booster"
    unseen = [*induction(), ("missed", 22, NEVER), ("rating", 29, 11)]
    assert POLICY.next_order(chart_of(*unseen)).kind == "rating"


def test_a_low_rating_before_the_last_infusion_does_not_arm():
    seen = [("rating", 30, 5), ("booster", 31, 5, 16.0), ("rating", 45, 11)]
    assert ordered(*seen).kind == "rating"


def test_only_a_remote_rating_orders_an_infusion():
    """A booster rated 12 on arrival is followed by a rating, not by another booster at once."""
    assert ordered(("rating", 30, 6), ("booster", 59, 12, 28.0)).kind == "rating"


def test_a_level_below_its_hysteresis_is_refused():
    with pytest.raises(ValidationError, match="below level"):
        AsNeededBoosters(level=7)
    assert AsNeededBoosters(level=8).rearm == 7
