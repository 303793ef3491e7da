"""Every command on every shipped scenario, at its smallest (witness: the files that must be there).

One replication, the shortest time, and people who stay briefly, so that a whole tour takes seconds.
What is optional may say that it is missing; what was computed is on disk, and nothing ends.
"""

import json
import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.cli.optional import optional
from sim.planning import buildup, rests_on

SCENARIOS = Path(__file__).parents[1] / "scenarios"
TEXTBOOK = sorted((Path(sim.__file__).parent / "evidence" / "queues").glob("*.toml"))
FILES = {str(path.relative_to(SCENARIOS)): path for path in sorted(SCENARIOS.rglob("*.toml"))}
FILES |= {f"queues/{path.name}": path for path in TEXTBOOK}
STUDIES = [
    name for name, p in FILES.items() if re.search(r"^\[(variants|design)", p.read_text(), re.M)
]
SINGLE = [name for name in FILES if name not in STUDIES]
QUEUES = [name for name in SINGLE if name.startswith("queues/")]
CLINICS = [name for name in SINGLE if name not in QUEUES]
BRIEF = ("--set", "behaviour.stopping_days=15", "--set", "referrals.per_week=1")
WAIT = ("--target", "p90(wait_first_infusion_days) <= 14")
ONE = ("--replications", "1", "--jobs", "1")


@pytest.fixture(autouse=True)
def extras_are_small(monkeypatch):
    """Let 20 people stand for 200 in the build-up, and two uncertain parameters for all."""
    alone = buildup.without_a_clinic
    monkeypatch.setattr(buildup, "without_a_clinic", lambda scenario, people: alone(scenario, 20))
    monkeypatch.setattr(rests_on, "BOUND", ("behaviour.stopping", "behaviour.first_no_show"))
    monkeypatch.setattr(rests_on, "JOINT_DRAWS", 1)


def ketasim(command, name, *arguments):
    """Run a command in this process; anything but an orderly end is raised."""
    done = CliRunner().invoke(app, [command, str(FILES[name]), *map(str, arguments)])
    if done.exception is not None:
        raise done.exception
    return done


def brief(name):
    """Short stays, where there is maintenance, and one referral a week, where there is a rate."""
    if name in QUEUES:
        return ()
    kind = sim.read_scenario(FILES[name]).referrals.kind
    return BRIEF if kind == "poisson" else BRIEF[:2]


def days(name):
    return sim.read_scenario(FILES[name]).run.warmup_days + 7 if name in SINGLE else 7


@pytest.mark.parametrize("name", SINGLE)
def test_run_ends_well(name, tmp_path):
    size = (*ONE, "--set", f"run.days={days(name)}", *brief(name))
    done = ketasim("run", name, *size, "--no-figures", "--out", tmp_path)
    assert "ketasim: no " not in done.stderr
    assert {"metrics.csv", "summary.csv", "manifest.json"} <= names(tmp_path)


@pytest.mark.parametrize("name", [n for n in STUDIES if n != "policies_scarce.toml"])
def test_compare_ends_well(name, tmp_path):
    """All but `policies_scarce`, which has the forty variants of `policies`.

    The design varies how many are referred itself.
    """
    days = 210 if name == "futures.toml" else 7  # up to after its last change
    size = (*ONE, "--set", f"run.days={days}", *(BRIEF[:2] if name == "design.toml" else BRIEF))
    done = ketasim("compare", name, *size, "--no-figures", "--out", tmp_path)
    assert "ketasim: no " not in done.stderr
    assert {"metrics.csv", "comparison.csv", "manifest.json"} <= names(tmp_path)


