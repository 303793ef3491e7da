"""A forest by groups: what is drawn is the table of effects, and what is said holds."""

from dataclasses import replace

import numpy as np
import pytest

from sim.config.errors import ScenarioError
from sim.figures.by_group import compares_groups, subgroup_forest
from sim.study.subgroup_effects import subgroup_effects


def points(ax):
    """Give the middle of each mark by the row it stands in; the lines of the panel aside."""
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 1]
    return {line.get_ydata()[0]: line.get_xdata()[0] for line in lines}


def bars(ax):
    lines = [line for line in ax.get_lines() if line.get_linewidth() == 2]
    return {line.get_ydata()[0]: tuple(line.get_xdata()) for line in lines}


def said(axes):
    return axes[0, 0].figure.get_supxlabel().replace("\n", " ")


def test_effects_stand_on_the_left_and_contrasts_on_the_right(boosters):
    axes = subgroup_forest(boosters, scenarios=["as_needed"])
    labels = [text.get_text() for text in axes[0, 0].get_yticklabels()]
    assert labels == ["Everybody", "by ptsd:", "without (300)", "with (100)", "by severity:",
                      "severe (9)"]  # fmt: skip
    table = subgroup_effects(boosters, "days_below_10")
    rows = table[table["scenario"] == "as_needed"].set_index("group")
    assert points(axes[0, 0]) == pytest.approx(
        {0: rows.loc["", "difference"], 2: rows.loc["without", "difference"],
         3: rows.loc["with", "difference"]}
    )  # fmt: skip
    assert points(axes[0, 1]) == pytest.approx({3: rows.loc["with", "contrast"]})
    assert bars(axes[0, 0])[3] == tuple(rows.loc["with", ["lower", "upper"]])
    assert bars(axes[0, 1])[3] == tuple(rows.loc["with", ["contrast_lower", "contrast_upper"]])


def test_a_group_that_is_too_small_is_named_and_not_drawn(boosters):
    axes = subgroup_forest(boosters, scenarios=["as_needed"])
    told = {text.get_position()[1]: text.get_text() for text in axes[0, 0].texts}
    assert told == {5: "no value in 1 of 20"}
    assert {text.get_text() for text in axes[0, 1].texts} == {"the first group"}


def test_a_split_of_one_group_says_nothing_of_a_first_one(boosters):
    one = boosters.subgroups[boosters.subgroups["group"] == "without"]
    axes = subgroup_forest(replace(boosters, subgroups=one), scenarios=["none"])
    assert [text.get_text() for text in axes[0, 1].texts] == [
        "no two groups of a split have values"
    ]


def test_intervals_are_told_of_where_there_are_some(made_up, boosters):
    assert "20 paired replications" in said(subgroup_forest(boosters))
    assert "right panel alone" in said(subgroup_forest(boosters))
    one = subgroup_forest(made_up.boosters(1))
    assert "One replication: no intervals." in said(one)
    assert "differ" not in said(one)
    assert not any(bars(ax) for ax in one.flat)


def test_as_many_scenarios_are_drawn_as_a_page_holds_and_that_is_told(boosters):
    axes = subgroup_forest(boosters)
    drawn = [ax.get_title(loc="left") for ax in axes[:, 0]]
    assert drawn == ["none", "every 8 weeks", "every 6 weeks", "adaptive from 4 weeks"]
    assert "Drawn are 4 of 7 scenarios" in said(axes)
    assert "Drawn are" not in said(subgroup_forest(boosters, scenarios=boosters.names))


def test_it_is_drawn_where_scenarios_stand_against_a_reference_by_groups(boosters):
    assert compares_groups(boosters)
    for lacks in (
        {"reference": None},
        {"subgroups": boosters.subgroups.iloc[:0]},
        {"subgroups": boosters.subgroups.assign(value=np.nan)},
    ):
        assert not compares_groups(replace(boosters, **lacks))


def test_a_scenario_that_is_not_there_is_refused(boosters):
    with pytest.raises(ScenarioError, match=r"no scenario.*as_needed"):
        subgroup_forest(boosters, scenarios=["as_neded"])


def test_results_without_groups_are_refused_in_a_paragraph(boosters):
    with pytest.raises(ScenarioError, match="--by severity"):
        subgroup_forest(replace(boosters, subgroups=boosters.subgroups.iloc[:0]))
