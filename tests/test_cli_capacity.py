"""`ketasim capacity` as a user runs it, in short (witness: its own files)."""

import contextlib
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import planning_tables as capacity_tables
from sim.cli.commands import app, command_line
from sim.cli.progress import trying
from sim.planning.answer import capacity
from tests_of_capacity import FIRST_DAYS

ROOT = Path(__file__).parents[1]
SHORT = ("--when", "first-year", "--days", "45", "--replications", "4", "--jobs", "1")
WAIT = ("--target", "p90(clinic_wait_first_infusion_days) <= 10")
TARGETS = ["p90(clinic_wait_first_infusion_days) <= 10", "p95(wait_in_clinic_minutes) <= 30"]
CHAIRS = ("--vary", "clinic.chairs=1:4")


@pytest.fixture(scope="module")
def small():
    return sim.Scenario().override({"referrals.per_week": 8, "clinic.nurses": "unlimited"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("capacity")
    (place / "mine.toml").write_text(
        "referrals = { kind = 'poisson', per_week = 8 }\n[behaviour]\nstopping_days = 30\n"
        "[clinic]\nnurses = 'unlimited'\nprescribers = 2\n"
    )
    return place


@pytest.fixture(scope="module")
def ketasim(folder):
    def run(*arguments):
        return CliRunner().invoke(app, ["capacity", str(folder / "mine.toml"), *arguments])

    return run


@pytest.fixture(scope="module")
def done(ketasim, folder):
    result = ketasim(*CHAIRS, *WAIT, *SHORT, "--out", str(folder / "out"))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_answer_is_one_sentence_and_what_follows_are_short_lines(done, folder):
    answer, *more = told(done)
    assert re.match(r"\d chairs with unlimited|\d chairs? (will|may) ", answer)
    assert answer.count(". ") == 0
    assert answer.endswith("% of all; asked: 90 %).")
    assert more[-1].endswith("whose caseload still grows.")
    assert max(map(len, more)) <= 130


def told(printed):
    """The answer and the lines below it, each put together again."""
    block = printed.split("\n\n")[0].replace("\n  ", " ")
    first, *more = block.split("\n- ")
    return [first.replace("\n", " "), *more]


def test_then_come_tables_the_build_up_and_where_the_files_are(done):
    parts = ("Values tried", "Erlang C", "A new clinic fills for years", "Tables: ", "Figures: ")
    assert "how many simulated periods of 45 days met" in " ".join(done.split())
    places = [done.index(part) for part in parts]
    assert places == sorted(places)
    assert max(map(len, done.splitlines()[:-2])) <= 100


@pytest.mark.parametrize("columns", ["60", "140"])
def test_text_is_as_wide_as_the_terminal_and_headings_are_not_broken_inside_words(
    small, monkeypatch, columns
):
    answer = capacity(small, {"clinic.chairs": [1, 5]}, TARGETS, 0.9, 2, **FIRST_DAYS)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    lines = capacity_tables.in_lines(answer.sentence, *answer.details)
    assert max(map(len, lines)) <= int(columns)
    assert max(map(len, lines)) > int(columns) - 20
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        capacity_tables.show_tried(answer)
    printed = set(shown.getvalue().split())
    assert {"nurses", "unlimited", "infusion", "minutes", "verdict", "interval)"} <= printed


def test_the_answer_begins_on_a_line_of_its_own(monkeypatch):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    with trying(quiet=False) as tell:
        tell("3 chairs", 0, 4)
    assert screen.getvalue().endswith("replications done\n\n")


def test_the_folder_holds_tables_manifest_and_figures(done, folder):
    out = folder / "out"
    assert {file.name for file in out.iterdir()} == {
        "capacity.csv", "capacity_replications.csv", "buildup.csv", "erlang_c.csv",
        "rests_on.csv", "manifest.json", "run.log", "figures", "ledger",
    }  # fmt: skip
    assert {file.name for file in (out / "figures").iterdir()} == {
        "capacity.png", "build_up.png", "chair_plan.png",
    }  # fmt: skip
    manifest = json.loads((out / "manifest.json").read_text())
    assert [manifest["answer"], *manifest["details"]] == told(done)
    assert manifest["vary"] == {"clinic.chairs": [1, 2, 3, 4]}
    assert manifest["targets"] == ["p90(clinic_wait_first_infusion_days) <= 10"]
    table = pd.read_csv(out / "capacity.csv")
    assert (table["verdict"] == "answer").sum() == 1
    assert list(table["clinic.chairs"]) == sorted(table["clinic.chairs"])


def test_margins_are_added_when_asked_for(ketasim, folder):
    result = ketasim("--vary", "clinic.chairs=3", *WAIT, *SHORT, "--margins", "--no-figures",
                     "--out", str(folder / "margins"))  # fmt: skip
    assert result.exit_code == 0, result.output
    for told in ("What one more buys", "The size of the loop", "buys most"):
        assert told in result.stdout
    rows = pd.read_csv(folder / "margins" / "margins.csv")
    assert set(rows["scenario"]) == {"1 more chair", "1 more prescriber", "1 more hour a day"}


def test_uncertain_parameters_are_drawn_anew_for_each_year(ketasim, folder):
    size = ("--when", "first-year", "--days", "20", "--replications", "2", "--jobs", "1")
    out = folder / "uncertain"
    result = ketasim("--vary", "clinic.chairs=2,4", *WAIT, *size, "--uncertainty", "posterior",
                     "--no-figures", "--out", str(out))  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "Over 2 draws of the uncertain parameters" in result.stdout
    assert "rests most on" not in result.stdout
    draws = pd.read_csv(out / "draws.csv")
    assert list(draws["draw"]) == [1, 2]
    assert set(draws["clinic.chairs"].dropna()) <= {2, 4}


def test_without_draws_the_answer_says_what_it_rests_on(done):
    assert "rests most on" in done
    assert "behaviour.first_no_show_share" in done


def test_quiet_prints_the_folder_alone(ketasim, folder):
    out = str(folder / "quiet")
    result = ketasim("--vary", "clinic.chairs=3", *WAIT, *SHORT, "-q", "--no-figures", "--out", out)
    assert result.output == f"{out}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--vary", "clinic.chair=1:3", *WAIT), 'Did you mean "clinic.chairs"?'),
        ((*CHAIRS, "--target", "p90(clinic_wait_first) <= 3"), "there is no duration"),
        ((*CHAIRS, *WAIT, "--when", "soon"), "steady or first-year"),
        ((*CHAIRS, *WAIT, "--cost", "clinic.chairs=cheap"), "US$ a year"),
        ((*CHAIRS, *WAIT, "--confidence", "2"), "confidence"),
        ((*CHAIRS, *WAIT, "--set", "clinic.chairs=none"), "clinic.chairs"),
    ],
)
def test_a_fault_of_the_users_is_a_paragraph_and_leaves_no_folder(
    folder, arguments, says, monkeypatch, capsys
):
    out = folder / "faulty"
    command = ["ketasim", "capacity", str(folder / "mine.toml"), *arguments, "--out", str(out)]
    monkeypatch.setattr("sys.argv", command)
    with pytest.raises(SystemExit) as stopped:
        command_line()
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    assert not out.exists()


