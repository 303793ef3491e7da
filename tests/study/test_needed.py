"""Replications needed, from a pilot. Witnesses: `precision` on plain columns, and the table."""

import pytest

import sim
from sim.config.errors import ScenarioError
from sim.model.scenario import Scenario
from sim.stats.precision import needed_for

SMALL = Scenario().override({"run.days": 40, "clinic.chairs": 2})


@pytest.fixture(scope="module")
def pilot():
    study = {"two": SMALL, "three": SMALL.override({"clinic.chairs": 3})}
    return sim.run(study, replications=6, seed=1, jobs=1, reference="two")


def column(results, name, measure="days_in_response"):
    rows = results.metrics.query("scenario == @name and measure == @measure")
    return rows["value"].to_numpy()


def test_levels_and_differences_are_told(pilot):
    levels = sim.replications_needed(pilot, "days_in_response", 0.2)
    assert list(levels["scenario"]) == ["two", "three"]
    alone = needed_for(column(pilot, "two"), 0.2)
    assert levels["replications"].iloc[0] == alone.central
    assert levels["replications_upper"].iloc[0] == alone.upper
    summary = pilot.summary(["days_in_response"]).iloc[0]
    half = (summary["upper"] - summary["lower"]) / 2
    assert levels["half_width"].iloc[0] == pytest.approx(half)
    (row,) = sim.replications_needed(pilot, "days_in_response", 0.2, "two").to_dict("records")
    paired = needed_for(column(pilot, "three") - column(pilot, "two"), 0.2)
    assert (row["reference"], row["scenario"], row["pilot"]) == ("two", "three", 6)
    assert row["replications"] == paired.central < row["replications_upper"]


def test_one_replication_tells_nothing(pilot):
    one = sim.run({"a": SMALL}, replications=1, seed=1, jobs=1)
    found = sim.replications_needed(one, "days_in_response", 1.0)
    assert found[["half_width", "replications", "replications_upper"]].isna().all(axis=None)
    assert found["pilot"].iloc[0] == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("days_in_respons", 1.0), 'Did you mean "days_in_response"'),
        (("days_in_response", 0.0), "no number above 0"),
        (("days_in_response", 1.0, "tow"), 'Did you mean "two"'),
    ],
)
def test_what_cannot_be_asked_is_refused(pilot, given, told):
    with pytest.raises(ScenarioError, match=told):
        sim.replications_needed(pilot, *given)
