"""Figures of costs against QALYs. Witness: the tables they are of."""

import numpy as np
import pytest

import sim
from tests_of_draws import IDLE, PATH, drawn, noisy

ODD = ["<b>$x$__" + "y" * 60, "__", "c"]


@pytest.fixture(scope="module")
def answer():
    costs, qalys, parameters = noisy(40, chance=0.0003)
    own = parameters | {IDLE: np.random.default_rng(3).normal(size=40)}
    return sim.cost_effectiveness(drawn(costs, qalys, own), wtp=[50_000, 100_000])


def marks(ax, size=7):
    """Large marks of one point each: where they are, and whether they are filled."""
    lines = [one for one in ax.lines if len(one.get_xdata()) == 1 and one.get_markersize() >= size]
    return {(float(one.get_xdata()[0]), float(one.get_ydata()[0])): one.get_markerfacecolor()
            for one in lines if one.get_marker() not in ("None", "")}  # fmt: skip


def test_large_marks_stand_at_expected_differences_and_lines_at_thresholds(answer):
    ax = sim.figures.plane(answer.plane, wtp=answer.thresholds)
    rows = answer.economics.iloc[1:]
    at = np.array(sorted(marks(ax)))
    expected = rows[["difference_qalys", "difference_cost"]].sort_values("difference_qalys")
    assert np.allclose(at, expected)
    dashed = [one for one in ax.lines if one.get_linestyle() == "--" and len(one.get_xdata()) == 2]
    slopes = [np.diff(one.get_ydata())[0] / np.diff(one.get_xdata())[0] for one in dashed]
    assert {50_000, 100_000} <= {round(float(slope)) for slope in slopes}
    clouds = [one for one in ax.lines if len(one.get_xdata()) == 40]
    assert len(clouds) == 2


def test_curves_are_probabilities_and_the_thick_line_is_of_the_best(answer):
    table = answer.acceptability
    ax = sim.figures.acceptability_curves(table, wtp=answer.thresholds)
    thin = {one.get_label(): one for one in ax.lines if one.get_linewidth() == 1.6}
    for name, rows in table.groupby("scenario"):
        assert np.allclose(thin[name].get_ydata(), rows["probability_best"])
    thick = [one for one in ax.lines if one.get_linewidth() == 6]
    best = table[table["best"]].set_index("wtp")["probability_best"]
    drawn_at = {}
    for one in thick:
        y = np.asarray(one.get_ydata(), dtype=float)
        drawn_at |= dict(
            zip(np.asarray(one.get_xdata())[~np.isnan(y)], y[~np.isnan(y)], strict=True)
        )
    assert drawn_at == pytest.approx(best.to_dict())


def test_the_dominated_are_hollow_and_off_the_line():
    costs = np.array([1000.0, 3000, 2900, 5000]) + np.zeros((4, 2, 4))
    qalys = np.array([0.5, 0.54, 0.51, 0.56]) + np.zeros((4, 2, 4))
    table = sim.cost_effectiveness(drawn(costs, qalys)).economics
    ax = sim.figures.efficient_line(table)
    hollow = {point for point, face in marks(ax).items() if face == "white"}
    assert hollow == {(0.51, 2900.0)}
    (line,) = [one for one in ax.lines if len(one.get_xdata()) == 3]
    assert list(line.get_xdata()) == pytest.approx([0.5, 0.54, 0.56])
    assert {"a", "b (50,000)", "c", "d (100,000)"} <= {text.get_text() for text in ax.texts}


def test_bars_of_items_add_up_to_all(answer):
    axes = sim.figures.costs_by_item(answer.cost_items)
    for ax, (_, rows) in zip(axes.flat, answer.cost_items.groupby("perspective", sort=False),
                             strict=True):  # fmt: skip
        ends = [max(p.get_x() + p.get_width() for p in ax.patches if round(p.get_y() + 0.32) == k)
                for k in range(3)]  # fmt: skip
        assert ends == pytest.approx(list(rows.loc[rows["item"] == "all", "mean"]))


def test_the_budget_stands_by_year_beside_the_difference(answer):
    rows = answer.budget_impact[answer.budget_impact["perspective"] == "payer"]
    left, right = sim.figures.budget_by_year(answer.budget_impact).ravel()
    points = [one for one in left.lines if one.get_marker() not in ("None", "")]
    assert [list(one.get_ydata()) for one in points] == [
        list(own["amount"]) for _, own in rows.groupby("scenario", sort=False)
    ]
    assert len([one for one in right.lines if one.get_marker() not in ("None", "")]) == 2
    assert [text.get_text() for text in left.get_xticklabels()] == ["year 1", "year 2\n(100 days)"]


def test_a_bar_is_filled_where_it_goes_beyond_chance(answer):
    table = answer.evppi
    axes = sim.figures.worth_of_knowing(table)
    assert axes.shape == (1, 2)
    names = [text.get_text() for text in axes[0, 0].get_yticklabels()]
    for ax, (_, rows) in zip(axes.flat, table.groupby("wtp"), strict=True):
        own = rows.set_index("parameter")
        for name, bar in zip(names, ax.patches, strict=True):
            row = own.loc[name.replace("\n", "")]
            assert bar.get_width() == pytest.approx(row["evppi"])
            filled = bar.get_facecolor()[:3] != (1.0, 1.0, 1.0)
            assert filled is bool(row["more_than_chance"])
    assert set(names) == {PATH, IDLE}


def test_thirty_scenarios_with_odd_names_are_drawn():
    names, steps = [*ODD, *(f"chairs_{k}" for k in range(27))], np.arange(30)
    costs, qalys, _ = noisy(6, apart=300.0 * steps, gained=0.004 * np.sqrt(steps))
    found = sim.cost_effectiveness(drawn(costs, qalys, names=names, budget=False))
    plane = sim.figures.plane(found.plane, wtp=[0, 50_000])
    assert len(marks(plane)) == 29
    assert not [one for one in plane.lines if len(one.get_xdata()) == 6]  # no clouds of so many
    ax = sim.figures.acceptability_curves(found.acceptability)
    chosen = found.acceptability.loc[found.acceptability["best"], "scenario"].nunique()
    assert len(ax.get_legend().get_texts()) <= max(8, chosen)


def test_one_scenario_has_its_costs_drawn_and_nothing_compared():
    from sim.figures.economics import economics_drawn

    costs, qalys, _ = noisy(6, apart=(0,), gained=(0.1,))
    found = sim.cost_effectiveness(drawn(costs, qalys))
    assert set(economics_drawn(found)) == {"cost_items", "budget"}
    (ax,) = economics_drawn(found)["budget"]().ravel()
    assert ax.get_xticklabels()[0].get_text() == "year 1"
