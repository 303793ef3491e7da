"""The first and the last minute that count, and ties (witness: pages of a record by hand)."""

import numpy as np
import pytest

import sim
from handwritten import Page, at, infusion, talk, visit
from sim.outcomes.by_week import clinic_by_week, mean_course
from sim.outcomes.catalogue import CATALOGUE, measure
from sim.outcomes.measures import share
from sim.outcomes.reading import Reading
from sim.outcomes.tables import patients_table
from sim.outcomes.waits import booster_delay, clinic_first_infusion

LAST = at(14) - 1
TWO_WEEKS = {"run.days": 14, "run.warmup_days": 7}  # measures count from day 7 to day 14


def page(rows, referred=(0,), discharges=(), changes=None, **more):
    return Page(referred, rows, discharges, changes=TWO_WEEKS | (changes or {}), **more)


def read(rows, name, **more):
    return measure(Reading(page(rows, **more))).get(name)


def test_an_infusion_that_ends_in_the_first_minute_after_the_warm_up_counts():
    for minute, counted in ((-1, 0.0), (0, 1.0)):  # a week is measured
        rows = [infusion(0, "induction", at(7) - 40 + minute)]
        assert read(rows, "infusions_per_week") == counted


def test_who_is_referred_in_that_minute_is_new():
    for minute, counted in ((-1, 0.0), (0, 1.0)):
        assert read([], "referred", referred=[at(7) + minute]) == counted
    rows = [infusion(0, "induction", at(9))]
    assert read(rows, "started_share", referred=[at(7)]) == 1.0
    assert read(rows, "started_share", referred=[at(7) - 1]) is None
    assert read(rows, "wait_first_infusion_days", referred=[at(7)]) == pytest.approx(7 / 4)
    assert read(rows, "wait_first_infusion_days", referred=[at(7) - 1]) is None


def test_a_discharge_is_counted_of_those_referred_since():
    """Three left the waiting list; one of them was referred before the warm-up ended."""
    gone = [(person, at(9), "left the waiting list") for person in (0, 1, 2)]
    found = measure(Reading(page([], referred=[at(7), 0, at(8), at(8)], discharges=gone)))
    assert found["left_waiting_list_share"] == pytest.approx(2 / 3)
    assert found["lost_to_follow_up_share"] == 0.0


def test_an_evaluation_a_talk_and_a_discharge_in_the_first_minute_count():
    for minute, counted in ((-1, None), (0, 1.0)):
        rows = [talk(0, "evaluation", at(7) + minute, rated=4)]
        found = measure(Reading(page(rows)))
        assert found.get("response_after_induction") == counted
        assert found["inductions_completed"] == (counted or 0.0)
        assert found["visits_per_week"] == (counted or 0.0)
        gone = [(0, at(7) + minute, "withdrew")]
        assert measure(Reading(page([], discharges=gone))).get("withdrew_share", 0.0) == 0.0
        assert Reading(page([], discharges=gone)).with_reason("withdrew") == (counted or 0.0)


def test_a_full_door_is_counted_of_infusions_and_from_the_first_minute():
    rows = [
        visit(0, "induction", arrived=at(6, 9), status="blocked"),
        infusion(0, "induction", at(8, 9)),
        talk(0, "evaluation", at(9, 9)),
    ]
    few = {"clinic.waiting_places": 1, "clinic.booking": {"kind": "walk_in"}}
    assert read(rows, "blocked_share", changes=few) == 0.0


def test_the_drift_of_a_day_is_added_to_the_score_with_and_without_treatment():
    """A drift of 3 points up: 16 untreated is 19, and treated by a half 8 is 11, above 10."""
    one = page([], referred=[at(7)], relief={0: [(7, 0.5)]})
    one.fluctuation.drifts = lambda rows, noons: np.full((rows.stop - rows.start, noons), 3.0)
    found = measure(Reading(one))
    assert found["mean_gad7"] == 11.0
    assert found["gad7_points_saved"] == 8.0
    assert found["days_below_10"] == found["days_in_response"] == 0.0


def test_the_clock_stands_still_for_no_time_when_the_next_visit_is_wished_for_at_once():
    rows = [
        visit(0, "induction", due=at(8), wished=at(8), booked=at(9), status="no_show"),
        infusion(0, "induction", at(11, 12), due=at(8), wished=at(9)),
    ]
    waits = clinic_first_infusion(Reading(page(rows, referred=[at(8)])))
    assert waits.durations.tolist() == [3.5]


