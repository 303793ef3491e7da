"""A patient's timeline: what is drawn is what the visits table says, by date."""

import numpy as np
import pytest
from matplotlib.dates import date2num

from sim.figures.story import LANE, VISITS, daily, draw, file_name, timeline
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.story.course import course_of

DAY = 1440


@pytest.fixture(scope="module")
def run():
    return replicate(Scenario().override({"run.days": 300, "clinic.chairs": 2}), seed=1)


@pytest.fixture(scope="module")
def on_boosters(run):
    """A patient with boosters of whom one at least was late."""
    visits = run.visits
    given = (visits["kind"] == "booster") & (visits["infusion_start"] >= 0)
    late = given & (visits["infusion_start"] // DAY > visits["due"] // DAY)
    return course_of(run, int(visits["patient"][late][0]))


def at(run, minutes):
    start = np.datetime64(run.scenario.run.start_date, "m")
    return date2num(start + np.asarray(minutes, dtype="timedelta64[m]"))


def points(when, heights):
    return np.array(sorted(zip(when, heights, strict=True)))


def drawn(ax, marker):
    """The points of every line with this marker, as (date, height)."""
    found = sorted(
        (float(date2num(x)), float(y))
        for line in ax.get_lines()
        if line.get_marker() == marker
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    )
    return np.array(found)


def test_every_infusion_stands_at_its_date_in_the_lane_of_infusions(run, on_boosters):
    (ax,) = timeline([("base", on_boosters)])[0]
    for marker, kind in (("v", "induction"), ("^", "booster")):
        starts = [visit.infusion_start for visit in on_boosters.visits if visit.kind == kind]
        assert drawn(ax, marker) == pytest.approx(points(at(run, starts), [LANE] * len(starts)))


def test_the_other_visits_stand_above(run, on_boosters):
    (ax,) = timeline([("base", on_boosters)])[0]
    for marker, kind in (("s", "assessment"), ("D", "evaluation")):
        when = [visit.arrived for visit in on_boosters.visits if visit.kind == kind]
        assert drawn(ax, marker) == pytest.approx(points(at(run, when), [VISITS] * len(when)))


def test_late_boosters_and_no_others_have_a_mark_on_the_day_they_were_due(run, on_boosters):
    (ax,) = timeline([("base", on_boosters)])[0]
    late = [
        visit.due
        for visit in on_boosters.visits
        if visit.kind == "booster" and visit.infusion_start // DAY > visit.due // DAY
    ]
    assert late
    assert drawn(ax, "|") == pytest.approx(points(at(run, late), [LANE] * len(late)))


def test_what_was_missed_or_called_off_is_a_cross_among_the_visits_and_in_the_key(run):
    status = run.visits["status"]
    lost = np.isin(status, ("no_show", "cancelled")) & (run.visits["booked"] >= 0)
    patient = int(np.bincount(run.visits["patient"][lost]).argmax())
    booked = run.visits["booked"][lost & (run.visits["patient"] == patient)]
    booked = booked[booked < run.horizon]
    assert len(booked) > 3
    (ax,) = timeline([("base", course_of(run, patient))])[0]
    assert drawn(ax, "x") == pytest.approx(points(at(run, booked), [VISITS] * len(booked)))
    key = [text.get_text() for text in ax.get_figure().legends[0].get_texts()]
    assert key[-1] == "missed or called off"


def test_who_missed_nothing_has_no_cross_and_no_entry_for_it(run):
    lost = run.visits["patient"][np.isin(run.visits["status"], ("no_show", "cancelled"))]
    patient = min(set(run.visits["patient"].tolist()) - set(lost.tolist()))
    (ax,) = timeline([("base", course_of(run, patient))])[0]
    assert len(drawn(ax, "x")) == 0
    key = [text.get_text() for text in ax.get_figure().legends[0].get_texts()]
    assert "missed or called off" not in key


def test_the_ratings_are_points_the_one_at_referral_among_them(run, on_boosters):
    (ax,) = timeline([("base", on_boosters)])[0]
    rated = [(on_boosters.referred, on_boosters.baseline)]
    rated += [(v.arrived, v.rated_before) for v in on_boosters.visits]
    when = at(run, [minute for minute, _ in rated])
    assert drawn(ax, "o") == pytest.approx(points(when, [r for _, r in rated]))


def test_the_true_score_is_that_of_each_noon(run, on_boosters):
    noons, scores = daily(on_boosters)
    assert (noons % DAY == 720).all()
    assert noons[0] >= on_boosters.referred > noons[0] - DAY
    assert noons[-1] < run.horizon <= noons[-1] + DAY
    since = (noons - on_boosters.referred) / DAY
    assert scores == pytest.approx(run.trajectory(since)[on_boosters.patient])
    assert np.isfinite(scores).all()


def test_a_discharge_is_marked_with_its_reason(run):
    patient = int(run.discharges["patient"][0])
    (ax,) = timeline([("base", course_of(run, patient))])[0]
    assert run.discharges["reason"][0] in [text.get_text() for text in ax.texts]


def test_who_still_waits_has_a_wait_to_the_end_of_the_run(run):
    course = course_of(run, len(run.patients) - 1)
    assert not course.infusions
    (ax,) = timeline([("base", course)])[0]
    (wait,) = ax.patches
    box = wait.get_extents().transformed(ax.transData.inverted())
    begin, end = at(run, [course.referred, run.horizon])
    assert (box.x0, box.x1) == pytest.approx((begin, end))


def test_two_scenarios_have_a_panel_each_on_one_axis(run, on_boosters):
    axes = timeline([("a_b", on_boosters), ("other", on_boosters)])
    assert axes.shape == (2, 1)
    assert [ax.get_title(loc="left") for ax in axes[:, 0]] == ["a b", "other"]
    assert axes[0, 0].get_xlim() == axes[1, 0].get_xlim()


def test_a_file_name_says_patient_replication_and_scenarios(on_boosters):
    n = on_boosters.patient
    assert file_name([("every 4/weeks", on_boosters)]) == f"patient-{n}-r1-every_4_weeks"
    assert file_name([("a", on_boosters), ("b", on_boosters)]) == f"patient-{n}-r1-a-vs-b"


def test_a_figure_is_the_same_file_twice_in_a_folder_that_is_made(tmp_path, on_boosters):
    first = draw([("base", on_boosters)], tmp_path / "figures")
    bytes_ = first.read_bytes()
    assert first.parent.name == "figures"
    assert draw([("base", on_boosters)], tmp_path / "figures").read_bytes() == bytes_


def test_everybody_can_be_drawn(run):
    for patient in range(0, len(run.patients), 12):
        timeline([("base", course_of(run, patient))])
