"""`ketasim rerun` (witness: the tables that the first run wrote, and spoilt ones)."""

import json
from pathlib import Path

import pytest

import sim
from sim.cli import rerun
from sim.experiment.folder import MANIFEST
from test_goes_on import ASKED, with_

KINDS = ("run", "compare", "uncertain", "capacity", "dose-count")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Give the folder of each command, made when it is first asked for."""
    made = {}

    def of(command, ketasim):
        if command not in made:
            out = tmp_path_factory.mktemp("first") / command
            assert ketasim(*with_(command, "--quiet", "--out", out))[0] == 0
            made[command] = out
        return made[command]

    return of


@pytest.mark.parametrize("command", KINDS)
def test_a_manifest_is_simulated_again_bit_for_bit(command, ketasim, done):
    folder = done(command, ketasim)
    before = {file: file.read_bytes() for file in folder.glob("*.*")}
    status, out, _ = ketasim("rerun", folder / MANIFEST, "--jobs", 1, "--quiet")
    assert status == 0
    assert out.startswith("The same bytes: ")
    assert "No version differs." in out
    simulated = {"capacity.csv", "dose_count.csv", "metrics.csv"} & {f.name for f in before}
    assert simulated
    assert all(name in out for name in simulated)
    assert {file: file.read_bytes() for file in folder.glob("*.*")} == before


def changed(folder, **more):
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


@pytest.fixture
def copied(ketasim, done, tmp_path):
    folder = done("dose-count", ketasim)
    for file in folder.glob("*.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_a_table_that_was_changed_is_said_with_no_version_to_blame(ketasim, copied):
    table = copied / "factors.csv"
    table.write_bytes(table.read_bytes().replace(b"1", b"2", 1))
    status, out, _ = ketasim("rerun", copied, "--quiet")
    assert status == 1
    assert out.startswith("Other bytes: factors.csv. The same bytes: dose_count.csv. No version")
    assert "a table was changed after the run" in out


def test_another_version_is_named_whether_the_bytes_differ_or_not(ketasim, copied):
    manifest = json.loads((copied / MANIFEST).read_text())
    changed(copied, versions=manifest["versions"] | {"numpy": "1.0"})
    status, out, _ = ketasim("rerun", copied, "--quiet")
    assert (status, out.startswith("The same bytes")) == (0, True)
    assert "Versions that differ: numpy " in out
    assert "(then 1.0)" in out
    (copied / "factors.csv").write_text("old")
    status, out, _ = ketasim("rerun", copied, "--quiet")
    assert (status, out.startswith("Other bytes")) == (1, True)
    assert "Versions that differ: numpy " in out
    assert "So the source was another" not in out


def test_tables_that_are_not_there_are_not_compared(ketasim, copied):
    (copied / "factors.csv").unlink()
    status, out, _ = ketasim("rerun", copied, "--quiet")
    assert status == 0
    assert "not compared: factors.csv" in out
    (copied / "dose_count.csv").unlink()
    status, out, _ = ketasim("rerun", copied, "--quiet", "--out", copied / "kept")
    assert status == 0
    assert out.startswith("Nothing to compare")
    assert "same bytes" not in out
    assert (copied / "kept" / "factors.csv").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"kind": "validate"}, 'a result of kind "validate"'),
        ({"kind": "capacity", "interrupted": True}, "this search was interrupted"),
        ({"kind": "run", "measures": [{"name": "lives"}]}, "measures of your own"),
        ({"made_by": "somebody"}, "no manifest of ketasim's"),
    ],
)
def test_what_no_manifest_tells_whole_is_refused(more, told, ketasim, copied):
    changed(copied, **more)
    status, out, err = ketasim("rerun", copied)
    assert (status, out) == (2, "")
    assert told in err


def test_a_file_that_is_no_manifest_and_an_object_of_ones_own_are_refused(ketasim, tmp_path):
    for path in (tmp_path, tmp_path / "nowhere" / MANIFEST, Path(__file__)):
        status, _, err = ketasim("rerun", path)
        assert (status, "no manifest of ketasim's" in err) == (2, True)

    class Mine:
        kind = "mine"

        def next_order(self, chart):
            return sim.Discharge("done")

    scenario = sim.Scenario().override({"run.days": 7, "policy.boosters": Mine()})
    sim.write_results(sim.run({"own": scenario}, 1, jobs=1), tmp_path / "own")
    status, _, err = ketasim("rerun", tmp_path / "own")
    assert (status, "an object of your own" in err) == (2, True)


def test_a_table_of_people_that_has_changed_is_refused(ketasim, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("baseline\n15\n16\n")
    scenario = sim.Scenario().override({"run.days": 7, "population.file": str(table)})
    sim.write_results(sim.run({"own": scenario}, 1, jobs=1), tmp_path / "own")
    assert ketasim("rerun", tmp_path / "own", "--quiet")[0] == 0
    table.write_text("baseline\n15\n17\n")
    status, _, err = ketasim("rerun", tmp_path / "own", "--quiet")
    assert (status, "its content has changed since" in err) == (2, True)


def test_an_edited_scenario_is_simulated_as_it_is_and_said(ketasim, copied):
    manifest = json.loads((copied / MANIFEST).read_text())
    (entry,) = manifest["scenarios"].values()
    entry["resolved"]["population"]["kind"] = "mixed_refractory"
    entry["resolved"]["run"]["days"] = 99
    changed(copied, scenarios=manifest["scenarios"])
    _, _, err = ketasim("rerun", copied, "--quiet")
    assert "do not belong together" in err


def test_every_kind_has_its_own_way():
    assert {"run", "uncertainty", "economics", "sensitivity", "capacity", "dose-count", "best",
            "pareto"} == set(rerun._AGAIN)  # fmt: skip
    assert set(KINDS) <= set(ASKED)
