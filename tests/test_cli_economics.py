"""`ketasim economics` from the command to the page. Witness: its own tables, read back."""

import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.experiment.answer_columns import TABLES_IN_WORDS
from sim.page import one_page
from sim.page.cheers import ITEMS
from sim.page.content import ReadFolder
from sim.page.economics_told import answer_of_economics
from tests_of_draws import drawn, noisy

TABLES = ("economics", "cost_items", "plane", "net_benefit", "acceptability", "evppi",
          "budget_impact", "budget_draws")  # fmt: skip
STUDY = (
    'base = "base.toml"\nreference = "usual"\n[variants.usual]\n[variants."<b>$x$__"]\n'
    '"policy.boosters" = { kind = "none" }\n'
)
CHANGED = (
    "[run]\nseed = 4\ndays = 14\nstart_date = 2026-01-01\n[behaviour]\nstopping_days = 15\n"
    '[[changes]]\ndate = 2026-01-08\n"clinic.chairs" = 4\n'
)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Give the folder of a study of 14 days with a change in mid-run, and what was said."""
    folder = tmp_path_factory.mktemp("economics")
    (folder / "base.toml").write_text(CHANGED)
    (folder / "study.toml").write_text(STUDY)
    asked = ["economics", str(folder / "study.toml"), "--draws", "2", "--replications", "2",
             "--jobs", "1", "--out", str(folder / "out")]  # fmt: skip
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    return folder / "out", done.stdout


def tables(folder):
    return {path.name: pd.read_csv(path) for path in folder.glob("*.csv")}


def test_the_tables_are_there_and_described(simulated):
    folder, _ = simulated
    found = tables(folder)
    assert {f"{name}.csv" for name in (*TABLES, "metrics", "parameters")} == set(found)
    for name in TABLES:
        described = list(TABLES_IN_WORDS[f"{name}.csv"].columns)
        assert list(found[f"{name}.csv"].columns) == described


def test_the_tables_agree_with_the_measures(simulated):
    folder, _ = simulated
    found = tables(folder)
    metrics = found["metrics.csv"]
    means = metrics.groupby(["measure", "scenario"], sort=False)["value"].mean()
    economics = found["economics.csv"].set_index("scenario")
    for name in economics.index:
        assert economics.loc[name, "cost"] == pytest.approx(means["payer_cost_per_patient", name])
        assert economics.loc[name, "qalys"] == pytest.approx(means["qalys_per_patient", name])
    items = found["cost_items.csv"]
    for _, rows in items.groupby(["scenario", "perspective"]):
        whole = rows["item"] == "all"
        assert rows.loc[~whole, "mean"].sum() == pytest.approx(rows.loc[whole, "mean"].item())
    budget = found["budget_impact.csv"]
    kept = found["budget_draws.csv"]
    payer = kept[kept["item"].isin(["sessions", "evaluations", "medication"])]
    sums = payer.groupby(["scenario", "draw"])["amount"].sum().groupby("scenario").mean()
    rows = budget[budget["perspective"] == "payer"].set_index("scenario")
    assert set(rows["days"]) == {14}
    for name in rows.index:
        assert rows.loc[name, "amount"] == pytest.approx(sums[name])


def test_the_answer_is_in_the_manifest_and_on_the_terminal_and_pictures_are_there(simulated):
    folder, said = simulated
    told = json.loads((folder / "manifest.json").read_text())
    assert (told["kind"], told["perspective"], told["wtp"]) == ("economics", "payer", [5e4, 1e5])
    words = " ".join(said.split())
    assert "Caution: 2 draws are few" in words
    assert told["answer"][-1] in words or "Budget" not in told["answer"][-1]
    assert any(" ".join(one.split()) in words for one in told["answer"] if "net benefit" in one)
    assert {"plane.png", "frontier.png", "acceptability.png", "budget.png", "cost_items.png"} <= {
        path.name for path in (folder / "figures").iterdir()
    }
    assert all(imread(path).ndim == 3 for path in (folder / "figures").iterdir())


def test_a_folder_is_answered_again_without_simulating(simulated, ketasim, tmp_path, monkeypatch):
    folder, _ = simulated
    monkeypatch.setattr("sim.experiment.uncertainty.execute", None)
    other = tmp_path / "other"
    more = ["--no-figures", "--quiet", "--out", other]
    status, said, _ = ketasim("economics", folder, "--wtp", 250000, "--perspective", "societal",
                              *more)  # fmt: skip
    assert (status, said) == (0, f"{other}\n")
    found = tables(other)
    assert set(found["net_benefit.csv"]["wtp"]) == {250_000}
    assert (other / "metrics.csv").read_bytes() == (folder / "metrics.csv").read_bytes()
    metrics = found["metrics.csv"]
    means = metrics[metrics["measure"] == "societal_cost_per_patient"].groupby("scenario")["value"]
    economics = found["economics.csv"].set_index("scenario")
    assert np.allclose(economics["cost"], means.mean()[economics.index])
    same = tmp_path / "same"
    assert ketasim("economics", folder, "--no-figures", "-q", "--out", same)[0] == 0
    for name in TABLES:
        assert (same / f"{name}.csv").read_bytes() == (folder / f"{name}.csv").read_bytes()


def test_rerun_gives_the_same_bytes(simulated, ketasim):
    folder, _ = simulated
    status, said, _ = ketasim("rerun", folder, "--jobs", "1", "--quiet")
    assert status == 0
    assert all(f"{name}.csv" in said for name in (*TABLES, "metrics", "parameters"))


def test_the_page_says_it_and_answers_the_standard(simulated, ketasim, monkeypatch):
    folder, _ = simulated
    monkeypatch.setattr(one_page, "sources", lambda _told: None)
    monkeypatch.setattr(one_page, "_pictures", lambda *_: ([], []))
    told = json.loads((folder / "manifest.json").read_text())
    answer = answer_of_economics(ReadFolder(folder, told))
    assert sorted(answer.sentences) == sorted(told["answer"])
    assert "net benefit" in answer.sentences[0]  # the choice first
    *_, cheers = answer.grids
    assert [row[0] for row in cheers.rows] == [f"{k}. {name}" for k, name in enumerate(ITEMS, 1)]
    assert len(ITEMS) == 28
    by_name = {row[0].partition(". ")[2]: row[1] for row in cheers.rows}
    assert by_name["Source of funding"] == "For the author to say."
    assert by_name["Perspective"].startswith("Payer.")
    assert by_name["Time horizon"].startswith("14 days from 2026-01-01")
    assert by_name["Discount rate"].startswith("3 % a year of costs and 3 % of QALYs")
    assert "US$, prices of 2024" in by_name["Currency, price date, and conversion"]
    assert ketasim("report", folder)[0] == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "CHEERS 2022" in page
    assert "<b>$x$" not in page


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--draws", "4"], "A folder is not simulated again"),
        (["--perspective", "patient"], "must be payer, provider, societal"),
        (["--wtp", "1e9"], "it must be from 0 to 10,000,000"),
    ],
)
def test_what_a_folder_cannot_answer_is_refused(simulated, ketasim, more, says):
    status, _, err = ketasim("economics", simulated[0], *more, "--quiet")
    assert (status, says in " ".join(err.split())) == (2, True)


def test_folders_of_other_kinds_and_cut_tables_are_refused(simulated, ketasim, tmp_path):
    folder, _ = simulated
    other = tmp_path / "cut"
    other.mkdir()
    told = json.loads((folder / "manifest.json").read_text())
    lines = (folder / "metrics.csv").read_text().splitlines(keepends=True)
    (other / "metrics.csv").write_text("".join(one for one in lines if ",2,4," not in one))
    (other / "parameters.csv").write_bytes((folder / "parameters.csv").read_bytes())
    (other / "manifest.json").write_text(json.dumps(told))
    assert "it was cut short or changed" in ketasim("economics", other)[2]
    (other / "metrics.csv").unlink()
    assert "metrics.csv is missing" in ketasim("economics", other)[2]
    (other / "manifest.json").write_text(json.dumps(told | {"kind": "best"}))
    assert 'a result of kind "best", without draws' in ketasim("economics", other)[2]
    assert "is the folder that is read" in " ".join(
        ketasim("economics", folder, "--out", folder)[2].split()
    )


def test_calibrations_that_differ_are_refused_before_anything_is_simulated(ketasim, tmp_path):
    (tmp_path / "base.toml").write_text("[run]\ndays = 14\n")
    (tmp_path / "study.toml").write_text(
        'base = "base.toml"\n[variants.a.symptoms]\ncalibration = "trial"\n'
        '[variants.b.symptoms]\ncalibration = "community"\n'
    )
    status, _, err = ketasim("economics", tmp_path / "study.toml", "--out", tmp_path / "out")
    assert (status, "which nobody can choose" in " ".join(err.split())) == (2, True)
    assert not (tmp_path / "out").exists()


def test_nobody_referred_leaves_the_measures_and_says_so(ketasim, tmp_path, monkeypatch):
    costs, qalys, _ = noisy(4)
    found = drawn(costs, qalys)
    bare = found.metrics[found.metrics["measure"] != "qalys_per_patient"]
    empty = type(found)(bare, found.parameters, 4, 2, "a", found.manifest | {"interrupted": False})
    monkeypatch.setattr("sim.experiment.uncertainty.propagate", lambda *_, **__: empty)
    (tmp_path / "base.toml").write_text("[run]\ndays = 14\n")
    (tmp_path / "study.toml").write_text('base = "base.toml"\n[variants.a]\n[variants.b]\n')
    status, _, err = ketasim("economics", tmp_path / "study.toml", "--out", tmp_path / "out")
    assert (status, "there is no qalys_per_patient" in " ".join(err.split())) == (2, True)
    assert (tmp_path / "out" / "metrics.csv").exists()


# ---------------------------------------------------------------------- the worth of capacity


def test_worth_and_best_by_capacity_follow_the_answer_and_stand_on_the_page(ketasim, tmp_path):
    """Witness: the tables, read back; a variant that sets what is varied is refused before."""
    (tmp_path / "base.toml").write_text(CHANGED.partition("[[changes]]")[0])
    study = tmp_path / "study.toml"
    study.write_text(STUDY)
    asked = ["economics", study, "--draws", 2, "--jobs", 1, "--set", "run.replications=2",
             "--no-figures", "--out", tmp_path / "out"]  # fmt: skip
    status, told, err = ketasim(*asked, "--worth", "--vary", "clinic.chairs=2,3")
    assert (status, "no worth" in err, "no best" in err) == (0, False, False)
    assert told.index("Tables:") < told.index("What capacity is worth in the clinic of usual:")
    assert "Most net benefit at 50,000 US$ a QALY, by clinic.chairs: 2: " in told
    read = ReadFolder(tmp_path / "out", json.loads((tmp_path / "out/manifest.json").read_text()))
    grids = {grid.title: grid for grid in answer_of_economics(read).grids}
    table = pd.read_csv(tmp_path / "out" / "worth_per_hour.csv")
    shown = table[table["quantity"].isin(["net_benefit", "days"])]
    assert len(grids["What one more of each would bring"].rows) == len(shown)
    best = pd.read_csv(tmp_path / "out" / "policy_by_capacity.csv").query("best")
    assert len(grids["The best at each capacity"].rows) == len(best) == 2 * (2 + 3)
    study.write_text(STUDY + '"clinic.chairs" = 1\n')
    status, _, err = ketasim(*asked, "--vary", "clinic.chairs=2,3")
    assert status == 2
    assert "the variants set it themselves" in err
