"""Pathways as areas. Witness: the shares of the made-up table, by a plain division."""

from dataclasses import replace

import numpy as np
import pytest

from sim.figures.pathways import has_pathways, pathways


def heights(ax, week):
    """Give the thickness of each area in a week, from the lowest up."""
    found = []
    for area in ax.collections:
        at = area.get_paths()[0].vertices
        here = at[np.isclose(at[:, 0], week), 1]
        found.append(here.max() - here.min())
    return found


def legend(axes):
    return [text.get_text().replace("\n", " ") for text in axes[0, 0].figure.legends[0].texts]


def said(axes):
    return axes[0, 0].figure.get_supxlabel().replace("\n", " ")


def test_areas_are_shares_of_those_followed_and_add_up_to_all(boosters):
    axes = pathways(boosters)
    table = boosters.pathways
    for week in (0, 10, 60):
        row = table[(table["scenario"] == "none") & (table["week"] == week)].iloc[0]
        followed = 400 - 4 * week
        states = ("maintenance", "induction", "waiting", "discharged: withdrew")
        assert heights(axes[0, 0], week) == pytest.approx([row[s] / followed for s in states])
        assert sum(heights(axes[0, 0], week)) == pytest.approx(1)


def test_the_legend_lists_the_areas_from_the_top_and_no_empty_ones(boosters):
    assert legend(pathways(boosters)) == [
        "discharged: withdrew", "waiting to be seen", "in the induction", "in maintenance",
    ]  # fmt: skip


def test_areas_end_where_fewer_than_twenty_are_followed(boosters):
    ends = [ax.get_xlim()[1] for ax in pathways(boosters).flat if ax.axison]
    assert set(ends) == {95}  # 400 - 4 * 95 = 20 people
    small = boosters.pathways.copy()
    counts = [name for name in small if name not in ("scenario", "replication", "week")]
    small[counts] = small[counts] // 30
    last = pathways(replace(boosters, pathways=small))[0, 0].get_xlim()[1]
    assert last == small.loc[small["maintenance"] > 0, "week"].max()


def test_small_reasons_are_put_together(boosters):
    table = boosters.pathways.copy()
    table["discharged: =cmd()"] = (table["week"] == 9).astype(int)
    table["discharged: <b>"] = (table["week"] == 9).astype(int)
    drawn = legend(pathways(replace(boosters, pathways=table)))
    assert drawn[:2] == ["discharged: other reasons", "discharged: withdrew"]
    many = boosters.pathways.copy()
    for number in range(12):
        many[f"discharged: reason_{number}"] = 20 + number
    drawn = legend(pathways(replace(boosters, pathways=many)))
    assert sum(text.startswith("discharged") for text in drawn) == 8
    assert drawn[0] == "discharged: other reasons"


def test_twelve_of_many_scenarios_are_drawn_the_reference_among_them(made_up):
    means = {f"v_{n}": {"days_below_10": 9.0} for n in range(30)}
    results = made_up.results(means, {name: made_up.scenario() for name in means}, "v_29", 1)
    axes = pathways(results)
    titles = [ax.get_title(loc="left") for ax in axes.flat]
    assert titles == [*(f"v {n}" for n in range(11)), "v 29"]
    assert "Drawn are 12 of 30 scenarios." in said(axes)
    assert "One replication." in said(axes)


def test_what_is_said_is_so(boosters):
    axes = pathways(boosters)
    assert "All people of 20 replications together." in said(axes)
    assert "Drawn are" not in said(axes)


def test_a_run_of_a_few_days_has_none(boosters):
    assert has_pathways(boosters)
    assert not has_pathways(replace(boosters, pathways=boosters.pathways.iloc[:0]))
    days = boosters.pathways[boosters.pathways["week"] == 0]
    assert not has_pathways(replace(boosters, pathways=days))


def test_areas_are_told_apart_without_colour(boosters):
    (first, *_) = pathways(boosters).flat
    looks = [(area.get_hatch(), round(float(np.mean(area.get_facecolor()[0][:3])), 1))
             for area in first.collections]  # fmt: skip
    assert len(set(looks)) == len(looks)
