"""`--controls` on the command line: one file more, and nothing else is another."""

import pandas as pd
import pytest

STUDY = """
title = "Two"
base = "base.toml"
reference = "boosters"
[variants.boosters]
[variants.none]
"policy.boosters" = { kind = "none" }
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "base.toml").write_text("[run]\ndays = 60\nreplications = 8\n")
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path / "study.toml"


def run(ketasim, study, out, *more):
    return ketasim(
        "compare", study, "--no-figures", "--jobs", 1, "--out", study.parent / out, *more
    )


def test_a_comparison_with_controls_has_one_file_more_and_the_same_others(ketasim, study):
    plain_status, plain, _ = run(ketasim, study, "plain")
    status, told, _ = run(ketasim, study, "with", "--controls")
    assert (plain_status, status) == (0, 0)
    files = {path.name for path in (study.parent / "with").iterdir()}
    assert files == {path.name for path in (study.parent / "plain").iterdir()} | {"controlled.csv"}
    for name in ("metrics.csv", "summary.csv", "comparison.csv", "courses.csv", "weeks.csv"):
        texts = [(study.parent / folder / name).read_bytes() for folder in ("plain", "with")]
        assert texts[0] == texts[1], name
    table = pd.read_csv(study.parent / "with" / "controlled.csv")
    assert {"variance_ratio", "net_gain", "why_not"} <= set(table.columns)
    assert set(table["reference"].dropna()) == {"boosters"}
    assert "With the controls of cheap twins" in told
    assert "days in response, boosters" in told
    assert "With the controls" not in plain


def test_where_there_are_no_twins_a_line_says_why(ketasim, study):
    (study.parent / "base.toml").write_text(
        '[run]\ndays = 20\nreplications = 2\n[start]\nkind = "steady_state"\nhistory_days = 182\n'
    )
    status, told, _ = run(ketasim, study, "warm", "--controls")
    assert status == 0
    assert "Nothing is surer with controls: those already there" in " ".join(told.split())


def test_it_does_not_go_with_drawn_parameters(ketasim, study):
    status, _, said = run(ketasim, study, "both", "--controls", "--uncertainty", "posterior")
    assert status == 2
    assert "--controls does not go with --uncertainty" in " ".join(said.split())
