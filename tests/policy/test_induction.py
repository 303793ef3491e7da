"""The induction, by charts written by hand."""

import pytest
from pydantic import ValidationError

from handwritten import DAY, IV, chart_of, induction
from sim.policy.induction import FixedInduction
from sim.policy.orders import Gap


def test_the_first_infusion_is_due_at_referral_without_an_assessment():
    order = FixedInduction().next_order(chart_of(referred=500))
    assert (order.kind, order.due, order.prescription) == ("induction", 500, IV)


def test_the_first_infusion_is_due_when_the_assessment_was():
    order = FixedInduction().next_order(chart_of(("assessment", 5, 15)))
    assert order.due == 5 * DAY
    assert order.latest == (5 + 14) * DAY
    assert len(order.series) == 5


@pytest.mark.parametrize(
    ("days", "infusions", "gaps"),
    [
        ("twice_weekly", 6, [3, 4, 3, 4, 3]),
        ("every_other_day", 4, [2, 2, 2]),
        ("thrice_weekly", 6, [2, 2, 3, 2, 2]),
        ("weekly", 3, [7, 7]),
        ((0, 1, 5, 20), 4, [1, 4, 15]),
    ],
)
def test_patterns_give_their_gaps(days, infusions, gaps):
    policy = FixedInduction(days=days, infusions=infusions, late_days=2)
    assert policy.gaps() == tuple(Gap(gap, 2, min(1, gap - 1)) for gap in gaps)


def test_later_infusions_are_due_a_gap_after_the_last_one_given():
    order = FixedInduction().next_order(chart_of(("induction", 10.25, 16)))
    assert order.due == 10.25 * DAY + 3 * DAY
    assert order.latest == (13 + 3 + 1) * DAY - 1, "the end of the last day of the window"
    assert len(order.series) == 4


def test_later_infusions_follow_the_pattern_and_announce_the_rest_of_it():
    """Twice weekly: 3, 4, 3, 4, 3 days, here after the second infusion of six."""
    order = FixedInduction().next_order(chart_of(*induction((16, 14))))
    assert order.due == (3 + 4) * DAY
    assert [gap.days for gap in order.series] == [3, 4, 3]


def test_each_gap_of_a_list_of_days_is_the_one_after_the_infusion_before():
    policy = FixedInduction(days=(0, 1, 5, 20))
    dues = [
        policy.next_order(chart_of(*induction((16, 14, 12)[:n], every=1))).due // DAY
        for n in (1, 2, 3)
    ]
    assert dues == [0 + 1, 1 + 4, 2 + 15]


def test_after_a_missed_one_the_next_of_the_series_may_be_taken_early():
    assert FixedInduction().next_order(chart_of(*induction((16,)))).early_days == 1
    assert FixedInduction(early_days=0).next_order(chart_of(*induction((16,)))).early_days == 0
    daily = FixedInduction(days="daily", early_days=3).next_order(chart_of(*induction((16,))))
    assert daily.early_days == 0, "never two on a day"


def test_the_start_that_is_aimed_at_is_counted_from_the_assessment_or_the_referral():
    policy = FixedInduction(start_within_days=21)
    assert policy.next_order(chart_of(referred=500)).latest == 500 + 21 * DAY
    assert policy.next_order(chart_of(("assessment", 5, 15))).latest == 26 * DAY


def test_a_complete_series_orders_nothing_more():
    assert FixedInduction().next_order(chart_of(*induction())) is None


def test_a_list_of_days_settles_the_number_of_infusions():
    assert FixedInduction(days=(0, 2, 4)).infusions == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"infusions": 0},
        {"days": (1, 2)},
        {"days": (0, 0)},
        {"days": (0, 5, 4)},
        {"days": (0, 2), "infusions": 3},
        {"days": (0, 2), "infusions": 1},
    ],
)
def test_impossible_inductions_are_refused(wrong):
    with pytest.raises(ValidationError):
        FixedInduction(**wrong)
