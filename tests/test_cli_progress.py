"""How much is done and how long it takes (witness: counting by hand; what --quiet leaves out)."""

import io
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.cli.progress import shown, trying
from sim.evidence.calibration import structures_table
from sim.evidence.objective import Objective, best_fit
from sim.evidence.published import read_published

BASE = str(Path(__file__).parents[1] / "scenarios" / "base.toml")
TARGETS = Path(__file__).with_name("two_targets.csv")
CAPACITY = ["capacity", BASE, "--target", "mean(days_in_response) >= 0", "--vary",
            "clinic.chairs=2:3", "--days", "14", "--when", "first-year", "--jobs", "1",
            "--controls", "--replications", "2", "--set", "behaviour.stopping_days=15",
            "--no-figures"]  # fmt: skip
CALIBRATE = ["calibrate", "--set", "trial", "--people", "100", "--evaluations", "40", "--steps",
             "20", "--samples", "20", "--jobs", "1", "--targets", str(TARGETS)]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (CALIBRATE, ["evaluations of the fit", "blocks of the chain"]),
        ([*CALIBRATE, "--best-fit-only"], ["evaluations of the fit"]),
        (CAPACITY, ["trying 2 chairs", "cohorts of the build-up", "twins"]),
    ],
)
def test_what_takes_long_tells_how_long_it_still_takes_unless_quiet(command, told, tmp_path):
    said = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "a")])
    assert said.exit_code == 0, said.output
    for what in told:
        assert re.search(rf"{what}.*\d s left", said.stderr) or what.startswith("trying")
        assert what in said.stderr
    quiet = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "b"), "--quiet"])
    assert (quiet.exit_code, quiet.stderr) == (0, "")


def test_each_tenth_is_a_line_from_where_the_work_was_gone_on_with(capsys):
    with shown(False, what="draws") as tell:
        for done in range(40, 101):
            tell(done, 100)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"{n} of 100 draws" for n in range(50, 101, 10)
    ]
    assert lines[-1].endswith(" 0 s left")


def test_a_total_that_is_one_at_most_is_called_so(capsys):
    with shown(False, what="evaluations", at_most=True) as tell:
        for done in range(11):
            tell(done, 100)
    assert re.fullmatch(
        r"10 of at most 100 evaluations, at most \d+ s left\n", capsys.readouterr().err
    )


def test_two_bars_one_after_the_other_share_a_terminal(monkeypatch):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    with shown(False, doing="Fitting") as first, shown(False, doing="Sampling") as second:
        for tell in (first, second):
            for done in range(4):
                tell(done, 3)
    text = screen.getvalue()
    assert text.count("3/3") >= 2
    assert 0 < text.index("Fitting") < text.index("Sampling")


def test_the_time_left_of_a_value_is_at_the_pace_of_those_done(monkeypatch, capsys):
    clock = iter([0.0, 10.0, 20.0])
    monkeypatch.setattr("sim.cli.progress.time.perf_counter", lambda: next(clock))
    with trying(quiet=False) as tell:
        tell("2 chairs", 5, 10)  # after 10 s
        tell("3 chairs", 5, 10)  # after 20 s, when 10 are done, at 2 s each
    assert capsys.readouterr().err.splitlines() == [
        "  10 s  trying 2 chairs, at most about 10 s left",
        "  20 s  trying 3 chairs, at most about 10 s left",
    ]


def reports(call):
    """Give what a function told, the number of evaluations that were made, and what it gave."""
    told, made = [], []
    objective = Objective("trial", "two_states", read_published(TARGETS), people=100)
    asked = objective.log_posterior
    objective.log_posterior = lambda x: made.append(1) or asked(x)
    found = call(objective, lambda done, total: told.append((done, total)))
    return told, len(made), found


def test_a_best_fit_tells_each_evaluation_of_at_most_as_many_as_it_then_makes():
    told, made, fit = reports(lambda of, tell: best_fit(of, 2, 40, tell))
    assert [done for done, _ in told[:-1]] == list(range(1, fit.evaluations + 1))
    assert told[-1] == (fit.evaluations, fit.evaluations)
    assert 0 <= fit.evaluations - made <= 2  # a round begins where the last one ended
    assert all(fit.evaluations <= total <= 61 for _, total in told)
    plain = best_fit(Objective("trial", "two_states", read_published(TARGETS), people=100), 2, 40)
    assert plain.parameters == fit.parameters


def test_the_fits_of_all_structures_are_told_as_one():
    told = []
    names = ("two_states", "one_state")
    structures_table("trial", read_published(TARGETS), 100, evaluations=12, names=names,
                     progress=lambda done, total: told.append((done, total)))  # fmt: skip
    done = [number for number, _ in told]
    assert done == sorted(done)
    assert told[-1][0] == told[-1][1]
    assert all(total >= told[-1][0] for _, total in told)
