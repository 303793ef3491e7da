"""`--until` on the command line. Witness: what was written, and plain runs of as many."""

import json

import pytest

from sim.experiment import batches
from sim.experiment.executors import Finished

SMALL = ["--set", "run.days=40", "--set", "clinic.chairs=2", "--jobs", "1", "--no-figures"]
DAYS = "days_in_response"


@pytest.fixture
def here(monkeypatch, tmp_path):
    (tmp_path / "base.toml").write_text("[run]\nseed = 4\n")
    (tmp_path / "study.toml").write_text(
        'base = "base.toml"\n[variants.usual]\n[variants.more]\n"referrals.per_week" = 6\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def manifest(folder):
    return json.loads((folder / "out" / "manifest.json").read_text())


def test_a_run_that_is_enough_says_so_and_is_the_plain_run_of_as_many(ketasim, here):
    wanted = ["--until", f"half_width({DAYS}) <= 40", "--at-least", "5", "--at-most", "20"]
    status, out, err = ketasim("run", "base.toml", *SMALL, *wanted, "--out", "out")
    assert status == 0, err
    assert f"Enough: after 15 replications half_width(level of {DAYS}) <= 40 (" in out
    assert "of at most 20 replications" in err
    plain = ketasim("run", "base.toml", *SMALL, "--replications", "15", "--out", "plain", "-q")
    assert plain == (0, "plain\n", "")
    for table in ("metrics.csv", "summary.csv"):
        assert (here / "out" / table).read_bytes() == (here / "plain" / table).read_bytes()
    told = manifest(here)["until"]
    assert [look["replications"] for look in told["looks"]] == [5, 10, 15]
    assert told["met"]


def test_a_comparison_that_is_not_enough_says_what_is_lacking(ketasim, here):
    wanted = ["--until", f"half_width({DAYS}) <= 0.01", "--at-most", "15"]
    status, out, err = ketasim("compare", "study.toml", *SMALL, *wanted, "--out", "out")
    assert status == 0, err
    assert "Enough" not in out
    told = " ".join(out.split())
    assert "Not enough: not reached at the most of 15 replications." in told
    assert f"half_width(difference of {DAYS}) <= 0.01: half-width" in told
    assert "would be needed (up to" in told
    assert not manifest(here)["interrupted"]
    assert not manifest(here)["until"]["met"]


def test_an_interrupted_run_says_nothing_of_enough(ketasim, here, monkeypatch):
    real = batches.execute

    def cut(work, tasks, jobs, progress):
        return Finished(real(work, tasks[:4], jobs, progress).outcomes, True)

    monkeypatch.setattr(batches, "execute", cut)
    wanted = ["--until", f"half_width({DAYS}) <= 40", "--at-most", "20"]
    status, out, err = ketasim("run", "base.toml", *SMALL, *wanted, "--out", "out")
    assert status == 130
    assert "kept 4 of 5 replications" in err
    assert "nough" not in out
    assert manifest(here)["until"]["said"] == ""


def test_values_that_are_all_equal_are_told_as_such(ketasim, here):
    """Nobody is boosted within 40 days, so without boosters nothing differs."""
    (here / "study.toml").write_text(
        'base = "base.toml"\n[variants.usual]\n[variants.none]\n'
        '"policy.boosters" = { kind = "none" }\n'
    )
    wanted = ["--until", f"half_width({DAYS}) <= 1", "--at-most", "15"]
    _, out, _ = ketasim("compare", "study.toml", *SMALL, *wanted, "--out", "out")
    assert "(0, as all values are equal)" in " ".join(out.split())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--until", "half_width(days_in_respons) <= 1"], 'Did you mean "days_in_response"?'),
        (["--until", "half_width(days) = 1"], "is no condition"),
        (["--until", f"half_width({DAYS}) <= 1", "--replications", "9"], "give --at-most"),
        (["--until", f"half_width({DAYS}) <= 1", "--uncertainty", "posterior"], "exclude"),
        (["--at-most", "9"], "--at-most goes with --until"),
        (["--until", f"half_width(difference of {DAYS}) <= 1"], "without a reference"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_paragraph(ketasim, here, given, told):
    status, out, err = ketasim("run", "base.toml", *SMALL, *given, "--out", "out")
    assert (status, out) == (2, "")
    assert told in err
    assert not (here / "out").exists()