def test_a_series_counts_from_the_first_minute_measured_to_its_last_infusion_before_evaluation():
    for begun, days in ((at(7), 3.5), (at(7) - 1, None)):
        rows = [
            infusion(0, "induction", begun),
            infusion(0, "induction", at(10, 12)),
            talk(0, "evaluation", at(10, 12) + 1),
            infusion(0, "induction", at(12)),
        ]
        assert read(rows, "induction_span_days") == days


def test_a_patient_who_leaves_in_the_first_minute_counted_makes_a_day_with_visits():
    """Of a Monday that closed at 17:00, seven hours before measures count; they span 6 days."""
    late = {"run.warmup_days": 8}
    rows = [talk(0, "assessment", at(7, 16, 30), left=at(8))]
    assert read(rows, "days_ended_in_time_share", changes=late) == 0.0
    assert read(rows, "overtime_minutes_per_week", changes=late) == pytest.approx(420 * 7 / 6)
    early = [talk(0, "assessment", at(7, 16, 30), left=at(8) - 1)]
    assert read(early, "days_ended_in_time_share", changes=late) is None


def test_a_booster_due_in_the_last_minute_was_followed_for_no_day_and_a_later_one_not_at_all():
    for due, followed in ((LAST, [0]), (at(14), [])):
        rows = [visit(0, "booster", due=due, wished=due, booked=at(20))]
        assert booster_delay(Reading(page(rows))).followed.tolist() == followed


def test_a_booster_due_when_its_patient_leaves_is_not_one_that_was_kept_from_them():
    rows = [visit(0, "booster", due=at(9), wished=at(9), booked=at(10), status="cancelled")]
    for left, counted in ((at(9), 0), (at(9) + 1, 1)):
        gone = [(0, left, "stopped maintenance")]
        assert len(booster_delay(Reading(page(rows, discharges=gone))).durations) == counted


BREAK = {"clinic.hours.monday": ["09:00-12:00", "13:00-17:00"]}


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (at(7, 11), at(7, 12, 20), 20),  # into the break
        (at(7, 11), at(7, 12), 0),  # at the last minute
        (at(7, 12), at(7, 12, 20), 0),  # came in the break: a visit of the afternoon
        (at(7, 11), at(7, 13, 30), 60),  # through all of it
    ],
)
def test_minutes_of_a_break_are_those_of_people_who_came_before_it(came, left, minutes):
    rows = [talk(0, "assessment", came, left=left)]
    assert read(rows, "overtime_minutes_per_week", changes=BREAK) == minutes


def test_a_first_rating_at_half_the_baseline_is_no_response_to_an_infusion():
    """Patient 1's first is as low before any infusion; the second after one counts as one."""
    rows = [
        infusion(0, "induction", at(7, 9), rated_before=16),
        infusion(0, "induction", at(9, 9), rated_before=12),
        infusion(0, "induction", at(11, 9), rated_before=8),
        infusion(1, "induction", at(8, 9), rated_before=8),
        infusion(1, "induction", at(10, 9), rated_before=7),
    ]
    both = page(rows, referred=[at(7), at(7)])
    assert Reading(both).first_response.tolist() == [2, 1]
    assert Reading(page([], referred=[at(7)])).first_response.tolist() == [-1]


def test_a_clinic_of_nobody_has_no_days_and_no_course():
    empty = page([], referred=[])
    days = Reading(empty).days
    assert [len(column) for column in days] == [0] * len(days)
    assert measure(Reading(empty))["census_mean"] == 0.0


def test_days_to_relapse_begin_with_the_response():
    """Who relapses 60 days after a response on day 30 was free of it for 8 weeks."""
    relief = {0: [(30, 0.5), (90, 0.2)], 1: [(30, 0.5), (80, 0.2)]}
    one = Page([0, 0], [], changes={"run.days": 120}, relief=relief)
    assert measure(Reading(one))["relapse_free_at_8_weeks"] == 0.5


def test_an_interval_within_a_hundredth_of_a_day_is_at_the_bound_and_a_day_off_is_not():
    policy = {"policy.boosters": {"kind": "adaptive", "shortest_days": 28, "longest_days": 84}}
    for interval, near in ((28.005, 1.0), (28.5, 0.0)):
        rows = [visit(0, "booster", due=at(9), wished=at(9), interval_days=interval)]
        found = measure(Reading(page(rows, changes=policy)))
        assert found["at_shortest_interval_share"] == near
        assert found["at_longest_interval_share"] == 0.0


