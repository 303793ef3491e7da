"""The clinic by the calendar. Witnesses: the tables, and room and limits worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.figures.caseload import caseload, has_caseload, largest_caseload
from sim.model.scenario import Scenario
from sim.outcomes.room import infusions_with_room


def dashed(ax):
    """Give the heights of the lines of room: steps, which no line of a scenario is."""
    return [line.get_ydata() for line in ax.get_lines() if line.get_drawstyle() == "steps-post"]


def notes(axes):
    return axes[0].figure.get_supxlabel().replace("\n", " ")


def test_three_panels_hold_infusions_those_in_treatment_and_those_waiting(boosters):
    axes = caseload(boosters)
    weeks = boosters.weeks[boosters.weeks["scenario"] == "none"]
    mean = weeks.groupby("week")[["infusions", "census", "waiting"]].mean()
    witness = (mean["infusions"], mean["census"] - mean["waiting"], mean["waiting"])
    for ax, heights in zip(axes, witness, strict=True):
        assert ax.get_lines()[0].get_ydata() == pytest.approx(heights.to_numpy())
        assert ax.get_ylim()[0] == 0


def test_the_room_of_scenarios_alike_is_one_grey_line(boosters):
    (line,) = dashed(caseload(boosters)[0])
    room = infusions_with_room(boosters.scenarios["none"])
    assert line == pytest.approx(np.append(room, room[-1]))


def test_the_room_of_clinics_of_several_sizes_is_a_line_each(chairs):
    axes = caseload(chairs)
    assert len(dashed(axes[0])) == len(chairs.names)
    assert "sessions of planned length" in notes(axes)


def test_an_unlimited_clinic_has_no_line_and_nothing_is_said_of_one(boosters):
    free = {name: Scenario().override({"clinic.chairs": "unlimited", "clinic.nurses": "unlimited"})
            for name in boosters.names}  # fmt: skip
    axes = caseload(replace(boosters, scenarios=free))
    assert [dashed(ax) for ax in axes] == [[], [], []]
    assert "Dashed" not in notes(axes)
    assert not any(text.get_text() == "room in opening hours" for text in said(axes))


def said(axes):
    return [text for legend in axes[0].figure.legends for text in legend.get_texts()]


def test_room_far_above_what_is_drawn_does_not_squeeze_it(made_up):
    results = made_up.chairs(3, (2, 90))
    axes = caseload(results)
    lower = infusions_with_room(results.scenarios["2_chairs"]).max()
    assert lower <= axes[0].get_ylim()[1] < 90
    assert "outside of the panel" in notes(axes)
    assert "outside of the panel" not in notes(caseload(made_up.chairs(3, (2, 3))))


def test_the_largest_caseload_is_told_by_week_and_changes_in_mid_run(boosters):
    changes = [{"date": "2026-01-22", "clinic.maximum_caseload": 30}]
    limited = Scenario().override(
        {"run.days": 35, "run.start_date": "2026-01-05", "clinic.maximum_caseload": 20,
         "changes": changes}
    )  # fmt: skip
    assert largest_caseload(limited).tolist() == [20, 20, 30, 30, 30]
    assert np.isnan(largest_caseload(Scenario())).all()
    axes = caseload(replace(boosters, scenarios=dict.fromkeys(boosters.names, limited)))
    (line,) = dashed(axes[1])
    assert line.tolist() == [20, 20, 30, 30, 30, 30]
    assert "Dashed in the second panel" in notes(axes)
    assert "second panel" not in notes(caseload(boosters))


def test_results_whose_scenarios_cannot_be_rebuilt_have_lines_without_room(boosters):
    axes = caseload(replace(boosters, scenarios={}))
    assert len(axes[0].get_lines()) == len(boosters.names)
    assert not dashed(axes[0])


def test_one_replication_and_many_scenarios_are_told(made_up):
    assert "One replication: no intervals." in notes(caseload(made_up.boosters(1)))
    means = {f"v_{n}": {"days_below_10": 9.0} for n in range(30)}
    results = made_up.results(means, {name: made_up.scenario() for name in means}, "v_0", 2)
    axes = caseload(results)
    assert "no bands" in notes(axes)
    assert not axes[0].collections


def test_an_older_table_without_the_waiting_is_left_out(boosters):
    assert has_caseload(boosters)
    assert not has_caseload(replace(boosters, weeks=boosters.weeks.drop(columns="waiting")))
    assert not has_caseload(replace(boosters, weeks=boosters.weeks.iloc[:0]))


def test_weeks_without_a_number_are_said_to_be_empty(boosters):
    axes = caseload(replace(boosters, weeks=boosters.weeks.assign(waiting=np.nan)))
    assert axes[2].texts[0].get_text() == "not in these results"
    assert not has_caseload(replace(boosters, weeks=boosters.weeks.drop(columns="waiting")))


def test_one_replication_has_no_intervals(made_up):
    assert "no intervals" in notes(caseload(made_up.chairs(1)))


def test_curves_mark_the_days_on_which_something_changes(boosters):
    """At 1 July and 1 August, days 177 and 208; once each, though two scenarios change in July."""
    base = Scenario()
    more, less = (
        base.override({"changes": changes})
        for changes in (
            [{"date": "2026-07-01", "clinic.chairs": 4}],
            [{"date": "2026-07-01", "clinic.chairs": 1}, {"day": 208, "clinic.chairs": 3}],
        )
    )
    scenarios = dict.fromkeys(boosters.names, base)
    scenarios |= dict(zip(boosters.names, (more, less), strict=False))
    axes = caseload(replace(boosters, scenarios=scenarios))
    for ax in axes:
        upright = [line for line in ax.get_lines() if len(set(line.get_xdata())) == 1]
        assert [line.get_xdata()[0] for line in upright] == [177 / 7, 208 / 7]
    assert [text.get_text() for text in axes[0].texts] == ["1 Jul", "1 Aug"]
    assert not axes[1].texts
