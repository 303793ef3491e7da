"""The evaluation, by charts written by hand (baseline 16: response at 8, partial at 12)."""

from handwritten import DAY, chart_of, induction
from sim.policy.evaluation import FormalEvaluation, NoEvaluation
from sim.policy.orders import Discharge, Gap

SERIES = induction()  # the last infusion on day 15


def test_it_is_due_one_day_after_the_last_infusion():
    order = FormalEvaluation().next_order(chart_of(*SERIES))
    assert (order.kind, order.due) == ("evaluation", 16 * DAY)


def test_it_may_be_late_by_a_week_and_not_more():
    order = FormalEvaluation(after_days=3).next_order(chart_of(*SERIES))
    assert (order.due, order.latest) == (18 * DAY, 25 * DAY)


def test_the_extension_may_be_late_by_its_own_window():
    visits = [*SERIES, ("evaluation", 16, 12)]
    policy = FormalEvaluation(extend_by=3, extend_every_days=4, extend_late_days=2)
    order = policy.next_order(chart_of(*visits))
    assert order.due == 19 * DAY
    assert order.latest == (19 + 2 + 1) * DAY - 1, "the end of the last day of the window"
    assert order.series == (Gap(4, 2), Gap(4, 2))


def test_a_responder_seen_twice_goes_on_and_one_who_lost_it_leaves():
    twice = [*SERIES, ("evaluation", 16, 12), ("induction", 18, 12), ("induction", 21, 9)]
    policy = FormalEvaluation()
    assert policy.next_order(chart_of(*twice, ("evaluation", 22, 8))) is None
    lost = chart_of(*twice, ("evaluation", 22, 9))
    assert policy.next_order(lost) == Discharge("non-responder")


def test_nothing_is_evaluated_before_the_first_infusion():
    assert FormalEvaluation().next_order(chart_of(("assessment", 1, 16))) is None


def test_responders_go_on_to_the_next_phase():
    assert FormalEvaluation().next_order(chart_of(*SERIES, ("evaluation", 16, 8))) is None


def test_non_responders_leave_after_the_evaluation():
    decision = FormalEvaluation().next_order(chart_of(*SERIES, ("evaluation", 16, 13)))
    assert decision == Discharge("non-responder")


def test_partial_responders_get_two_more_infusions_and_a_second_evaluation():
    policy = FormalEvaluation()
    visits = [*SERIES, ("evaluation", 16, 12)]
    first = policy.next_order(chart_of(*visits))
    assert (first.kind, first.due, len(first.series)) == ("induction", 18 * DAY, 1)
    visits.append(("induction", 18, 12))
    second = policy.next_order(chart_of(*visits))
    assert (second.kind, second.due, len(second.series)) == ("induction", 21 * DAY, 0)
    visits.append(("induction", 21, 10))
    again = policy.next_order(chart_of(*visits))
    assert (again.kind, again.due) == ("evaluation", 22 * DAY)


def test_a_partial_response_is_extended_only_once():
    extension = [("induction", 18, 12), ("induction", 21, 11)]
    chart = chart_of(*SERIES, ("evaluation", 16, 12), *extension, ("evaluation", 22, 12))
    assert FormalEvaluation().next_order(chart) == Discharge("non-responder")


def test_without_extension_a_partial_responder_is_a_non_responder():
    chart = chart_of(*SERIES, ("evaluation", 16, 12))
    assert FormalEvaluation(extend_by=0).next_order(chart) == Discharge("non-responder")


def test_without_evaluation_everybody_goes_on():
    assert NoEvaluation().next_order(chart_of(*SERIES)) is None
