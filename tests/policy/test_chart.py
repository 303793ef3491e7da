"""The chart, read back as it was written by hand."""

from handwritten import DAY, chart_of, induction
from sim.policy.chart import Visit
from sim.units import NEVER

SEEN = [*induction((16, 12)), ("evaluation", 4, 8), ("rating", 11, 9), ("missed", 18, NEVER)]


def test_a_chart_counts_its_visits_by_kind():
    chart = chart_of(*SEEN)
    kinds = ("induction", "evaluation", "rating", "missed", "booster")
    assert [chart.count(kind) for kind in kinds] == [2, 1, 1, 1, 0]


def test_the_newest_rating_is_the_last_one_that_was_sent():
    assert chart_of(*SEEN).newest_rating == 9
    assert chart_of(*SEEN, ("booster", 20, 13, 14.0)).newest_rating == 13


def test_before_any_visit_the_newest_rating_is_that_at_referral():
    assert chart_of(baseline=17).newest_rating == 17
    assert chart_of(("missed", 3, NEVER), baseline=17).newest_rating == 17


def test_the_last_infusion_is_of_whatever_kind_and_never_a_talk():
    assert chart_of(("assessment", 1, 16)).last_infusion is None
    assert chart_of(*SEEN).last_infusion == Visit("induction", 3 * DAY, 12)
    for kind in ("booster", "reinduction"):
        assert chart_of(*SEEN, (kind, 20, 13, 14.0)).last_infusion.minute == 20 * DAY


def test_visits_of_some_kinds_come_newest_first():
    chart = chart_of(*SEEN)
    found = [visit.minute // DAY for visit in chart.of_kind("induction", "rating")]
    assert found == [11, 3, 0]


def test_the_last_of_some_kinds_is_the_newest_of_them_all():
    chart = chart_of(*SEEN)
    assert chart.last("rating", "evaluation").kind == "rating"
    assert chart.last("evaluation", "rating").kind == "rating"
    assert chart.last("induction", "booster").minute == 3 * DAY
    assert chart.last("booster", "reinduction") is None
    assert chart_of(*induction((16,))).last("induction").minute == 0


def test_visits_are_counted_since_the_newest_mark():
    again = [("induction", 20, 12), ("rating", 21, 11), ("induction", 23, 10)]
    chart = chart_of(*SEEN, *again)
    assert chart.count_since("induction", "evaluation") == 2
    assert chart.count_since("induction", "booster") == 4, "no mark: all"


def test_half_of_the_baseline_is_a_response():
    chart = chart_of(baseline=15)
    assert [chart.responds(Visit("rating", 0, rated)) for rated in (7, 8)] == [True, False]
