"""Figures of the answers: values as in the tables, one figure a factor, readable."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from sim.doses.dose_count import BOOSTER, EVERYBODY, dose_count
from sim.figures import style
from sim.figures.doses import boosters, by_group, draw_dose_count, factor, needed
from sim.model.scenario import Scenario


@pytest.fixture(scope="module")
def answers():
    return dose_count(Scenario(), people=150, replications=3, jobs=1)


def rows(answers, question, statistic, group=EVERYBODY):
    table = answers.counts
    return table[
        (table["group"] == group)
        & (table["question"] == question)
        & (table["statistic"] == statistic)
    ]


def test_the_curves_are_the_shares_of_the_table_with_their_band(answers):
    response, remission = needed(answers)
    for ax, aim in ((response, "response"), (remission, "remission")):
        for line, reading in zip(ax.lines, ("rated", "latent"), strict=True):
            found = rows(answers, f"{aim}_{reading}", "reached_by")
            assert line.get_xdata().tolist() == found["at"].tolist()
            assert line.get_ydata().tolist() == found["mean"].tolist()
        assert len(ax.collections) == 2
        assert ax.get_xlabel() == "infusions"


def test_the_legend_says_how_many_never_do(answers):
    never = float(rows(answers, "response_rated", "never")["mean"].iloc[0])
    texts = [text.get_text() for text in needed(answers)[0].get_legend().get_texts()]
    assert f"never: {100 * never:.0f} %" in texts[0]


def test_another_group_can_be_drawn(answers):
    ax = needed(answers, group="rated below 15")[0]
    found = rows(answers, "response_rated", "reached_by", "rated below 15")
    assert ax.lines[0].get_ydata().tolist() == found["mean"].tolist()


def test_the_booster_curve_falls_over_days_and_names_those_whom_nothing_keeps(answers):
    ax = boosters(answers)
    found = rows(answers, BOOSTER, "kept_well_by")
    assert ax.lines[0].get_ydata().tolist() == found["mean"].tolist()
    assert ax.get_xscale() == "log"
    none = float(rows(answers, BOOSTER, "none_keeps")["mean"].iloc[0])
    assert any(f"not even every 3 days: {100 * none:.0f} %" in t.get_text() for t in ax.texts)


def test_every_group_of_the_table_has_its_row(answers):
    axes = by_group(answers)
    names = [label.get_text() for label in axes[0].get_yticklabels()]
    assert names == list(dict.fromkeys(answers.counts["group"]))


@pytest.mark.parametrize("name", ["route", "severity", "ptsd"])
def test_a_factors_figure_shows_answers_above_and_paired_differences_below(answers, name):
    axes = factor(answers, name)
    about = answers.factors[name]
    assert axes.shape == (2, 3)
    assert len(axes[0, 0].lines) == len(about.levels)
    others = [level for level in about.levels if level != about.reference]
    assert len(axes[1, 0].get_yticks()) == len(others)
    drawn = {round(float(x), 9) for line in axes[1, 0].lines for x in np.ravel(line.get_xdata())}
    table = answers.shifts
    for level in others:
        found = table[
            (table["factor"] == name)
            & (table["level"] == level)
            & (table["question"] == "response_latent")
            & (table["statistic"] == "infusions")
        ]
        assert round(float(found["difference"].iloc[0]), 9) in drawn
        assert round(float(found["difference_lower"].iloc[0]), 9) in drawn


def test_levels_differ_in_colour_line_and_marker(answers):
    lines = factor(answers, "route")[0, 0].lines
    assert len({line.get_color() for line in lines}) == 5
    assert {line.get_color() for line in lines} <= set(style.COLOURS)
    assert len({line.get_marker() for line in lines}) == 5


@pytest.mark.parametrize("name", ["route", "durability"])
def test_no_text_of_a_factors_figure_leaves_it_or_covers_another_title(answers, name):
    figure = factor(answers, name)[0, 0].get_figure()
    figure.draw_without_rendering()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(box.x0, box.y0) >= -0.01
    assert box.x1 <= width + 0.01
    assert box.y1 <= height + 0.01
    heading = figure._suptitle.get_window_extent()
    titles = [ax.title.get_window_extent() for ax in figure.axes]
    legends = [legend.get_window_extent() for legend in figure.legends]
    assert not any(heading.overlaps(other) for other in (*titles, *legends))


def test_one_replication_is_drawn_without_intervals():
    one = dose_count(Scenario(), people=60, replications=1, jobs=1)
    axes = factor(one, "ptsd")
    assert not axes[0, 0].collections
    assert "no intervals" in axes[0, 0].get_figure()._supxlabel.get_text()


def test_all_figures_are_stored_one_for_each_factor_and_none_is_left_open(answers, tmp_path):
    drawn = draw_dose_count(answers, tmp_path / "figures")
    names = {path.stem for path in drawn}
    assert {"infusions_needed", "booster_interval", "groups"} <= names
    assert {f"factor_{name}" for name in answers.factors} <= names
    assert all(path.stat().st_size > 10_000 for path in drawn)


def test_a_figure_of_the_callers_own_is_drawn_into(answers):
    figure = Figure(figsize=(10, 6), layout="constrained")
    assert factor(answers, "ptsd", figure)[0, 0].get_figure() is figure
