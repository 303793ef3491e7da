"""Comparators on the same people: what each leaves out must make the difference it should."""

import numpy as np
import pytest

import sim
from handwritten import AS_ONE
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.units import NEVER

BASE = sim.Scenario().override(
    {
        "run.days": 240,
        "clinic.chairs": "unlimited",
        "clinic.nurses": "unlimited",
        "clinic.prescribers": "unlimited",
        "referrals": {"kind": "cohort", "patients": 300, "over_days": 28},
        "behaviour.withdrawal_share": 0.0,
        "behaviour.stopping_share": 0.0,
    }
)
NO_INFUSIONS = {"policy.induction": {"kind": "none"}}
EVERY_FOUR_WEEKS = {
    "policy.boosters": {"kind": "fixed", "give_up_after": "never"},
    "policy.evaluation": {"kind": "none"},  # so that everybody's visits are the same
}


def run(*changes):
    merged = {key: value for change in changes for key, value in change.items()}
    return sim.replicate(BASE.override(merged), seed=4)


def test_placebo_has_the_same_visits_and_the_non_specific_relief_only():
    """Where the drug's adverse events lengthen no visit: a placebo has none of them."""
    quiet = {"clinic.adverse_events.extra_minutes": 0} | AS_ONE
    active, placebo = (
        run(EVERY_FOUR_WEEKS, quiet),
        run(EVERY_FOUR_WEEKS, quiet | {"policy.treatment.placebo": True}),
    )
    assert (active.visits["adverse"] > 0).any()
    assert not (placebo.visits["adverse"] > 0).any()
    for column in ("patient", "kind", "booked", "seated", "left"):
        np.testing.assert_array_equal(active.visits[column], placebo.visits[column])
    reference = run(EVERY_FOUR_WEEKS, quiet | {"population.clearance_cv": 0.0})
    days = np.arange(0, 200, 5)
    np.testing.assert_allclose(placebo.relief(days), 0.4 * reference.relief(days), atol=1e-9)


def test_the_natural_course_is_drift_and_regression_to_the_mean():
    nature = run(NO_INFUSIONS, {"policy.assessment": False})
    assert len(nature.visits["kind"]) == 0
    assert (nature.relief([0, 100]) == 0).all()
    scores = nature.trajectory(np.arange(0, 200))
    first = (nature.patients.baseline - nature.patients.untreated).mean()
    assert first > 0.3, "selection on a noisy score"
    assert scores[:, 60:].mean() == pytest.approx(nature.patients.untreated.mean(), abs=0.3)


def test_usual_care_takes_weeks_where_infusions_take_hours():
    care = run(NO_INFUSIONS, {"policy.usual_care": "from_referral",
                              "symptoms.usual_care.kind": "first_line"})  # fmt: skip
    relief = care.relief([0, 7, 56, 200]).mean(axis=0)
    assert relief[0] == 0
    assert relief[1] < 0.35 * relief[3]
    assert relief[2] > 0.9 * relief[3]
    infused = run(EVERY_FOUR_WEEKS)
    first = infused.visits["infusion_end"][infused.visits["visit"] == 2]
    who = infused.visits["patient"][infused.visits["visit"] == 2].astype(int)
    some = first != NEVER
    hours = infused.relief_at(who[some], first[some].astype(int) + 4 * 60).mean()
    assert hours > relief[1], "four hours after the first infusion against a week of tablets"


def test_first_line_usual_care_responds_as_the_network_meta_analysis_says():
    changes = {"referrals": {"kind": "cohort", "patients": 4000}, "run.days": 60}
    care = run(NO_INFUSIONS, {"policy.usual_care": "from_referral", "policy.assessment": False,
                              "symptoms.usual_care.kind": "first_line", **changes})  # fmt: skip
    true = care.trajectory([56])[:, 0]
    noise = np.array([care.fluctuation.noise(i, 56) for i in range(4000)])
    rated = np.clip(np.floor(true + noise + 0.5), 0, 21)
    assert (2 * rated <= care.patients.baseline).mean() == pytest.approx(0.58, abs=0.03)


def test_usual_care_after_discharge_helps_only_the_discharged():
    without = run({"policy.boosters": {"kind": "none"}})
    after = run({"policy.boosters": {"kind": "none"}, "policy.usual_care": "after_discharge"})
    gone = after.discharges["minute"]
    who = after.discharges["patient"]
    same = after.relief_at(who, gone) - without.relief_at(who, gone)
    np.testing.assert_allclose(same, 0, atol=1e-12)
    later = np.minimum(gone + 60 * 1440, after.horizon - 1)
    assert (after.relief_at(who, later) > without.relief_at(who, later)).mean() > 0.95


@pytest.mark.parametrize(
    "boosters", ["fixed", "adaptive", "as_needed", "taper", "weekly_step_down", "predictive"]
)
def test_every_booster_kind_keeps_people_better_than_none(boosters):
    none = measure(Reading(run({"policy.boosters": {"kind": "none"}})))
    kept = measure(Reading(run({"policy.boosters": {"kind": boosters}})))
    assert kept["days_in_response"] > none["days_in_response"]
    assert kept["days_below_10"] > none["days_below_10"]


def test_a_lozenge_at_home_needs_no_chair():
    home = run({"policy.booster_treatment": {"route": "sublingual", "home": True}})
    boosters = home.visits["kind"] == "booster"
    done = boosters & (home.visits["status"] == "done")
    assert done.sum() > 100
    assert (home.visits["chair"][done] == NEVER).all()
    assert (home.visits["rated_before"][done] >= 0).all(), "the remote check"
    assert set(home.visits["route"][done]) == {"sublingual"}
    assert set(home.visits["route"][home.visits["kind"] == "induction"]) == {"iv"}


def test_a_route_has_its_own_session():
    nasal = run({"policy.treatment.route": "intranasal"})
    rows = nasal.visits["status"] == "done"
    rows &= nasal.visits["kind"] == "induction"
    watched = nasal.visits["ready"][rows] - nasal.visits["infusion_end"][rows]
    assert watched.min() >= 120, "two hours"


def test_missed_ratings_are_as_frequent_as_asked():
    needed = run({"policy.boosters": {"kind": "as_needed"}})
    asked = needed.visits["kind"] == "rating"
    missed = needed.visits["status"][asked] == "missed"
    assert asked.sum() > 2000
    assert missed.mean() == pytest.approx(0.15, abs=0.025)
    assert (needed.visits["rated_before"][asked][missed] == NEVER).all()
