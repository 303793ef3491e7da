"""Main effects. Witnesses: tables written by hand, plain sums, and scipy's t."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.config.errors import ScenarioError
from sim.experiment.results import METRICS, Results
from sim.study.by_factor import by_factor, design_table, with_factors


def results_of(kind, factors, rows, replications=3):
    """Make results of a design: rows of (levels of the factors, one value a replication)."""
    names = [", ".join(map(str, levels)) for levels, _ in rows]
    paths = [entry["path"] for entry in factors]
    design = {
        "kind": kind,
        "points": len(rows),
        "factors": factors,
        "scenarios": {
            name: dict(zip(paths, levels, strict=True))
            for name, (levels, _) in zip(names, rows, strict=True)
        },
    }
    metrics = pd.DataFrame(
        [
            (name, r, measure, value)
            for name, (_, values) in zip(names, rows, strict=True)
            for measure, listed in values.items()
            for r, value in enumerate(listed, 1)
            if value is not None
        ],
        columns=METRICS,
    )
    empty = pd.DataFrame()
    return Results(metrics, empty, empty, {}, 1, replications, manifest={"design": design})


def factor(path, *levels, **ends):
    return {"path": path, "short": path.split(".")[-1]} | (
        {"levels": [*levels]} if levels else ends
    )


TWO_BY_TWO = results_of(
    "grid",
    [factor("clinic.chairs", 3, 4), factor("policy.boosters", "none", "some")],
    [
        ((3, "none"), {"days_in_response": [10.0, 12.0, 20.0]}),
        ((3, "some"), {"days_in_response": [14.0, 18.0, 22.0]}),
        ((4, "none"), {"days_in_response": [11.0, 14.0, 21.0]}),
        ((4, "some"), {"days_in_response": [17.0, 22.0, 27.0]}),
    ],
)


def test_main_effects_of_a_grid_are_those_worked_out_by_hand():
    table = by_factor(TWO_BY_TWO).set_index(["factor", "level"])
    # of each replication, chairs 3: (10 + 14) / 2 = 12, 15, 21; chairs 4: 14, 18, 24
    three, four = table.loc[("clinic.chairs", "3")], table.loc[("clinic.chairs", "4")]
    assert (three["mean"], four["mean"]) == (16.0, pytest.approx(56 / 3))
    assert np.isnan(three["effect"])
    assert three["against"] == ""
    assert four["against"] == "3"
    assert four["effect"] == pytest.approx((2 + 3 + 3) / 3)
    low, high = stats.t.interval(0.95, 2, 8 / 3, stats.sem([2, 3, 3]))
    assert (four["effect_lower"], four["effect_upper"]) == pytest.approx((low, high))
    p_chairs = stats.ttest_1samp([2, 3, 3], 0).pvalue
    # boosters: none 10.5, 13, 20.5; some 15.5, 20, 24.5: 5, 7, 4
    some = table.loc[("policy.boosters", "some")]
    assert some["effect"] == pytest.approx(16 / 3)
    p_boosters = stats.ttest_1samp([5, 7, 4], 0).pvalue
    assert (four["p_value"], some["p_value"]) == pytest.approx((p_chairs, p_boosters))
    assert four["p_adjusted"] == pytest.approx(max(p_chairs, 2 * min(p_chairs, p_boosters)))
    assert list(table["points"]) == [2, 2, 2, 2]
    # between the means 14, 18, 46/3, 22 lie main effects and half an interaction of 4/3
    means = np.array([14, 18, 46 / 3, 22])
    assert some["explained"] == pytest.approx(
        1 - 4 * (2 / 3) ** 2 / ((means - means.mean()) ** 2).sum()
    )


def test_metrics_have_a_column_for_each_factor():
    table = with_factors(TWO_BY_TWO)
    assert list(table.columns) == ["scenario", "clinic.chairs", "policy.boosters", *METRICS[1:]]
    by = table.groupby("clinic.chairs")["value"].mean()
    assert by.to_dict() == pytest.approx({3: 16.0, 4: 56 / 3})
    assert len(design_table(TWO_BY_TWO)) == 4


def test_slopes_of_scattered_points_are_found_in_each_replication():
    """Of y = 3 + 2 x + 5 [b] + what differs between replications: found, whatever the points."""
    rng = np.random.default_rng(2)
    x, arm = rng.random(10) * 8, np.array(["a", "b"] * 5)
    slopes, jumps = [2.0, 2.5, 1.5], [5.0, 4.0, 7.0]
    made = list(zip(slopes, jumps, strict=True))
    rows = [
        ((place, b), {"infusions_per_week": [3 * r + s * place + j * (b == "b")
                                             for r, (s, j) in enumerate(made)]})
        for place, b in zip(x.tolist(), arm.tolist(), strict=True)
    ]  # fmt: skip
    factors = [factor("referrals.per_week", low=0.0, high=8.0), factor("policy.x", "a", "b")]
    table = by_factor(results_of("latin_hypercube", factors, rows)).set_index(["factor", "level"])
    slope = table.loc[("referrals.per_week", "slope")]
    assert slope["effect"] == pytest.approx(2.0)
    assert np.isnan(slope["mean"])
    limits = stats.t.interval(0.95, 2, 2.0, stats.sem(slopes))
    assert (slope["effect_lower"], slope["effect_upper"]) == pytest.approx(limits)
    b = table.loc[("policy.x", "b")]
    assert b["effect"] == pytest.approx(16 / 3)
    # at the average of x, whichever points happen to have the level
    assert b["mean"] == pytest.approx(
        np.mean([3 * r + slopes[r] * x.mean() + jumps[r] for r in range(3)])
    )
    assert slope["explained"] == pytest.approx(1.0)


def test_least_squares_and_averages_agree_where_points_are_a_grid():
    kinds = {}
    for kind in ("grid", "sobol"):
        design = TWO_BY_TWO.manifest["design"] | {"kind": kind}
        factors = [factor("clinic.chairs", "three", "four"), design["factors"][1]]
        named = {3: "three", 4: "four"}
        scenarios = {
            name: {"clinic.chairs": named[of["clinic.chairs"]],
                "policy.boosters": of["policy.boosters"]}
            for name, of in design["scenarios"].items()
        }  # fmt: skip
        manifest = {"design": design | {"factors": factors, "scenarios": scenarios}}
        kinds[kind] = by_factor(
            Results(TWO_BY_TWO.metrics, pd.DataFrame(), pd.DataFrame(), {}, 1, 3, manifest=manifest)
        )
    # "few values" is told of numbers that are equal, which rounding makes of them
    grid, sobol = (kinds[kind].drop(columns="method") for kind in ("grid", "sobol"))
    pd.testing.assert_frame_equal(grid, sobol)


def test_one_replication_has_no_intervals_and_no_p_value():
    rows = [((n,), {"days_in_response": [float(n)]}) for n in (2, 3)]
    table = by_factor(results_of("grid", [factor("clinic.chairs", 2, 3)], rows, 1))
    assert table["effect"].tolist()[1] == 1.0
    assert table[["lower", "effect_lower", "effect_upper", "p_value"]].isna().all(axis=None)


def test_a_replication_counts_where_every_point_has_the_measure():
    rows = [
        ((2,), {"days_in_response": [1.0, 2.0, 3.0], "relapses": [1.0, 1.0, 1.0]}),
        ((3,), {"days_in_response": [None, 4.0, 5.0]}),
    ]
    table = by_factor(results_of("grid", [factor("clinic.chairs", 2, 3)], rows))
    assert set(table["measure"]) == {"days_in_response"}  # the other is never there for 3 chairs
    assert table["replications"].tolist() == [2, 2]
    assert table["mean"].tolist() == [2.5, 4.5]


def test_what_was_not_reached_has_no_difference():
    rows = [
        ((2,), {"wait_first_infusion_days": [1.0, np.inf, 3.0]}),
        ((3,), {"wait_first_infusion_days": [1.0, 2.0, 3.0]}),
    ]
    table = by_factor(results_of("grid", [factor("clinic.chairs", 2, 3)], rows))
    assert table["mean"].tolist() == [np.inf, 2.0]
    assert table["effect"].isna().all()
    assert table["not_reached"].tolist() == [1, 1]
    slopes = results_of("sobol", [factor("clinic.chairs", 2, 3)], rows)
    assert by_factor(slopes).empty


def test_points_too_few_to_tell_factors_apart_have_no_effects():
    rows = [((n, n), {"days_in_response": [1.0, 2.0, 3.0]}) for n in (2, 3)]
    both = [factor("clinic.chairs", 2, 3), factor("clinic.nurses", 2, 3)]
    assert by_factor(results_of("latin_hypercube", both, rows)).empty


def test_a_measure_that_nothing_moves_has_no_effect_rather_than_rounding():
    rows = [((n / 3,), {"days_below_10_untreated": [0.1, 0.2, 0.3]}) for n in range(1, 8)]
    table = by_factor(results_of("sobol", [factor("clinic.x", low=0.0, high=3.0)], rows))
    assert table["effect"].tolist() == [0.0]
    assert table["p_value"].tolist() == [1.0]
    assert table["explained"].isna().all()


def test_results_of_no_design_and_unknown_measures_are_refused():
    plain = Results(TWO_BY_TWO.metrics, pd.DataFrame(), pd.DataFrame(), {}, 1, 3)
    with pytest.raises(ScenarioError, match="are of no design"):
        sim.by_factor(plain)
    with pytest.raises(ScenarioError, match='Did you mean "days_in_response"'):
        sim.by_factor(TWO_BY_TWO, ["days_in_respons"])
    for broken in ({"factors": 3}, {"factors": [{"path": "x"}], "scenarios": {}}):
        spoilt = Results(plain.metrics, plain.courses, plain.weeks, {}, 1, 3,
                         manifest={"design": broken})  # fmt: skip
        with pytest.raises(ScenarioError, match="was changed after the run"):
            sim.with_factors(spoilt)
