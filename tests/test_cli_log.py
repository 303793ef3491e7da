"""Versions, help and the log (witness: the folder, and the results without a log)."""

import logging
import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.experiment import log
from sim.experiment.versions import versions

BASE = Path(__file__).parents[1] / "scenarios" / "base.toml"
TINY = ["--set", "run.days=10", "--replications", "2", "--jobs", "1"]
COMMANDS = list(get_command(app).commands)


def ketasim(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == 0, done.exception or done.output
    return done.stdout


@pytest.fixture(autouse=True)
def no_log_is_left():
    yield
    log.end()


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
    ketasim("run", BASE, *TINY, "--out", tmp_path / "out", "--verbose")
    lines = (tmp_path / "out" / "ketasim.log").read_text("utf-8").splitlines()
    for number in (1, 2):
        what = f'scenario "base", replication {number}'
        (began,) = [n for n, line in enumerate(lines) if line.endswith(f"{what}: begun")]
        (ended,) = [n for n, line in enumerate(lines) if f"{what}: finished in " in line]
        assert began < ended
        assert re.search(r"finished in \d+\.\d\d s$", lines[ended])
    written = {Path(line.split("wrote ")[1]).name for line in lines if "wrote " in line}
    files = {file.name for file in (tmp_path / "out").rglob("*.*")}
    assert {name for name in files if name.endswith((".csv", ".png"))} == written
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ INFO ", line) for line in lines)


def test_the_processes_of_a_study_write_to_the_same_log(tmp_path):
    log.into(tmp_path)
    sim.run({"x": sim.Scenario().override({"run.days": 5})}, 3, jobs=2)
    lines = (tmp_path / "ketasim.log").read_text("utf-8").splitlines()
    assert sum("finished in" in line for line in lines) == 3


def test_without_verbose_there_is_no_log_and_the_results_are_the_same(tmp_path):
    ketasim("run", BASE, *TINY, "--no-figures", "--out", tmp_path / "a", "--verbose")
    ketasim("run", BASE, *TINY, "--no-figures", "--out", tmp_path / "b")
    assert not (tmp_path / "b" / "ketasim.log").exists()
    for name in ("metrics.csv", "courses.csv", "weeks.csv", "summary.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_log_goes_with_the_result_it_tells_of(tmp_path):
    size = ["run", BASE, *TINY, "--no-figures", "--out", tmp_path / "out"]
    file = tmp_path / "out" / "ketasim.log"
    ketasim(*size, "--verbose")
    first = file.read_text("utf-8")
    refused = CliRunner().invoke(app, [*map(str, size), "--verbose"])
    assert "--overwrite" in str(refused.exception)
    assert file.read_text("utf-8") == first
    ketasim(*size, "--verbose", "--overwrite")
    lines = file.read_text("utf-8").splitlines()
    assert not set(lines) & set(first.splitlines())
    assert sum("finished in" in line for line in lines) == 2
    ketasim(*size, "--overwrite")
    assert not file.exists()


def test_a_log_beside_no_result_is_gone_on_with(tmp_path):
    (tmp_path / "ketasim.log").write_text("somebody's\n")
    ketasim("run", BASE, *TINY, "--no-figures", "--out", tmp_path)
    assert (tmp_path / "ketasim.log").read_text("utf-8") == "somebody's\n"
    ketasim("run", BASE, *TINY, "--no-figures", "--out", tmp_path, "--overwrite", "--verbose")
    assert "somebody's" not in (tmp_path / "ketasim.log").read_text("utf-8")
    (tmp_path / "manifest.json").unlink()
    log.into(tmp_path, anew=False)
    log.LOG.info("more")
    assert len((tmp_path / "ketasim.log").read_text("utf-8").splitlines()) > 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_log_without_room_says_nothing_and_stops_nothing(capfd):
    log.follow_log("/dev/full")
    with log.timed("replication 1"):
        pass
    assert capfd.readouterr().err == ""


def test_a_replication_that_fails_is_logged_with_its_reason(caplog):
    listened = caplog.at_level(logging.INFO, "ketasim")
    with listened, pytest.raises(ZeroDivisionError), log.timed("replication 3"):
        raise ZeroDivisionError
    assert caplog.messages[-1].startswith("replication 3: failed (ZeroDivisionError")
