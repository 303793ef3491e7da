"""Witnesses: what was written read again, and the bytes themselves."""

import json
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import pandas as pd
import pytest

from sim.config.errors import ScenarioError
from sim.experiment.folder import abandon, new_folder, prepare
from sim.experiment.runner import run
from sim.experiment.store import read_results, write_results
from sim.model.scenario import Scenario
from sim.policy.orders import Discharge
from sim.study.paired import compare

SMALL = Scenario().override({"run.days": 40, "clinic.chairs": 2})
PAIR = {"none": SMALL, "NA": SMALL.override({"clinic.chairs": 4})}  # names that CSV readers eat


@pytest.fixture(scope="module")
def results():
    return run(PAIR, replications=2, seed=3, jobs=1, reference="none", keep=["patients", "visits"])


@dataclass(frozen=True)
class Never:
    """A booster policy of a user's own."""

    def next_order(self, chart):
        return Discharge("no boosters")


def test_what_is_read_is_exactly_what_was_written(results, tmp_path):
    read = read_results(write_results(results, tmp_path / "run"))
    for table in (
        "metrics",
        "courses",
        "weeks",
        "relapses",
        "pathways",
        "budget",
        "patients",
        "visits",
    ):
        written, again = getattr(results, table), getattr(read, table)
        pd.testing.assert_frame_equal(
            again, written, check_exact=True, check_dtype=table != "visits"
        )
    assert read.scenarios == results.scenarios
    assert (read.seed, read.replications, read.reference) == (3, 2, "none")
    assert read.names == ["none", "NA"]


def test_a_folder_of_an_earlier_ketasim_lacks_only_its_new_tables(results, tmp_path):
    folder = write_results(results, tmp_path / "run")
    for name in ("relapses.csv", "pathways.csv", "budget.csv"):
        (folder / name).unlink()
    read = read_results(folder)
    assert (len(read.relapses), len(read.pathways), len(read.budget)) == (0, 0, 0)
    pd.testing.assert_frame_equal(read.weeks, results.weeks)


def test_a_reason_that_a_replication_lacks_is_nobody(results):
    reasons = [name for name in results.pathways if name.startswith("discharged: ")]
    assert reasons
    assert not results.pathways.isna().any(axis=None)
    assert set(results.pathways.dtypes[reasons]) == {np.dtype(np.int64)}


def test_the_folder_holds_the_files_of_the_interface(results, tmp_path):
    folder = write_results(results, tmp_path / "run", compare(results))
    assert {file.name for file in folder.iterdir()} == {
        "manifest.json", "metrics.csv", "summary.csv", "comparison.csv", "courses.csv",
        "weeks.csv", "relapses.csv", "pathways.csv", "budget.csv", "patients.parquet",
        "visits.parquet",
    }  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"scenarios", "seed", "versions", "commit", "digest", "wall_seconds"} <= set(manifest)
    header = (folder / "metrics.csv").read_text().splitlines()[0]
    assert header == "scenario,replication,measure,value"


def test_the_manifest_says_nothing_of_where_it_was_made(results, tmp_path):
    text = (write_results(results, tmp_path / "run") / "manifest.json").read_text()
    assert str(tmp_path) not in text
    assert "/home" not in text
    assert "/root" not in text


def test_a_measure_that_was_not_reached_is_still_so_when_read(results, tmp_path):
    metrics = results.metrics.copy()
    metrics.loc[0, "value"] = inf
    read = read_results(write_results(replace(results, metrics=metrics), tmp_path / "run"))
    assert read.metrics.loc[0, "value"] == inf


def test_an_earlier_run_is_written_over_whole(results, tmp_path):
    folder = write_results(results, tmp_path / "run", compare(results))
    (folder / "figures").mkdir()
    for name in ("forest", "patient-3-r1-none", "mine"):
        (folder / "figures" / f"{name}.png").write_bytes(b"")
    (folder / "notes.txt").write_text("mine")
    write_results(replace(results, kept={}), folder)
    assert not (folder / "comparison.csv").exists()
    assert not (folder / "visits.parquet").exists()
    assert [file.name for file in (folder / "figures").iterdir()] == ["mine.png"]
    assert (folder / "notes.txt").read_text() == "mine"


def test_files_that_ketasim_did_not_make_are_not_written_over(results, tmp_path):
    (tmp_path / "metrics.csv").write_text("mine")
    with pytest.raises(ScenarioError, match=r"metrics\.csv but no manifest.*--out"):
        prepare(tmp_path)
    (tmp_path / "manifest.json").write_text('{"made_by": "someone"}')
    with pytest.raises(ScenarioError, match="--out"):
        write_results(results, tmp_path)
    assert (tmp_path / "metrics.csv").read_text() == "mine"


