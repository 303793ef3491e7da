"""What a reader is told of each measure: unit and better side (witness: listed by hand)."""

import pytest

from sim.outcomes.catalogue import CATALOGUE, possible, possible_difference

YEARLY = "days per referred patient-year"
TOLD = {
    (YEARLY, "higher"): "days_below_10 days_in_response",
    (YEARLY, "none"): "days_below_10_untreated",
    ("infusions", "none"): "infusions_per_patient infusions_to_response",
    ("infusions per patient-year", "none"): "infusions_per_patient_year",
    ("infusions per week", "none"): "infusions_per_week",
    (
        "share",
        "higher",
    ): "response_after_induction response_of_referred remission_after_induction started_share "
    "relapse_free_at_8_weeks started_within_14_days days_ended_in_time_share",
    ("share", "lower"): "withdrew_share stopped_share boosters_late_share blocked_share "
    "gap_violations_share no_show_share cancelled_share lost_to_follow_up_share "
    "left_waiting_list_share",
    ("share", "none"): "at_shortest_interval_share at_longest_interval_share chair_utilisation "
    "nurse_utilisation prescriber_utilisation stopped_after_first_share finished_six_share "
    "reached_eighth_share",
    ("relapses per year at risk", "lower"): "relapses_per_responder_year",
    ("days", "lower"): "days_to_relief wait_first_infusion_days wait_first_infusion_days_p50 "
    "wait_first_infusion_days_p90 clinic_wait_first_infusion_days "
    "clinic_wait_first_infusion_days_p50 clinic_wait_first_infusion_days_p90 booster_delay_days "
    "booster_delay_days_p95",
    ("days", "none"): "booster_interval_days induction_span_days days_to_eighth_infusion",
    ("points", "lower"): "mean_gad7",
    ("points", "higher"): "gad7_points_saved",
    ("boosters per year", "none"): "boosters_per_maintenance_year",
    ("patients", "none"): "referred census_mean census_at_end in_maintenance_mean",
    ("patients", "lower"): "waiting_at_end",
    ("patients", "higher"): "inductions_completed",
    ("minutes", "lower"): "wait_in_clinic_minutes wait_in_clinic_minutes_p95",
    ("minutes per week", "lower"): "overtime_minutes_per_week work_in_breaks_minutes_per_week",
    ("visits per week", "none"): "visits_per_week",
    ("episodes", "lower"): "adverse_events_per_100_infusions "
    "adverse_events_treated_per_100_infusions",
    ("appointments per week", "none"): "appointments_moved_per_week",
    ("dollars", "none"): "charged_per_patient capacity_cost_per_patient capacity_cost_per_infusion "
    "payer_cost_per_patient provider_cost_per_patient societal_cost_per_patient "
    "sessions_cost_per_patient lost_work_cost_per_patient idle_cost_per_patient",
    ("dollars", "higher"): "net_benefit_per_patient",
    ("QALYs", "higher"): "qalys_per_patient qalys_gained_per_patient",
    ("dollars per week", "lower"): "overtime_cost_per_week",
    ("dollars per year", "none"): "capacity_cost_per_year",
}


@pytest.mark.parametrize("told", TOLD, ids=str)
def test_each_measure_has_the_unit_and_the_better_side_that_is_told(told):
    for name in TOLD[told].split():
        assert (CATALOGUE[name].unit, CATALOGUE[name].direction) == told, name


def test_shares_days_of_a_year_and_times_stay_inside_the_possible():
    assert possible("started_share") == (0.0, 1.0)
    assert possible_difference("started_share") == (-1.0, 1.0)
    assert possible("days_below_10") == (0.0, 365.25)
    assert possible("wait_in_clinic_minutes") == (0.0, float("inf"))
    assert possible("gad7_points_saved") == (-float("inf"), float("inf"))
    assert set(" ".join(TOLD.values()).split()) <= set(CATALOGUE)
    assert possible("no_such_measure") == (-float("inf"), float("inf"))
