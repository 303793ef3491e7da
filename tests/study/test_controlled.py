"""Results told with controls. Witnesses: the plain tables, the estimator, many small studies."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import sim
from sim.config.errors import ScenarioError
from sim.experiment.twins import FURTHER, twins_of
from sim.outcomes.twin_controls import CONTROLLED, DEMAND
from sim.stats.control_variate import adjusted
from sim.study.controlled import CONTROLS, NO_GAIN, NOTHING_TOLD, controls_for

SHORT = sim.Scenario().override({"run.days": 90})
NONE = SHORT.override({"policy.boosters": {"kind": "none"}})


@pytest.fixture(scope="module")
def results():
    return sim.run({"boosters": SHORT, "none": NONE}, 12, jobs=1, reference="boosters")


@pytest.fixture(scope="module")
def table(results):
    return sim.controlled(results, jobs=1)


def row(table, measure, scenario="boosters", reference=""):
    found = table[
        (table["measure"] == measure)
        & (table["scenario"] == scenario)
        & (table["reference"] == reference)
    ]
    return found.iloc[0]


def test_the_plain_numbers_are_those_of_the_other_tables(results, table):
    assert list(table.columns) == CONTROLS
    levels = table[table["reference"] == ""].merge(results.summary(), on=["scenario", "measure"])
    pairs = table[table["reference"] != ""].merge(
        sim.compare(results), on=["reference", "scenario", "measure"]
    )
    assert len(levels) == len(results.summary())
    assert len(pairs) == len(sim.compare(results))
    for name in ("mean", "lower", "upper"):
        theirs = "difference" if name == "mean" else f"{name}_y"
        pd.testing.assert_series_equal(
            levels[f"{name}_x"], levels[f"{name}_y"], check_names=False, check_exact=True
        )
        pd.testing.assert_series_equal(
            pairs["mean" if name == "mean" else f"{name}_x"], pairs[theirs], check_names=False,
            check_exact=True,
        )  # fmt: skip


def test_what_is_adjusted_is_the_regression_on_the_twins(results, table):
    twins = twins_of(results.scenarios, results.seed, 12, jobs=1)
    wide = results.metrics.pivot(
        index="replication", columns=["scenario", "measure"], values="value"
    )
    for measure in ("days_in_response", "infusions_per_patient"):
        names = [measure, DEMAND]
        own, further = (
            {
                name: np.column_stack([getattr(twins[name], part)[control] for control in names])
                for name in twins
            }
            for part in ("own", "further")
        )
        level = adjusted(wide["boosters"][measure], own["boosters"], further["boosters"])
        said = row(table, measure)
        told = said["adjusted"], said["adjusted_lower"], said["adjusted_upper"]
        assert told == pytest.approx((level.mean, level.lower, level.upper), rel=1e-12)
        assert said["variance_ratio"] == pytest.approx(level.variance_ratio, rel=1e-12)
        assert (said["replications"], said["further"], said["controls"]) == (12, 12 * FURTHER, 2)
        difference = adjusted(
            wide["none"][measure] - wide["boosters"][measure],
            own["none"] - own["boosters"],
            further["none"] - further["boosters"],
        )
        said = row(table, measure, "none", "boosters")
        assert said["variance_ratio"] == pytest.approx(difference.variance_ratio, rel=1e-12)


def test_it_pays_for_levels_of_days_and_not_for_waits(table):
    for measure in ("days_in_response", "days_below_10", "mean_gad7"):
        said = row(table, measure)
        assert said["net_gain"] > 1.5
        assert said["adjusted_lower"] < said["adjusted"] < said["adjusted_upper"]
        assert said["why_not"] == ""
    for measure in ("clinic_wait_first_infusion_days", "days_to_relief"):
        said = row(table, measure)
        assert said["why_not"] == NO_GAIN
        assert said["net_gain"] < 1
        assert np.isnan(said[["adjusted", "adjusted_lower", "adjusted_upper"]].astype(float)).all()
    assert (table["variance_ratio"] >= table["net_gain"]).sum() == table["net_gain"].notna().sum()
    filled = table["adjusted"].notna()
    assert (filled == (table["net_gain"] > 1)).all()
    assert (filled == (table["why_not"] == "")).all()


def test_what_never_varies_is_not_told(table):
    assert row(table, "capacity_cost_per_year")["why_not"] == NOTHING_TOLD
    assert row(table, "days_below_10_untreated", "none", "boosters")["why_not"] == NOTHING_TOLD


def test_the_number_of_processes_changes_nothing():
    tiny = SHORT.override({"run.days": 40})
    both = {"a": tiny, "b": tiny.override({"policy.induction.infusions": 4})}
    found = sim.run(both, 5, jobs=1, reference="a")
    one, two = (sim.controlled(found, jobs=jobs) for jobs in (1, 2))
    assert one.to_csv().encode() == two.to_csv().encode()


def test_more_replications_keep_the_twins_of_the_first():
    few, more = (twins_of({"a": SHORT}, 1, number, jobs=1)["a"] for number in (2, 3))
    for name in CONTROLLED:
        assert (few.own[name] == more.own[name][:2]).all()
        assert (few.further[name] == more.further[name][: 2 * FURTHER]).all()


def told(changes, replications=5, **more):
    scenario = SHORT.override({"run.days": 30, **changes})
    return sim.controlled(sim.run({"a": scenario}, replications, jobs=1, **more), jobs=1)


def test_one_replication_has_nothing_to_tell():
    table = told({}, replications=1)
    assert (table["why_not"] == NOTHING_TOLD).all()
    assert table["adjusted"].isna().all()
    assert table["mean"].notna().any()


def test_those_already_there_have_no_twins_and_the_table_says_so():
    table = told({"start": {"kind": "steady_state", "history_days": 182}}, replications=2)
    assert table["why_not"].str.contains("already there").all()
    assert table["adjusted"].isna().all()


def test_people_of_a_table_have_no_twins_and_the_table_says_so(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("baseline\n" + "15\n" * 30)
    table = told({"population.file": str(people)})
    assert table["why_not"].str.contains("population.file").all()


def test_where_nobody_is_referred_nothing_is_told():
    table = told({"referrals.per_week": 0.001}, replications=6)
    assert table["adjusted"].isna().all()
    assert (table["why_not"] == NOTHING_TOLD).all()


def test_a_measure_with_holes_is_told_of_the_replications_that_have_it():
    def read(reading):
        return None if reading.replication.replication == 2 else float(reading.days.below_10.sum())

    own = sim.Measure("mine", "days", "higher", "with a hole", "mine", "own", read)
    results = sim.run({"a": SHORT}, 8, jobs=1, measures=[own])
    said = row(sim.controlled(results, ["mine"], jobs=1), "mine", "a")
    assert said["replications"] == 7
    assert said["controls"] == 1


class Mine:
    """Discharges instead of boosters, by an object of a user's own."""

    def next_order(self, chart):
        return sim.Discharge("enough")


