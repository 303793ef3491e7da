"""`ketasim best` on the command line. Witness: what it writes, and tables written by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from tests_of_choices import DAYS, looked_up

YEARS = np.random.default_rng(1).normal(100, 9, (40, 2))
COLUMNS = {"usual": YEARS + 0, "more": YEARS + np.array([4, 2]), "less": YEARS - np.array([9, 5])}
COLUMNS = {
    name: x + np.random.default_rng(2).normal(0, 0.2, x.shape) for name, x in COLUMNS.items()
}


@pytest.fixture
def here(monkeypatch, tmp_path):
    (tmp_path / "base.toml").write_text("[run]\nseed = 4\ndays = 40\n")
    (tmp_path / "study.toml").write_text(
        'base = "base.toml"\n[variants.usual]\n[variants.more]\n"referrals.per_week" = 6\n'
        '[variants.less]\n"referrals.per_week" = 2\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_best_is_told_written_and_drawn(ketasim, here, monkeypatch):
    looked_up(monkeypatch, {name: x[:, 0] for name, x in COLUMNS.items()})
    status, out, err = ketasim(
        "best", "study.toml", "--measure", DAYS, "--delta", "2", "--out", "out"
    )
    assert status == 0, err
    assert out.startswith("more has the most days in response of the 3 variants, or is within 2")
    assert "out after 10" in out
    assert "above 0.99" in out
    assert "trying 3 variants" in err
    assert max(map(len, out.splitlines())) <= 100
    table = pd.read_csv(here / "out" / "best.csv")
    assert list(table["scenario"]) == ["usual", "more", "less"]
    assert imread(here / "out" / "figures" / "best.png").ndim == 3
    manifest = json.loads((here / "out" / "manifest.json").read_text())
    assert (manifest["kind"], manifest["seed"], manifest["delta"]) == ("best", 4, 2)
    assert " ".join(out.split()).startswith(manifest["answer"])
    before = (here / "out" / "best.csv").read_bytes()
    again = ketasim("best", "study.toml", "--measure", DAYS, "--delta", "2", "--out", "out", "-q")
    assert again[:2] == (0, "out\n")
    assert (here / "out" / "best.csv").read_bytes() == before
    other = ketasim("best", "study.toml", "--measure", DAYS, "--delta", "3", "--out", "out", "-q")
    assert other[0] == 2
    assert "earlier result" in other[2]


def test_several_measures_make_a_front(ketasim, here, monkeypatch):
    looked_up(monkeypatch, COLUMNS)
    status, out, err = ketasim(
        "best", "study.toml", "--measure", DAYS, "--measure", "infusions_per_patient:smallest",
        "--replications", "12", "--out", "out",
    )  # fmt: skip
    assert status == 0, err
    assert "beaten by no other" in out
    assert pd.read_csv(here / "out" / "pareto.csv")["on_front"].all()
    assert (here / "out" / "figures" / "pareto.png").exists()


def test_an_interrupted_choice_says_so_and_names_nobody(ketasim, here, monkeypatch):
    looked_up(monkeypatch, {name: x[:, 0] for name, x in COLUMNS.items()}, cut_after=20)
    status, out, err = ketasim(
        "best", "study.toml", "--measure", DAYS, "--delta", "2", "--out", "out", "--no-figures"
    )
    assert status == 130
    assert "kept what was simulated (20 replications), in out; there is no answer yet" in err
    assert out.startswith("No answer: the work was interrupted")
    assert "probability at least" not in out
    assert json.loads((here / "out" / "manifest.json").read_text())["interrupted"]


SMALL = ["--jobs", "1", "--no-figures", "--out", "out"]
FRONT = ["--measure", DAYS, "--measure", "days_below_10", "--replications", "3"]


@pytest.mark.parametrize(
    ("asked", "table"),
    [(["--measure", DAYS, "--delta", "90"], "best.csv"), (FRONT, "pareto.csv")],
)
def test_a_choice_goes_on_from_what_is_finished_and_can_be_run_again(ketasim, here, asked, table):
    """Witness: the parts in the ledger, none of which is written twice."""
    status, _, err = ketasim("best", "study.toml", *asked, *SMALL, "-q")
    assert status == 0, err
    whole = (here / "out" / table).read_bytes()
    parts = {file: file.stat().st_mtime_ns for file in (here / "out" / "ledger").rglob("*.parquet")}
    assert len(parts) == (9 if table == "pareto.csv" else 30)
    (here / "out" / table).unlink()
    next(iter(parts)).unlink()
    status, _, err = ketasim("best", "study.toml", *asked, *SMALL, "-q")
    assert status == 0, err
    assert (here / "out" / table).read_bytes() == whole
    kept = [file for file in parts if file.stat().st_mtime_ns == parts[file]]
    assert len(kept) == len(parts) - 1
    status, out, err = ketasim("rerun", "out")
    assert status == 0, err
    assert f"The same bytes: {table}" in out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--measure", "days_in_respons", "--delta", "1"], 'Did you mean "days_in_response"?'),
        (["--measure", DAYS], "KN needs the least difference"),
        (["--measure", DAYS, "--delta", "0"], "no difference above 0"),
        (["--measure", DAYS, "--delta", "1", "--replications", "9"], "give --at-most"),
        (["--measure", DAYS, "--measure", "days_below_10", "--delta", "1"], "one measure"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_paragraph(ketasim, here, given, told):
    status, out, err = ketasim("best", "study.toml", *given, "--out", "out")
    assert (status, out) == (2, "")
    assert told in err
    assert not (here / "out").exists()
