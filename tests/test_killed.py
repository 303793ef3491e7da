"""Every command without room, interrupted, and asked to replace (witness: what lies in the folder).

`make kills` does the same to whole processes, at random moments.
"""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from functools import wraps
from pathlib import Path

import pandas as pd
import pytest

import sim
from commands_tried import BASE, COMMANDS, WORK
from sim.cli import signals
from sim.config import writing
from sim.experiment import folder as filing
from sim.experiment.folder import DRAWN, MANIFEST, OF_ONE_PATIENT, OURS
from sim.experiment.ledger import LEDGER
from sim.experiment.log import FILE
from sim.experiment.store import read_results

DRAWS = {"uncertain", "run", "compare", "capacity", "dose-count", "validate"}
SIGNALS = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
ENDS = [(c, name) for c in COMMANDS for name in (SIGNALS if c == "run" else ["SIGTERM"])]
"""Every signal ends one command, and every command is ended by one: they share how."""


@pytest.fixture(autouse=True)
def in_front():
    """Hear signals as a command in front does: what a shell runs in the background is deaf."""
    usual = {"SIGINT": signal.default_int_handler}
    before = {
        name: signal.signal(getattr(signal, name), usual.get(name, signal.SIG_DFL))
        for name in SIGNALS
    }
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


@pytest.fixture
def small(monkeypatch):
    """Let 10 people stand for 120 in the build-up, and one uncertain parameter for all."""
    from sim.planning import buildup, rests_on

    alone = buildup.without_a_clinic
    monkeypatch.setattr(buildup, "without_a_clinic", lambda scenario, people: alone(scenario, 10))
    monkeypatch.setattr(rests_on, "BOUND", ("behaviour.stopping",))
    monkeypatch.setattr(rests_on, "JOINT_DRAWS", 1)


def full_from(monkeypatch, number, error=errno.ENOSPC):
    """Let the disk be full from the `number`th file on, those in the ledger aside."""
    written = []

    def settle(part):
        if LEDGER in part.parts:
            return
        written.append(part)
        if len(written) >= number:
            raise OSError(error, os.strerror(error), str(part))

    monkeypatch.setattr(writing, "settle", settle)
    monkeypatch.setattr(filing, "settle", settle)
    return written


def whole(folder):
    """Check that nothing half-written lies there; give the manifest, if there is one."""
    assert not list(folder.rglob(f"{writing.PART}*"))
    if not (folder / MANIFEST).exists():
        return None
    manifest = json.loads((folder / MANIFEST).read_text())
    for file in folder.glob("*.csv"):
        pd.read_csv(file)
        assert file.name not in manifest.get("missing", ())
    return manifest


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_a_paragraph_and_leaves_nothing_half_written(
    command, number, ketasim, tmp_path, monkeypatch
):
    full_from(monkeypatch, number)
    out = tmp_path / "out"
    status, _, err = ketasim(*COMMANDS[command], "--quiet", "--out", out)
    assert status == 2
    assert err.count("ketasim: ") == 1
    assert "No space left on device" in err
    if (command, number) == ("calibrate", 2):
        assert whole(out) is None
        assert sorted(file.name for file in out.iterdir()) == ["estimates.csv", LEDGER, FILE]
    else:
        assert sorted(file.name for file in out.iterdir()) == [LEDGER, FILE]
    assert "the same command goes on from there" in err or command == "calibrate"


@pytest.mark.parametrize(
    ("command", "number", "lacks"),
    [
        ("compare", 9, "comparison"),
        ("uncertain", 4, "uncertainty.csv"),
        ("capacity", 4, "figures"),
        ("dose-count", 4, "figures"),
        ("validate", 3, "figures"),
    ],
)
def test_a_disk_that_fills_after_the_tables_leaves_them_whole(
    command, number, lacks, ketasim, tmp_path, monkeypatch, small
):
    full_from(monkeypatch, number)
    status, _, err = ketasim(*COMMANDS[command], "--quiet", "--out", tmp_path)
    assert status == 2
    assert f"ketasim: no {lacks}: " in err
    manifest = whole(tmp_path)
    assert "missing" not in manifest
    assert not manifest["interrupted"]


