"""The figure of main effects holds the numbers of the table. Witness: results written by hand."""

import pandas as pd
import pytest

import sim
from sim.experiment.results import METRICS, Results
from sim.figures.gallery import draw_all

CHAIRS, HOURS = (2, 3), (6.0, 7.5, 9.0)


def results_of(kind, entry, values, replications=3):
    names = [f"{entry['short']}={value}" for value in values]
    scenarios = {name: {entry["path"]: v} for name, v in zip(names, values, strict=True)}
    rows = [
        (name, r, "days_in_response", 10.0 * place + r + 0.3 * place * (r == 2))
        for place, name in enumerate(names)
        for r in range(1, replications + 1)
    ]
    design = {"kind": kind, "points": len(names), "factors": [entry], "scenarios": scenarios}
    empty = pd.DataFrame()
    metrics = pd.DataFrame(rows, columns=METRICS)
    return Results(metrics, empty, empty, {}, 1, replications, manifest={"design": design})


def test_levels_are_drawn_as_changes_from_the_first():
    entry = {"path": "clinic.chairs", "short": "chairs", "levels": list(CHAIRS)}
    ((ax,),) = sim.figures.main_effects(results_of("grid", entry, CHAIRS))
    line = next(line for line in ax.lines if line.get_marker() == "o")
    assert line.get_xdata().tolist() == [2, 3]
    assert line.get_ydata().tolist() == [0, pytest.approx(10.1)]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2", "3"]
    assert ax.get_ylabel().startswith("Days in response")


def test_a_slope_is_drawn_over_the_range_of_the_factor():
    entry = {"path": "referrals.per_week", "short": "per_week", "low": 6.0, "high": 9.0}
    drawn = results_of("sobol", entry, HOURS)
    ((ax,),) = sim.figures.main_effects(drawn)
    line = ax.lines[-1]
    assert line.get_xdata().tolist() == [6.0, 9.0]
    slope = sim.by_factor(drawn)["effect"].iloc[0]
    assert line.get_ydata()[1] == pytest.approx(3 * slope)
    assert len(ax.collections) == 1


def test_one_replication_says_that_it_has_no_intervals():
    entry = {"path": "clinic.chairs", "short": "chairs", "levels": list(CHAIRS)}
    axes = sim.figures.main_effects(results_of("grid", entry, CHAIRS, 1))
    assert "no intervals" in axes[0, 0].get_figure()._supxlabel.get_text()
    line = next(line for line in axes[0, 0].lines if line.get_marker() == "o")
    assert line.get_ydata().tolist() == [0, 10.0]


def test_of_many_points_only_the_factors_are_drawn(tmp_path):
    entry = {"path": "clinic.chairs", "short": "chairs", "levels": list(range(1, 12))}
    assert [path.name for path in draw_all(results_of("grid", entry, range(1, 12)), tmp_path)] == [
        "main_effects.png"
    ]
