"""The figures of capacity answers draw what their tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import sim
from sim.figures.planning import draw_capacity
from sim.planning.answer import capacity
from sim.planning.buildup import filling_of
from tests_of_capacity import FIRST_DAYS, WAIT

TARGETS = [WAIT, "mean(chair_utilisation) <= 0.9"]


@pytest.fixture(scope="module")
def few():
    return sim.Scenario().override({"referrals.per_week": 8, "clinic.nurses": "unlimited"})


@pytest.fixture(scope="module")
def answer(few):
    return capacity(few, {"clinic.chairs": [1, 3, 5]}, TARGETS, replications=4, **FIRST_DAYS)


@pytest.fixture(scope="module")
def filling(few):
    return filling_of(few.override({"behaviour.stopping_days": 60}), 40, 2, jobs=1)


def test_each_target_has_a_panel_with_its_line_and_the_share_has_one(answer):
    *quantities, share = sim.figures.capacity_answer(answer)
    assert len(quantities) == 2
    for ax, target in zip(quantities, answer.targets, strict=True):
        lines = [line for line in ax.lines if set(line.get_ydata()) == {target.bound}]
        assert lines
        assert ax.get_xlabel() == "Chairs"
        assert ax.get_ylabel()
    shown = {text.get_text() for text in share.texts}
    for row in answer.table.to_dict("records"):
        assert f"{row['met']}/{row['replications']}" in shown


def test_what_was_not_reached_stands_at_the_edge(answer):
    assert np.isinf(answer.replications["value"]).any()
    first = sim.figures.capacity_answer(answer)[0]
    assert "▲ not reached" in {text.get_text() for text in first.texts}


def test_a_mix_is_a_map_with_the_cheapest_framed(few):
    vary = {"clinic.chairs": [1, 3, 4], "clinic.prescribers": [1, 2]}
    found = capacity(few, vary, [WAIT], replications=2, **FIRST_DAYS)
    ax = sim.figures.mix(found)
    assert ax.images[0].get_array().shape == (2, 3)
    assert {text.get_text() for text in ax.texts} >= {"2/2"}
    assert any(patch.get_linewidth() > 2 for patch in ax.patches)
    with pytest.raises(ValueError, match="two varied"):
        sim.figures.mix(capacity(few, {"clinic.chairs": [4]}, [WAIT], 0.5, 2, **FIRST_DAYS))


def test_the_build_up_marks_the_first_year_and_the_level(filling):
    ax, census = sim.figures.build_up(filling)
    texts = " ".join(text.get_text() for text in ax.texts)
    assert "end of year one" in texts
    assert "95 % of the steady state" in texts
    assert len(ax.lines) >= 3
    assert "Census" in census.get_ylabel()


def test_the_chair_plan_has_a_row_a_chair_and_a_block_a_stage():
    scenario = sim.Scenario().override({"run.days": 70})
    one = sim.replicate(scenario, seed=1)
    axes = sim.figures.chair_plan(one, week=9)
    assert len(axes) == 5
    visits = one.visits
    sat = (visits["chair"] > 0) & (visits["seated"] // 10080 == 8)
    turnovers = (visits["chair_free"] > visits["left"])[sat].sum()
    hatched = [p for ax in axes for p in ax.patches if p.get_hatch()]
    assert len(hatched) == turnovers > 10
    for ax in axes:
        assert list(ax.get_yticks()) == [1, 2, 3]
        for bar in ax.patches[1:]:
            assert bar.get_width() > 0


def test_an_empty_week_is_drawn_too():
    one = sim.replicate(sim.Scenario().override({"run.days": 3}), seed=1)
    assert len(sim.figures.chair_plan(one)) == 5


def test_policy_by_capacity_rings_the_best_of_each_place():
    rows = [
        (level, chairs, measure, policy, mean, mean - 1, mean + 1, 0.5, policy == "b", 3, True)
        for level in ("first come", "induction first")
        for chairs in (2, 4)
        for measure in ("days_below_10", "days_in_response")
        for policy, mean in (("a", 10.0), ("b", 10.0 + chairs))
    ]
    columns = ["level", "chairs", "measure", "policy", "mean", "lower", "upper", "p_best", "best",
               "replications", "may_be_best"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    axes = sim.figures.policy_capacity(table)
    assert axes.shape == (2, 2)
    for ax in axes.flat:
        rings = [line for line in ax.lines if line.get_markersize() == 11]
        assert [ring.get_ydata()[0] for ring in rings] == [12.0, 14.0]


def test_all_figures_of_an_answer_are_stored(answer, filling, tmp_path):
    names = {path.name for path in draw_capacity(answer, filling, tmp_path / "figures")}
    assert names == {"capacity.png", "build_up.png", "chair_plan.png"}
    assert isinstance(sim.figures.capacity_answer(answer)[0].get_figure(), Figure)
