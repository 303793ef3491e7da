"""Witness: a fresh shell. `ketasim dose-count` as a user runs it, with few people."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shell")
    (folder / "mine.toml").write_text("[run]\nreplications = 2\nseed = 3\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}

    def ketasim(*arguments):
        command = [sys.executable, "-m", "sim", "dose-count", *map(str, arguments)]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    ketasim.folder = folder
    return ketasim


@pytest.fixture(scope="module")
def counted(shell):
    done = shell("mine.toml", "--people", 60, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    return done


def test_sentences_come_first_then_tables_then_where_the_files_are(counted):
    parts = ("Response: ", "Remission: ", "Boosters, ", "Metabolism, against", "Groups of", "Diff")
    places = [counted.stdout.index(part) for part in (*parts, "Tables: ", "Figures: ")]
    assert places == sorted(places)
    assert max(map(len, counted.stdout.splitlines())) <= 100
    assert "…" not in counted.stdout


def test_the_folder_is_named_after_the_scenario_and_holds_tables_manifest_and_figures(
    shell, counted
):
    folder = Path(counted.stdout.split("Tables: ")[1].split()[0])
    assert folder.parent == Path("results")
    assert folder.name.startswith("mine-dose-count-")
    names = {file.name for file in (shell.folder / folder).iterdir()}
    tables = {"dose_count.csv", "factors.csv", "manifest.json"}
    assert names == tables | {"run.log", "figures", "ledger"}
    assert (shell.folder / folder / "figures" / "factor_route.png").exists()


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_processes(shell, counted):
    """One process made what `counted` is."""
    one = shell.folder / counted.stdout.split("Tables: ")[1].split()[0]
    done = shell("mine.toml", "--people", 60, "--jobs", 2, "-q", "--no-figures", "--out", "two")
    assert (done.stdout, done.stderr) == ("two\n", "")
    for name in ("dose_count.csv", "factors.csv"):
        assert (one / name).read_bytes() == (shell.folder / "two" / name).read_bytes()


def test_one_replication_is_marked_as_having_no_interval(shell):
    done = shell("mine.toml", "--people", 60, "--replications", 1, "--no-figures", "--out", "one")
    assert "One replication: no ±." in done.stdout
    assert done.stdout.count("±") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent.toml"], "absent.toml"),
        (["mine.toml", "--set", "symptoms.calibration=tral"], "trial"),
        (["mine.toml", "--set", "population.enroled_from=12"], "enrolled_from"),
        (["mine.toml", "--people", "0"], "people"),
    ],
)
def test_a_fault_of_the_users_is_said_in_a_sentence_and_leaves_no_folder(shell, arguments, says):
    done = shell(*arguments, "--out", "faulty")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (shell.folder / "faulty").exists()


def test_the_folder_of_a_run_is_not_written_over(shell):
    taken = shell.folder / "taken"
    taken.mkdir()
    (taken / "manifest.json").write_text('{"made_by": "ketasim", "format": 1, "name": "a run"}')
    done = shell("mine.toml", "--people", 60, "--out", "taken")
    assert done.returncode == 2
    assert "--overwrite to replace it" in done.stderr
    assert [file.name for file in taken.iterdir()] == ["manifest.json"]
