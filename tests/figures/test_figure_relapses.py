"""Time from response to relapse: what is drawn is what the table says, as far as enough know it."""

from dataclasses import replace

import numpy as np
import pytest

from sim.figures.relapses import FEWEST, has_relapses, relapse_free


def curve(axes, place):
    return axes[0].get_lines()[place].get_xydata()


def test_a_line_is_the_mean_over_replications_by_week(boosters):
    axes = relapse_free(boosters)
    table = boosters.relapses[boosters.relapses["scenario"] == "every_6_weeks"]
    witness = table.groupby("day")["free"].mean()
    drawn = curve(axes, boosters.names.index("every_6_weeks"))
    assert drawn[:, 0] * 7 == pytest.approx(witness.index[: len(drawn)].to_numpy())
    assert drawn[:, 1] == pytest.approx(witness.iloc[: len(drawn)].to_numpy())


def test_a_line_ends_where_fewer_than_ten_are_at_risk_on_average(boosters):
    axes = relapse_free(boosters)
    for place, name in enumerate(boosters.names):
        table = boosters.relapses[boosters.relapses["scenario"] == name]
        mean = table.groupby("day")["at_risk"].mean()
        assert curve(axes, place)[-1, 0] * 7 == mean.index[mean >= FEWEST].max()


def test_a_line_ends_where_a_replication_has_nobody(boosters):
    table = boosters.relapses
    gone = (table["scenario"] == "none") & (table["replication"] == 2) & (table["day"] > 70)
    axes = relapse_free(replace(boosters, relapses=table[~gone]))
    assert curve(axes, boosters.names.index("none"))[-1, 0] == 10


def test_the_numbers_at_risk_stand_below_the_weeks_that_they_are_of(boosters):
    axes = relapse_free(boosters)
    mean = boosters.relapses.groupby(["scenario", "day"])["at_risk"].mean()
    told = [text for text in axes[1].texts if text.get_text() not in labels(boosters)]
    row = [text for text in told if text.get_position()[1] == 0.5]
    assert [text.get_position()[0] for text in row] == axes[0].get_xticks().tolist()[: len(row)]
    for text in row:
        there = mean[boosters.names[0], 7 * text.get_position()[0]]
        assert text.get_text() == f"{there:.0f}"
    figure = axes[0].figure
    figure.draw_without_rendering()
    for text, tick in zip(row, axes[0].get_xticklabels(), strict=False):
        boxes = text.get_window_extent(), tick.get_window_extent()
        assert sum(boxes[0].intervalx) == pytest.approx(sum(boxes[1].intervalx), abs=2)


def labels(results):
    return {name.replace("_", " ") for name in results.names}


def test_limits_stay_between_none_and_all(boosters):
    for band in relapse_free(boosters)[0].collections:
        heights = band.get_paths()[0].vertices[:, 1]
        assert (heights >= 0).all()
        assert (heights <= 1).all()


def test_what_is_said_is_so(made_up, boosters):
    def note(results):
        return relapse_free(results)[0].figure.get_supxlabel().replace("\n", " ")

    assert "20 replications; bands: 95 %" in note(boosters)
    assert "Without a line" not in note(boosters)
    assert "One replication: no intervals." in note(made_up.boosters(1))
    few = boosters.relapses.copy()
    few.loc[few["scenario"].isin(["none", "as_needed"]), "at_risk"] = 9
    assert "Without a line: 2 with too few" in note(replace(boosters, relapses=few))


def test_of_many_scenarios_there_are_lines_without_bands(made_up):
    means = {f"v_{n}": {"days_below_10": 9.0} for n in range(30)}
    results = made_up.results(means, {name: made_up.scenario() for name in means}, "v_0", 2)
    upper, _ = relapse_free(results)
    assert len(upper.get_lines()) == 30
    assert not upper.collections
    assert "no bands" in upper.figure.get_supxlabel()


def test_nothing_is_drawn_where_nobody_or_few_respond(boosters):
    assert has_relapses(boosters)
    assert not has_relapses(replace(boosters, relapses=boosters.relapses.iloc[:0]))
    few = replace(boosters, relapses=boosters.relapses.assign(at_risk=9))
    assert not has_relapses(few)
    upper, _ = relapse_free(few)  # asked for all the same
    assert "fewer than 10 people" in upper.texts[0].get_text()
    assert not np.concatenate([line.get_xdata() for line in upper.get_lines()]).size
