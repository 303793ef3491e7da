"""Every order says why. Witness: charts written by hand, and what their rule's text asks for."""

import pytest

import sim
from handwritten import chart_of, induction
from sim.policy.own import rule_in_words
from sim.policy.regimen import Regimen, next_order

DONE = [("assessment", 0, 16), *induction(), ("evaluation", 16, 6)]
BEFORE = induction()[-1]


def why(*visits, baseline=16, **policy):
    return next_order(Regimen(**policy).phases(), chart_of(*visits, baseline=baseline)).why


def after_boosters(kind, *rated_and_interval, **options):
    boosters = [
        ("booster", 40 + 30 * place, rated, days)
        for place, (rated, days) in enumerate(rated_and_interval)
    ]
    return why(*DONE, *boosters, boosters={"kind": kind, **options})


def test_from_referral_to_the_first_booster():
    assert why() == "a prescriber sees everybody first"
    assert why(("assessment", 3, 16)) == "infusion 1 of 6"
    assert why(("assessment", 3, 16), *induction((16, 14))) == "infusion 3 of 6"
    assert why(("assessment", 0, 16), *induction()) == "the induction is complete"
    partial = [("assessment", 0, 16), *induction(), ("evaluation", 16, 11)]
    assert why(*partial) == "a partial response at evaluation"
    more = [*partial, ("induction", 19, 10)]
    assert why(*more) == "the extension goes on"
    assert why(*more, ("induction", 22, 9)) == "the extension is complete"
    assert why(*DONE) == "the first booster"


@pytest.mark.parametrize(
    ("ratings", "comorbid", "reason"),
    [
        ((16, 14), False, "infusion 3 of at least 4"),
        ((16, 14, 12, 10), False, "no response yet, of 8 infusions at most"),
        ((16, 14, 12, 8), True, "a response must be seen twice, as another condition is known"),
        ((16, 14, 9, 8), True, "a response must be seen twice, as another condition is known"),
    ],
)
def test_an_induction_to_response_says_what_it_waits_for(ratings, comorbid, reason):
    chart = chart_of(("assessment", 0, 16), *induction(ratings))
    chart.comorbid = comorbid
    policy = Regimen(induction={"kind": "to_response"})
    assert next_order(policy.phases(), chart).why == reason


@pytest.mark.parametrize(
    ("rated", "interval", "reason"),
    [
        (10, 28, "rated at least 10"),
        (21, 20, "rated at least 10"),
        (21, 19, "rated at least 10, with 14 days the shortest"),
        (9, 28, "rated above 7 and below 10"),
        (8, 84, "rated above 7 and below 10"),
        (7, 28, "rated at most 7"),
        (7, 70, "rated at most 7"),
        (0, 71, "rated at most 7, with 84 days the longest"),
    ],
)
def test_adaptive_boosters_name_the_rating_and_the_bound_that_settles_it(rated, interval, reason):
    assert after_boosters("adaptive", (rated, interval)) == reason


def test_a_rise_is_told_from_what_it_rose_from():
    well = [("assessment", 0, 16), *induction(), ("evaluation", 16, 3)]
    assert why(*well, ("booster", 44, 7, 28)) == "risen by at least 4 from the 3 after induction"
    assert why(*well, ("booster", 44, 6, 28)) == "rated at most 7"
    assert why(*well, ("booster", 44, 10, 28)) == "rated at least 10"  # what comes first is said


def test_fixed_boosters_ask_nobody():
    assert after_boosters("fixed", (3, 28)) == "the interval is fixed, whatever the rating"


@pytest.mark.parametrize(
    ("boosters", "reason"),
    [
        ([(7, 14)], "rated at most 7"),
        ([(7, 60)], "rated at most 7, with 84 days the longest"),
        ([(8, 21)], "rated above 7 and below 10"),
        ([(10, 42)], "rated at least 10"),
        ([(10, 20)], "rated at least 10, with 14 days the shortest"),
    ],
)
def test_a_taper_says_which_way_it_goes(boosters, reason):
    assert after_boosters("taper", *boosters) == reason


@pytest.mark.parametrize(
    ("boosters", "reason"),
    [
        ([(3, 3.5)] * 4, "in remission after 4 of the step"),
        ([(3, 3.5)] * 3, "the step goes on"),
        ([(5, 3.5)] * 4, "the step goes on"),
        ([(10, 7.0)], "rated at least 10"),
    ],
)
def test_a_step_down_says_why_it_steps(boosters, reason):
    assert after_boosters("weekly_step_down", *boosters) == reason


