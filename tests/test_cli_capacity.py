"""`ketasim capacity` as a user runs it, in short (witness: its own files)."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli.commands import app, main

SHORT = ("--when", "first-year", "--days", "45", "--replications", "4", "--jobs", "1")
WAIT = ("--target", "p90(clinic_wait_first_infusion_days) <= 10")
CHAIRS = ("--vary", "clinic.chairs=1:4")


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


def test_the_first_line_is_the_answer_in_a_sentence_with_its_probability(done):
    first = done.splitlines()[0]
    assert "chairs are the fewest of 1 to 4 that will do" in first
    assert "95 % interval" in first
    assert first.endswith("whose caseload still grows.")


def test_then_come_tables_the_build_up_and_where_the_files_are(done):
    parts = ("Values tried", "Erlang C", "A new clinic fills for years", "Tables: ", "Figures: ")
    places = [done.index(part) for part in parts]
    assert places == sorted(places)
    assert max(map(len, done.splitlines()[1:-2])) <= 100


def test_the_folder_holds_tables_manifest_and_figures(done, folder):
    out = folder / "out"
    assert {file.name for file in out.iterdir()} == {
        "capacity.csv", "capacity_replications.csv", "buildup.csv", "erlang_c.csv",
        "rests_on.csv", "manifest.json", "figures",
    }  # fmt: skip
    assert {file.name for file in (out / "figures").iterdir()} == {
        "capacity.png", "build_up.png", "chair_plan.png",
    }  # fmt: skip
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["answer"] == done.splitlines()[0]
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
        main()
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
        main()
    assert stopped.value.code == 2
    assert "other results" in capsys.readouterr().err
