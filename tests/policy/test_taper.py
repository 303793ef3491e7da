"""Boosters that step down, by charts written by hand."""

import pytest
from pydantic import ValidationError

from handwritten import DAY, chart_of, induction
from sim.policy.orders import Discharge
from sim.policy.taper import StepDownBoosters, TaperBoosters

RESPONDED = [*induction(), ("evaluation", 16, 5)]


def boosters(*rated_and_interval):
    day, visits = 15.0, []
    for rated, interval in rated_and_interval:
        day += interval
        visits.append(("booster", day, rated, interval))
    return chart_of(*RESPONDED, *visits)


@pytest.mark.parametrize(("rated", "interval"), [(7, 42), (8, 28), (10, 28 / 1.5)])
def test_a_taper_lengthens_while_well_and_goes_a_step_back_when_not(rated, interval):
    assert TaperBoosters().next_order(boosters((rated, 28))).interval_days == pytest.approx(
        interval
    )


def test_a_taper_begins_at_its_first_interval_and_never_goes_below():
    assert TaperBoosters().next_order(boosters()).due == 29 * DAY
    assert TaperBoosters().next_order(boosters((15, 14))).interval_days == 14


def test_sustained_remission_ends_the_taper():
    policy = TaperBoosters()
    assert policy.next_order(boosters((4, 84), (4, 84))) == Discharge("sustained remission")
    assert policy.next_order(boosters((4, 63), (4, 84))).interval_days == 84
    assert policy.next_order(boosters((4, 84), (5, 84))).interval_days == 84


def test_a_taper_never_lengthens_beyond_its_end_and_begins_again_after_a_reinduction():
    assert TaperBoosters().next_order(boosters((7, 80))).interval_days == 84
    again = chart_of(*RESPONDED, ("booster", 57, 14, 42.0), ("reinduction", 60, 12))
    assert TaperBoosters().next_order(again).due == 74 * DAY


@pytest.mark.parametrize("sustained", [1, 3])
def test_as_many_boosters_as_asked_for_end_the_taper(sustained):
    policy = TaperBoosters(sustained=sustained)
    enough = boosters((6, 84), *[(4, 84)] * sustained)
    assert policy.next_order(enough) == Discharge("sustained remission")
    few = boosters((6, 84), *[(4, 84)] * (sustained - 1))
    assert policy.next_order(few).kind == "booster"


def test_a_taper_whose_first_interval_is_its_last_is_accepted():
    assert TaperBoosters(first_days=84).longest_days == 84
    assert TaperBoosters(low_rating=9).low_rating == 9


def test_the_last_step_is_kept_as_long_as_it_goes_well():
    assert StepDownBoosters().next_order(boosters(*[(4, 14.0)] * 9)).interval_days == 14


def test_boosters_of_a_step_count_from_when_it_was_last_reached():
    """Three at 3.5 days, then one at 7 that is taken back: four at 3.5 days are due again."""
    policy = StepDownBoosters()
    back = [*[(4, 3.5)] * 4, (12, 7.0)]
    assert policy.next_order(boosters(*back)).interval_days == 3.5
    assert policy.next_order(boosters(*back, *[(4, 3.5)] * 3)).interval_days == 3.5
    assert policy.next_order(boosters(*back, *[(4, 3.5)] * 4)).interval_days == 7


def test_a_rating_of_5_is_no_remission_and_keeps_the_step():
    assert StepDownBoosters().next_order(boosters(*[(5, 3.5)] * 6)).interval_days == 3.5


def test_steps_go_down_after_four_boosters_in_remission():
    policy = StepDownBoosters()
    assert policy.next_order(boosters()).interval_days == 3.5
    assert policy.next_order(boosters(*[(4, 3.5)] * 3)).interval_days == 3.5
    assert policy.next_order(boosters(*[(4, 3.5)] * 4)).interval_days == 7
    assert policy.next_order(boosters(*[(4, 3.5)] * 4, *[(4, 7.0)] * 4)).interval_days == 14


def test_a_step_is_kept_without_remission_and_taken_back_when_symptoms_return():
    policy = StepDownBoosters()
    assert policy.next_order(boosters(*[(6, 7.0)] * 5)).interval_days == 7
    assert policy.next_order(boosters((10, 7.0))).interval_days == 3.5
    assert policy.next_order(boosters((10, 3.5))).interval_days == 3.5


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (TaperBoosters, {"first_days": 100}),
        (TaperBoosters, {"low_rating": 12}),
        (StepDownBoosters, {"steps_days": (7.0, 3.5)}),
        (StepDownBoosters, {"steps_days": ()}),
        (StepDownBoosters, {"steps_days": (0.0, 7.0)}),
        (StepDownBoosters, {"steps_days": (7.0, 7.0)}),
        (TaperBoosters, {"low_rating": 10}),
    ],
)
def test_impossible_tapers_are_refused(kind, wrong):
    with pytest.raises(ValidationError):
        kind(**wrong)


@pytest.mark.parametrize("kind", [TaperBoosters, StepDownBoosters])
def test_every_kind_can_give_up(kind):
    policy = kind(give_up_after=2)
    assert policy.next_order(boosters((14, 14.0), (15, 14.0))) == Discharge(
        "no response to boosters"
    )
