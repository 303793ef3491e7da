"""Days untreated, person by person (witness: a run of the natural course on the same seed)."""

import numpy as np
import pytest

import sim
from sim.outcomes.by_week import mean_course
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

BASE = sim.Scenario().override({"run.days": 250, "referrals.per_week": 9})  # over 256 people
NATURAL = {"policy.induction": {"kind": "none"}, "policy.assessment": False}
OWN_COURSE = {
    "symptoms.own_course.worsening_per_year": 3.0,
    "symptoms.own_course.remission_per_year": 2.0,
}
CASES = {
    "default": {},
    "trial, few chairs, a warm-up": {
        "symptoms.calibration": "trial", "clinic.chairs": 1, "run.warmup_days": 60,
    },
    "an own course, and lasting relief": {**OWN_COURSE, "symptoms.lasting_share": 0.4},
    "usual care from referral": {"policy.usual_care": "from_referral", **OWN_COURSE},
    "a placebo": {"policy.treatment.placebo": True},
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def both(request):
    scenario = BASE.override(CASES[request.param])
    return [sim.replicate(s, seed=11) for s in (scenario, scenario.override(NATURAL))]


def test_each_person_has_as_many_days_below_10_untreated_as_in_the_natural_course(both):
    run, nature = both
    assert len(run.patients) > 256, "in two chunks"
    assert not (nature.visits["infusion_end"] >= 0).any()
    assert (run.visits["infusion_end"] >= 0).any()
    ours, theirs = Reading(run).days, Reading(nature).days
    np.testing.assert_array_equal(ours.observed, theirs.observed)
    np.testing.assert_array_equal(ours.below_10_untreated, theirs.below_10)
    np.testing.assert_allclose(ours.untreated_sum, theirs.score_sum, rtol=1e-12)
    assert (ours.below_10 != ours.below_10_untreated).any()


def test_so_has_everybody_together_and_any_day(both):
    run, nature = both
    ours, theirs = measure(Reading(run)), measure(Reading(nature))
    assert ours["days_below_10_untreated"] == theirs["days_below_10"]
    assert theirs["days_below_10_untreated"] == theirs["days_below_10"]
    assert theirs["gad7_points_saved"] == pytest.approx(0, abs=1e-12)
    days = [0, 1, 30.4, 200]
    scores = run.trajectory(days, untreated=True)
    np.testing.assert_array_equal(scores, nature.trajectory(days))
    np.testing.assert_allclose(
        mean_course(Reading(run))["gad7_untreated"], mean_course(Reading(nature))["gad7"]
    )


def test_usual_care_that_follows_treatment_is_not_the_untreated_courses():
    never, after = (
        sim.replicate(BASE.override({"policy.usual_care": when}), seed=11)
        for when in ("never", "after_discharge")
    )
    ours, theirs = Reading(after).days, Reading(never).days
    np.testing.assert_array_equal(ours.below_10_untreated, theirs.below_10_untreated)
    assert ours.below_10.sum() > theirs.below_10.sum()


def test_of_those_who_were_there_before_the_start_the_same_days_are_counted():
    """In the natural course they leave at referral, so nobody of them is left to be counted."""
    scenario = BASE.override({"start.kind": "steady_state", "run.days": 120})
    run = sim.replicate(scenario, seed=11)
    nature = sim.replicate(scenario.override(NATURAL), seed=11)
    newcomers = run.patients.referred >= scenario.opens
    ours, theirs = Reading(run).days, Reading(nature).days
    for untreated, natural in ((ours.below_10_untreated, theirs.below_10),
                               (ours.observed, theirs.observed)):  # fmt: skip
        np.testing.assert_array_equal(untreated[newcomers], natural[newcomers])
    assert ours.observed[~newcomers].sum() > 0
    assert theirs.observed[~newcomers].sum() == 0
    then = (scenario.opens - run.patients.referred[~newcomers].max()) / 1440 + 3
    scores = run.trajectory([then], untreated=True)
    np.testing.assert_array_equal(scores, nature.trajectory([then]))
