"""Predicted against true day of return (witness: the patients' own closed form)."""

import pytest

import sim
from handwritten import AS_ONE
from sim.study.prediction import accuracy, predictions


@pytest.fixture(scope="module")
def table():
    """Where nothing comes and goes by itself, as the prediction takes it."""
    scenario = sim.Scenario().override(
        AS_ONE
        | {
            "policy.boosters": {"kind": "predictive"},
            "clinic.chairs": "unlimited",
            "clinic.nurses": "unlimited",
            "clinic.prescribers": "unlimited",
        }
    )
    return predictions(sim.replicate(scenario, 1), scenario.policy.boosters)


def test_the_estimate_improves_with_visits_of_the_same_people(table):
    told = accuracy(table, followed=12).set_index("boosters")
    assert told["people"].nunique() == 1
    assert told["median_error_days"][12] < 0.75 * told["median_error_days"][1]
    assert told["rank_correlation"][12] > told["rank_correlation"][1] + 0.1


def test_both_days_lie_within_a_year(table):
    for column in ("predicted_days", "true_days"):
        assert table[column].between(1, 365).all()


def test_the_figure_shows_every_patient_after_the_first_booster(table):
    axes = sim.figures.prediction(table)
    dots = axes[0, 0].collections[0].get_offsets()
    assert len(dots) == (table["boosters"] == 1).sum()
    assert axes[0, 0].get_xlabel() == "true days to return"
