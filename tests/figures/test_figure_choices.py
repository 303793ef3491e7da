"""Figures of a choice. Witness: the tables they are of."""

import numpy as np
import pytest

import sim
from tests_of_choices import DAYS, looked_up, scenarios

DICE = np.random.default_rng(1)
MEANS = {"none": (60, 5), "much": (90, 9), "waste": (70, 10)}
COLUMNS = {name: np.array(mean) + DICE.normal(0, 0.3, (40, 2)) for name, mean in MEANS.items()}


@pytest.mark.parametrize(("way", "best"), [("largest", "much"), ("smallest", "none")])
def test_differences_stand_where_the_table_has_them_and_delta_on_the_worse_side(
    monkeypatch, way, best
):
    looked_up(monkeypatch, {name: x[:, 0] for name, x in COLUMNS.items()})
    answer = sim.best(scenarios(list(COLUMNS)), f"{DAYS}:{way}", 3.0, jobs=1)
    ax = sim.figures.behind_the_best(answer)
    marks = {
        round(float(line.get_ydata()[0])): float(line.get_xdata()[0])
        for line in ax.lines
        if line.get_marker() not in ("None", "")
    }
    expected = answer.table["difference"].fillna(0.0)
    assert [marks[place] for place in range(3)] == pytest.approx(list(expected))
    edges = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    assert edges == [-3.0 if way == "largest" else 3.0]
    assert f"difference from {best} (the best)" in ax.get_title(loc="left")


@pytest.mark.parametrize("replications", [1, 40])
def test_points_stand_at_the_means_and_are_filled_on_the_front(monkeypatch, replications):
    looked_up(monkeypatch, COLUMNS)
    aims = [DAYS, "infusions_per_patient:smallest"]
    answer = sim.pareto(scenarios(list(COLUMNS)), aims, replications, jobs=1)
    (ax,) = sim.figures.pareto_front(answer).ravel()
    marks = [line for line in ax.lines if line.get_marker() not in ("None", "")]
    at = [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in marks]
    table = answer.table
    assert np.allclose(at, table[[DAYS, "infusions_per_patient"]])
    filled = [line.get_markerfacecolor() != "white" for line in marks]
    assert filled == list(table["on_front"])
    texts = [text.get_text() for text in ax.texts]
    assert ("waste (<0.01)" in texts) is (replications > 1)
    assert ("waste" in texts) is (replications == 1)


def test_three_measures_are_drawn_two_by_two(monkeypatch):
    wide = {name: np.column_stack([x, x[:, 0] + x[:, 1]]) for name, x in COLUMNS.items()}
    looked_up(monkeypatch, wide)
    aims = [DAYS, "infusions_per_patient:smallest", "days_below_10"]
    axes = sim.figures.pareto_front(sim.pareto(scenarios(list(wide)), aims, 12, jobs=1))
    assert axes.shape == (1, 3)
    assert len({(ax.get_xlabel(), ax.get_ylabel()) for ax in axes.ravel()}) == 3