@pytest.mark.parametrize("when", ["steady", "first-year"])
@pytest.mark.parametrize("name", CLINICS)
def test_capacity_ends_well(name, when, tmp_path):
    size = (*ONE, "--days", 7, "--when", when, *brief(name), "--vary", "clinic.chairs=3")
    done = ketasim("capacity", name, *size, *WAIT, "--no-figures", "--out", tmp_path)
    steady_stream = name not in ("demand/forecast.toml", "demand/growth.toml")
    assert ("ketasim: no build-up" in done.stderr) is not steady_stream
    assert ("ketasim: no " in done.stderr) is not steady_stream
    assert ("buildup.csv" in names(tmp_path)) is steady_stream
    assert ("rests_on.csv" in names(tmp_path)) is steady_stream
    assert {"capacity.csv", "capacity_replications.csv", "manifest.json"} <= names(tmp_path)
    assert "Tables: " in done.stdout
    own_caseload = name == "demand/caseload.toml" and when == "steady"
    chairs = sim.read_scenario(FILES[name]).clinic.chairs
    assert ("erlang_c.csv" in names(tmp_path)) is (steady_stream and not own_caseload), chairs


@pytest.mark.parametrize("name", QUEUES)
def test_capacity_of_a_queue_of_the_textbook_ends_well(name, tmp_path):
    size = (*ONE, "--days", 3, "--when", "first-year", "--vary", "clinic.chairs=2")
    target = ("--target", "p90(wait_in_clinic_minutes) <= 30")
    done = ketasim("capacity", name, *size, *target, "--no-figures", "--out", tmp_path)
    assert "ketasim: no " not in done.stderr
    assert {"capacity.csv", "capacity_replications.csv", "manifest.json"} <= names(tmp_path)


@pytest.mark.parametrize("name", SINGLE)
def test_the_people_and_the_words_end_well(name, tmp_path):
    assert ketasim("describe", name).stdout
    for patients in (1, 20):
        table = tmp_path / f"{patients}.csv"
        done = ketasim("population", name, "--out", table, "--patients", patients)
        assert "ketasim: no " not in done.stderr
        assert len(pd.read_csv(table)) == patients


@pytest.mark.parametrize("name", ["base.toml", "queues/dd1.toml"])
def test_dose_count_ends_well(name, tmp_path):
    size = ("--people", 10, "--max-infusions", 2, *ONE, "--no-figures")
    done = ketasim("dose-count", name, *size, "--out", tmp_path)
    assert "ketasim: no " not in done.stderr
    assert {"dose_count.csv", "factors.csv", "manifest.json"} <= names(tmp_path)


def names(folder):
    return {file.name for file in folder.iterdir()}


