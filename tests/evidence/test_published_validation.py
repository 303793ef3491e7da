"""`ketasim validate` on the examples that are shipped (witness: the verdicts by hand)."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.evidence.model_validation import validate
from sim.evidence.published import read_published, shipped

EXAMPLES = Path(__file__).parents[2] / "scenarios" / "validation_examples.csv"


@pytest.fixture(scope="module")
def examples():
    return validate(EXAMPLES, people=300, replications=2, jobs=1).table


def test_the_examples_hold_every_kind_of_metric():
    from typing import get_args

    from sim.evidence.quantities import QuantityKind

    assert {target.reading.kind for target in read_published(EXAMPLES)} == set(
        get_args(QuantityKind)
    )


def test_every_example_has_an_answer_under_each_calibration_it_is_meant_for(examples):
    targets = read_published(EXAMPLES)
    assert len(examples) == sum(2 if target.set == "both" else 1 for target in targets)
    assert not (examples["verdict"] == "no answer").any()
    assert examples["model"].notna().all()


def test_a_verdict_says_on_which_side_of_its_band_the_model_lies(examples):
    for row in examples.to_dict("records"):
        if row["published"] == float("inf"):  # not reached, without a lower limit
            reached = row["model"] != float("inf")
            assert row["verdict"] == ("below" if reached else "in band")
        elif row["low"] != row["low"]:
            assert row["verdict"] == "no band"
        else:
            side = (row["model"] > row["high"]) - (row["model"] < row["low"])
            assert row["verdict"] == {0: "in band", 1: "above", -1: "below"}[side]


def test_the_share_that_did_not_reach_it_stands_beside_a_median(examples):
    told = examples[examples["id"] == "median"]
    assert told["model_not_reached"].between(0, 1).all()
    assert examples[examples["id"] == "response"]["model_not_reached"].isna().all()
    early = examples[examples["id"] == "not reached"]
    assert (early["model_not_reached"] > 0.5).eq(early["model"] == float("inf")).all()


def test_the_same_bytes_come_from_any_number_of_processes():
    tables = [
        validate(shipped(), people=200, replications=2, draws=2, jobs=jobs).table for jobs in (1, 2)
    ]
    assert tables[0].to_csv() == tables[1].to_csv()
    assert (tables[0]["model_low_90"] <= tables[0]["model_high_90"]).all()


def test_the_command_writes_a_table_and_a_figure(tmp_path):
    folder = tmp_path / "out"
    options = ["--people", "100", "--replications", "2", "--jobs", "1", "--out", str(folder)]
    done = CliRunner().invoke(app, ["validate", str(EXAMPLES), *options])
    assert done.exit_code == 0, done.output
    assert "outside their band" in done.output
    with (folder / "validation.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) > 30
    assert (folder / "figures" / "validation.png").stat().st_size > 10_000
    assert (folder / "manifest.json").exists()