def test_boosters_as_needed_tell_a_rating_from_an_infusion():
    rated = "rated remotely every 7 days"
    assert why(*DONE, boosters={"kind": "as_needed"}) == rated
    high = [*DONE, ("rating", 23, 5), ("rating", 30, 11)]
    assert why(*high, boosters={"kind": "as_needed"}) == "rated remotely at least 10"
    assert why(*DONE, ("rating", 23, 9), boosters={"kind": "as_needed"}) == rated


def test_a_prediction_names_the_score_and_the_bound():
    def reason(*ratings, **options):
        seen = [("booster", 44 + 28 * n, rated, 28) for n, rated in enumerate(ratings)]
        return why(*DONE, *seen, boosters={"kind": "predictive", **options})

    assert reason(8) == "a score of 9 is predicted for then"
    assert reason(16, 16) == "a score of 9 or more is predicted, with 14 days the shortest"
    assert reason(0, 0, 0, 0) == "a score below 9 is predicted, with 84 days the longest"


def test_after_a_relapse():
    series = {"kind": "series"}
    first = [*DONE, ("booster", 44, 15, 28)]
    second = [*first, ("rating", 47, 15)]
    pointed = "a rating pointed to relapse, which a second one must confirm"
    assert why(*first, relapse=series) == pointed
    assert why(*second, relapse=series) == "a confirmed relapse"
    again = [*second, ("reinduction", 48, 14)]
    assert why(*again, relapse=series) == "the series after a relapse goes on"
    assert why(*first, ("rating", 47, 5), relapse=series) == "rated at least 10"


KINDS = [
    {"policy.boosters": {"kind": kind}}
    for kind in ("fixed", "adaptive", "as_needed", "taper", "weekly_step_down", "predictive")
]


@pytest.mark.parametrize(
    "changes",
    [
        *KINDS,
        {"policy.induction": {"kind": "to_response"}, "policy.relapse": {"kind": "series"}},
        {"policy.ratings.hours_after_infusion": [24, 72]},
    ],
)
def test_no_order_of_a_run_is_without_a_reason_and_the_story_tells_the_rule(changes):
    scenario = sim.Scenario().override({"run.days": 150, "clinic.chairs": 4, **changes})
    run = sim.replicate(scenario, seed=1)
    assert len(run.visits["why"]) > 500
    assert not (run.visits["why"] == "").any()
    boosted = run.visits["patient"][run.visits["kind"] == "booster"]
    rule = rule_in_words(scenario.policy.boosters)
    for patient in set(boosted[:20].tolist()):
        told = {one.topic: one.text for one in sim.tell(run, patient).sentences}
        if "rule" in told:  # no booster had begun
            assert told["rule"] == rule


class Monthly:
    """A policy of a user's own, which says itself and why."""

    def describe(self):
        return "A booster a month, as the house has it."

    def next_order(self, chart):
        last = chart.last_infusion
        if last is None:
            return None
        due = last.minute + 30 * 1440
        how = {"interval_days": 30.0, "why": "a month has passed"}
        return sim.Order("booster", due, due + 7 * 1440, chart.maintenance, **how)


def test_a_policy_of_ones_own_is_told_like_any_other():
    scenario = sim.Scenario().override({"run.days": 200, "policy.boosters": Monthly()})
    run = sim.replicate(scenario, seed=1)
    boosters = run.visits["kind"] == "booster"
    assert set(run.visits["why"][boosters]) == {"a month has passed"}
    patients = run.visits["patient"][boosters & (run.visits["status"] == "done")]
    twice = next(p for p in patients.tolist() if (patients == p).sum() > 2)
    told = str(sim.tell(run, twice)).replace("\n", " ")
    assert "A booster a month, as the house has it." in told
    assert "kept at 30 days (a month has passed)." in told


class Silent(Monthly):
    describe = None


class Broken(Monthly):
    def describe(self):
        raise KeyError("words")


class Wordless(Monthly):
    def next_order(self, chart):
        order = super().next_order(chart)
        return order and order._replace(why=7)


def test_what_a_policy_of_ones_own_does_not_say_or_says_wrongly():
    assert rule_in_words(Silent()) == "By the policy “Silent”."
    with pytest.raises(sim.ScenarioError, match=r"Broken\.describe failed with KeyError"):
        rule_in_words(Broken())
    wordless = sim.Scenario().override({"run.days": 100, "policy.boosters": Wordless()})
    with pytest.raises(sim.ScenarioError, match="why must be text"):
        sim.replicate(wordless, seed=1)
