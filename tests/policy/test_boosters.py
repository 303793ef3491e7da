"""Boosters, by charts written by hand."""

import pytest
from pydantic import ValidationError

import sim
from handwritten import DAY, IV, chart_of, induction
from sim.policy.as_needed import AsNeededBoosters
from sim.policy.boosters import AdaptiveBoosters, FixedBoosters, NoBoosters
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Discharge, Order, Prescription
from sim.policy.predictive import PredictiveBoosters
from sim.policy.taper import StepDownBoosters, TaperBoosters
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


KINDS = [
    FixedBoosters, AdaptiveBoosters, AsNeededBoosters, TaperBoosters, StepDownBoosters,
    PredictiveBoosters,
]  # fmt: skip


def unhelped(number):
    return chart_of(*RESPONDED, *[("booster", 43 + 20 * n, 16, 14.0) for n in range(number)])


@pytest.mark.parametrize("kind", KINDS)
def test_three_boosters_that_bring_no_response_are_the_last_by_default(kind):
    assert isinstance(kind().next_order(unhelped(2)), Order)
    assert kind().next_order(unhelped(3)) == Discharge("no response to boosters")


@pytest.mark.parametrize("kind", KINDS)
def test_with_never_boosters_go_on_whatever_they_bring(kind):
    assert isinstance(kind(give_up_after="never").next_order(unhelped(30)), Order)


def test_who_was_not_rated_since_the_first_booster_is_not_known_to_have_no_response():
    policy = AdaptiveBoosters(give_up_after=1)
    once = [*RESPONDED, ("booster", 43, 14, 28.0)]
    assert policy.next_order(chart_of(*once)).kind == "booster"
    assert policy.next_order(chart_of(*once, ("missed", 50, NEVER))).kind == "booster"
    for rated in (("rating", 50, 14), ("booster", 60, 14, 19.6)):
        given_up = policy.next_order(chart_of(*once, rated))
        assert given_up == Discharge("no response to boosters")


def test_who_still_responds_on_the_day_of_the_first_booster_has_shown_benefit():
    policy = AdaptiveBoosters(give_up_after=2)
    kept = [*RESPONDED, ("booster", 43, 8, 28.0), ("booster", 71, 14, 28.0)]
    assert policy.next_order(chart_of(*kept)).kind == "booster"


def test_boosters_from_before_the_policy_took_over_count_neither_way():
    """Responses before the fourth are no help, failures before it no fault."""
    seen = [("booster", 43 + 20 * n, rated, 14.0) for n, rated in enumerate([14, 8, 14, 14, 14])]
    policy = AdaptiveBoosters(give_up_after=2)
    for day, known in ((43 + 60, True), (43 + 80, False), (0, False)):
        chart = Chart(0, 16, IV, taken_over=day * DAY)
        for kind, on, rated, *interval in seen:
            chart.add(Visit(kind, on * DAY, rated, *interval))
        assert (policy.next_order(chart) == Discharge("no response to boosters")) is known


def test_the_rule_says_whom_it_gives_up_on_and_whom_it_does_not():
    rule = "Boosters every 28 days, whatever the rating."
    last = "if no rating from the first of them on was a response."
    assert FixedBoosters().describe() == f"{rule} Discharged after 3 boosters {last}"
    assert FixedBoosters(give_up_after=1).describe() == f"{rule} Discharged after 1 booster {last}"
    said = FixedBoosters(give_up_after="never").describe()
    assert said == f"{rule} They go on even where none ever brings a response."
    for kind in KINDS:
        assert "Discharged after 3 boosters" in kind().describe()
        assert "Discharged after" not in kind(give_up_after="never").describe()


@pytest.mark.parametrize("wrong", [0, -1, 1001, None, "nevr", 2.5, True])
def test_a_number_of_boosters_or_never_is_asked_for(wrong):
    with pytest.raises(sim.ScenarioError, match=r'from 1 to 1000 or "never"'):
        sim.Scenario().override({"policy.boosters.give_up_after": wrong})


def test_a_file_can_say_never(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text('[policy.boosters]\nkind = "fixed"\ngive_up_after = "never"\n')
    assert sim.read_scenario(file).policy.boosters == FixedBoosters(give_up_after="never")


@pytest.mark.parametrize("calibration", ["community", "trial"])
def test_in_a_run_those_are_given_up_on_who_never_responded_from_the_first_booster_on(calibration):
    """Witness: a plain loop over the visits of everybody who was given three boosters or more."""
    base = sim.Scenario().override({"symptoms.calibration": calibration, "run.days": 400})
    run = sim.replicate(base.override({"policy.boosters": {"kind": "fixed"}}), seed=3)
    ended = run.discharges
    why = dict(zip(ended["patient"].tolist(), ended["reason"].tolist(), strict=True))
    given_up = {who for who, reason in why.items() if reason == "no response to boosters"}
    assert len(given_up) > 3
    for who in range(len(run.patients)):
        rows = (run.visits["patient"] == who) & (run.visits["kind"] == "booster")
        done = rows & (run.visits["infusion_end"] != NEVER)
        rated = run.visits["rated_before"][done]
        responds = 2 * rated <= run.patients.baseline[who]
        failed = len(rated) >= 3 and not responds.any()
        assert (who in given_up) is bool(failed and len(rated) == 3), who


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
