"""Utilisation, overtime and their price (witness: every minute of a run painted one by one)."""

from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.by_week import clinic_by_week
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.outcomes.work import Steps, excess, smaller

DAY, WEEK = 1440, 7 * 1440
ROTA = [
    {"staff": "nurses", "hours": "12:00-13:00", "fewer": 1},
    {"staff": "nurses", "weekdays": ["friday"], "hours": "15:00-17:00", "number": 1},
    {"staff": "prescribers", "weekdays": ["monday"], "hours": "09:00-12:00", "number": 2},
]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
CASES = {
    "as it is": {},
    "rota, two ratios, a chair out, a closure": {
        "clinic.chairs_per_nurse": 3,
        "clinic.chairs_per_nurse_infusing": 2,
        "clinic.rota": ROTA,
        "clinic.chairs_out": [{"first_day": "2026-03-02", "last_day": "2026-03-13"}],
        "clinic.closures": [{"first_day": "2026-02-16", "last_day": "2026-02-20"}],
    },
    "walk-in": {"clinic.booking": {"kind": "walk_in"}, "clinic.rota": ROTA},
    "two stretches, a nurse on leave": {
        "clinic.hours": dict.fromkeys(DAYS, ("09:00-12:30", "13:30-17:00")),
        "clinic.rota": ROTA,
        "clinic.staff_away": [
            {"staff": "nurses", "first_day": "2026-03-02", "last_day": "2026-04-10"}
        ],
    },
}
stretches = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30), st.integers(1, 3)), max_size=12
)


@given(stretches, stretches, st.lists(st.integers(1, 89), max_size=4, unique=True))
def test_integrals_are_the_sums_over_the_minutes(busy, duty, cuts):
    edges = np.array([0, *sorted(cuts), 90], dtype=float)

    def painted(stretches):
        numbers = np.zeros(90)
        for begin, length, weight in stretches:
            numbers[begin : begin + length] += weight
        return numbers

    def steps(stretches):
        begins, lengths, weights = np.array(stretches, dtype=float).reshape(-1, 3).T
        return Steps(begins, begins + lengths, weights)

    a, b = painted(busy), painted(duty)
    parts = np.split(np.minimum(a, b), edges[1:-1].astype(int))
    found = smaller(steps(busy), steps(duty), edges)
    assert found == pytest.approx([part.sum() for part in parts])
    assert excess(steps(busy), steps(duty), edges[[0, -1]]) == np.maximum(a - b, 0).sum()
    larger = steps(busy).larger(steps(duty))
    assert excess(larger, steps([]), edges[[0, -1]]) == np.maximum(a, b).sum()
    halves = (steps(busy) * 0.5).rounded_up()
    assert excess(halves, steps([]), edges[[0, -1]]) == np.ceil(a / 2).sum()


@pytest.fixture(scope="module", params=CASES)
def run(request):
    changes = {"run.days": 126, "run.warmup_days": 30, "referrals.per_week": 6.0}
    return replicate(Scenario().override(changes | CASES[request.param]), 4)


def busy(run, begin, end, of, weight=1.0):
    """How many are busy between two stages, minute by minute."""
    visits, numbers = run.visits, np.zeros(run.horizon + 1)
    rows = (visits[of] != -1) & (visits[begin] != -1)
    ends = np.where(visits[end][rows] == -1, run.horizon, visits[end][rows])
    np.add.at(numbers, visits[begin][rows], weight)
    np.add.at(numbers, ends, -weight)
    return numbers[:-1].cumsum()


def all_busy(run):
    clinic = run.scenario.clinic
    infusing = clinic.chairs_per_nurse_infusing or clinic.chairs_per_nurse
    tasks = busy(run, "prepare_start", "prepared", "nurse")
    tasks += busy(run, "discharge_start", "left", "nurse")
    watched = busy(run, "prepare_start", "infusion_end", "nurse", 1 / infusing)
    watched += busy(run, "infusion_end", "left", "nurse", 1 / clinic.chairs_per_nurse)
    return {
        "chairs": busy(run, "seated", "chair_free", "chair"),
        "prescribers": busy(run, "seated", "left", "prescriber"),
        "nurses": np.maximum(tasks, watched),
    }