def test_a_run_without_room_for_all_keeps_what_the_rest_is_worked_out_of(
    ketasim, tmp_path, monkeypatch
):
    """The second file and then no other: the manifest has room in place of what it names."""
    real, calls = writing.settle, []

    def settle(part):
        calls.append(part.name)
        if part.name.endswith(("courses.csv", "summary.csv")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(part)

    monkeypatch.setattr(filing, "settle", settle)
    status, out, err = ketasim(*COMMANDS["run"], "--no-figures", "--out", tmp_path / "out")
    assert status == 2
    assert "courses.csv, summary.csv could not be written (No space left on device)" in err
    assert "days below 10" in out
    manifest = whole(tmp_path / "out")
    assert manifest["missing"] == ["courses.csv", "summary.csv"]
    results = read_results(tmp_path / "out")
    assert results.courses.empty
    assert results.replications == results.metrics["replication"].max() == 4


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS,
                                   errno.EFBIG])  # fmt: skip
def test_figures_for_which_there_is_no_room_are_one_line_and_status_2(
    error, ketasim, tmp_path, monkeypatch
):
    def savefig(*arguments, **options):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", savefig)
    status, _, err = ketasim(*COMMANDS["run"], "--quiet", "--out", tmp_path / "out")
    assert status == 2
    assert err.count("ketasim: ") == 1
    assert f"no figures: a file cannot be written ({os.strerror(error)})" in err
    assert whole(tmp_path / "out")["replications"] == 4


