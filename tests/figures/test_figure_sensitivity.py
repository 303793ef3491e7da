"""Figures of a sensitivity analysis. Witness: the tables they are of."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import sim
from sim.sensitivity.alternatives import ALTERNATIVE_COLUMNS
from sim.sensitivity.indices import SOBOL_COLUMNS
from sim.sensitivity.one_at_a_time import TORNADO_COLUMNS
from sim.sensitivity.screening import MORRIS_COLUMNS
from sim.sensitivity.two_way import MAP_COLUMNS

LONG = "behaviour." + "a_very_long_name_of_a_parameter_" * 3 + "share"
BEGIN = {"reference": "", "scenario": "it", "measure": "days_in_response", "unit": "days"}


def table_of(columns, rows):
    return pd.DataFrame([BEGIN | row for row in rows]).reindex(columns=columns)


def swings(many, replications=5):
    return table_of(TORNADO_COLUMNS, [
        {"parameter": f"symptoms.p_{n}" if n else LONG, "parameter_unit": "share", "low_5": 0.1,
         "high_95": 0.9, "base": 100.0, "change_low": -10.0 / (n + 1), "change_high": 8.0 / (n + 1),
         "change_low_lower": -12.0, "change_low_upper": -8.0, "told": ("apart", "not apart")[n % 2],
         "replications": replications}
        for n in range(many)
    ] + [{"parameter": "clinic.prices.iv", "base": 100.0, "told": "no change",
          "replications": replications}])  # fmt: skip


def lengths(ax, of="width"):
    return [float(getattr(bar, f"get_{of}")()) for bar in ax.patches]


def test_bars_are_the_changes_and_what_changes_nothing_is_not_drawn():
    (ax,) = sim.figures.tornado(swings(3)).ravel()
    assert lengths(ax) == pytest.approx([-10, 8, -5, 4, -10 / 3, 8 / 3])
    hollow = [bar.get_facecolor()[:3] == (1, 1, 1) for bar in ax.patches]
    assert hollow == [False, False, True, True, False, False]
    assert len(ax.get_yticklabels()) == 3
    assert "change from 100" in ax.get_title(loc="left")
    whiskers = [line for line in ax.lines if len(set(line.get_ydata())) == 1 and
                len(line.get_xdata()) == 2]  # fmt: skip
    assert list(whiskers[0].get_xdata()) == [-12, -8]


@pytest.mark.parametrize("many", [0, 1, 80])
def test_few_and_many_parameters_have_room(many):
    (ax,) = sim.figures.tornado(swings(many)).ravel()
    assert len(ax.get_yticks()) == min(many, 15)
    figure = ax.figure
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    for one, other in pairwise(boxes):
        assert one.y0 >= other.y1 - 1
    assert all(box.x0 >= 0 for box in boxes)


def test_the_first_quantities_have_a_panel_and_the_others_are_told():
    names = ["a", "b", "c", "d", "e", "f"]
    table = pd.concat([swings(20).assign(scenario=name, reference="r") for name in names])
    axes = sim.figures.tornado(table)
    assert len(axes) == 4
    assert "2 more in the table." in " ".join(axes[0, 0].figure.get_supxlabel().split())
    assert len(sim.figures.tornado(table, measures=["days_in_response"])) == 6


def effects():
    return table_of(MORRIS_COLUMNS, [
        {"parameter": "symptoms.c50", "mu_star": 9.0, "mu_star_lower": 7.0, "mu_star_upper": 11.0,
         "sigma": 3.0, "chance": 1.0, "verdict": "matters", "trajectories": 10, "replications": 2},
        {"parameter": LONG, "mu_star": 2.0, "mu_star_lower": 1.0, "mu_star_upper": 3.0,
         "sigma": 2.0, "chance": 1.5, "verdict": "not told from chance", "trajectories": 10,
         "replications": 2},
        {"parameter": "clinic.prices.iv", "mu_star": 0.0, "sigma": 0.0, "chance": 0.0,
         "verdict": "no effect", "trajectories": 10, "replications": 2},
    ])  # fmt: skip


def test_screening_draws_effects_and_what_chance_would_make():
    (ax,) = sim.figures.screening(effects()).ravel()
    assert lengths(ax) == [9, 1, 2, 1.5]
    assert [text.get_text() for text in ax.texts][:2] == ["0.33", "1.00"]
    (ax,) = sim.figures.screening(effects().assign(chance=np.nan, verdict="")).ravel()
    assert len(lengths(ax)) == 3


def test_indices_have_two_bars_each_and_chance_its_own_colour():
    ends = {f"{kind}_{end}": v for kind in ("first", "total")
            for end, v in (("lower", 0.1), ("upper", 0.4))}  # fmt: skip
    rows = [
        {"input": name, "parameters": many, "first_order": 0.2, "total": 0.3, "samples": 64} | ends
        for name, many in (("symptoms.c50", 1), ("all others", 40), ("chance", 0))
    ]
    (ax,) = sim.figures.indices(table_of(SOBOL_COLUMNS, rows)).ravel()
    assert lengths(ax) == [0.2, 0.3] * 3
    assert ax.patches[4].get_facecolor() != ax.patches[0].get_facecolor()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["c50", "all others (40 parameters)", "chance"]


def test_alternatives_leave_out_the_scenario_as_it_is():
    rows = [{"alternative": "as it is", "mean": 100.0, "told": "", "replications": 5}]
    rows += [
        {"alternative": f"{told} <b> $x$", "difference": d, "difference_lower": d - 1,
         "difference_upper": d + 1, "mean": 100 + d, "told": told, "replications": 5}
        for told, d in (("apart", 5.0), ("not apart", 0.5), ("no change", 0.0))
    ]  # fmt: skip
    (ax,) = sim.figures.alternatives_forest(table_of(ALTERNATIVE_COLUMNS, rows)).ravel()
    marks = [line for line in ax.lines if line.get_marker() not in ("None", "")]
    assert [float(line.get_xdata()[0]) for line in marks] == [5, 0.5, 0]
    assert [line.get_markerfacecolor() != "white" for line in marks] == [True, False, False]
    assert ax.get_yticklabels()[0].get_text() == "apart <b> $x$"


def test_a_map_has_its_means_dots_and_frame():
    rows = [
        {"path_1": "clinic.chairs", "value_1": x, "path_2": "symptoms.c50", "value_2": y,
         "mean": 10.0 * x + y, "told": "no change" if (x, y) == (2, 1) else "apart",
         "replications": 5}
        for x in (2, 3, 4) for y in (1, 2)
    ]  # fmt: skip
    (ax,) = [a for a in sim.figures.two_way_map(table_of(MAP_COLUMNS, rows)).ravel() if a.images]
    assert ax.images[0].get_array().tolist() == [[21, 31, 41], [22, 32, 42]]
    texts = {text.get_text() for text in ax.texts}
    assert {"21.0", "22.0 •", "42.0 •"} <= texts
    assert len(ax.patches) == 1
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("chairs", "c50")
