"""Measures by subgroup. Witnesses: the table of patients, and the measures of everybody."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.outcomes.catalogue import CATALOGUE, measure
from sim.outcomes.reading import Reading
from sim.outcomes.subgroups import PartReading, measure_groups
from sim.outcomes.tables import patients_table, visits_table
from sim.people.groups import GROUPINGS, split

BASE = sim.Scenario().override({"run.days": 365, "run.warmup_days": 30, "run.min_group": 5})
ONE = sim.replicate(BASE, 3)
TABLE = patients_table(Reading(ONE))
SPLIT = {name for name, entry in CATALOGUE.items() if entry.of_people}


def values(by, replication=ONE):
    rows = pd.DataFrame(measure_groups(Reading(replication), [by]))
    return rows.pivot(index="group", columns="measure", values="value"), rows


@pytest.mark.parametrize("by", GROUPINGS)
def test_every_split_divides_everybody_and_all_patients_are_in_one_group(by):
    names, members = split(by, ONE.patients)
    assert len(members) == len(ONE.patients)
    assert set(members) <= set(range(len(names)))
    _, rows = values(by)
    assert rows.drop_duplicates("group")["patients"].sum() == len(ONE.patients)


def test_a_group_of_everybody_has_the_measures_of_everybody():
    everybody = PartReading(Reading(ONE), np.ones(len(ONE.patients), bool))
    for name, value in measure(Reading(ONE)).items():
        if name in SPLIT:
            assert CATALOGUE[name].read(everybody) == value, name


def test_capacity_is_not_split():
    assert set(CATALOGUE) - SPLIT == {
        "chair_utilisation", "nurse_utilisation", "prescriber_utilisation",
        "overtime_minutes_per_week", "days_ended_in_time_share",
        "work_in_breaks_minutes_per_week", "overtime_cost_per_week", "capacity_cost_per_year",
        "capacity_cost_per_patient", "capacity_cost_per_infusion",
        "appointments_moved_per_week", "provider_cost_per_patient",
        "overtime_extra_cost_per_patient", "idle_cost_per_patient",
    }  # fmt: skip
    _, rows = values("ptsd")
    assert set(rows["measure"]) <= SPLIT


@pytest.mark.parametrize("by", ["anxiety_type", "severity", "metabolism", "benzodiazepine"])
def test_numbers_of_people_and_events_add_up_over_the_groups(by):
    table, rows = values(by)
    people = rows.drop_duplicates("group").set_index("group")["patients"]
    whole = measure(Reading(ONE))
    for name in ("referred", "infusions_per_week", "visits_per_week", "census_mean",
                 "census_at_end", "inductions_completed"):  # fmt: skip
        assert table[name].sum() == pytest.approx(whole[name]), name
    mean = (table["infusions_per_patient"] * people).sum() / people.sum()
    assert mean == pytest.approx(whole["infusions_per_patient"])


def test_a_groups_days_are_those_of_its_patients_in_the_table():
    table, _ = values("anxiety_type")
    for name, patients in TABLE.groupby("anxiety_type"):
        years = patients["days_followed"].sum() / 365.25
        for measure_name in ("days_below_10", "days_in_response"):
            expected = patients[measure_name].sum() / years
            assert table.loc[name, measure_name] == pytest.approx(expected), (name, measure_name)


def test_a_groups_response_is_that_of_its_visits():
    visits = visits_table(Reading(ONE))
    seen = visits[(visits["kind"] == "evaluation") & (visits["arrived"] >= 30 * 1440)]
    newest = seen.dropna(subset=["rated_before"]).groupby("patient").last()
    baseline = TABLE.set_index("patient")["baseline"]
    better = 2 * newest["rated_before"] <= baseline.reindex(newest.index)
    ptsd = TABLE.set_index("patient")["ptsd"].reindex(newest.index)
    table, _ = values("ptsd")
    assert table.loc["with", "response_after_induction"] == pytest.approx(better[ptsd].mean())
    assert table.loc["without", "response_after_induction"] == pytest.approx(better[~ptsd].mean())


def test_thirds_are_of_equal_size_and_in_order():
    names, members = split("metabolism", ONE.patients)
    sizes = np.bincount(members)
    assert sizes.max() - sizes.min() <= 1
    clearance = ONE.patients.clearance
    assert clearance[members == 0].max() <= clearance[members == 1].min()
    assert names == ("slowest third", "middle third", "fastest third")


def test_severity_goes_by_the_bands_of_the_scale():
    names, members = split("severity", ONE.patients)
    bands = pd.cut(TABLE["baseline"], [-1, 4, 9, 14, 21], labels=list(names))
    assert [names[place] for place in members] == bands.tolist()


def test_a_small_group_is_counted_and_has_no_values():
    strict = sim.replicate(BASE.override({"run.min_group": 30}), 3)
    _, rows = values("anxiety_type", strict)
    small = rows[rows["patients"] < 30]
    assert len(small)
    assert small["value"].isna().all()
    assert set(small["measure"]) == SPLIT
    assert rows[rows["patients"] >= 30]["value"].notna().all()


def test_the_same_people_are_in_a_group_in_all_scenarios():
    other = sim.replicate(BASE.override({"policy.boosters": {"kind": "none"}}), 3)
    for by in GROUPINGS:
        assert np.array_equal(split(by, ONE.patients)[1], split(by, other.patients)[1])


def test_nobody_has_no_groups():
    nobody = sim.replicate(BASE.override({"referrals.per_week": 1e-6, "run.days": 40}), 3)
    assert len(nobody.patients) == 0
    assert measure_groups(Reading(nobody), GROUPINGS) == []


# ---------------------------------------------------------------- runs


@pytest.fixture(scope="module")
def results():
    scenarios = {
        "a": BASE.override({"run.min_group": 20, "run.days": 200}),
        "b": BASE.override({"run.min_group": 20, "run.days": 200, "clinic.chairs": 2}),
    }
    return sim.run(scenarios, replications=3, seed=2, jobs=1, by=["severity", "anxiety_type"])


def test_a_run_by_subgroup_leaves_its_other_numbers_alone(results):
    plain = sim.run(results.scenarios, replications=3, seed=2, jobs=1)
    pd.testing.assert_frame_equal(results.metrics, plain.metrics)
    assert plain.subgroups.empty
    assert plain.subgroup_summary().empty


def test_the_table_of_subgroups_is_tidy(results):
    assert list(results.subgroups) == [
        "scenario", "replication", "by", "group", "patients", "measure", "value",
    ]  # fmt: skip
    keys = ["scenario", "replication", "by", "group", "measure"]
    assert not results.subgroups.duplicated(keys).any()
    assert set(results.subgroups["by"]) == {"severity", "anxiety_type"}


def test_the_summary_averages_where_there_are_values_and_counts_where_not(results):
    summary = results.subgroup_summary()
    row = summary[(summary["scenario"] == "a") & (summary["measure"] == "infusions_per_patient")]
    for entry in row.to_dict("records"):
        mine = results.subgroups.query(
            "scenario == 'a' and measure == 'infusions_per_patient' and group == @entry['group']"
        )
        assert entry["too_small"] == (mine["patients"] < 20).sum()
        assert entry["replications"] + entry["too_small"] == len(mine)
        if entry["replications"]:
            assert entry["mean"] == pytest.approx(mine["value"].mean())
        else:
            assert np.isnan(entry["mean"])
    assert (row["too_small"] > 0).any()


def test_results_come_back_from_their_folder_with_their_subgroups(results, tmp_path):
    sim.write_results(results, tmp_path / "run")
    again = sim.read_results(tmp_path / "run")
    pd.testing.assert_frame_equal(again.subgroups, results.subgroups, check_dtype=False)
    assert (tmp_path / "run" / "subgroups_summary.csv").exists()
    plain = sim.run(results.scenarios, replications=1, seed=2, jobs=1)
    sim.write_results(plain, tmp_path / "run")
    assert not (tmp_path / "run" / "subgroups.csv").exists(), "no folder mixes two runs"


def test_the_scenario_may_say_the_split_itself():
    scenario = BASE.override({"run.by": ["ptsd"], "run.days": 100})
    assert set(sim.run({"a": scenario}, replications=1, jobs=1).subgroups["by"]) == {"ptsd"}


def test_an_unknown_split_is_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match='Did you mean "severity"'):
        sim.run({"a": BASE}, replications=1, jobs=1, by="severty")
    with pytest.raises(ScenarioError, match="severity"):
        BASE.override({"run.by": ["severty"]})