def test_an_earlier_result_stays_whole_where_the_new_one_has_no_room(
    ketasim, tmp_path, monkeypatch
):
    old = {"old": sim.read_scenario(BASE).override({"run.days": 7})}
    sim.write_results(sim.run(old, 1, jobs=1), tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    full_from(monkeypatch, 2)
    assert ketasim(*COMMANDS["run"], "--no-figures", "--overwrite", "--out", tmp_path)[0] == 2
    now = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert b"No space left on device" in now.pop(FILE)
    assert now == before


def test_a_table_of_people_for_which_there_is_no_room_is_not_there(ketasim, tmp_path, monkeypatch):
    full_from(monkeypatch, 1)
    status, _, err = ketasim("population", BASE, "--patients", 5, "--out", tmp_path / "p.csv")
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert "No space left" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no full device")
@pytest.mark.parametrize("arguments", [["schema"], ["register"], ["describe", BASE]])
def test_an_output_that_takes_no_more_is_a_paragraph(arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "sim", *arguments], stdout=full,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip
    assert done.returncode == 2
    assert (
        done.stderr == "ketasim: the output cannot be read or written (No space left on device).\n"
    )


# ---------------------------------------------------------------------- signals


def at_task(monkeypatch, command, number, name):
    """Send this process a signal before its `number`th task."""
    home, _, work = WORK[command].rpartition(".")
    module = __import__(home, fromlist=[work])
    real, done = getattr(module, work), []

    @wraps(real)  # so that it is known in the ledger
    def task(*arguments, **more):
        done.append(arguments)
        if len(done) == number:
            signal.raise_signal(getattr(signal, name))
        return real(*arguments, **more)

    monkeypatch.setattr(module, work, task)


class Forgetful:
    """Python swallows what is raised while it is thrown away."""

    def __del__(self):
        signal.raise_signal(signal.SIGTERM)


def throw_one_away():
    Forgetful()
    while True:  # else the test never ends
        time.sleep(0.01)


def test_a_signal_that_comes_where_exceptions_are_swallowed_is_not_lost():
    with signals.handled():
        with pytest.raises(KeyboardInterrupt):
            throw_one_away()
        assert signals.status() == 143


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_while_the_arguments_are_read_has_its_own_status(ketasim, monkeypatch, name):
    number = getattr(signal, name)

    def read(*arguments, **options):
        signal.raise_signal(number)

    monkeypatch.setattr("typer.core.TyperGroup.parse_args", read)
    status, out, err = ketasim("describe", "base.toml")
    assert (status, out) == (128 + number, "")
    assert "nothing was finished" in err


@pytest.mark.parametrize(("command", "name"), ENDS)
def test_a_signal_before_anything_is_finished_leaves_no_folder_and_its_status(
    command, name, ketasim, tmp_path, monkeypatch
):
    at_task(monkeypatch, command, 1, name)
    handlers = [signal.getsignal(getattr(signal, each)) for each in SIGNALS]
    status, out, err = ketasim(*COMMANDS[command], "--quiet", "--out", tmp_path / "out")
    assert status == 128 + getattr(signal, name)
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("ketasim: interrupted")
    assert (tmp_path / "out").exists() is (command == "calibrate")  # which keeps its best fit
    assert handlers == [signal.getsignal(getattr(signal, each)) for each in SIGNALS]


@pytest.mark.parametrize(
    ("command", "number", "kept"),
    [
        ("run", 3, "kept 2 of 4 replications"),
        ("compare", 7, "kept 1 of 2 replications"),
        ("uncertain", 6, "kept 2 of 4 draws"),
        ("capacity", 4, "kept what was tried (3 replications)"),
        ("dose-count", 3, "kept 2 of 4 replications"),
        ("validate", 3, "kept 2 of 4 cohorts"),
    ],
)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_keeps_what_is_finished_and_says_where(
    command, number, kept, name, ketasim, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    at_task(monkeypatch, command, number, name)
    status, _, err = ketasim(*COMMANDS[command], "--quiet", "--out", out)
    assert status == 128 + getattr(signal, name)
    assert err.count("\n") == 1
    assert kept in err
    assert str(out) in err
    assert ("SIGTERM" in err, "SIGHUP" in err) == (name == "SIGTERM", name == "SIGHUP")
    manifest = whole(out)
    assert (manifest["interrupted"], manifest["interrupted_because"]) == (True, "")
    assert not (out / "figures").exists()


@pytest.mark.parametrize("command", ["run", "compare", "dose-count", "validate", "uncertain"])
def test_a_signal_after_the_last_task_waits_until_all_is_written(
    command, ketasim, tmp_path, monkeypatch
):
    """Between the last replication and its file nothing would be there to keep."""
    real = writing.settle

    def settle(part):
        if part.name.endswith(("metrics.csv", "dose_count.csv", "validation.csv")):
            signal.raise_signal(signal.SIGTERM)
        real(part)

    monkeypatch.setattr(filing, "settle", settle)
    status, _, err = ketasim(*COMMANDS[command], "--quiet", "--out", tmp_path)
    assert status == 143
    assert err.endswith(f"the tables are whole, in {tmp_path}.\n")
    assert not whole(tmp_path)["interrupted"]


def test_a_search_that_is_cut_short_tells_what_was_tried_and_claims_no_answer(
    ketasim, tmp_path, monkeypatch
):
    at_task(monkeypatch, "capacity", 4, "SIGTERM")
    _, out, err = ketasim(*COMMANDS["capacity"], "--out", tmp_path)
    answer = json.loads((tmp_path / MANIFEST).read_text())["answer"]
    assert answer.startswith("There is no answer, as the search was interrupted. So far")
    assert " do" not in answer
    assert " ".join(out.split()).startswith(answer)
    rows = pd.read_csv(tmp_path / "capacity.csv")
    assert rows["replications"].sum() == 3
    assert set(rows["verdict"]) <= {"fails", "passes", "undecided"}
    assert "there is no answer yet: the same command goes on from there." in err


def test_a_calibration_that_is_interrupted_goes_on_with_the_same_command(
    ketasim, tmp_path, monkeypatch
):
    at_task(monkeypatch, "calibrate", 2, "SIGTERM")
    status, _, err = ketasim(*COMMANDS["calibrate"], "--out", tmp_path)
    assert status == 143
    assert f"kept what is finished in {tmp_path}; the same command goes on from there." in err
    assert ketasim(*COMMANDS["calibrate"], "--out", tmp_path)[0] == 0
    manifest = whole(tmp_path)
    assert manifest["blocks_of_an_earlier_run"] == 1
    assert ketasim(*COMMANDS["calibrate"], "--out", tmp_path)[0] == 2
    assert ketasim(*COMMANDS["calibrate"], "--overwrite", "--out", tmp_path)[0] == 0
    assert whole(tmp_path)["blocks_of_an_earlier_run"] == 0


def test_a_verification_that_is_interrupted_says_that_it_tells_nothing(ketasim, monkeypatch):
    def work(task):
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("sim.evidence.known_answers._simulate", work)
    status, out, err = ketasim("verify", "dd1", "--visits", 10**6, "--jobs", 1)
    assert (status, out) == (143, "")
    assert "nothing is told of a verification that is not whole" in err


# ---------------------------------------------------------------------- an earlier result


@pytest.fixture
def earlier(tmp_path):
    """An earlier result of every kind at once, and a user's own files in its folder."""
    (tmp_path / "figures").mkdir()
    for name in OURS:
        (tmp_path / name).write_text("old")
    for name in (*(f"{name}.png" for name in DRAWN), "patient-1-r1-base.png", "mine.png"):
        (tmp_path / "figures" / name).write_text("old")
    (tmp_path / "notes.txt").write_text("old")
    (tmp_path / MANIFEST).write_text('{"made_by": "ketasim", "name": "old"}')
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_an_earlier_result_is_replaced_only_when_asked_for_and_then_whole(
    command, ketasim, earlier, small, monkeypatch
):
    def savefig(figure, target, **options):
        Path(target).write_bytes(b"drawn")  # what a picture shows is no matter here

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", savefig)
    before = {file: file.read_bytes() for file in earlier.rglob("*.*")}
    status, _, err = ketasim(*COMMANDS[command], "--out", earlier)
    assert status == 2
    assert "this folder holds an earlier result; give --overwrite to replace it" in err
    assert {file: file.read_bytes() for file in earlier.rglob("*.*")} == before
    status, _, err = ketasim(*COMMANDS[command], "--overwrite", "--out", earlier)
    assert status == 0, err
    old = [f.name for f in earlier.rglob("*.*") if f.read_bytes() == b"old"]
    assert sorted(old) == ["mine.png", "notes.txt"]
    assert whole(earlier)
    known = {MANIFEST, *OURS, LEDGER, FILE, "figures", "notes.txt"}
    assert {file.name for file in earlier.iterdir()} <= known
    figures = {file.stem for file in (earlier / "figures").iterdir()} - {"mine"}
    assert figures <= set(DRAWN)
    assert bool(figures) is (command in DRAWS)


def test_figures_of_single_patients_go_with_their_results(ketasim, tmp_path):
    ketasim(*COMMANDS["run"], "--no-figures", "--out", tmp_path)
    assert ketasim("explain", tmp_path, "--patient", 0)[0] == 0
    (figure,) = (tmp_path / "figures").iterdir()
    assert OF_ONE_PATIENT.fullmatch(figure.name)
    ketasim(*COMMANDS["run"], "--no-figures", "--overwrite", "--out", tmp_path)
    assert not figure.exists()


def test_what_was_being_put_in_place_when_all_ended_may_be_replaced(ketasim, tmp_path):
    """A command killed between two files leaves tables, and a manifest not yet under its name."""
    ketasim(*COMMANDS["run"], "--no-figures", "--out", tmp_path)
    (tmp_path / MANIFEST).rename(writing.part_of(tmp_path / MANIFEST))
    with pytest.raises(sim.ScenarioError, match="no results folder"):
        read_results(tmp_path)
    other = [*COMMANDS["run"], "--seed", 5, "--no-figures", "--out", tmp_path]
    assert ketasim(*other)[0] == 2
    assert ketasim(*COMMANDS["run"], "--no-figures", "--out", tmp_path)[0] == 0
    assert whole(tmp_path)
    assert ketasim(*other, "--overwrite")[0] == 0
    assert whole(tmp_path)


def test_an_interrupt_while_files_are_put_in_place_leaves_all_of_them(tmp_path, monkeypatch):
    results = sim.run({"one": sim.read_scenario(BASE).override({"run.days": 7})}, 1, jobs=1)
    real, moved = Path.replace, []

    def replace(self, target):
        moved.append(target)
        if len(moved) == 3:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        sim.write_results(results, tmp_path)
    assert whole(tmp_path)["replications"] == 1
    assert read_results(tmp_path).metrics.equals(results.metrics)
