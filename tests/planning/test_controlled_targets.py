"""Targets told with controls. Witnesses: the estimator, and the answer, which must not change."""

import numpy as np
import pytest

import sim
from sim.experiment.twins import twins_of
from sim.planning import controlled_targets as told
from sim.planning.answer_tables import tried_table
from sim.stats.control_variate import adjusted
from sim.study.controlled import NOTHING_TOLD, controls_for

NEW = sim.Scenario().override({"referrals.per_week": 2.0})
TARGETS = ["mean(days_in_response) >= 120", "p90(wait_in_clinic_minutes) <= 60"]


@pytest.fixture(scope="module")
def answer():
    return sim.capacity(
        NEW, {"clinic.chairs": [1, 2]}, TARGETS, 0.5, 8, 1, 1, "first-year", days=90
    )


def test_it_is_the_regression_and_leaves_the_answer_as_it_is(answer):
    before = tried_table(answer).to_csv()
    table = told.controlled_targets(answer, jobs=1)
    assert tried_table(answer).to_csv() == before
    compared = 0
    for number, (key, tried) in enumerate(answer.found.items()):
        row = table.iloc[2 * number]  # the first of two targets
        assert (row["clinic.chairs"], row["quantity"]) == (
            *dict(key[1]).values(),
            "days_in_response",
        )
        values = np.array([line[0] for line in tried.values])
        assert row["mean"] == pytest.approx(values.mean())
        if len(values) < 8:  # those with all replications rest on all of the twins
            continue
        twins = twins_of({"a": tried.scenario}, 1, len(values), jobs=1)["a"]
        own, further = (
            controls_for(part, "days_in_response") for part in (twins.own, twins.further)
        )
        found = adjusted(values, own, further)
        assert row["variance_ratio"] == pytest.approx(found.variance_ratio, rel=1e-9)
        assert row["why_not"] != "" or row["adjusted"] == pytest.approx(found.mean, rel=1e-9)
        compared += 1
    assert compared


def test_quantiles_and_values_with_few_years_are_not_told(answer):
    table = told.controlled_targets(answer, jobs=1)
    waits = table[table["quantity"].str.startswith("p90")]
    assert (waits["why_not"] == told.NO_TWIN_OF_QUANTILES).all()
    assert waits["adjusted"].isna().all()
    few = table[(table["replications"] < 5) & ~table["quantity"].str.startswith("p90")]
    assert few["why_not"].isin([NOTHING_TOLD]).all()


def test_near_the_steady_state_nobody_has_a_twin_and_the_table_says_so():
    steady = sim.capacity(NEW, {"clinic.chairs": [2]}, TARGETS[:1], 0.5, 2, 1, 1, days=30)
    table = told.controlled_targets(steady, jobs=1)
    assert table["why_not"].str.contains("already there").all()


def test_it_does_not_go_with_drawn_parameters(ketasim, tmp_path):
    (tmp_path / "a.toml").write_text("")
    status, _, said = ketasim(
        "capacity", tmp_path / "a.toml", "--vary", "clinic.chairs=1:2", "--target",
        "mean(days_in_response) >= 1", "--controls", "--uncertainty", "posterior",
    )  # fmt: skip
    assert status == 2
    assert "--controls does not go with --uncertainty" in " ".join(said.split())
