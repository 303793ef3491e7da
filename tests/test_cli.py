"""Witness: a fresh shell. Commands run as a user runs them, on a small clinic."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli.commands import command_line

ROOT = Path(__file__).parents[1]

BASE = """
[run]
days = 80
replications = 3
seed = 4
[clinic]
chairs = 2
"""
STUDY = """
base = "base.toml"
reference = "two"
[variants.two]
[variants.four]
"clinic.chairs" = 4
[variants.no_boosters]
"policy.boosters" = { kind = "none" }
"""


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shell")
    (folder / "base.toml").write_text(BASE)
    (folder / "study.toml").write_text(STUDY)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}

    def ketasim(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "sim", *map(str, arguments)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )

    ketasim.folder, ketasim.environment = folder, environment
    return ketasim


@pytest.fixture(scope="module")
def compared(shell):
    done = shell("compare", "study.toml", "--out", "compared", "--jobs", 2)
    assert done.returncode == 0, done.stderr
    return done


def test_a_run_prints_the_headline_measures_with_intervals_and_where_the_results_are(shell):
    done = shell("run", "base.toml", "--jobs", 1, "--no-figures")
    assert done.returncode == 0, done.stderr
    assert "3 replications" in done.stdout
    for words in ("days below 10", "days in response", "infusions per patient", " to "):
        assert words in done.stdout
    folder = Path(done.stdout.split("Results: ")[1].split()[0])
    assert folder.parent == Path("results")
    assert folder.name.startswith("base-")
    assert (shell.folder / folder / "manifest.json").exists()
    assert "3 of 3 replications" in done.stderr


def test_a_comparison_prints_means_and_differences_within_a_hundred_columns(compared):
    assert "Differences from two on the same patients" in compared.stdout
    assert "pairing gained" in compared.stdout
    assert "no_boosters" in compared.stdout
    assert max(map(len, compared.stdout.splitlines())) <= 100
    assert "…" not in compared.stdout


def test_a_comparison_leaves_tables_manifest_and_figures(shell, compared):
    folder = shell.folder / "compared"
    names = {file.name for file in folder.iterdir()}
    assert {"manifest.json", "metrics.csv", "summary.csv", "comparison.csv", "figures"} <= names
    assert list((folder / "figures").glob("*.png"))


def test_metrics_are_the_same_bytes_with_one_job_and_with_two(shell, compared):
    shell("compare", "study.toml", "--out", "one", "--jobs", 1, "--no-figures", "-q")
    one, two = ((shell.folder / name / "metrics.csv").read_bytes() for name in ("one", "compared"))
    assert one == two


def test_quiet_prints_the_folder_and_nothing_else(shell):
    done = shell("run", "base.toml", "-q", "--out", "quiet", "--replications", 1, "--no-figures")
    assert (done.stdout, done.stderr) == ("quiet\n", "")


def test_one_replication_is_marked_as_having_no_interval(shell):
    for command, file in (("run", "base.toml"), ("compare", "study.toml")):
        done = shell(
            command,
            file,
            "--replications",
            1,
            "--jobs",
            1,
            "--no-figures",
            "--out",
            f"r1-{command}",
        )
        assert "one replication: no interval" in done.stdout
        assert "±" not in done.stdout
        assert "p=" not in done.stdout


def test_options_prevail_over_the_file(shell):
    shell(
        "run", "base.toml", "--seed", 9, "--replications", 1, "--set", "clinic.chairs=unlimited",
        "--set", "policy.boosters.kind=fixed", "--out", "set", "-q", "--no-figures",
        "--keep", "patients", "--keep", "visits",
    )  # fmt: skip
    manifest = json.loads((shell.folder / "set" / "manifest.json").read_text())
    resolved = manifest["scenarios"]["base"]["resolved"]
    assert (manifest["seed"], resolved["run"]["seed"]) == (9, 9)
    assert resolved["clinic"]["chairs"] == "unlimited"
    assert resolved["policy"]["boosters"]["kind"] == "fixed"
    assert (shell.folder / "set" / "patients.parquet").exists()
    assert (shell.folder / "set" / "visits.parquet").exists()


def test_a_scenario_is_described_in_words(shell):
    done = shell("describe", "base.toml", "--set", "clinic.chairs=7")
    assert done.returncode == 0, done.stderr
    assert "7 chairs" in done.stdout


def test_the_schema_is_json(shell):
    assert json.loads(shell("schema").stdout)["$schema"].startswith("https://json-schema.org")


MONDAYS = """{tuesday="closed",wednesday="closed",thursday="closed",friday="closed"}"""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "nowhere.toml"], "nowhere.toml"),
        (["run", "."], "."),
        (["run", "study.toml"], "ketasim compare study.toml"),
        (["compare", "base.toml"], "ketasim run base.toml"),
        (["run", "base.toml", "--set", "clinic.chiars=4"], "chairs"),
        (["run", "base.toml", "--set", "clinic.chairs=-4"], "clinic.chairs"),
        (["run", "base.toml", "--set", "clinic.chairs"], "="),
        (["run", "base.toml", "--set", "clinic.chairs=some"], "unlimited"),
        (["run", "base.toml", "--set", "run.days=1.5"], "run.days"),
        (["run", "base.toml", "--set", "clinic.hours.monday=17:00-09:00"], "before it opens"),
        (["run", "base.toml", "--set", "policy.induction.infusions=0"], "policy.induction"),
        (["run", "base.toml", "--set", "clinic.hours=" + MONDAYS], "can never be given"),
        (["run", "base.toml", "--out", "base.toml"], "--out"),
        (["run", "base.toml", "--out", "base.toml/below"], "--out"),
        (["run", "base.toml", "--keep", "everything"], "patients"),
        (["compare", "study.toml", "--set", "clinic.chairs=3"], "what the study itself varies"),
        (["describe", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_a_fault_of_the_users_is_one_paragraph_and_exit_status_2(
    shell, arguments, says, monkeypatch, capsys
):
    monkeypatch.chdir(shell.folder)
    monkeypatch.setattr(sys, "argv", ["ketasim", *arguments])
    with pytest.raises(SystemExit) as stopped:
        command_line()
    told = capsys.readouterr()
    assert stopped.value.code == 2
    assert told.err.startswith("ketasim: ")
    assert told.err.count("\n") == 1
    assert says in told.err
    assert told.out == ""


def test_no_traceback_reaches_the_shell(shell):
    done = shell("run", "nowhere.toml")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_figures_that_cannot_be_written_leave_the_tables(shell):
    (shell.folder / "blocked").mkdir()
    (shell.folder / "blocked" / "figures").write_text("")
    done = shell("run", "base.toml", "--replications", 1, "--jobs", 1, "--out", "blocked")
    assert done.returncode == 2  # not all that was asked for is there
    assert "ketasim: no figures: " in done.stderr
    assert "Figures: " not in done.stdout
    assert "Results: blocked" in done.stdout
    assert (shell.folder / "blocked" / "metrics.csv").exists()


@pytest.mark.parametrize(
    "arguments", [["run"], ["fly"], ["run", "base.toml", "--jobs", "0"], ["run", "x", "--wrong"]]
)
def test_a_wrong_command_line_has_exit_status_2_and_no_traceback(shell, arguments):
    done = shell(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Usage" in done.stderr


def test_a_refused_run_leaves_no_folder(shell):
    shell("run", "base.toml", "--keep", "everything", "--out", "refused")
    assert not (shell.folder / "refused").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal of POSIX")
def test_ctrl_c_keeps_what_is_finished(shell):
    command = ["compare", "study.toml", "--replications", "60", "--out", "cut", "--no-figures"]
    running = subprocess.Popen(
        [sys.executable, "-m", "sim", *command, "--jobs", "1"],
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in background
    )
    assert running.stderr is not None
    first = running.stderr.readline()  # the first tenth is done
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate()
    assert "of 180 replications" in first
    assert running.returncode == 130
    assert "ketasim: interrupted; kept" in rest
    assert "Traceback" not in rest
    manifest = json.loads((shell.folder / "cut" / "manifest.json").read_text())
    assert manifest["interrupted"]
    assert 0 < manifest["replications"] < manifest["replications_requested"] == 60


def test_help_imports_nothing_heavy():
    """Speed itself is measured by hand: `time ketasim --help`."""
    asked = "import sys, sim.cli.commands; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pandas", "matplotlib", "scipy", "simpy", "pyarrow", "joblib"} & set(loaded)
