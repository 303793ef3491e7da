"""A regimen heard phase by phase, and objects of a user's own."""

import pytest
from pydantic import ValidationError

from handwritten import DAY, chart_of, induction
from sim.model.scenario import Scenario
from sim.policy.orders import Discharge, Order, Prescription
from sim.policy.regimen import Regimen, Treatment, next_order


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
