"""Scenarios side by side: the marks stand where the summary says, the reference first."""

import numpy as np

from sim.figures.policies import ARROWS, side_by_side
from sim.outcomes.catalogue import CATALOGUE

MEASURES = ("days_below_10", "infusions_per_patient")


def rows(ax):
    return [line for line in ax.get_lines() if line.get_marker() == "o"]


def test_every_scenario_has_a_row_and_the_reference_is_the_first(boosters):
    axes = side_by_side(boosters, MEASURES)
    names = [label.get_text() for label in axes[0].get_yticklabels()]
    assert names[0] == boosters.reference.replace("_", " ")
    assert sorted(names) == sorted(name.replace("_", " ") for name in boosters.names)


def test_marks_and_bars_are_the_summary(boosters):
    axes = side_by_side(boosters, MEASURES)
    summary = boosters.summary().set_index(["measure", "scenario"])
    order = sorted(boosters.names, key=lambda name: name != boosters.reference)
    for ax, measure in zip(axes, MEASURES, strict=True):
        assert len(rows(ax)) == len(order)
        for place, (mark, name) in enumerate(zip(rows(ax), order, strict=True)):
            row = summary.loc[(measure, name)]
            assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (row["mean"], place)
            (bar,) = [c for c in ax.collections if np.all(c.get_segments()[0][:, 1] == place)]
            np.testing.assert_allclose(bar.get_segments()[0][:, 0], [row["lower"], row["upper"]])


def test_an_arrow_says_which_way_is_better(boosters):
    for ax, measure in zip(side_by_side(boosters, MEASURES), MEASURES, strict=True):
        assert ax.get_xlabel().endswith(ARROWS[CATALOGUE[measure].direction])