def test_the_table_of_patients_has_these_columns_after_the_traits():
    run = sim.replicate(sim.Scenario().override({"run.days": 21}), seed=1, replication=1)
    table = patients_table(Reading(run))
    assert table["first_infusion"].dropna().tolist() == [
        minute for minute in Reading(run).first_infusion if minute != -1
    ]
    assert list(table.columns)[-10:] == [
        "infusions", "first_infusion", "discharged", "infusions_to_response", "response_day",
        "relapse_day", "days_followed", "days_below_10", "days_in_response", "discharge_reason",
    ]  # fmt: skip


# ------------------------------------------------------------------ weeks and courses


def test_a_clinic_by_weeks_is_counted_from_its_start_date():
    """Of three whole weeks and a day; the last day is left out."""
    rows = [
        infusion(0, "induction", at(1, 9)),
        infusion(0, "induction", at(8, 9)),
        infusion(0, "induction", at(9, 9)),
        infusion(1, "induction", at(15, 9)),
        infusion(0, "induction", at(21, 9)),
    ]
    gone = [(0, at(16), "withdrew"), (2, at(13), "left the waiting list")]
    found = clinic_by_week(
        Reading(Page([0, 0, at(10), at(20)], rows, gone, changes={"run.days": 22}))
    )
    assert list(found) == ["week", "infusions", "census", "waiting", "chair_utilisation"]
    assert found["week"].tolist() == [0, 1, 2]
    assert found["infusions"].tolist() == [1, 2, 1]
    assert found["census"].tolist() == [2, 2, 2]
    assert found["waiting"].tolist() == [1, 1, 1]
    hundred = 110 / (found["chair_utilisation"] * 40 * 60)  # chairs, by a visit of 110 minutes
    assert hundred.tolist() == pytest.approx([hundred[0], hundred[0] / 2, hundred[0]])


HISTORY = {"run.days": 14, "start": {"kind": "steady_state", "history_days": 182}}


def test_weeks_and_courses_leave_out_what_came_before_the_start_date():
    """Day 182 of the record is the start date; who was referred in that minute is of the course."""
    rows = [infusion(0, "induction", at(181, 9)), infusion(1, "induction", at(183, 9))]
    one = Page([at(182) - 1, at(182)], rows, changes=HISTORY)
    assert one.scenario.opens == at(182)
    found = clinic_by_week(Reading(one))
    assert found["week"].tolist() == [0, 1]
    assert found["infusions"].tolist() == [1, 0]
    lived, alone = (10.0, 12.0), (16.0, 17.0)
    one.trajectories = lambda days: tuple(
        np.array([[score] * len(days) for score in scores]) for scores in (lived, alone)
    )
    course = mean_course(Reading(one))
    assert course["gad7"].tolist() == [12.0] * 3
    assert course["gad7_untreated"].tolist() == [17.0] * 3
    assert course["patients"].tolist() == [1.0] * 3


def test_a_course_of_nobody_has_no_rows():
    one = page([], referred=[])
    one.trajectories = lambda days: (np.zeros((0, len(days))),) * 2
    course = mean_course(Reading(one))
    assert {name: len(column) for name, column in course.items()} == dict.fromkeys(
        ["day", "gad7", "gad7_untreated", "in_response", "below_10", "patients"], 0
    )


# ------------------------------------------------------------------ what is told of them

HEADLINE = """days_below_10 days_below_10_untreated days_in_response infusions_per_patient
    response_after_induction response_of_referred relapses_per_responder_year
    wait_first_infusion_days clinic_wait_first_infusion_days booster_delay_days
    wait_in_clinic_minutes wait_in_clinic_minutes_p95 chair_utilisation overtime_minutes_per_week"""
OF_THE_CLINIC = """appointments_moved_per_week chair_utilisation nurse_utilisation
    prescriber_utilisation overtime_minutes_per_week days_ended_in_time_share
    work_in_breaks_minutes_per_week overtime_cost_per_week capacity_cost_per_year
    capacity_cost_per_patient capacity_cost_per_infusion provider_cost_per_patient
    overtime_extra_cost_per_patient idle_cost_per_patient"""
SIGNED = ["gad7_points_saved", "qalys_gained_per_patient", "net_benefit_per_patient"]


def test_the_measures_that_stand_in_the_first_table():
    assert [name for name, one in CATALOGUE.items() if one.headline] == HEADLINE.split()


def test_the_measures_that_are_the_clinics_and_of_no_group():
    assert [name for name, one in CATALOGUE.items() if not one.of_people] == OF_THE_CLINIC.split()


def test_the_only_measures_that_can_be_negative():
    assert [name for name, one in CATALOGUE.items() if one.signed] == SIGNED
    assert share(0, 0) is None
