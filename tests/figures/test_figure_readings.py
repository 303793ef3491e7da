"""Readings: the numbers behind the marks are those of the tables, gaps included."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.figures.estimates import bands, estimates, finite, medians_told, whiskers
from sim.stats.intervals import t_interval


def test_estimates_are_the_summary_in_the_order_of_the_study(boosters):
    found = estimates(boosters, "days_below_10")
    assert list(found.index) == boosters.names
    summary = boosters.summary(["days_below_10"]).set_index("scenario")
    assert found["mean"].tolist() == summary["mean"].tolist()
    assert found["upper"].tolist() == summary["upper"].tolist()


def test_a_measure_that_is_missing_everywhere_is_a_row_of_gaps(boosters):
    assert estimates(boosters, "no_such_measure").isna().all(axis=None)


def test_a_measure_that_was_not_reached_once_is_shown_by_its_medians(boosters):
    metrics = boosters.metrics.copy()
    metrics.loc[metrics.index[0], "value"] = np.inf
    results, first = replace(boosters, metrics=metrics), metrics.iloc[0]
    values = metrics[metrics["measure"] == first["measure"]].groupby("scenario")["value"]
    assert estimates(results, first["measure"])["mean"].to_dict() == values.median().to_dict()
    told = medians_told(results, [first["measure"]])
    assert "medians, as it was not reached in up to 1 of 20 replications" in told
    assert medians_told(boosters, [first["measure"]]) == ""


def test_a_median_that_was_not_reached_is_a_gap(boosters):
    metrics = boosters.metrics.copy()
    first = metrics.iloc[0]
    mine = (metrics[["measure", "scenario"]] == first[["measure", "scenario"]]).all(axis=1)
    metrics.loc[mine, "value"] = np.inf
    found = estimates(replace(boosters, metrics=metrics), first["measure"])
    assert found.loc[first["scenario"]].isna().all()
    assert found.drop(first["scenario"]).notna().all(axis=None)


def test_whatever_is_not_a_finite_number_becomes_nan():
    table = pd.DataFrame({"a": [1.0, np.inf, -np.inf, None], "b": [None] * 4})
    assert finite(table)["a"].tolist()[0] == 1.0
    assert finite(table).isna().sum().tolist() == [3, 4]


def test_bands_are_t_intervals_over_replications():
    values = [4.0, 5.0, 6.0]
    table = pd.DataFrame({"scenario": "a", "day": 7, "gad7": values})
    row = bands(table, "day", "gad7").iloc[0]
    witness = t_interval(values)
    assert (row["mean"], row["lower"], row["upper"]) == (5.0, witness.lower, witness.upper)


def test_bands_leave_out_replications_and_points_without_a_value():
    table = pd.DataFrame(
        {"scenario": "a", "day": [0, 0, 7, 7], "gad7": [4.0, np.nan, np.nan, np.inf]}
    )
    drawn = bands(table, "day", "gad7")
    assert drawn["day"].tolist() == [0]
    assert drawn["mean"].tolist() == [4.0]
    assert drawn["lower"].isna().all()


def test_bands_of_nothing_are_an_empty_table():
    assert bands(pd.DataFrame({"scenario": [], "day": [], "gad7": []}), "day", "gad7").empty


def test_whiskers_are_distances_from_the_mean():
    table = pd.DataFrame({"mean": [5.0], "lower": [3.0], "upper": [9.0]})
    assert whiskers(table).tolist() == [[2.0], [4.0]]


def test_bands_of_scores_and_counts_never_go_below_zero():
    table = pd.DataFrame({"scenario": "a", "week": 7, "infusions": [0.0, 1.0, 8.0]})
    assert bands(table, "week", "infusions")["lower"].tolist() == [0.0]