def test_a_policy_of_ones_own_has_a_stand_in_as_its_twin():
    own = SHORT.override({"policy": SHORT.policy.model_copy(update={"boosters": Mine()})})
    results = sim.run({"mine": own}, 10, jobs=1)
    said = row(sim.controlled(results, ["days_in_response"], jobs=1), "days_in_response", "mine")
    assert said["controls"] == 2
    plain = sim.run({"none": NONE}, 10, jobs=1).summary(["days_in_response"])
    assert said["mean"] == plain["mean"].iloc[0]


def test_unknown_measures_and_scenarios_that_cannot_be_rebuilt_are_refused(results):
    with pytest.raises(ScenarioError, match="days_in_respons"):
        sim.controlled(results, ["days_in_respons"])
    lost = type(results)(
        results.metrics, results.courses, results.weeks, {"none": NONE}, 1, 12, "boosters"
    )
    with pytest.raises(ScenarioError, match="object of your own"):
        sim.controlled(lost)


def test_small_studies_are_without_bias_and_their_intervals_hold_the_mean():
    """The short form of `make controls`: 16 studies of 6 against all of their replications."""
    studies, each = 16, 6
    scenario = SHORT.override({"run.days": 60})
    metrics = sim.run({"a": scenario}, studies * each, jobs=1).metrics
    twins = twins_of({"a": scenario}, 1, studies * each, jobs=1)["a"]
    for measure in ("days_in_response", "days_below_10"):
        values = metrics[metrics["measure"] == measure]["value"].to_numpy()
        own, further = (controls_for(part, measure) for part in (twins.own, twins.further))
        truth = adjusted(values, own, further)
        found, apart = [], []
        for study in range(studies):
            here = slice(study * each, (study + 1) * each)
            there = slice(study * each * FURTHER, (study + 1) * each * FURTHER)
            found.append(adjusted(values[here], own[here], further[there]))
            apart.append(found[-1].mean - values[here].mean())
        assert abs(np.mean(apart)) < 3.9 * np.std(apart, ddof=1) / studies**0.5
        held = sum(one.lower <= truth.mean <= one.upper for one in found)
        assert held >= binom.ppf(1e-3, studies, 0.95)
        errors = np.array([one.mean for one in found]) - truth.mean
        plain = values.reshape(studies, each).mean(axis=1) - truth.mean
        assert (errors**2).mean() < (plain**2).mean() / 2
