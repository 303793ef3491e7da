"""Measures of a user's own. Witness: the catalogue's measure of the same definition."""

import pandas as pd
import pytest

import sim
from sim.experiment.store import read_results, write_results
from sim.outcomes.catalogue import CATALOGUE

SMALL = sim.Scenario().override({"run.days": 60})


def own(name="referred_people", read=lambda reading: len(reading.patients), **more):
    return sim.Measure(name, "people", "none", "as told", "own", "service", read, **more)


TWIN = own("twin", CATALOGUE["infusions_per_patient"].read)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_measure_of_ones_own_is_read_with_any_number_of_processes(jobs):
    results = sim.run({"a": SMALL}, replications=2, jobs=jobs, measures=[own(), TWIN])
    values = results.metrics.pivot(index="replication", columns="measure", values="value")
    people = [len(sim.replicate(SMALL, SMALL.run.seed, r).patients) for r in (1, 2)]
    assert values["referred_people"].tolist() == people
    assert values["twin"].tolist() == values["infusions_per_patient"].tolist()


def test_it_stands_in_summary_comparison_subgroups_and_in_the_folder(tmp_path):
    small = SMALL.override({"run.min_group": 1})
    scenarios = {"a": small, "b": small.override({"clinic.chairs": 1})}
    results = sim.run(
        scenarios, replications=2, jobs=1, reference="a", by="ptsd", measures=[own(), TWIN]
    )
    names = ["referred_people", "twin"]
    read = read_results(write_results(results, tmp_path / "run"))
    for one in (results, read):
        assert one.summary(names)["unit"].tolist() == ["people"] * 4
        difference = sim.compare(one, measures=names)
        assert difference["unit"].tolist() == ["people"] * 2
        assert difference["difference"].iloc[0] == 0
    groups = results.subgroups
    parts = groups[groups["measure"] == "referred_people"].groupby(["scenario", "replication"])
    whole = results.metrics[results.metrics["measure"] == "referred_people"]
    assert parts["value"].sum().tolist() == whole["value"].tolist()
    assert read.manifest["measures"][0]["definition"] == "as told"
    pd.testing.assert_frame_equal(read.metrics, results.metrics, check_dtype=False)


def test_a_run_without_own_measures_has_the_digest_it_had():
    manifest = sim.run({"a": SMALL}, replications=1, jobs=1).manifest
    assert "measures" not in manifest


@pytest.mark.parametrize(
    ("read", "words", "jobs"),
    [
        (lambda reading: 1 / 0, "failed with ZeroDivisionError: division by zero", 2),
        (lambda reading: "many", "failed with ValueError", 1),
        (lambda reading: float("nan"), "gave NaN", 1),
    ],
)
def test_a_fault_inside_a_measure_names_the_measure(read, words, jobs):
    with pytest.raises(sim.ScenarioError, match=f'^scenario "a", .*measures: "broken" {words}'):
        sim.run({"a": SMALL}, replications=2, jobs=jobs, measures=[own("broken", read)])


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ([own("days_below_10")], '"days_below_10" is taken by a measure that is ketasim\'s own'),
        ([own(), own()], '"referred_people" is taken by a measure that is given before'),
        ([len], "is no measure; give sim.Measure"),
        ([own("")], "needs a name"),
        ([own("a", 3)], '"a" needs a name, and a function'),
    ],
)
def test_names_that_clash_and_what_is_no_measure_are_refused_before_the_run(measures, words):
    with pytest.raises(sim.ScenarioError, match=words):
        sim.run({"a": SMALL}, replications=2, measures=measures)


def test_the_catalogue_cannot_be_added_to_behind_the_workers_backs():
    with pytest.raises(TypeError):
        CATALOGUE["mine"] = own("mine")
