"""Mean courses and single patients: what is drawn is what the tables and the record say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.figures.courses import few, mean_scores, patients, seen, typical
from sim.scales import WELL_BELOW


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_there_is_one_line_per_scenario_one_untreated_and_the_cut(boosters):
    ax = mean_scores(boosters)
    assert len(ax.get_lines()) == len(boosters.names) + 2
    assert len(ax.collections) == len(boosters.names)
    assert lines(ax)["cut-off at 10"].get_ydata()[0] == WELL_BELOW


def test_a_line_is_the_mean_over_replications_by_week(boosters):
    line = lines(mean_scores(boosters))["every 8 weeks"]
    courses = boosters.courses[boosters.courses["scenario"] == "every_8_weeks"]
    witness = courses[courses["patients"] >= 20].groupby("day")["gad7"].mean()
    assert line.get_ydata() == pytest.approx(witness.to_numpy())
    assert line.get_xdata() == pytest.approx(witness.index.to_numpy() / 7)


def test_a_line_ends_where_fewer_than_twenty_patients_were_followed(boosters):
    line = lines(mean_scores(boosters))["none"]
    assert line.get_xdata().max() == 99  # 416 - 4 * 99 = 20 patients


def test_a_small_study_is_drawn_to_its_end_all_the_same(boosters):
    courses = boosters.courses.assign(patients=5)
    line = lines(mean_scores(replace(boosters, courses=courses)))["none"]
    assert line.get_xdata().max() == 104


def test_untreated_is_left_out_when_not_wanted_or_not_known(boosters):
    unknown = replace(boosters, courses=boosters.courses.drop(columns="gad7_untreated"))
    for ax in (mean_scores(boosters, untreated=False), mean_scores(unknown)):
        assert "without treatment" not in lines(ax)


def test_mean_scores_say_what_they_show(boosters):
    ax = mean_scores(boosters)
    assert ax.get_xlabel() == "Weeks since referral"
    assert ax.get_ylabel() == "Mean GAD-7 (points)"
    assert ax.get_title(loc="left")
    assert "20 replications" in ax.texts[-1].get_text()


def test_the_legend_covers_no_data(boosters):
    ax = mean_scores(boosters)
    ax.figure.draw_without_rendering()
    assert ax.get_legend().get_window_extent().x0 > ax.get_window_extent().x1


def test_one_replication_has_lines_without_bands(made_up):
    ax = mean_scores(made_up.boosters(1))
    assert len(ax.get_lines()) == 10
    assert "no intervals" in ax.texts[-1].get_text()


def test_axes_given_are_the_axes_drawn_on(boosters):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert mean_scores(boosters, ax) is ax


@pytest.mark.parametrize("fault", [np.nan, np.inf])
def test_courses_without_a_finite_number_say_so(boosters, fault):
    courses = boosters.courses.assign(gad7=fault, gad7_untreated=fault)
    assert "not in these results" in {t.get_text() for t in mean_scores(
        replace(boosters, courses=courses)).texts}  # fmt: skip
    assert mean_scores(replace(boosters, courses=boosters.courses.iloc[:0])).texts


def test_a_patients_infusions_are_those_that_were_given(made_up):
    run = seen(made_up.replication(1, 1), 52)
    assert run.infusions(5, booster=False).tolist() == [20, 23, 26, 29, 32, 35]
    assert run.infusions(5, booster=True).tolist() == [55, 65, 75, 85, 95]
    assert run.scores.shape == (40, 364)


def test_typical_patients_range_from_few_infusions_to_many(made_up):
    run = seen(made_up.replication(1, 1), 52)
    chosen = typical([run])
    counts = [len(run.infusions(patient, booster=True)) for patient in chosen]
    assert len(chosen) == 3
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_typical_patients_were_followed_to_the_end(made_up):
    run = seen(made_up.replication(1, 1), 52)
    assert all(np.isfinite(run.scores[patient]).all() for patient in typical([run]))


def test_a_run_that_is_too_short_has_no_typical_patient(made_up):
    assert typical([seen(made_up.replication(1, 1), 200)]) == []
    assert typical([]) == []


def test_a_column_per_policy_and_a_row_per_patient(boosters):
    axes = patients(boosters, scenarios=["none", "every_4_weeks"], numbers=[11, 3])
    assert axes.shape == (2, 2)
    assert axes[0, 0].get_ylabel() == "Patient 11\nGAD-7"
    assert axes[0, 1].get_title(loc="left") == "every 4 weeks"
    assert axes[1, 0].get_xlabel() == "Weeks since referral"


def test_every_infusion_has_its_mark_in_weeks(boosters):
    (ax,) = patients(boosters, scenarios=["every_4_weeks"], numbers=[4])[0]
    _, _, inductions, boosters_given = ax.get_lines()
    assert inductions.get_xdata() == pytest.approx(np.array([20, 23, 26, 29, 32, 35]) / 7)
    assert boosters_given.get_xdata() == pytest.approx(np.array([55, 65, 75, 85]) / 7)


def test_the_daily_score_is_the_replications_trajectory(boosters):
    (ax,) = patients(boosters, scenarios=["every_4_weeks"], numbers=[4], weeks=10)[0]
    run = boosters.replicate("every_4_weeks", 1)
    assert ax.get_lines()[0].get_ydata() == pytest.approx(run.trajectory(np.arange(70) + 0.5)[4])


def test_the_reference_is_among_the_few_shown(boosters):
    assert few(boosters) == ["none", "every_4_weeks", "as_needed"]
    assert few(replace(boosters, reference=None)) == ["none", "as_needed"]
    assert few(replace(boosters, metrics=boosters.metrics.iloc[:0], scenarios={})) == []


def test_nobody_to_show_is_an_empty_panel_and_no_fault(boosters):
    assert patients(boosters, numbers=[]).shape == (1, 3)


def test_more_weeks_than_anybody_was_followed_show_half_of_the_longest(boosters):
    axes = patients(boosters, weeks=200)
    assert axes.shape == (3, 3)
    assert axes[0, 0].get_xlim() == (0, 52)  # of the 730 days of the first patient
    assert len(axes[0, 0].lines[0].get_xdata()) == 364


def test_a_mean_course_with_gaps_is_drawn_where_it_is_known(boosters):
    courses: pd.DataFrame = boosters.courses.copy()
    courses.loc[courses["day"] == 70, "gad7"] = np.nan
    line = lines(mean_scores(replace(boosters, courses=courses)))["none"]
    assert 10 not in line.get_xdata()
