"""Scenarios: values, overrides, and faults that name file, path and remedy."""

import pytest

import sim
from sim.config.errors import ScenarioError
from sim.symptoms.calibrations import CALIBRATIONS

BASE = sim.Scenario()


def fault(changes):
    with pytest.raises(ScenarioError) as caught:
        BASE.override(changes)
    return str(caught.value)


def test_a_scenario_is_a_value():
    assert sim.Scenario() == BASE
    assert hash(sim.Scenario()) == hash(BASE)
    assert BASE.override({"clinic.chairs": 4}) != BASE
    assert BASE.override({"clinic.chairs": 4}).override({"clinic.chairs": 3}) == BASE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clinic.chiars": 4}, ["clinic.chiars", "chairs"]),
        ({"clinic.chairs": -1}, ["clinic.chairs", "-1", "1"]),
        ({"clinic.chairs": "many"}, ["clinic.chairs", "many", "unlimited"]),
        ({"clinic.hours": {"monday": "17:00-09:00"}}, ["clinic.hours", "closes before it opens"]),
        ({"policy.induction.infusions": 0}, ["policy.induction.infusions", "0"]),
        ({"policy.boosters": {"kind": "adaptiv"}}, ["policy.boosters", "adaptiv", "adaptive"]),
        ({"run.warmup_days": 730}, ["warmup_days", "730"]),
        ({"symptoms.calibration": "mean"}, ["symptoms.calibration", "trial", "community"]),
        ({"policy.boosters.first_days": 7}, ["first_days", "shortest_days"]),
        ({"clinic.session.infuse_minutes": -5}, ["clinic.session.infuse_minutes"]),
        ({"clinic.session.infuse_minutes": 600}, ["infusion session", "480"]),
    ],
)
def test_faults_name_the_path_what_is_wrong_and_what_is_allowed(changes, words):
    message = fault(changes)
    for word in words:
        assert word in message
    assert "pydantic" not in message


MONDAYS = dict.fromkeys(("tuesday", "wednesday", "thursday", "friday"), "closed")


def test_a_window_that_can_never_be_met_is_refused_with_a_remedy():
    message = fault({"clinic.hours": MONDAYS})
    for word in ("never be given", "monday", "policy.induction.late_days", "clinic.hours"):
        assert word in message


def test_the_same_days_with_wide_enough_windows_are_accepted():
    changes = {
        "clinic.hours": MONDAYS,
        "policy.induction.late_days": 6,
        "policy.evaluation.extend_late_days": 6,
    }
    assert BASE.override(changes).policy.induction.late_days == 6


def test_a_calibration_can_be_overridden_one_parameter_at_a_time():
    trial = BASE.override({"symptoms.calibration": "trial", "symptoms.a_slow": 0.3})
    assert trial.symptoms.calibrated().a_slow == 0.3
    assert (
        trial.symptoms.calibrated().tau_slow_median_days
        == CALIBRATIONS["trial"].tau_slow_median_days
    )
    again = trial.override({"symptoms.calibration": "community"})
    assert again.symptoms.calibrated().a_slow == 0.3
    assert (
        again.symptoms.calibrated().tau_slow_median_days
        == CALIBRATIONS["community"].tau_slow_median_days
    )
