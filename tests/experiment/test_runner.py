"""Witnesses: one job against two, and the model called directly."""

import numpy as np
import pandas as pd
import pytest

from sim.config.errors import ScenarioError
from sim.experiment import runner
from sim.experiment.runner import run
from sim.experiment.store import write_results
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import CATALOGUE, measure
from sim.outcomes.reading import Reading

FEW = Scenario().override({"run.days": 70, "clinic.chairs": 2, "run.replications": 2})
BOTH = {"few": FEW, "many": FEW.override({"clinic.chairs": 5})}


@pytest.fixture(scope="module")
def results():
    return run(BOTH, replications=3, seed=5, jobs=1, reference="few", name="pair")


def test_the_metrics_are_the_measures_of_each_replication(results):
    assert list(results.metrics.columns) == ["scenario", "replication", "measure", "value"]
    table = results.metrics.set_index(["scenario", "replication", "measure"])["value"]
    witness = measure(Reading(replicate(BOTH["many"], seed=5, replication=2)))
    assert table["many"][2].to_dict() == witness


def test_rows_come_by_scenario_then_replication_then_in_the_order_of_the_catalogue(results):
    assert list(dict.fromkeys(results.metrics["scenario"])) == ["few", "many"]
    first = results.metrics.query("scenario == 'few'")
    assert first["replication"].is_monotonic_increasing
    names = list(first.query("replication == 1")["measure"])
    assert names == sorted(names, key=list(CATALOGUE).index)


def test_no_number_depends_on_the_number_of_jobs(results, tmp_path):
    again = run(BOTH, replications=3, seed=5, jobs=2, reference="few", name="pair")
    for one, two in ((results, "one"), (again, "two")):
        write_results(one, tmp_path / two)
    for table in ("metrics", "courses", "weeks", "summary"):
        one, two = ((tmp_path / n / f"{table}.csv").read_bytes() for n in ("one", "two"))
        assert one == two, table


def test_seed_and_replications_default_to_the_first_scenario():
    results = run({"few": FEW.override({"run.seed": 9})}, jobs=1)
    assert (results.seed, results.replications) == (9, 2)


def test_both_scenarios_see_the_same_patients(results):
    few, many = (results.replicate(name, 2) for name in BOTH)
    assert np.array_equal(few.patients.referred, many.patients.referred)
    referred = results.metrics.query("measure == 'referred'")["value"].to_numpy()
    assert (referred[:3] == referred[3:]).all()


def test_another_seed_gives_other_patients(results):
    other = run(BOTH, replications=3, seed=6, jobs=1)
    assert not results.metrics["value"].equals(other.metrics["value"])


def test_courses_and_weeks_have_a_block_for_each_replication(results):
    for table, time in ((results.courses, "day"), (results.weeks, "week")):
        blocks = table.groupby(["scenario", "replication"])[time]
        assert blocks.ngroups == 6
        assert all(block.is_monotonic_increasing for _, block in blocks)


def test_the_manifest_says_what_was_run(results):
    manifest = results.manifest
    assert (manifest["seed"], manifest["replications"], manifest["reference"]) == (5, 3, "few")
    assert manifest["name"] == "pair"
    assert not manifest["interrupted"]
    assert manifest["wall_seconds"] >= 0
    assert len(manifest["digest"]) == 64
    assert manifest["scenarios"]["many"]["resolved"]["clinic"]["chairs"] == 5


@pytest.mark.parametrize("done", [4, 5])
def test_an_interrupt_keeps_the_replications_that_all_scenarios_have_finished(done):
    def progress(finished, total):
        if finished == done:
            raise KeyboardInterrupt

    results = run(BOTH, replications=4, seed=5, jobs=1, progress=progress)
    assert results.interrupted
    assert results.replications == 2
    assert results.manifest["replications_requested"] == 4
    assert set(results.metrics["replication"]) == {1, 2}
    assert set(results.metrics["scenario"]) == set(BOTH)


def test_an_interrupt_never_keeps_the_quick_replications_behind_a_gap():
    def finished(*places):
        return runner.Finished(dict.fromkeys(places), interrupted=True)

    assert runner._complete(finished(0, 1, 2, 3, 6, 7), scenarios=2) == 2
    assert runner._complete(finished(0, 2, 1), scenarios=2) == 1
    with pytest.raises(KeyboardInterrupt):
        runner._complete(finished(0, 2, 3), scenarios=2)


def test_kept_tables_are_those_of_every_replication_in_order():
    results = run(BOTH, replications=2, seed=5, jobs=1, keep=["visits", "patients"])
    patients, visits = results.patients, results.visits
    for table in (patients, visits):
        assert list(table.columns[:2]) == ["scenario", "replication"]
        blocks = table[["scenario", "replication"]].drop_duplicates().to_numpy().tolist()
        assert blocks == [["few", 1], ["few", 2], ["many", 1], ["many", 2]]
    replication = replicate(FEW, seed=5, replication=2)
    assert len(patients.query("scenario == 'few' and replication == 2")) == len(
        replication.patients
    )
    assert len(visits.query("scenario == 'few' and replication == 2")) == len(
        replication.visits["patient"]
    )


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: run({}), "no scenario"),
        (lambda: run(BOTH, reference="fwe"), 'Did you mean "few"'),
        (lambda: run(BOTH, replications=0), "1 or more"),
        (lambda: run(BOTH, seed=-1), "0 or more"),
        (lambda: run(BOTH, jobs=-1), "1 or more"),
        (lambda: run(BOTH, keep="visit"), 'Did you mean "visits"'),
    ],
)
def test_an_impossible_run_is_refused_before_it_starts(call, says):
    with pytest.raises(ScenarioError, match=says):
        call()


def test_results_compare_by_identity_and_say_what_they_are(results):
    assert repr(results) == "Results(few, many; 3 replications, seed 5)"
    assert isinstance(results.metrics, pd.DataFrame)


def test_whole_numbers_may_be_numpys_and_others_are_refused(results):
    """Witness: the same run with Python's numbers."""
    again = run(BOTH, np.int64(3), np.int64(5), jobs=1)
    assert again.metrics.equals(results.metrics)
    assert type(again.manifest["seed"]) is int
    with pytest.raises(ScenarioError, match=r"the seed must be a whole number, and not 1\.5"):
        run(BOTH, 2, 1.5)
