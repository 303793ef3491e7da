"""Witnesses: scipy's paired t test, and R's p.adjust."""

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.config.errors import ScenarioError
from sim.experiment.results import Results
from sim.study.paired import compare, compare_runs

RNG = np.random.default_rng(4)
COMMON = RNG.normal(100, 10, 8)
DAYS = {
    "base": COMMON,
    "better": COMMON + RNG.normal(5, 1, 8),
    "same": COMMON + RNG.normal(0, 1, 8),
}
COLUMNS = [
    "reference", "scenario", "measure", "unit", "difference", "lower", "upper", "p_value",
    "p_adjusted", "correlation", "unpaired_half_width", "replications",
]  # fmt: skip


def results_of(values, measure="days_below_10", seed=1):
    rows = [
        (name, replication, measure, value)
        for name, column in values.items()
        for replication, value in enumerate(column, 1)
    ]
    metrics = pd.DataFrame(rows, columns=["scenario", "replication", "measure", "value"])
    empty = pd.DataFrame({"scenario": [], "replication": []})
    count = len(next(iter(values.values())))
    return Results(metrics, empty, empty, {}, seed, count, reference=next(iter(values)))


def test_each_scenario_is_paired_with_the_reference():
    table = compare(results_of(DAYS))
    assert list(table.columns)[: len(COLUMNS) + 2] == [*COLUMNS, "variance_gain", "method"]
    assert table["scenario"].tolist() == ["better", "same"]
    for name, row in table.set_index("scenario").iterrows():
        witness = stats.ttest_rel(DAYS[name], DAYS["base"])
        limits = witness.confidence_interval()
        assert row["difference"] == pytest.approx(np.mean(DAYS[name] - DAYS["base"]))
        assert (row["lower"], row["upper"]) == pytest.approx((limits.low, limits.high))
        assert row["p_value"] == pytest.approx(witness.pvalue)
        assert (row["reference"], row["replications"]) == ("base", 8)
        assert row["variance_gain"] > 20
        assert row["unpaired_half_width"] > 4 * (row["upper"] - row["lower"]) / 2


def test_p_values_are_adjusted_by_holm_over_scenarios_within_each_measure():
    one, other = results_of(DAYS), results_of(DAYS, "days_in_response")
    both = replace(one, metrics=pd.concat([one.metrics, other.metrics]))
    table = compare(both)
    for _, block in table.groupby("measure"):
        raw = sorted(block["p_value"])
        assert sorted(block["p_adjusted"]) == pytest.approx([2 * raw[0], max(2 * raw[0], raw[1])])


def test_the_reference_may_be_chosen_afresh():
    table = compare(results_of(DAYS), reference="better").set_index("scenario")
    assert table.loc["base", "difference"] == pytest.approx(-5, abs=2)
    assert "better" not in table.index


def test_a_pair_in_which_one_was_not_reached_has_no_difference_but_a_count():
    values = {"base": [3.0, 4.0, 5.0], "slow": [4.0, inf, 6.0], "other": [4.0, 4.5, 6.0]}
    table = compare(results_of(values, "days_to_relief")).set_index("scenario")
    assert table.loc["slow", ["difference", "lower", "upper", "correlation"]].isna().all()
    assert table.loc["slow", "replications"] == 2


def test_a_measure_that_some_did_not_reach_is_compared_by_ranks():
    rng = np.random.default_rng(3)
    base = rng.exponential(10, 20)
    slow = base + rng.exponential(5, 20)
    slow[[2, 7, 11]] = inf
    table = compare(results_of({"base": base, "slow": slow}, "wait_first_infusion_days_p90"))
    row = table.iloc[0]
    assert (row["method"], row["not_reached"], row["higher"]) == ("sign", 3, 20)
    assert row["p_value"] == pytest.approx(stats.binomtest(20, 20).pvalue)
    assert row["p_adjusted"] == row["p_value"]
    known = stats.quantile_test((slow - base)[np.isfinite(slow)], q=0, p=0.5)
    assert known.pvalue < 0.001, "the pairs that are known say the same"
    d = np.sort(slow - base)
    assert row["median_difference"] == pytest.approx(np.median(d))
    assert (row["median_lower"], row["median_upper"]) == (d[5], d[14])
    assert 0.8 < row["superiority_lower"] < row["superiority"] == 1