@pytest.mark.parametrize("inner", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_refused_with_a_remedy(tmp_path, inner):
    (tmp_path / "file").write_text("")
    with pytest.raises(ScenarioError, match=r"cannot be written.*--out"):
        prepare(tmp_path / inner)


def test_an_abandoned_folder_goes_only_when_it_is_empty(tmp_path):
    folder = prepare(tmp_path / "a" / "b")
    abandon(folder)
    assert not folder.exists()
    (prepare(folder) / "notes.txt").write_text("mine")
    abandon(folder)
    assert folder.exists()


def test_default_folders_are_new_and_named_after_the_study(tmp_path):
    folders = [new_folder("boosters", tmp_path) for _ in range(4)]
    assert len(set(folders)) == 4  # in one second, though each is still empty
    for folder in folders:
        assert folder.parent == tmp_path
        assert folder.name.startswith("boosters-20")
        assert folder.is_dir()


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match=r"manifest\.json"):
        read_results(tmp_path)
    (tmp_path / "manifest.json").write_text('{"made_by": "ketasim", "format": 99}')
    with pytest.raises(ScenarioError, match="later ketasim"):
        read_results(tmp_path)


def test_a_manifest_with_a_missing_entry_is_refused(results, tmp_path):
    folder = write_results(results, tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["seed"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ScenarioError, match="seed: field required"):
        read_results(folder)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("seed", "x"),
        ("seed", -5),
        ("seed", None),
        ("seed", 10**30),
        ("seed", True),
        ("replications", "many"),
        ("replications", 0),
        ("scenarios", []),
        ("scenarios", {}),
        ("scenarios", {"base": 3}),
        ("scenarios", {"base": {"digest": "", "resolved": {"run": 5}}}),
        ("format", "one"),
        ("reference", "nobody"),
    ],
)
def test_a_manifest_edited_by_hand_is_refused(results, tmp_path, entry, value):
    folder = write_results(results, tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {entry: value}))
    with pytest.raises(ScenarioError, match=r"manifest\.json"):
        read_results(folder)


def test_a_manifest_cut_short_or_nested_without_end_is_refused(results, tmp_path):
    folder = write_results(results, tmp_path / "run")
    whole = (folder / "manifest.json").read_text()
    for text in (whole[: len(whole) // 2], "[" * 100_000 + "]" * 100_000, "\0", ""):
        (folder / "manifest.json").write_text(text)
        with pytest.raises(ScenarioError, match=r"manifest\.json"):
            read_results(folder)


def test_a_results_folder_without_its_tables_is_refused(results, tmp_path):
    folder = write_results(results, tmp_path / "run")
    (folder / "metrics.csv").unlink()
    with pytest.raises(ScenarioError, match=r"metrics\.csv.*no such file"):
        read_results(folder)


def test_a_scenario_with_an_object_of_the_users_own_keeps_its_numbers(tmp_path):
    own = {"mine": SMALL.override({"policy.boosters": Never()}), "base": SMALL}
    results = run(own, replications=1, jobs=1)
    read = read_results(write_results(results, tmp_path / "run"))
    assert read.names == ["mine", "base"]
    assert list(read.scenarios) == ["base"]
    pd.testing.assert_frame_equal(read.metrics, results.metrics, check_dtype=False)


@pytest.mark.parametrize("left", [0, 0.4])
def test_a_table_of_metrics_that_was_cut_short_is_refused(results, tmp_path, left):
    """Else means would be of the replications that happen to be left."""
    folder = write_results(results, tmp_path / "out")
    head, *rows = (folder / "metrics.csv").read_text().splitlines(keepends=True)
    (folder / "metrics.csv").write_text("".join([head, *rows[: int(left * len(rows))]]))
    with pytest.raises(ScenarioError, match=r"metrics\.csv: it has \d of the \d+ replications"):
        read_results(folder)


def test_the_rows_of_one_replication_are_those_of_the_whole_table(tmp_path):
    """In memory and in a file. Witness: pandas, on the table that is read whole."""
    base = Scenario().override({"run.days": 40})
    scenarios = {"a": base, "b": base.override({"clinic.chairs": 2})}
    made = run(scenarios, replications=2, jobs=1, reference="a", keep=["visits", "patients"])
    for results in (made, read_results(write_results(made, tmp_path / "out"))):
        for kept in results.kept.values():
            whole = kept.table()
            for name, number in (("a", 1), ("b", 2)):
                here = whole[(whole["scenario"] == name) & (whole["replication"] == number)]
                assert len(here) > 0
                pd.testing.assert_frame_equal(kept.rows(name, number), here.reset_index(drop=True))
