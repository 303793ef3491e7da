"""`ketasim compare` of designs and with --vary: what it writes and what it says."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.cli.terminal import WIDTH

ROOT = Path(__file__).parents[1]
SHORT = ["--set", "run.days=40", "--jobs", "1", "--no-figures"]
TABLES = ("design.csv", "by_factor.csv", "metrics.csv", "comparison.csv")


@pytest.fixture
def many(tmp_path):
    """Give a study of a grid of twelve points, three referrals in all."""
    (tmp_path / "base.toml").write_text(
        '[run]\ndays = 40\nreplications = 2\n[referrals]\nkind = "cohort"\npatients = 3\n'
        "over_days = 0\n"
    )
    (tmp_path / "study.toml").write_text(
        'base = "base.toml"\n[design.factors]\n"clinic.chairs" = [1, 2, 3]\n'
        '"clinic.nurses" = [1, 2]\n"policy.assessment" = [true, false]\n'
    )
    return tmp_path / "study.toml"


def test_a_design_of_many_points_is_told_by_its_factors(ketasim, many, tmp_path):
    out = tmp_path / "out"
    status, said, _ = ketasim("compare", many, "--jobs", 1, "--no-figures", "--out", out)
    assert status == 0
    assert "Means by level, averaged over 12 points of a grid (2 replications" in said
    assert "chairs: 1 to 3" in said
    assert "assessment = true" in said
    assert "chairs=1, nurses=1" not in said  # no line for each point
    for told in ("design.csv", "by_factor.csv", str(out)):
        assert told in said
    assert len(said.splitlines()) < 120
    assert max(map(len, said.splitlines())) <= WIDTH
    design = json.loads((out / "manifest.json").read_text())["design"]
    assert (design["kind"], design["points"]) == ("grid", 12)
    read = sim.read_results(out)
    written = pd.read_csv(out / "by_factor.csv", keep_default_na=False, na_values={"mean": ""})
    assert len(written) == len(sim.by_factor(read))
    listed = pd.read_csv(out / "design.csv")
    assert list(listed.columns) == ["scenario", "clinic.chairs", "clinic.nurses",
                                    "policy.assessment"]  # fmt: skip
    assert listed["clinic.chairs"].value_counts().to_dict() == {1: 4, 2: 4, 3: 4}
    assert len(sim.with_factors(read)) == len(read.metrics)


def test_one_replication_tells_no_interval_and_no_p_value(ketasim, many, tmp_path):
    status, said, _ = ketasim("compare", many, "--jobs", 1, "--no-figures", "--replications", 1,
                              "--out", tmp_path / "out")  # fmt: skip
    assert status == 0
    assert "one replication: no interval" in said
    assert "±" not in said
    assert "p value" not in said


def test_the_bytes_do_not_depend_on_the_processes(ketasim, many, tmp_path):
    found = []
    crossed = ["--vary", "clinic.chairs=1,2", "--vary", "clinic.nurses=1,2"]
    for jobs in (1, 2):
        out = tmp_path / str(jobs)
        given = ["compare", many.parent / "base.toml", *crossed, "-q", "--no-figures"]
        assert ketasim(*given, "--jobs", jobs, "--out", out)[0] == 0
        found.append([hashlib.sha256((out / name).read_bytes()).hexdigest() for name in TABLES])
    assert found[0] == found[1]


def test_values_of_a_plain_scenario_are_compared_with_its_first(ketasim, many, tmp_path):
    status, said, _ = ketasim("compare", many.parent / "base.toml", "--vary", "clinic.chairs=1:2",
                              "--jobs", 1, "--no-figures", "--out", tmp_path / "out")  # fmt: skip
    assert status == 0
    assert "Differences from chairs=1 on the same patients" in said
    assert "Main effects" not in said  # with one factor they are these differences
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert set(table["scenario"]) == {"chairs=2"}
    effects = sim.by_factor(sim.read_results(tmp_path / "out")).dropna(subset=["effect"])
    both = effects.merge(table, on="measure")
    assert (both["effect"] == both["difference"]).all()


def test_vary_crosses_the_variants_of_a_study(ketasim, tmp_path):
    status, said, _ = ketasim("compare", ROOT / "scenarios" / "boosters.toml", *SHORT,
                              "--replications", 1, "--vary", "clinic.chairs=2,unlimited",
                              "--out", tmp_path / "out")  # fmt: skip
    assert status == 0
    assert "variant: every_4_weeks to none" in said
    results = sim.read_results(tmp_path / "out")
    assert results.reference == "every_4_weeks, chairs=2"
    assert len(results.names) == 12
    crossed = sim.crossed(
        sim.read_scenario(ROOT / "scenarios" / "base.toml", {"run.days": 40}),
        {"none": {"policy.boosters": {"kind": "none"}}}, ["unlimited"], replications=1, jobs=1,
    )  # fmt: skip
    ours = results.metrics[results.metrics["scenario"] == "none, chairs=unlimited"]
    theirs = crossed.results.metrics
    assert dict(zip(ours["measure"], ours["value"], strict=True)) == dict(
        zip(theirs["measure"], theirs["value"], strict=True)
    )


@pytest.mark.parametrize(
    ("vary", "says"),
    [
        ("clinic.chair=2:3", 'Did you mean "clinic.chairs"?'),
        ("clinic.chairs=0:3", "chairs=0: clinic.chairs = 0 is not allowed"),
        ("clinic.chairs", "write a path and its values"),
    ],
)
def test_a_fault_is_a_paragraph(ketasim, vary, says):
    status, _, told = ketasim("compare", ROOT / "scenarios" / "base.toml", "--vary", vary)
    assert status == 2
    assert says in told