def test_a_skewed_difference_has_the_p_value_that_belongs_to_its_limits():
    rng = np.random.default_rng(8)
    for scale in (0.3, 0.6, 1.0, 3.0):
        base = rng.normal(0, 1, 12)
        other = base + scale * rng.lognormal(0, 1.6, 12) - 0.5
        row = compare(results_of({"base": base, "other": other}, "mine")).iloc[0]
        assert (row["p_value"] <= 0.05) == (not row["lower"] <= 0 <= row["upper"])


def test_a_difference_of_shares_stays_within_one():
    base, other = [0.0, 0.1, 0.0, 0.6], [1.0, 1.0, 0.9, 1.0]
    row = compare(results_of({"base": base, "other": other}, "started_share")).iloc[0]
    assert stats.ttest_rel(other, base).confidence_interval().high > 1
    assert row["upper"] == 1


def test_a_replication_without_the_measure_makes_no_pair():
    results = results_of(DAYS)
    gone = (results.metrics["scenario"] == "better") & (results.metrics["replication"] == 2)
    others = results_of(DAYS, "referred").metrics
    metrics = pd.concat([results.metrics[~gone], others])
    table = compare(replace(results, metrics=metrics), measures=["days_below_10"])
    assert table.set_index("scenario")["replications"].to_dict() == {"better": 7, "same": 8}


def test_a_measure_that_a_scenario_never_had_gives_an_empty_row():
    results = results_of(DAYS)
    only = results_of({"base": DAYS["base"]}, "days_to_relief").metrics
    table = compare(replace(results, metrics=pd.concat([results.metrics, only])))
    rows = table[table["measure"] == "days_to_relief"]
    assert rows["replications"].tolist() == [0, 0]
    assert rows["difference"].isna().all()


def test_one_replication_gives_differences_without_intervals():
    table = compare(results_of({"base": [3.0], "other": [4.0]}))
    assert table["difference"].tolist() == [1.0]
    assert table[["lower", "upper", "p_value", "p_adjusted"]].isna().all(axis=None)


def test_scenarios_with_unlike_replications_are_not_paired():
    results = results_of(DAYS)
    gone = (results.metrics["scenario"] == "same") & (results.metrics["replication"] > 6)
    with pytest.raises(ScenarioError, match=r"replications differ \(base 8, better 8, same 6\)"):
        compare(replace(results, metrics=results.metrics[~gone]))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"reference": "bettr"}, 'Did you mean "better"'),
        ({"measures": ["days_below_20"]}, 'Did you mean "days_below_10"'),
    ],
)
def test_what_is_not_there_is_answered_with_the_nearest(arguments, says):
    with pytest.raises(ScenarioError, match=says):
        compare(results_of(DAYS), **arguments)


def test_without_a_reference_nothing_is_compared():
    with pytest.raises(ScenarioError, match="needs a reference"):
        compare(replace(results_of(DAYS), reference=None))


def test_two_runs_of_one_seed_are_paired():
    here = results_of({"base": DAYS["base"]})
    there = results_of({"base": DAYS["better"], "same": DAYS["same"]})
    table = compare_runs(here, there).set_index("scenario")
    assert list(table.index) == ["base (other)", "same"]
    witness = compare(results_of(DAYS)).set_index("scenario")
    assert table.loc["base (other)", "lower"] == witness.loc["better", "lower"]


@pytest.mark.parametrize(
    "other", [results_of({"base": [1.0, 2.0]}, seed=2), results_of({"base": [1.0, 2.0, 3.0]})]
)
def test_runs_of_unlike_seeds_or_replications_are_never_paired(other):
    with pytest.raises(ScenarioError, match="cannot be paired"):
        compare_runs(results_of({"base": [1.0, 2.0]}), other)