def test_the_folder_of_a_run_is_not_written_over(folder, monkeypatch, capsys):
    taken = folder / "taken"
    taken.mkdir()
    (taken / "manifest.json").write_text('{"made_by": "ketasim", "format": 1, "name": "a run"}')
    command = ["ketasim", "capacity", str(folder / "mine.toml"), *CHAIRS, *WAIT, "--out"]
    monkeypatch.setattr("sys.argv", [*command, str(taken)])
    with pytest.raises(SystemExit) as stopped:
        command_line()
    assert stopped.value.code == 2
    assert "--overwrite to replace it" in capsys.readouterr().err


QUEUES = sorted((ROOT / "sim" / "evidence" / "queues").glob("*.toml"))


@pytest.mark.parametrize("file", QUEUES, ids=lambda path: path.stem)
def test_a_textbook_queue_has_an_answer_and_is_no_new_clinic(file):
    """None is refused for a start that nobody wrote."""
    queue = sim.read_scenario(file, {"run.warmup_days": 1})
    target = "p90(wait_in_clinic_minutes) <= 100000"
    answer = capacity(queue, {"clinic.chairs": [20]}, [target], 0.5, 2, days=4, jobs=1)
    assert answer.reached
    told = " ".join((answer.sentence, *answer.details))
    assert not re.search("first year|new clinic|start.kind|steady", told)
    assert "for a clinic without maintenance, after a warm-up of 1 day." in told
