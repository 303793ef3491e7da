"""Figures by chairs and by week: values as in the tables, on an axis of chairs."""

from dataclasses import replace

import numpy as np
import pytest

from sim.figures.chairs import (
    LOOP,
    alike_but_for_chairs,
    by_chairs,
    chair_places,
    closed_loop,
    utilisation_and_waits,
)
from sim.figures.estimates import estimates


@pytest.fixture(scope="module")
def grid(made_up):
    """Two policies, each with two, three and unlimited chairs."""
    means, scenarios = {}, {}
    for policy in ("adaptive", "every_4_weeks"):
        for n in ("unlimited", 2, 3):
            name = f"{policy}_{n}_chairs"
            means[name] = dict.fromkeys(LOOP, 3.0 if n == "unlimited" else float(n))
            scenarios[name] = made_up.scenario(n, policy)
    return made_up.results(means, scenarios, None, 5)


def test_a_measure_by_chairs_is_the_summary_against_clinic_chairs(chairs):
    ax = by_chairs(chairs, "booster_delay_days")
    found = estimates(chairs, "booster_delay_days")
    point, _, (upright,) = ax.containers[0]
    assert point.get_xdata().tolist() == [2, 3, 4, 5, 6]
    assert point.get_ydata().tolist() == found["mean"].tolist()
    assert upright.get_segments()[0][:, 1] == pytest.approx(found.iloc[0][["lower", "upper"]])
    assert [text.get_text() for text in ax.get_xticklabels()] == list("23456")


def test_the_axis_begins_at_zero_so_that_small_effects_look_small(chairs):
    ax = by_chairs(chairs, "days_below_10")
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > estimates(chairs, "days_below_10")["upper"].max()


def test_utilisation_is_shown_in_per_cent_and_plotted_as_it_is(chairs):
    ax = by_chairs(chairs, "chair_utilisation")
    assert max(ax.containers[0][0].get_ydata()) < 1
    assert ax.yaxis.get_major_formatter()(0.5) == "50%"


def test_scenarios_given_in_any_order_are_drawn_by_chairs(made_up):
    ax = by_chairs(made_up.chairs(3, (5, 2, 4)), "booster_delay_days")
    assert ax.containers[0][0].get_xdata().tolist() == [2, 4, 5]


def test_unlimited_chairs_stand_last_under_infinity(grid):
    assert chair_places(grid) == {2: 2.0, 3: 3.0, "unlimited": 4.0}
    ax = by_chairs(grid, "days_below_10")
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2", "3", "∞"]
    assert "unlimited" in ax.get_xlabel()


def test_scenarios_alike_but_for_chairs_make_a_line(grid):
    groups = alike_but_for_chairs(grid)
    assert list(groups) == ["adaptive", "every 4 weeks"]
    assert groups["adaptive"] == [f"adaptive_{n}_chairs" for n in (2, 3, "unlimited")]
    assert len(by_chairs(grid, "days_below_10").containers) == 2


def test_lines_of_like_names_are_told_apart_by_a_number(made_up):
    names = ["a_2", "b_3", "c_2", "d_3"]
    scenarios = {n: made_up.scenario(int(n[-1]), "x" if n[0] in "ab" else "y") for n in names}
    results = made_up.results({n: {"days_below_10": 1.0} for n in names}, scenarios, None, 2)
    assert len(alike_but_for_chairs(results)) == 2


def test_one_line_where_no_two_scenarios_have_the_same_chairs(chairs, made_up):
    nurses_too = {
        name: made_up.scenario(one.clinic.chairs, name) for name, one in chairs.scenarios.items()
    }
    assert len(alike_but_for_chairs(replace(chairs, scenarios=nurses_too))) == 1
    axes = utilisation_and_waits(replace(chairs, scenarios=nurses_too))
    assert "Not only the chairs differ" in axes[0].figure.get_supxlabel()
    assert "Not only" not in utilisation_and_waits(chairs)[0].figure.get_supxlabel()


def test_the_loop_in_one_figure_has_its_six_measures(chairs):
    axes = closed_loop(chairs)
    assert axes.shape == (2, 3)
    for ax, measure in zip(axes.flat, LOOP, strict=True):
        assert (
            ax.containers[0][0].get_ydata().tolist() == estimates(chairs, measure)["mean"].tolist()
        )
        assert ax.get_title(loc="left")
        assert ax.get_ylabel()
    assert [ax.get_xlabel() for ax in axes[1]] == ["Chairs"] * 3


def test_a_legend_names_the_lines_when_there_are_several(grid, chairs):
    (legend,) = closed_loop(grid)[0, 0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["adaptive", "every 4 weeks"]
    assert not closed_loop(chairs)[0, 0].figure.legends


def test_waits_have_their_upper_percentile_beside_the_mean(chairs):
    axes = utilisation_and_waits(chairs)
    assert [len(ax.containers) for ax in axes] == [1, 2, 2]
    assert "P90 (dashed)" in axes[1].get_title(loc="left")
    p95 = estimates(chairs, "booster_delay_days_p95")
    assert axes[2].containers[1][0].get_ydata().tolist() == p95["mean"].tolist()
    assert axes[2].get_ylim()[1] > p95["upper"].max()


def test_waits_without_percentiles_are_drawn_without(chairs):
    kept = chairs.metrics[~chairs.metrics["measure"].str.contains("_p9")]
    axes = utilisation_and_waits(replace(chairs, metrics=kept))
    assert [len(ax.containers) for ax in axes] == [1, 1, 1]


@pytest.mark.parametrize("draw", [closed_loop, utilisation_and_waits])
def test_measures_that_are_missing_or_never_reached_are_said_to_be(chairs, draw):
    for metrics in (chairs.metrics.assign(value=np.inf), chairs.metrics.assign(measure="my_own")):
        for ax in draw(replace(chairs, metrics=metrics)).flat:
            assert ax.texts[0].get_text() == "not in these results"


@pytest.mark.parametrize("draw", [closed_loop, utilisation_and_waits])
def test_one_replication_is_drawn_and_said_to_have_no_intervals(draw, made_up):
    axes = draw(made_up.chairs(1))
    assert "no intervals" in axes.flat[0].figure.get_supxlabel()


def test_scenarios_that_could_not_be_rebuilt_leave_the_axis_empty(chairs):
    assert by_chairs(replace(chairs, scenarios={}), "days_below_10").get_xticks().size == 0
