"""Tables of single visits, patients and weeks (witness: plain loops over the record)."""

import numpy as np
import pytest

import sim
from sim.outcomes.by_week import mean_course
from sim.outcomes.reading import Reading
from sim.outcomes.subgroups import measure_groups
from sim.outcomes.tables import patients_table, visits_table


@pytest.fixture(scope="module")
def run():
    changes = {"run.days": 100, "run.seed": 4, "referrals.per_week": 3}
    return sim.replicate(sim.Scenario().override(changes), seed=4, replication=2)


def test_a_row_a_visit_headed_by_the_replication_and_empty_for_what_has_not_happened(run):
    table = visits_table(Reading(run))
    assert list(table.columns)[:2] == ["replication", "patient"]
    assert set(table["replication"]) == {2}
    for name in ("booked", "arrived", "infusion_start", "left", "chair", "rated_before"):
        column = run.visits[name]
        assert table[name].isna().tolist() == [value == -1 for value in column]
        assert table[name].dropna().tolist() == [value for value in column if value != -1]
    assert table["true_before"].isna().tolist() == [v < 0 for v in run.visits["true_before"]]


def test_a_row_a_patient_counts_infusions_and_says_why_treatment_ended(run):
    table = patients_table(Reading(run))
    assert list(table.columns)[:2] == ["replication", "patient"]
    assert table["patient"].tolist() == list(range(len(run.patients)))
    given = [0] * len(run.patients)
    for patient, start in zip(run.visits["patient"], run.visits["infusion_start"], strict=True):
        given[patient] += start != -1
    assert table["infusions"].tolist() == given
    reasons = dict(zip(run.discharges["patient"], run.discharges["reason"], strict=True))
    said = table["discharge_reason"]
    assert {p: r for p, r in said.items() if isinstance(r, str)} == reasons
    noons = (run.horizon - run.patients.referred) / 1440
    assert (abs(table["days_followed"] - noons) <= 1).all()
    assert (table["days_in_response"] <= table["days_below_10"]).all()
    assert (table["days_below_10"] <= table["days_followed"]).all()
    assert "days_followed" in table


def test_the_mean_course_is_of_those_followed_so_long_week_by_week(run):
    course = mean_course(Reading(run))
    scores = run.trajectory([0, 7, 70])
    assert course["day"][:3].tolist() == [0.0, 7.0, 14.0]
    for place, row in ((0, 0), (1, 1), (2, 10)):
        known = scores[:, place][np.isfinite(scores[:, place])]
        assert course["patients"][row] == len(known)
        assert course["gad7"][row] == pytest.approx(known.mean())
        assert course["below_10"][row] == pytest.approx((known < 10).mean())
        untreated = run.trajectory([course["day"][row]], untreated=True)[:, 0]
        assert course["gad7_untreated"][row] == pytest.approx(np.nanmean(untreated))
    assert course["day"][-1] <= 100


def test_a_group_of_just_the_least_number_has_values_and_a_smaller_one_has_none(run):
    sizes = {row.group: row.patients for row in measure_groups(Reading(run), ["severity"])}
    least = sorted(sizes.values())[-1]
    scenario = run.scenario.override({"run.min_group": least})
    again = sim.replicate(scenario, seed=4, replication=2)
    rows = [r for r in measure_groups(Reading(again), ["severity"]) if r.measure == "days_below_10"]
    assert {r.group: r.value is not None for r in rows} == {
        group: size >= least for group, size in sizes.items()
    }
    assert sum(r.value is not None for r in rows) >= 1
