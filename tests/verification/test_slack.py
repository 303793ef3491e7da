"""A clinic that is never short of anything is a clinic of unlimited capacity, bit for bit."""

import numpy as np
import pytest

from sim.model.replication import replicate
from sim.model.scenario import Scenario

RESOURCES = ("chairs", "nurses", "prescribers")
MANY = 1000

POLICIES = {
    "no boosters": {"policy.boosters": {"kind": "none"}},
    "every four weeks": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
    "adaptive": {"policy.boosters": {"kind": "adaptive"}},
    "thrice weekly, one by one, rated remotely": {
        "policy.induction.days": "thrice_weekly",
        "clinic.booking.series": "one_by_one",
        "policy.ratings.hours_after_infusion": (24.0, 168.0),
    },
    "plasticity, trial calibration": {
        "symptoms.calibration": "trial",
        "symptoms.plasticity": 1.5,
    },
}


def run(policy, capacity, seed):
    scenario = Scenario().override(
        {
            "run.days": 200,
            "referrals.per_week": 8.0,
            **{f"clinic.{resource}": capacity for resource in RESOURCES},
            **POLICIES[policy],
        }
    )
    return replicate(scenario, seed)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("policy", POLICIES)
def test_a_thousand_of_everything_equals_unlimited_bit_for_bit(policy, seed):
    unlimited, slack = run(policy, "unlimited", seed), run(policy, MANY, seed)
    assert len(slack.visits["kind"]) > 300
    assert 2 < slack.visits["chair"].max() < MANY
    for name, column in unlimited.visits.items():
        np.testing.assert_array_equal(slack.visits[name], column, err_msg=name)
    for name, column in unlimited.discharges.items():
        np.testing.assert_array_equal(slack.discharges[name], column, err_msg=name)
    for name, column in unlimited.patients.columns().items():
        np.testing.assert_array_equal(slack.patients.columns()[name], column, err_msg=name)
    days = np.arange(0.5, 200, 3)
    np.testing.assert_array_equal(slack.trajectory(days), unlimited.trajectory(days))


def test_a_clinic_short_of_chairs_differs_so_that_the_comparison_above_means_something():
    unlimited, short = run("adaptive", "unlimited", 1), run("adaptive", 2, 1)
    days = np.arange(0.5, 200, 3)
    assert not np.array_equal(short.trajectory(days), unlimited.trajectory(days), equal_nan=True)
