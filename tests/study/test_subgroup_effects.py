"""Effects by group. Witness: scipy's paired t test on values written by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.config.errors import ScenarioError
from sim.experiment.results import METRICS, SUBGROUPS, Results
from sim.study.subgroup_effects import subgroup_effects

MEASURE = "days_below_10"
A = {"": [10, 12, 11, 14], "without": [9, 13, 10, 15], "with": [20, 18, 21, 19]}
B = {"": [13, 14, 15, 16], "without": [10, 14, 12, 15], "with": [27, 22, 26, 27]}


@pytest.fixture(scope="module")
def results():
    """Two scenarios of four replications, a small group, and one that was not reached once."""
    metrics, rows = [], []
    for name, of in (("a", A), ("b", B)):
        for group, values in of.items():
            for r, value in enumerate(values, 1):
                if group:
                    rows.append((name, r, "ptsd", group, 30 * r, MEASURE, value))
                else:
                    metrics.append((name, r, MEASURE, value))
        for r in (1, 2, 3, 4):
            rows.append((name, r, "severity", "mild", 4, MEASURE, np.nan if r < 3 else 5.0))
            rows.append((name, r, "severity", "severe", 99, MEASURE, 4.0 * r))
            if r < 4:
                rows.append((name, r, "severity", "minimal", 11, MEASURE, 1.0))
            rows.append((name, r, "age", "old", 50, MEASURE, np.inf if r == 2 else 3.0))
    return Results(
        metrics=pd.DataFrame(metrics, columns=METRICS),
        courses=pd.DataFrame(), weeks=pd.DataFrame(), scenarios={}, seed=1, replications=4,
        reference="a", subgroups=pd.DataFrame(rows, columns=SUBGROUPS),
    )  # fmt: skip


@pytest.fixture(scope="module")
def table(results):
    return subgroup_effects(results, MEASURE).set_index("group")


def limits(values):
    mean = np.mean(values)
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return pytest.approx((mean, mean - half, mean + half))


@pytest.mark.parametrize("group", ["", "without", "with"])
def test_a_groups_difference_is_that_of_a_paired_t_test(table, group):
    found = table.loc[group, ["difference", "lower", "upper"]]
    assert tuple(found) == limits(np.subtract(B[group], A[group]))
    assert table.loc[group, ["replications", "missing"]].tolist() == [4, 0]


def test_groups_are_compared_by_the_difference_of_their_differences(table):
    found = table.loc["with", ["contrast", "contrast_lower", "contrast_upper"]]
    ours, first = (np.subtract(B[group], A[group]) for group in ("with", "without"))
    assert tuple(found) == limits(ours - first)
    assert table.loc["with", "against"] == "without"
    assert table.loc["without", "against"] == ""  # the first


@pytest.mark.parametrize(("group", "missing"), [("mild", 2), ("minimal", 1), ("old", 1)])
def test_a_group_without_a_value_in_some_replication_has_no_effect(table, group, missing):
    row = table.loc[group]
    assert row["missing"] == missing
    assert row[["difference", "lower", "contrast"]].isna().all()


def test_the_first_group_with_values_is_what_others_are_set_against(table):
    assert table.loc["severe", "against"] == ""
    assert table.loc["severe", "difference"] == 0


def test_people_are_counted_per_replication(table):
    assert table.loc["with", "patients"] == 75
    assert np.isnan(table.loc["", "patients"])


def test_one_replication_has_differences_without_limits(results):
    one = Results(
        results.metrics[results.metrics["replication"] == 1], results.courses, results.weeks, {},
        1, 1, "a", subgroups=results.subgroups[results.subgroups["replication"] == 1],
    )  # fmt: skip
    row = subgroup_effects(one, MEASURE).set_index("group").loc["with"]
    assert (row["difference"], row["contrast"]) == (7, 6)
    assert row[["lower", "upper", "contrast_lower", "contrast_upper"]].isna().all()


def test_a_reference_that_is_not_there_is_refused(results):
    with pytest.raises(ScenarioError, match="reference: name one of the scenarios a, b"):
        subgroup_effects(results, MEASURE, "c")