def all_on_duty(run):
    """Chairs in order and staff on duty, 0 while the clinic is closed; and whether it is open."""
    clinic = run.scenario.clinic
    calendar = clinic.calendar(run.scenario.run.start_date)
    numbers = {name: np.zeros(run.horizon) for name in ("chairs", "nurses", "prescribers")}
    is_open = np.zeros(run.horizon, dtype=bool)
    for day in range(run.horizon // DAY):
        for opens, closes in calendar.openings(day):
            is_open[day * DAY + opens : day * DAY + closes] = True
            for name, number in numbers.items():
                for minute in range(opens, closes):
                    number[day * DAY + minute] = clinic.on_duty(name, calendar, day, minute)
    return numbers, is_open


def test_utilisation_is_what_is_busy_and_on_duty_of_what_is_on_duty(run):
    work, (duty, _), measures = all_busy(run), all_on_duty(run), measure(Reading(run))
    counted = slice(run.scenario.run.warmup_days * DAY, None)
    for name in ("chair", "nurse", "prescriber"):
        at_work, there = work[f"{name}s"][counted], duty[f"{name}s"][counted]
        expected = np.minimum(at_work, there).sum() / there.sum()
        assert measures[f"{name}_utilisation"] == pytest.approx(expected)
        assert 0 < expected <= 1


def test_chair_utilisation_by_week_adds_up_to_the_same(run):
    work, (duty, _) = all_busy(run), all_on_duty(run)
    weeks = clinic_by_week(Reading(run))
    used = np.minimum(work["chairs"], duty["chairs"]).reshape(-1, WEEK).sum(axis=1)
    there = duty["chairs"].reshape(-1, WEEK).sum(axis=1)
    first = run.scenario.run.warmup_days // 7 + 1  # whole weeks after the warm-up
    for week in range(first, len(there)):
        if there[week]:
            assert weeks["chair_utilisation"][week] == pytest.approx(used[week] / there[week])
        else:
            assert np.isnan(weeks["chair_utilisation"][week])


def test_overtime_is_paid_for_every_nurse_and_prescriber_beyond_the_rota_or_after_closing(run):
    work, (duty, is_open), measures = all_busy(run), all_on_duty(run), measure(Reading(run))
    counted = np.arange(run.horizon) >= run.scenario.run.warmup_days * DAY
    weeks = counted.sum() / WEEK
    paid = in_breaks = 0.0
    for staff, dollars in (("nurses", 41), ("prescribers", 61)):
        beyond = np.maximum(np.ceil(work[staff] - 1e-9) - duty[staff], 0) * counted
        paid += 1.5 * dollars / 60 * beyond.sum()
        in_breaks += beyond[is_open].sum()
    assert measures["overtime_cost_per_week"] == pytest.approx(paid / weeks)
    assert paid > 0
    if run.scenario.clinic.rota:
        assert measures["work_in_breaks_minutes_per_week"] == pytest.approx(in_breaks / weeks)
        assert in_breaks > 0
    else:
        assert in_breaks == 0
        assert "work_in_breaks_minutes_per_week" not in measures


def test_capacity_costs_the_chairs_and_the_hours_on_duty(run):
    duty, _ = all_on_duty(run)
    counted = slice(run.scenario.run.warmup_days * DAY, None)
    hours = {staff: duty[staff][counted].sum() / 60 for staff in ("nurses", "prescribers")}
    years = len(duty["nurses"][counted]) / DAY / 365.25
    expected = 3 * 10_000 + (41 * hours["nurses"] + 61 * hours["prescribers"]) / years
    assert measure(Reading(run))["capacity_cost_per_year"] == pytest.approx(expected)


def test_days_end_in_time_when_the_last_patient_leaves_by_closing(run):
    visits, measures = run.visits, measure(Reading(run))
    begin, last = run.scenario.run.warmup_days * DAY, {}
    for row in np.flatnonzero((visits["chair"] != -1) | (visits["prescriber"] != -1)):
        left = visits["left"][row] if visits["left"][row] != -1 else run.horizon
        if left >= begin:
            day = visits["arrived"][row] // DAY
            last[day] = max(last.get(day, 0), left)
    late = [left - (day * DAY + 17 * 60) for day, left in last.items()]
    in_time = sum(minutes <= 0 for minutes in late) / len(late)
    assert measures["days_ended_in_time_share"] == pytest.approx(in_time)
    assert 0 < in_time < 1
    overtime = sum(max(0, minutes) for minutes in late) + into_breaks(run)
    weeks = (run.horizon - begin) / WEEK
    assert measures["overtime_minutes_per_week"] == pytest.approx(overtime / weeks)


def into_breaks(run):
    """Minutes of all breaks in which somebody who came before the break was still there."""
    visits = run.visits
    calendar = run.scenario.clinic.calendar(run.scenario.run.start_date)
    rows = np.flatnonzero((visits["chair"] != -1) | (visits["prescriber"] != -1))
    left = np.where(visits["left"][rows] == -1, run.horizon, visits["left"][rows])
    stays = set()
    for came, gone in zip(visits["arrived"][rows].tolist(), left.tolist(), strict=True):
        day = came // DAY
        for (_, begins), (ends, _) in pairwise(calendar.openings(day)):
            if came < day * DAY + begins:
                stays.update(range(day * DAY + begins, min(gone, day * DAY + ends)))
    return sum(minute >= run.scenario.run.warmup_days * DAY for minute in stays)


def test_a_lunch_break_is_no_part_of_utilisation_and_who_stays_into_it_is_overtime():
    """By hand: one patient, in the chair from 9:00 to 13:30; open 9-12 and 13-17, one day.

    Of 3 chairs x 420 minutes 180 + 30 are used; a nurse's half of the same, of 2 x 420; an hour of
    overtime, seven of which would be a week's.
    """
    changes = {
        "run.days": 1,
        "referrals": {"kind": "cohort", "patients": 1, "over_days": 0},
        "policy.assessment": False,
        "clinic.hours": {"monday": ["09:00-12:00", "13:00-17:00"]},
        "clinic.booking": {"kind": "walk_in"},
        "clinic.adverse_events.episode_share": 0.0,
        "clinic.session": {
            "prepare_minutes": 0,
            "infuse_minutes": 270,
            "monitor_minutes": 0,
            "discharge_minutes": 0,
            "turnover_minutes": 0,
        },
    }
    measures = measure(Reading(replicate(Scenario().override(changes), 1)))
    assert measures["chair_utilisation"] == pytest.approx(210 / (3 * 420))
    assert measures["nurse_utilisation"] == pytest.approx(105 / (2 * 420))
    assert measures["overtime_minutes_per_week"] == pytest.approx(60 * 7)
    assert measures["days_ended_in_time_share"] == 1
    assert measures["overtime_cost_per_week"] == pytest.approx(7 * 1.5 * 41)


def test_a_clinic_that_never_closes_has_no_overtime_and_unlimited_capacity_no_utilisation_or_cost():
    changes = {"run.days": 60, "clinic.hours": "always", "clinic.nurses": "unlimited"}
    measures = measure(Reading(replicate(Scenario().override(changes), 1)))
    for name in ("overtime_minutes_per_week", "days_ended_in_time_share", "nurse_utilisation",
                 "capacity_cost_per_year"):  # fmt: skip
        assert name not in measures
    assert measures["overtime_cost_per_week"] == 0


def test_adverse_events_are_counted_per_100_infusions(run):
    visits, measures = run.visits, measure(Reading(run))
    began = visits["infusion_end"] >= run.scenario.run.warmup_days * DAY
    watched = visits["adverse"][began & (visits["ready"] != -1)]
    counted = {n: 100 * (watched >= n).sum() / len(watched) for n in (1, 2)}
    assert measures["adverse_events_per_100_infusions"] == pytest.approx(counted[1])
    assert measures["adverse_events_treated_per_100_infusions"] == pytest.approx(counted[2])
    assert 0 < counted[2] < counted[1] < ceil(100 * 0.443)
