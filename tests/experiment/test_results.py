"""Witness: numbers small enough to check by hand, and the model called directly."""

from math import inf, isnan

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.config.errors import ScenarioError
from sim.experiment.results import Results
from sim.experiment.runner import run
from sim.model.replication import replicate
from sim.model.scenario import Scenario

SMALL = Scenario().override({"run.days": 40, "clinic.chairs": 2})


def results_of(values, **scenarios):
    rows = [
        (scenario, replication, measure, value)
        for (scenario, measure), column in values.items()
        for replication, value in enumerate(column, 1)
        if value is not None
    ]
    metrics = pd.DataFrame(rows, columns=["scenario", "replication", "measure", "value"])
    empty = pd.DataFrame({"scenario": [], "replication": []})
    count = max(len(column) for column in values.values())
    return Results(metrics, empty, empty, scenarios, seed=1, replications=count)


WAITS = [3.0, 5.0, 4.5, 7.0]


def test_the_summary_has_a_mean_with_its_t_interval_and_unit():
    row = results_of({("base", "wait_first_infusion_days"): WAITS}).summary().iloc[0]
    lower, upper = stats.t.interval(0.95, 3, np.mean(WAITS), stats.sem(WAITS))
    assert list(row.index)[:7] == [
        "scenario", "measure", "unit", "mean", "lower", "upper", "replications",
    ]  # fmt: skip
    assert (row["mean"], row["lower"], row["upper"]) == pytest.approx((4.875, lower, upper))
    assert (row["unit"], row["replications"]) == ("days", 4)


def test_one_replication_has_no_interval():
    row = results_of({("base", "referred"): [3.0]}).summary().iloc[0]
    assert (row["mean"], row["replications"]) == (3, 1)
    assert isnan(row["lower"])
    assert isnan(row["upper"])


def test_a_measure_that_was_undefined_once_counts_the_replications_it_has():
    row = results_of({("base", "days_to_relief"): [3.0, None, 5.0]}).summary().iloc[0]
    assert (row["mean"], row["replications"]) == (4, 2)


def test_a_measure_that_was_not_reached_once_has_an_infinite_mean_and_no_interval():
    row = results_of({("base", "days_to_relief"): [3.0, inf]}).summary().iloc[0]
    assert row["mean"] == inf
    assert isnan(row["lower"])


def test_a_measure_that_was_not_reached_in_some_has_a_median_with_order_statistics():
    values = [*range(1, 18), inf, inf, inf]
    row = results_of({("base", "wait_first_infusion_days_p90"): values}).summary().iloc[0]
    assert (row["median"], row["not_reached"], row["replications"]) == (10.5, 3, 20)
    # P(Bin(20, 1/2) <= 5) = 0.0207: the sixth from either end
    assert (row["median_lower"], row["median_upper"]) == (6, 15)


def test_intervals_stay_inside_the_possible():
    table = results_of(
        {
            ("base", "started_share"): [1.0, 1.0, 0.9, 1.0],
            ("base", "days_below_10"): [365.25, 365.0, 300.0],
            ("base", "booster_delay_days"): [0.1, 0.0, 5.0],
            ("base", "gad7_points_saved"): [-0.2, 0.1, 0.9],
        }
    ).summary()
    rows = table.set_index("measure")
    assert rows.loc["started_share", "upper"] == 1
    assert rows.loc["days_below_10", "upper"] == 365.25
    assert rows.loc["booster_delay_days", "lower"] == 0
    assert rows.loc["gad7_points_saved", "lower"] < 0, "it may well be negative"
    assert (rows["lower"] <= rows["mean"]).all()
    assert (rows["mean"] <= rows["upper"]).all()


def test_equal_values_and_zeros_are_told_to_be_all_equal():
    for value in (0.0, 1.0, 0.37):
        row = results_of({("base", "started_share"): [value] * 10}).summary().iloc[0]
        assert (row["lower"], row["upper"], row["method"]) == (value, value, "all equal")


def test_the_limits_of_a_busy_clinic_are_there_although_some_of_it_was_not_reached():
    # 1 chair, 1 nurse, 3 referrals a week: the mean of the P95 of the delay does not exist
    busy = Scenario().override(
        {"clinic.chairs": 1, "clinic.nurses": 1, "referrals.per_week": 3, "run.days": 100}
    )
    rows = run({"busy": busy}, replications=6, seed=1, jobs=1).summary().set_index("measure")
    row = rows.loc["booster_delay_days_p95"]
    assert 0 < row["not_reached"] < 6
    assert row["mean"] == inf
    assert 0 <= row["median_lower"] <= row["median"] < row["median_upper"] == inf


def test_the_summary_can_be_limited_to_some_measures():
    results = results_of({("base", "referred"): [3.0], ("base", "census_mean"): [4.0]})
    assert list(results.summary(["census_mean"])["measure"]) == ["census_mean"]


def test_a_replication_is_simulated_again_bit_for_bit():
    results = results_of({("base", "referred"): [3.0]}, base=SMALL)
    again, witness = results.replicate("base", 3), replicate(SMALL, seed=1, replication=3)
    assert again.visits.keys() == witness.visits.keys()
    for name, column in witness.visits.items():
        np.testing.assert_array_equal(again.visits[name], column)


def test_a_misspelt_scenario_is_answered_with_the_nearest():
    results = results_of({("base", "referred"): [3.0]}, base=SMALL)
    with pytest.raises(ScenarioError, match='Did you mean "base"'):
        results.replicate("bsae")


def test_a_scenario_that_could_not_be_rebuilt_is_listed_but_not_simulated():
    results = results_of({("mine", "referred"): [3.0]})
    assert results.names == ["mine"]
    with pytest.raises(ScenarioError, match="object of your own"):
        results.replicate("mine")


def test_tables_that_were_not_kept_are_asked_for_by_name():
    results = results_of({("base", "referred"): [3.0]})
    with pytest.raises(ScenarioError, match="--keep visits"):
        _ = results.visits
    with pytest.raises(ScenarioError, match="--keep patients"):
        _ = results.patients
