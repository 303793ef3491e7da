"""Policies crossed with chairs, and what one more buys (witness: single runs and plain means)."""

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.planning.margins import LIMITLESS, NOW, margins
from sim.study.crossed import beyond_the_best, crossed, p_best

POLICIES = {
    "none": {"policy.boosters": {"kind": "none"}},
    "every 4 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
}
LEVELS = {
    "together": {},
    "one by one": {"clinic.booking.series": "one_by_one"},
}
REPLICATIONS = 3


@pytest.fixture(scope="module")
def study():
    base = sim.Scenario().override({"run.days": 120})
    return crossed(base, POLICIES, [1, 3], LEVELS, REPLICATIONS, seed=5, jobs=1)


def test_every_cell_has_both_kinds_of_days(study):
    table = study.table
    assert len(table) == 2 * 2 * 2 * 2
    assert set(table["measure"]) == {"days_below_10", "days_in_response"}
    assert set(table["chairs"]) == {1, 3}
    assert (table.groupby(["level", "chairs", "measure"])["p_best"].sum().round(9) == 1).all()
    assert (table.groupby(["level", "chairs", "measure"])["best"].sum() == 1).all()


def test_a_cell_is_what_its_scenario_gives_alone(study):
    alone = sim.Scenario().override(
        {"run.days": 120, "clinic.chairs": 1, **POLICIES["none"], **LEVELS["one by one"]}
    )
    results = sim.run({"alone": alone}, REPLICATIONS, seed=5, jobs=1)
    expected = results.summary(["days_below_10"]).iloc[0]
    row = study.table.query(
        "level == 'one by one' and chairs == 1 and policy == 'none' and measure == 'days_below_10'"
    ).iloc[0]
    assert row["mean"] == pytest.approx(expected["mean"])
    assert row["lower"] == pytest.approx(expected["lower"])


def test_the_best_is_behind_nobody(study):
    best = study.best("days_in_response")
    assert len(best) == 4
    behind = study.table[~study.table["best"]]["behind"]
    assert (behind <= 0).all()
    assert (study.table[study.table["best"]]["behind"] == 0).all()


def test_the_probability_of_being_best_is_that_of_paired_samples():
    common = np.array([0.0, 50.0, -50.0, 20.0, -20.0])
    sure = p_best(np.array([common, common + 1]))
    assert sure.tolist() == [0.0, 1.0], "unpaired these two could not be told apart"
    assert p_best(np.array([common, common + 1]), higher=False).tolist() == [1.0, 0.0]
    assert p_best(np.array([common, common])).tolist() == [0.5, 0.5]
    swing = p_best(np.array([[0.0, 0.0], [1.0, -1.0]]))
    assert swing == pytest.approx([0.5, 0.5], abs=0.02)  # both, one, or neither of the two


def test_the_best_of_equals_is_hardly_ever_taken_for_sure():
    rng = np.random.default_rng(1)
    sure = [p_best(rng.normal(size=(2, 4)), samples=400).max() > 0.95 for _ in range(1000)]
    assert np.mean(sure) == pytest.approx(0.1, abs=0.025)  # of two equals either may be "sure"
    assert np.isnan(p_best(np.array([[1.0], [2.0]]))).all(), "one replication ranks nobody"


@pytest.mark.parametrize("higher", [True, False])
def test_the_truly_best_is_among_those_that_may_be_best_as_often_as_is_said(higher):
    rng = np.random.default_rng(2)
    truth = np.array([0.0, 0.0, -0.3, -2.0]) * (1 if higher else -1)
    best_of = max if higher else min
    held, dropped = [], []
    for _ in range(800):
        low, high = beyond_the_best(truth[:, None] + rng.normal(size=(4, 6)), higher)
        exact = [truth[i] - best_of(np.delete(truth, i)) for i in range(4)]
        held.append(((low <= exact) & (exact <= high)).all())
        dropped.append(high[3] <= 0 if higher else low[3] >= 0)
    assert np.mean(held) >= 0.945
    assert np.mean(dropped) > 0.3, "yet what is far behind is found out"


def test_the_best_mean_may_be_best_and_others_that_are_not_told_apart_too(study):
    table = study.table
    assert table[table["best"]]["may_be_best"].all()
    assert (table["beyond_lower"] <= table["beyond_upper"]).all()
    assert ((table["beyond_upper"] > 0) <= table["may_be_best"]).all()


def test_no_policy_is_best_by_a_measure_without_a_better_side():
    with pytest.raises(ScenarioError, match="no better side"):
        crossed(sim.Scenario(), POLICIES, [1], measures=["chair_utilisation"])
    with pytest.raises(ScenarioError, match='Did you mean "days_below_10"'):
        crossed(sim.Scenario(), POLICIES, [1], measures=["days_below_1"])


@pytest.fixture(scope="module")
def bought():
    scenario = sim.Scenario().override({"clinic.chairs": 1})
    return margins(scenario, replications=3, seed=2, jobs=1, when="first-year", days=120)


def test_one_more_of_each_is_paired_with_the_clinic_as_it_is(bought):
    assert list(bought.hours) == ["1 more chair", "1 more nurse", "1 more prescriber",
                                  "1 more hour a day"]  # fmt: skip
    assert list(bought.hours.values()) == [40, 40, 40, 5]
    metrics = bought.results.metrics
    days = metrics[metrics["measure"] == "days_in_response"].pivot(
        index="replication", columns="scenario", values="value"
    )
    gained = (days["1 more chair"] - days[NOW]).mean()
    row = bought.table.query("scenario == '1 more chair' and measure == 'days_in_response'")
    assert row["difference"].item() == pytest.approx(gained)
    assert row["difference_per_hour"].item() == pytest.approx(gained / 40)
    assert gained > 0, "one chair for four referrals a week is far too few"


def test_the_loop_is_the_difference_from_a_clinic_without_limits(bought):
    loop = bought.loop.set_index("measure")
    assert bought.results.scenarios[LIMITLESS].clinic.chairs == "unlimited"
    assert (loop[LIMITLESS] - loop[NOW]).to_numpy() == pytest.approx(loop["difference"].to_numpy())
    assert "more days in response" in bought.sentence
    assert "1 more" in bought.sentence
