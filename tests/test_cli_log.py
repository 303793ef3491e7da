"""Versions, help and the log (witness: the folder, and the results without a log)."""

import logging
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.experiment import log
from sim.experiment.executors import execute
from sim.experiment.versions import versions

BASE = Path(__file__).parents[1] / "scenarios" / "base.toml"
TOO_MUCH = ["--replications", "1000000", "--set", "run.days=3650"]
TINY = ["--set", "run.days=10", "--replications", "2", "--jobs", "1"]
COMMANDS = list(get_command(app).commands)
LINE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (INFO|WARNING|ERROR) "


def ketasim(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == 0, done.exception or done.output
    return done.stdout


@pytest.fixture(autouse=True)
def no_log_is_left():
    before = warnings.showwarning
    yield
    log.end()
    assert warnings.showwarning is before


def logged_in(folder):
    return (folder / log.FILE).read_text("utf-8").splitlines()


def test_the_version_names_python_and_every_package_that_numbers_rest_on():
    told = ketasim("--version")
    for name, version in versions().items():
        assert version in told
        assert name in told.lower()


@pytest.mark.parametrize("command", COMMANDS)
def test_h_is_help_everywhere(command):
    assert ketasim(command, "-h") == ketasim(command, "--help")


def test_completion_is_offered():
    assert "--install-completion" in ketasim("-h")


def test_a_log_says_what_began_what_ended_after_how_long_and_what_was_written(tmp_path):
    out = tmp_path / "out"
    ketasim("run", BASE, *TINY, "--out", out)
    lines = logged_in(out)
    for number in (1, 2):
        what = f'scenario "base", replication {number}'
        (began,) = [n for n, line in enumerate(lines) if line.endswith(f"{what}: begun")]
        (ended,) = [n for n, line in enumerate(lines) if f"{what}: finished in " in line]
        assert began < ended
        assert re.search(r"finished in \d+\.\d\d s$", lines[ended])
    written = {line.split("wrote ")[1] for line in lines if "wrote " in line}
    files = {file.relative_to(out).as_posix() for file in out.rglob("*.*")}
    assert {name for name in files if name.endswith((".csv", ".png"))} == written
    assert all(re.match(LINE, line) for line in lines)


def test_a_log_says_what_was_asked_with_which_versions_seed_and_processes(tmp_path):
    asked = ["run", str(BASE), *TINY, "--seed", "7", "--no-figures", "--out", str(tmp_path / "o u")]
    ketasim(*asked)
    asked_line, made_with, tasks, *_, ended = logged_in(tmp_path / "o u")
    assert asked_line.endswith(f"asked: ketasim {' '.join(asked[:-1])} '{asked[-1]}'")
    for name, version in versions().items():
        assert f"{name} {version}" in made_with
    assert tasks.endswith("tasks: 2, seed: 7, processes: 1")
    found = re.search(r"ended after (\S+) s: 2 tasks finished; on average one took (\S+) s", ended)
    assert 0 < float(found[2]) <= float(found[1])


def test_a_log_names_no_folder_of_this_machine_that_was_not_typed(tmp_path):
    """With relative paths typed, none of them is absolute (witness: where the test runs)."""
    copy = tmp_path / "mine.toml"
    copy.write_bytes(BASE.read_bytes())
    command = [sys.executable, "-m", "sim", "run", copy.name, *TINY, "--out", "out", "--keep"]
    subprocess.run([*command, "visits"], cwd=tmp_path, check=True, capture_output=True)
    told = "\n".join(logged_in(tmp_path / "out"))
    assert "wrote figures/" in told
    assert "asked: ketasim run mine.toml" in told
    for folder in (tmp_path, Path(sim.__file__).parent, Path.home(), Path(sys.prefix)):
        assert str(folder) not in told


def test_the_processes_of_a_study_write_to_the_same_log(tmp_path):
    log.into(tmp_path)
    sim.run({"x": sim.Scenario().override({"run.days": 5})}, 3, jobs=2)
    assert sum("replication" in line and "finished in" in line for line in logged_in(tmp_path)) == 3


def warns(task):
    warnings.warn(f"of task {task}", RuntimeWarning, stacklevel=1)
    return task


@pytest.mark.parametrize("jobs", [1, 2])
def test_warnings_stand_in_the_log_and_are_shown_as_without_one(tmp_path, jobs):
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        log.into(tmp_path)
        execute(warns, ["a", "b"], jobs)
        log.end()
    said = [line for line in logged_in(tmp_path) if "RuntimeWarning" in line]
    assert len(said) == 2
    assert {re.search(r"of task (\w) \(test_cli_log\.py:\d+\)$", line)[1] for line in said} == {
        "a", "b",
    }  # fmt: skip
    assert all(" WARNING " in line for line in said)
    here = [str(one.message) for one in shown]
    assert here == (["of task a", "of task b"] if jobs == 1 else []), "or where they were warned"


def test_verbose_shows_the_log_as_it_is_written_and_the_results_are_the_same(tmp_path):
    size = ["run", BASE, "--set", "run.days=10", "--replications", "2", "--jobs", "2"]
    size = [str(part) for part in (*size, "--no-figures", "--quiet", "--out")]
    shown = CliRunner().invoke(app, [*size, str(tmp_path / "a"), "--verbose"]).stderr
    assert shown.splitlines() == logged_in(tmp_path / "a")
    assert CliRunner().invoke(app, [*size, str(tmp_path / "b")]).stderr == ""
    for name in ("metrics.csv", "courses.csv", "weeks.csv", "summary.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    again = CliRunner().invoke(app, [*size, str(tmp_path / "a"), "--verbose", "--overwrite"]).stderr
    assert again.splitlines() == logged_in(tmp_path / "a")


def test_the_log_goes_with_the_result_it_tells_of(tmp_path):
    size = ["run", BASE, *TINY, "--no-figures", "--out", tmp_path / "out"]
    ketasim(*size)
    first = logged_in(tmp_path / "out")
    refused = CliRunner().invoke(app, [*map(str, size), "--seed", "3"])
    assert "--overwrite" in str(refused.exception)
    assert logged_in(tmp_path / "out") == first
    failed = CliRunner().invoke(app, [*map(str, size), "--overwrite", *TOO_MUCH])
    assert "--anyway" in str(failed.exception)
    *before, asked, _, said, ended = logged_in(tmp_path / "out")
    assert before == first, "the earlier result is still there"
    assert "--replications 1000000" in asked
    assert "ERROR ScenarioError: " in said
    assert "ended after" in ended
    ketasim(*size, "--overwrite", "--fresh")
    lines = logged_in(tmp_path / "out")
    assert not set(lines) & {*before, asked, said}
    assert sum("replication" in line and "finished in" in line for line in lines) == 2


def test_a_log_beside_no_result_is_gone_on_with(tmp_path):
    (tmp_path / log.FILE).write_text("somebody's\n")
    ketasim("run", BASE, *TINY, "--no-figures", "--out", tmp_path)
    first, *more = logged_in(tmp_path)
    assert first == "somebody's"
    assert more


def test_where_nothing_was_kept_no_log_is_either_unless_it_was_there_before(tmp_path):
    too_much = ["run", str(BASE), *TOO_MUCH, "--out"]
    CliRunner().invoke(app, [*too_much, str(tmp_path / "new")])
    assert not (tmp_path / "new").exists()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / log.FILE).write_text("somebody's\n")
    CliRunner().invoke(app, [*too_much, str(tmp_path / "old")])
    assert logged_in(tmp_path / "old")[0] == "somebody's"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_log_without_room_says_nothing_and_stops_nothing(tmp_path, capfd):
    (tmp_path / log.FILE).symlink_to("/dev/full")
    done = CliRunner().invoke(app, ["run", str(BASE), *TINY, "--quiet", "--out", str(tmp_path)])
    assert (done.exit_code, done.stderr, capfd.readouterr().err) == (0, "", "")
    assert (tmp_path / "manifest.json").exists()


def test_a_log_that_cannot_be_opened_stops_nothing(tmp_path):
    (tmp_path / log.FILE).mkdir()
    ketasim("run", BASE, *TINY, "--no-figures", "--out", tmp_path, "--verbose")
    assert (tmp_path / "manifest.json").exists()


def test_a_replication_that_fails_is_logged_with_its_reason(caplog):
    listened = caplog.at_level(logging.INFO, "ketasim")
    with listened, pytest.raises(ZeroDivisionError), log.timed("replication 3"):
        raise ZeroDivisionError
    assert caplog.messages[-1].startswith("replication 3: failed (ZeroDivisionError")
