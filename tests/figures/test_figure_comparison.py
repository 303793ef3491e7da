"""Forest and trade-off: the marks stand where the tables say, and a gap is shown as one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sim.config.errors import ScenarioError
from sim.figures.comparison import against_infusions, differences, forest, headline, tradeoff
from sim.figures.estimates import estimates
from sim.figures.labels import overlap
from sim.figures.policies import side_by_side
from sim.outcomes.catalogue import CATALOGUE
from sim.study.paired import compare


def dots(ax):
    return [line for line in ax.get_lines() if line.get_marker() == "o"]


def titles(axes):
    return [ax.get_title(loc="left").replace("\n", " ") for ax in axes.flat]


def test_forest_has_a_panel_per_headline_measure(boosters):
    axes = forest(boosters)
    differing = [
        name
        for name, m in CATALOGUE.items()
        if m.headline and "untreated" not in name and not name.endswith("_minutes_p95")
    ]
    assert headline(boosters) == differing
    assert len([ax for ax in axes.flat if ax.axison]) == len(headline(boosters)) == 12


def test_forest_dots_and_bars_are_the_comparison_table(boosters):
    table = compare(boosters, measures=["days_below_10"]).reset_index()
    (ax,) = forest(boosters, measures=["days_below_10"])[0]
    bars = [line for line in ax.get_lines() if len(line.get_xdata()) == 2][:-1]
    assert [dot.get_xdata()[0] for dot in dots(ax)] == table["difference"].tolist()
    assert [list(bar.get_xdata()) for bar in bars] == table[["lower", "upper"]].to_numpy().tolist()


def test_forest_names_every_scenario_but_the_reference(boosters):
    axes = forest(boosters)
    shown = [text.get_text() for text in axes[0, 0].get_yticklabels()]
    assert shown == [n.replace("_", " ") for n in boosters.names if n != "every_4_weeks"]
    assert "every 4 weeks" in axes[0, 0].figure.get_suptitle()


def test_a_filled_dot_is_significant_after_holm(boosters):
    table = compare(boosters, measures=["response_after_induction"])
    ax = differences(boosters, "response_after_induction")
    filled = [dot.get_markerfacecolor() != "white" for dot in dots(ax)]
    assert filled == (table["p_adjusted"] < 0.05).tolist()


@pytest.mark.parametrize(
    ("measure", "side"),
    [("days_below_10", 1), ("booster_delay_days", -1), ("chair_utilisation", 0)],
)
def test_the_better_side_is_tinted(boosters, measure, side):
    tints = differences(boosters, measure).patches
    assert len(tints) == abs(side)
    for tint in tints:
        assert np.sign(tint.get_x() + tint.get_width() / 2) == side


def test_forest_takes_another_reference(boosters):
    axes = forest(boosters, measures=["days_below_10"], reference="none")
    assert "none" in axes[0, 0].figure.get_suptitle()
    assert all(dot.get_xdata()[0] > 0 for dot in dots(axes[0, 0]))


def test_one_replication_has_dots_without_bars(made_up):
    axes = forest(made_up.boosters(1), measures=["days_below_10"])
    assert len(axes[0, 0].get_lines()) == 7 + 1
    assert "no intervals" in axes[0, 0].figure.get_supxlabel()


@pytest.mark.parametrize(("measure", "lines"), [("days_below_10", 1), ("chair_utilisation", 0)])
def test_only_a_measure_with_a_better_side_has_scenarios_that_no_other_beats(
    boosters, measure, lines
):
    ax = against_infusions(boosters, measure)
    joined = [line for line in ax.lines if line.get_color() == "#BFBFBF"]
    assert len(joined) == lines


def test_a_difference_that_is_undefined_is_said_to_be(boosters):
    metrics = boosters.metrics.copy()
    rows = (metrics["measure"] == "days_below_10") & (metrics["scenario"] == "none")
    metrics.loc[rows, "value"] = np.inf
    ax = differences(replace(boosters, metrics=metrics), "days_below_10")
    assert [text.get_text() for text in ax.texts] == ["higher in 20 of 20"]
    assert len(dots(ax)) == 6
    assert np.isfinite(ax.get_xlim()).all()


def test_measures_that_are_missing_have_no_panel(boosters):
    kept = boosters.metrics[boosters.metrics["measure"].isin(["days_below_10", "mean_gad7"])]
    axes = forest(replace(boosters, metrics=kept))
    assert titles(axes) == ["Days below 10"]


def test_a_forest_of_nothing_is_an_empty_panel(boosters):
    kept = boosters.metrics.assign(measure="my_own")
    assert not any(ax.axison for ax in forest(replace(boosters, metrics=kept)).flat)


def test_a_misspelt_measure_or_no_reference_is_a_fault_with_a_remedy(boosters):
    with pytest.raises(ScenarioError, match="days_below_10"):
        forest(boosters, measures=["days_below_11"])
    with pytest.raises(ScenarioError, match="reference"):
        forest(replace(boosters, reference=None))


def test_a_measure_of_the_users_own_is_drawn_without_a_better_side(boosters):
    metrics = boosters.metrics.replace({"measure": {"days_below_10": "my_own"}})
    ax = differences(replace(boosters, metrics=metrics), "my_own")
    assert len(dots(ax)) == 7
    assert not ax.patches


def test_tradeoff_shows_both_definitions_side_by_side(boosters):
    axes = tradeoff(boosters)
    assert titles(axes) == ["Days below 10", "Days in response"]
    assert [ax.get_xlabel() for ax in axes] == ["Infusions per patient"] * 2
    assert all("per" in ax.get_ylabel() for ax in axes)


def test_beside_days_below_10_stand_those_untreated_where_the_results_have_them(boosters):
    """Witness: the table of the very results that are drawn."""
    assert "untreated" not in tradeoff(boosters)[0].figure.get_supxlabel(), "these have not"
    added = {"days_below_10_untreated": 41.25, "infusions_per_patient_year": 5.0}
    rows = boosters.metrics.query("measure == 'days_below_10'")
    more = [rows.assign(measure=name, value=value) for name, value in added.items()]
    results = replace(boosters, metrics=pd.concat([boosters.metrics, *more], ignore_index=True))
    for axes in (tradeoff(results), side_by_side(results, ["days_below_10"])):
        note = " ".join(axes[0].figure.get_supxlabel().split())
        assert note.endswith("untreated would have had 41.2, whatever the scenario.")
    assert (
        "untreated"
        not in side_by_side(results, ["wait_in_clinic_minutes"])[0].figure.get_supxlabel()
    )


def test_tradeoff_points_and_bars_are_the_summary(boosters):
    ax = tradeoff(boosters)[1]
    x, y = estimates(boosters, "infusions_per_patient"), estimates(boosters, "days_in_response")
    for bars, name in zip(ax.containers, boosters.names, strict=True):
        point, _, (level, upright) = bars
        assert point.get_xydata().tolist() == [[x["mean"][name], y["mean"][name]]]
        assert level.get_segments()[0][:, 0] == pytest.approx([x["lower"][name], x["upper"][name]])
        assert upright.get_segments()[0][:, 1] == pytest.approx(
            [y["lower"][name], y["upper"][name]]
        )


def test_tradeoff_labels_cover_neither_each_other_nor_a_point(boosters):
    axes = tradeoff(boosters)
    axes[0].figure.draw_without_rendering()
    for ax in axes:
        assert {t.get_text() for t in ax.texts} == {n.replace("_", " ") for n in boosters.names}
        boxes = np.array([_text_box(text) for text in ax.texts])
        points = ax.transData.transform([bars[0].get_xydata()[0] for bars in ax.containers])
        marks = np.hstack([points - 3, points + 3])
        assert overlap(boxes, boxes) == pytest.approx(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))
        assert overlap(boxes, marks).max() == 0


def _text_box(note):
    """The text alone: the extents of an annotation include its line to the point."""
    return np.array(Text.get_window_extent(note).extents)


def test_the_grey_line_joins_scenarios_that_no_other_beats(boosters):
    line = against_infusions(boosters, "days_below_10").get_lines()[0]
    joined = line.get_xydata()
    assert (np.diff(joined, axis=0) > 0).all()
    means = estimates(boosters, "days_below_10")["mean"]
    assert means["as_needed"] not in joined[:, 1]
    assert {means["none"], means["every_2_weeks"]} <= set(joined[:, 1])


def test_a_scenario_without_the_measure_has_no_point(boosters):
    metrics = boosters.metrics
    lost = (metrics["measure"] == "days_below_10") & (metrics["scenario"] == "none")
    axes = tradeoff(replace(boosters, metrics=metrics[~lost]))
    assert [len(ax.containers) for ax in axes] == [7, 8]


def test_a_tradeoff_without_its_measures_says_so(boosters):
    axes = tradeoff(replace(boosters, metrics=boosters.metrics.assign(measure="my_own")))
    assert [ax.texts[0].get_text() for ax in axes] == ["not in these results"] * 2


def test_a_tradeoff_of_one_replication_has_points_and_says_so(made_up):
    axes = tradeoff(made_up.boosters(1))
    assert len(axes[0].containers) == 8
    assert "no intervals" in axes[0].figure.get_supxlabel()


def test_a_measure_of_ones_own_has_its_unit_on_the_axis_and_elsewhere_nothing_does(made_up):
    boosters = made_up.boosters(4)
    rows = boosters.metrics["measure"] == "relapses_per_responder_year"
    named = boosters.metrics["measure"].mask(rows, "boosted")
    own = replace(boosters, metrics=boosters.metrics.assign(measure=named))
    for unit, said in (("share", "percentage points"), ("coins", "coins")):
        known = replace(own, manifest={"measures": [{"name": "boosted", "unit": unit}]})
        assert forest(known, measures=["boosted"])[0, 0].get_xlabel() == said
    assert forest(own, measures=["boosted"])[0, 0].get_xlabel() == ""
