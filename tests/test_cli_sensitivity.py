"""`ketasim sensitivity` on the command line. Witnesses: plain differences of what is simulated.

Each method is run once, in one folder that all tests look at.
"""

import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

import sim
from sim.experiment.answer_columns import TABLES_IN_WORDS
from sim.experiment.executors import Finished, execute
from sim.experiment.store import read_table
from sim.sensitivity import answered, at_points, indices, salib
from sim.stats.intervals import holm, paired

BASE = (
    "[run]\nseed = 4\ndays = 14\nreplications = 3\n[behaviour]\nstopping_days = 15\n"
    "[referrals]\nper_week = 3\n"
)
STUDY = (
    'base = "base.toml"\nreference = "usual"\n[variants.usual]\n[variants."<b>more_$x$"]\n'
    '"referrals.per_week" = 8\n'
)
FEW = ["--parameters", "population.baseline_mean, symptoms.a_slow,clinic.prices.oral"]
MEASURES = ["--measure", "days_below_10", "--measure", "infusions_per_patient"]
ASKED = {
    "tornado": ["base.toml", *FEW],
    "morris": ["base.toml", *FEW, "--samples", "3"],
    "sobol": ["base.toml", "--parameters", "population.baseline_mean", "--samples", "4"],
    "alternatives": [
        "base.toml",
        "--alternative",
        "two chairs=clinic.chairs=2, clinic.nurses=1",
        "--replications",
        "2",
    ],
    "map": ["study.toml", "--map", "clinic.chairs=3..4", "--map", "symptoms.c50=1,1.5"],
}
DRAWN = {"morris": "screening", "map": "two_way_map"}
"""Figures that are looked for here; the others are drawn from tables in their own tests."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("sensitivity")
    (made / "base.toml").write_text(BASE)
    (made / "study.toml").write_text(STUDY)
    return made


@pytest.fixture(scope="module")
def said():
    return {}


@pytest.fixture(autouse=True)
def few_samples(monkeypatch):
    monkeypatch.setattr(indices, "FEWEST_SAMPLES", 4)
    monkeypatch.setattr(answered, "FEWEST_SAMPLES", 4)
    monkeypatch.setattr(salib, "_RESAMPLES", 20)


@pytest.fixture
def run(ketasim, folder, said, monkeypatch):
    """Give what runs a method, once: what it said, its table, and what was simulated."""
    monkeypatch.chdir(folder)

    def call(method):
        if method not in said:
            status, out, err = ketasim(
                "sensitivity", *ASKED[method], *MEASURES, "--method", method, "--jobs", "1",
                "--out", method, *([] if method in DRAWN else ["--no-figures"]),
            )  # fmt: skip
            assert status == 0, err
            said[method] = out
        tables = (read_table(folder / method / f"{method}{end}.csv")
                  for end in ("", "_replications"))  # fmt: skip
        return said[method], *tables

    return call


@pytest.mark.parametrize("method", ASKED)
def test_a_method_has_its_tables_its_figure_its_report_and_comes_again(
    method, run, ketasim, folder
):
    out, *tables = run(method)
    assert max(map(len, out.splitlines())) <= 100
    if method in DRAWN:
        assert imread(folder / method / "figures" / f"{DRAWN[method]}.png").ndim == 3
    for name, table in zip((method, f"{method}_replications"), tables, strict=True):
        assert list(table.columns) == list(TABLES_IN_WORDS[f"{name}.csv"].columns)
    manifest = json.loads((folder / method / "manifest.json").read_text())
    assert (manifest["kind"], manifest["method"], manifest["seed"]) == ("sensitivity", method, 4)
    for sentence in manifest["answer"]:
        assert " ".join(sentence.split()) in " ".join(out.split())
    if method not in ("morris", "map"):
        return  # they take longest, and come again as the others do
    status, told, err = ketasim("rerun", method, "--jobs", "1", "-q")
    assert status == 0, err
    assert f"The same bytes: {method}.csv, {method}_replications.csv" in told


def test_a_report_says_the_same_and_names_are_text(run, ketasim, folder):
    run("map")
    assert ketasim("report", "map")[0] == 0
    page = (folder / "map" / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;more $x$ minus usual" in page
    assert "<b>more" not in page


def values_at(table, measure, **where):
    for name, value in where.items():
        table = table[table[name].fillna("") == value]
    return table[table["measure"] == measure].sort_values("replication")["value"].to_numpy()


def test_a_swing_is_the_paired_difference_of_what_was_simulated(run):
    _, table, values = run("tornado")
    base = values_at(values, "days_below_10", end="base")
    rows = table[table["measure"] == "days_below_10"]
    assert len(rows) == 3
    assert rows["swing"].is_monotonic_decreasing
    p_values = []
    for row in rows.to_dict("records"):
        ends = [values_at(values, "days_below_10", parameter=row["parameter"], end=end)
                for end in ("low", "high")]  # fmt: skip
        assert row["change_low"] == pytest.approx((ends[0] - base).mean())
        assert row["change_high"] == pytest.approx((ends[1] - base).mean())
        means = [base.mean(), *(end.mean() for end in ends)]
        assert row["swing"] == pytest.approx(max(means) - min(means))
        p_values.append(min(1, 2 * min(paired(end, base).p_value for end in ends)))
    assert list(rows["p_value"]) == pytest.approx(p_values)
    moving = [p for p, told in zip(p_values, rows["told"], strict=True) if told != "no change"]
    assert list(rows["p_adjusted"]) == pytest.approx([*holm(moving), 1.0])
    price = rows[rows["parameter"] == "clinic.prices.oral"].iloc[0]
    assert (price["told"], price["swing"]) == ("no change", 0)
    assert price["low_5"] == pytest.approx(85.8, abs=2)  # of a Gamma of mean 150 and cv 0.3


def test_the_ends_are_the_quantiles_and_the_ridge_moves_along(run, folder):
    """Witness: the scenario with those values given, simulated by itself."""
    _, _, values = run("tornado")
    scenario = sim.read_scenario(folder / "base.toml")
    mean = 12.8 + 0.5 * 1.6448536269514722
    alone = sim.run({"it": scenario.override({"population.baseline_mean": mean})}, jobs=1)
    own = values_at(alone.metrics, "days_below_10")
    seen = values_at(values, "days_below_10", parameter="population.baseline_mean", end="high")
    assert list(seen) == list(own)


def test_trajectories_have_replications_of_their_own_and_prices_no_effect(run):
    out, table, values = run("morris")
    assert sorted(values["replication"].unique()) == list(range(1, 7))
    assert set(values[values["trajectory"] == 2]["replication"]) == {3, 4}
    moved = values[values["step"] > 0].groupby("trajectory")["moved"].unique()
    assert all(len(parameters) == 3 for parameters in moved)
    price = table[table["parameter"] == "clinic.prices.oral"]
    assert list(price["verdict"]) == ["no effect"] * 2
    assert "1 changes nothing here" in " ".join(out.split())


def test_chance_is_one_of_the_inputs_and_comes_last(run):
    _, table, values = run("sobol")
    rows = table[table["measure"] == "days_below_10"]
    assert list(rows["input"])[-1] == "chance"
    assert set(rows["input"]) == {"population.baseline_mean", "all others", "chance",
                                  "joint posterior of the calibration"}  # fmt: skip
    assert rows.set_index("input")["parameters"].to_dict()["all others"] > 40
    one = values[(values["sample"] == 3) & (values["measure"] == "days_below_10")]
    own = one.set_index("point")["replication"].to_dict()
    assert own.pop("B") == own.pop("chance") == 6
    assert set(own.values()) == {5}


def test_alternatives_stand_beside_the_scenario_and_ones_own_comes_first(run, folder):
    _, table, _ = run("alternatives")
    rows = table[table["measure"] == "infusions_per_patient"]
    assert list(rows["alternative"])[:2] == ["as it is", "two chairs"]
    assert {"calibration: trial", "unlimited clinic", "people: panic"} <= set(rows["alternative"])
    assert "calibration: community" not in set(rows["alternative"])  # that is how it is
    base = sim.read_scenario(folder / "base.toml")
    both = sim.run({
        "base": base, "two": base.override({"clinic.chairs": 2, "clinic.nurses": 1})
    }, replications=2, jobs=1, reference="base")  # fmt: skip
    (plain,) = sim.compare(both, "base", ["infusions_per_patient"])["difference"]
    assert rows["difference"].iloc[1] == pytest.approx(plain)
    assert np.isnan(rows["difference"].iloc[0])


def test_a_map_of_a_study_is_of_differences_and_knows_the_cell_of_the_base(run, folder):
    _, table, _ = run("map")
    assert set(table["reference"]) == {"usual"}
    rows = table[table["measure"] == "days_below_10"].set_index(["value_1", "value_2"])
    assert len(rows) == 4
    assert rows.loc[(3, 1.5), "told"] == "no change"
    study = sim.read_study(folder / "study.toml", {"clinic.chairs": 4, "symptoms.c50": 1})
    results = sim.run(study.scenarios, jobs=1, reference="usual")
    (plain,) = sim.compare(results, "usual", ["days_below_10"])["difference"]
    assert rows.loc[(4, 1), "mean"] == pytest.approx(plain)


def cut_after(monkeypatch, many, why=""):
    """Let the work be interrupted after so many tasks."""

    def cut(work, tasks, jobs, progress):
        done = execute(work, tasks[:many], jobs, progress)
        return Finished(done.outcomes, True, why)

    monkeypatch.setattr(at_points, "execute", cut)


def test_what_is_whole_of_an_interrupted_tornado_is_kept_and_the_same_command_goes_on(
    run, ketasim, folder, monkeypatch
):
    run("tornado")
    command = ["sensitivity", *ASKED["tornado"], *MEASURES, "--jobs", "1", "--no-figures",
               "--out", "cut"]  # fmt: skip
    with monkeypatch.context() as patch:
        cut_after(patch, 3 * 5 + 1)  # the base, two parameters, and a run of the third
        status, out, err = ketasim(*command)
    assert status == 130
    assert "kept 5 of 7 points, in cut" in err
    assert "The work was interrupted" in out
    part = pd.read_csv(folder / "cut" / "tornado.csv")
    assert len(part) == 4
    assert ketasim("rerun", "cut")[0] == 2
    status, out, err = ketasim(*command)
    assert status == 0, err
    assert (folder / "cut" / "tornado.csv").read_bytes() == (
        folder / "tornado" / "tornado.csv"
    ).read_bytes()


@pytest.mark.parametrize(("method", "tasks"), [("morris", 15), ("sobol", 20), ("tornado", 8)])
def test_too_little_tells_nothing(run, ketasim, folder, monkeypatch, method, tasks):
    cut_after(monkeypatch, tasks, "no room" if method == "sobol" else "")
    monkeypatch.chdir(folder)
    status, out, err = ketasim(
        "sensitivity", *ASKED[method], "--method", method, "--jobs", "1", "--out", "little",
        "--fresh", "--overwrite",
    )  # fmt: skip
    assert status == (2 if method == "sobol" else 130)
    assert out == ""
    assert not (folder / "little" / "manifest.json").exists()
    assert ("no room" if method == "sobol" else "finished tasks are kept") in err


REFUSED = [
    (["--method", "tornadoo"], 'Did you mean "tornado"?'),
    (["--measure", "days_in_respons"], 'Did you mean "days_in_response"?'),
    (["--parameters", "symptoms.c5"], 'Did you mean "symptoms.c50"?'),
    (["--parameters", "clinic.chairs"], "knows no uncertainty of clinic.chairs"),
    (["--parameters", "symptoms.c50", "--set", "symptoms.c50=2"], "sets it itself"),
    (["--scenario", "usual"], 'there is no "usual"'),
    (["--samples", "4"], "--replications alone"),
    (["--method", "sobol", "--samples", "100"], "no power of two"),
    (["--method", "sobol", "--replications", "2"], "give --samples instead"),
    (["--method", "morris", "--samples", "1"], "have no spread"),
    (["--method", "map", "--map", "clinic.chairs=2..4"], "give two paths"),
    (["--method", "map", "--map", "clinic.chairs=2..4", "--map", "clinic.chairs=2,3"], "twice"),
    (["--method", "map", "--map", "clinic.chairs", "--map", "symptoms.c50"], "without values"),
    (["--map", "clinic.chairs=2..4"], "go with --method map"),
    (["--alternative", "a=clinic.chairs=2"], "go with --method alternatives"),
    (["--method", "alternatives", "--alternative", "a"], "a name and what it changes"),
    (["--method", "alternatives", "--alternative", "a=clinic.chair=2"], "clinic.chairs"),
    (["--measure", "chair_utilisation", "--set", 'clinic.chairs="unlimited"',
      "--parameters", "symptoms.c50", "--replications", "1"], "not reached in 3 of 3 runs"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_what_cannot_be_asked_is_refused_in_a_paragraph(ketasim, folder, monkeypatch, given, told):
    monkeypatch.chdir(folder)
    status, out, err = ketasim("sensitivity", "base.toml", *given, "--jobs", "1", "-q")
    assert (status, out) == (2, "")
    assert told in " ".join(err.split())


def test_of_a_study_the_reference_and_what_it_varies_are_refused(ketasim, folder, monkeypatch):
    monkeypatch.chdir(folder)
    status, _, err = ketasim("sensitivity", "study.toml", "--scenario", "usual")
    assert (status, "is the reference" in err) == (2, True)
    status, _, err = ketasim("sensitivity", "study.toml", "--method", "map", "--map",
                             "referrals.per_week=3..4", "--map", "symptoms.c50")  # fmt: skip
    assert (status, "the study itself varies" in " ".join(err.split())) == (2, True)