def test_validate_ends_well(tmp_path):
    rows = SCENARIOS / "validation_examples.csv"
    size = ["--people", "20", "--replications", "1", "--jobs", "1"]
    done = CliRunner().invoke(app, ["validate", str(rows), *size, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.exception
    assert "ketasim: no " not in done.stderr
    assert {"validation.csv", "manifest.json", "figures"} <= names(tmp_path)


def test_an_answer_of_which_nothing_was_reached_has_its_tables_and_figures(tmp_path):
    size = ("--replications", 4, "--jobs", 1, "--days", 20, "--when", "first-year", *BRIEF)
    done = ketasim("capacity", "base.toml", "--vary", "clinic.maximum_caseload=2", *size,
                   "--target", "p90(wait_first_infusion_days) <= 2", "--out", tmp_path)  # fmt: skip
    assert "not reached" in done.stdout
    assert "ketasim: no " not in done.stderr
    assert {"capacity.csv", "buildup.csv", "figures"} <= names(tmp_path)
    assert {"capacity.png", "chair_plan.png", "build_up.png"} <= names(tmp_path / "figures")
    row = pd.read_csv(tmp_path / "capacity.csv").iloc[0]
    assert row["p90(wait_first_infusion_days)"] == float("inf")


def fails(*arguments, **options):
    raise TypeError("float() argument must be a string or a real number, not 'NoneType'")


OPTIONAL = {  # what is told missing, and what is made to fail
    "build-up": "sim.planning.buildup.filling_of",
    "Erlang C": "sim.planning.answer_tables.queues",
    "margins": "sim.planning.margins.margins",
    "figure chair_plan": "sim.figures.planning.chair_plan",
    "table on the terminal": "sim.cli.planning_tables.show_tried",
}


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """An answer in which every optional part fails."""
    folder = tmp_path_factory.mktemp("failing")
    with pytest.MonkeyPatch.context() as patched:
        for target in OPTIONAL.values():
            patched.setattr(target, fails)
        size = (*ONE, "--days", 7, "--when", "first-year", *BRIEF, "--vary", "clinic.chairs=3")
        return folder, ketasim("capacity", "base.toml", *size, *WAIT, "--margins", "--out", folder)


def test_what_fails_of_a_capacity_answer_is_a_line_and_the_rest_is_there(answered):
    folder, done = answered
    lines = done.stderr.splitlines()
    for what in ("build-up", "margins", "figure chair_plan", "table on the terminal"):
        (line,) = [line for line in lines if line.startswith(f"ketasim: no {what}: ")]
        assert "TypeError" in line
    assert {"capacity.csv", "capacity_replications.csv", "manifest.json"} <= names(folder)
    assert (folder / "figures" / "capacity.png").exists()
    answer = json.loads((folder / "manifest.json").read_text())["answer"]
    assert " ".join(done.stdout.split()).startswith(answer)
    assert "Tables: " in done.stdout


@pytest.mark.parametrize(
    ("command", "name", "broken", "what", "table"),
    [
        ("run", "base.toml", "sim.figures.gallery.save", "figure caseload", "metrics.csv"),
        (
            "run",
            "base.toml",
            "sim.cli.results_tables.show",
            "summary on the terminal",
            "metrics.csv",
        ),
        ("compare", "chairs.toml", "sim.study.paired.compare", "comparison", "metrics.csv"),
    ],
)
def test_what_fails_of_a_run_is_a_line_and_its_tables_are_there(
    command, name, broken, what, table, tmp_path, monkeypatch
):
    monkeypatch.setattr(broken, fails)
    figures = () if "figure" in what else ("--no-figures",)
    size = (*ONE, "--set", "run.days=7", *BRIEF, *figures, "--out", tmp_path)
    done = ketasim(command, name, *size)
    assert f"ketasim: no {what}: TypeError" in done.stderr
    assert {table, "manifest.json"} <= names(tmp_path)
    assert "Results: " in done.stdout


def test_a_dose_count_whose_words_fail_has_its_tables(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.doses.sentences.dose_sentences", fails)
    size = ("--people", 10, "--max-infusions", 2, *ONE, "--no-figures")
    done = ketasim("dose-count", "base.toml", *size, "--out", tmp_path)
    assert "ketasim: no answers on the terminal: TypeError" in done.stderr
    assert {"dose_count.csv", "factors.csv"} <= names(tmp_path)


def test_ctrl_c_in_an_optional_part_says_where_the_tables_are(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped, optional("build-up", tmp_path):
        raise KeyboardInterrupt
    assert stopped.value.code == 130
    assert capsys.readouterr().err == (
        f"ketasim: interrupted: no build-up; the tables are in {tmp_path}.\n"
    )


def test_a_calibration_without_its_sampler_stops_before_the_fit(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "emcee", None)
    monkeypatch.setattr("sim.evidence.calibration.best_fit", fails)
    done = CliRunner().invoke(app, ["calibrate", "--set", "trial", "--out", str(tmp_path / "c")])
    assert isinstance(done.exception, sim.ScenarioError)
    assert "emcee" in str(done.exception)


def test_a_calibration_that_is_cut_short_keeps_its_best_fit(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.evidence.calibration.sample", fails)
    size = ("--people", "100", "--evaluations", "10", "--jobs", "1", "--out", str(tmp_path))
    done = CliRunner().invoke(app, ["calibrate", "--set", "trial", *size])
    assert isinstance(done.exception, TypeError)
    assert len(pd.read_csv(tmp_path / "estimates.csv"))
    assert len(pd.read_csv(tmp_path / "predictive.csv"))
