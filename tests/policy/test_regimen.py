"""A regimen heard phase by phase, and objects of a user's own."""

import pytest
from pydantic import ValidationError

from handwritten import DAY, chart_of, induction
from sim.model.scenario import Scenario
from sim.policy.orders import Discharge, Order, Prescription
from sim.policy.regimen import Ratings, Regimen, Treatment, next_order


def heard(chart, **regimen):
    return next_order(Regimen(**regimen).phases(), chart)


def test_the_assessment_comes_first_and_once():
    assert heard(chart_of()).kind == "assessment"
    assert heard(chart_of(("assessment", 3, 15))).kind == "induction"
    assert heard(chart_of(), assessment=False).kind == "induction"


def test_the_phases_follow_each_other_to_the_boosters():
    assert heard(chart_of(("assessment", 0, 15), *induction())).kind == "evaluation"
    done = chart_of(("assessment", 0, 15), *induction(), ("evaluation", 16, 5))
    assert heard(done).kind == "booster"
    assert heard(done, boosters={"kind": "none"}) == Discharge("completed")


@pytest.mark.parametrize(
    ("treatment", "prescription"),
    [
        ({}, Prescription("iv", 0.5)),
        ({"route": "im"}, Prescription("im", 1.0)),
        ({"route": "intranasal"}, Prescription("intranasal", 75 / 60)),
        ({"route": "oral", "dose_mg": 120}, Prescription("oral", 2.0)),
        ({"dose_mg_kg": 0.75}, Prescription("iv", 0.75)),
    ],
)
def test_doses_are_written_per_kg_for_a_person_of_60_kg(treatment, prescription):
    assert Treatment(**treatment).for_weight(60) == prescription


def test_two_doses_at_once_are_refused():
    with pytest.raises(ValidationError, match="not both"):
        Treatment(dose_mg=40, dose_mg_kg=0.5)


@pytest.mark.parametrize(
    ("route", "dose"),
    [("iv", 0.5), ("im", 1.0), ("sc", 1.0), ("intranasal", 75 / 50), ("sublingual", 2.0),
     ("oral", 2.0)],
)  # fmt: skip
def test_the_usual_doses_are_those_of_the_equivalence_table(route, dose):
    """ASKP: 0.5 and 1 mg/kg by needle, 75 mg by nose, 100 mg by mouth; here of 50 kg."""
    assert Treatment(route=route).for_weight(50) == Prescription(route, dose)


def test_a_placebo_is_the_same_route_without_the_drug():
    assert Treatment(placebo=True, dose_mg_kg=0.5).for_weight(60) == Prescription("iv", 0.0)


def test_at_home_is_for_what_can_be_taken_there():
    assert Treatment(route="oral", home=True).for_weight(50) == Prescription("oral", 2.0, home=True)
    assert Treatment(route="sublingual", home=True, dose_mg=60).for_weight(60).home
    assert Treatment(route="sublingual", home=True, dose_mg_kg=2.0).for_weight(60).home
    assert Treatment(route="oral", home=True, placebo=True).for_weight(60).home
    for route in ("iv", "im", "sc"):
        with pytest.raises(ValidationError, match="it needs a clinic"):
            Treatment(route=route, home=True)


def test_ratings_come_after_the_infusion_and_one_after_the_other():
    assert Ratings(hours_after_infusion=(0.5, 24.0)).hours_after_infusion == (0.5, 24.0)
    for wrong, words in (
        ((0.0, 24.0), "greater than 0"),
        ((-1.0,), "greater than 0"),
        ((24.0, 4.0), "rise"),
        ((24.0, 24.0), "rise"),
    ):
        with pytest.raises(ValidationError, match=words):
            Ratings(hours_after_infusion=wrong)


def test_the_assessment_is_due_at_referral_and_within_two_weeks():
    order = heard(chart_of(referred=700))
    assert (order.due, order.latest) == (700, 700 + 14 * DAY)


def test_a_relapse_is_heard_before_the_boosters():
    well = [("assessment", 0, 15), *induction(), ("evaluation", 16, 5)]
    relapsed = chart_of(*well, ("rating", 40, 14), ("rating", 43, 14))
    assert heard(relapsed).kind == "booster"
    assert heard(relapsed, relapse={"kind": "series"}).kind == "reinduction"


def test_without_evaluation_boosters_follow_the_induction():
    done = chart_of(("assessment", 0, 15), *induction())
    assert heard(done, evaluation={"kind": "none"}).kind == "booster"


class Fortnightly:
    """A user's own policy: no base class, just the one method."""

    def next_order(self, chart):
        due = chart.last_infusion.minute + 14 * DAY
        return Order("booster", due, due + DAY, chart.prescription, 14.0)


def test_an_object_of_ones_own_is_a_policy():
    scenario = Scenario().override({"policy.boosters": Fortnightly(), "run.days": 200})
    done = chart_of(("assessment", 0, 15), *induction(), ("evaluation", 16, 5))
    order = next_order(scenario.policy.phases(), done)
    assert (order.kind, order.due) == ("booster", 29 * DAY)
