"""What holds in any clinic whatever, checked on the record of random small ones."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.config.errors import ScenarioError
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

DAY = 1440
STAGES = (
    "arrived", "seated", "prepare_start", "prepared", "infusion_start", "infusion_end", "ready",
    "discharge_start", "left", "chair_free",
)  # fmt: skip
WITH_LUNCH = ("09:00-12:00", "13:00-17:00")
STATUSES = {"ahead", "in_progress", "done", "cancelled", "no_show", "blocked"}

some = st.sampled_from
durations = some(
    [0, 7, 25, {"kind": "exponential", "mean": 15}, {"kind": "uniform", "low": 5, "high": 90}]
)
shifts = st.fixed_dictionaries(
    {
        "staff": some(["nurses", "prescribers"]),
        "weekdays": some([(), ("monday", "thursday"), ("tuesday",)]),
        "hours": some(["12:00-13:00", "10:30-15:45", "15:00-24:00"]),
    },
    optional={"number": some([1, 3, 0])},
).map(lambda shift: shift if "number" in shift else shift | {"fewer": 1})
chairs_out = st.fixed_dictionaries(
    {
        "chairs": some([1, 2]),
        "first_day": some(["2026-01-01", "2026-01-13"]),
        "last_day": some(["2026-01-13", "2026-01-24"]),
    }
)
staff_away = st.fixed_dictionaries(
    {
        "staff": some(["nurses", "prescribers"]),
        "first_day": some(["2026-01-01", "2026-01-15"]),
        "last_day": some(["2026-01-15", "2026-01-30"]),
    }
)
referrals = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("poisson"),
            "per_week": some([2.0, 8.0, 25.0]),
            "when": some(["weekdays", "clock"]),
        }
    ),
    st.just({"kind": "cohort", "patients": 12, "over_days": 0}),  # all of them at minute 0
)
clinics = st.fixed_dictionaries(
    {
        "run.days": st.integers(20, 70),
        "referrals": referrals,
        "clinic.chairs": some([1, 2, 3, "unlimited"]),
        "clinic.nurses": some([1, 2, "unlimited"]),
        "clinic.prescribers": some([1, 2, "unlimited"]),
        "clinic.chairs_per_nurse": some([3, 1, 2]),
        "clinic.chairs_per_nurse_infusing": some([None, 1]),
        "clinic.rota": st.lists(shifts, max_size=3).map(tuple),
        "clinic.chairs_out": st.lists(chairs_out, max_size=2).map(tuple),
        "clinic.staff_away": st.lists(staff_away, max_size=2).map(tuple),
        "clinic.closures": some([(), ({"first_day": "2026-01-14", "last_day": "2026-01-16"},)]),
        "clinic.adverse_events.episode_share": some([0.0, 0.9]),
        "clinic.waiting_places": some(["unlimited", 0, 2]),
        "clinic.hours": some(
            [
                "always",
                {"saturday": "10:00-13:00"},
                {"friday": "closed"},
                {"monday": ("08:00-11:50", "13:00-18:00"), "friday": WITH_LUNCH},
            ]
        ),
        "clinic.holidays": some([(), ("2026-01-08", "2026-01-19")]),
        "clinic.booking": some(
            [
                {"kind": "slots", "lead_days": 0},
                {"kind": "slots", "grid_minutes": 30, "series": "one_by_one"},
                {"kind": "slots"},
                {"kind": "slots", "horizon_days": 5, "priority": "induction_first"},
                {"kind": "slots", "horizon_days": 9, "priority": "most_severe_first",
                 "ring_fenced": [{"kind": "induction", "places": 1, "release_days": 1}]},
                {"kind": "slots", "horizon_days": 14, "priority": "longest_overdue_first",
                 "overbook_per_day": 2, "ends_in_time_share": 0.5},
                {"kind": "slots", "horizon_days": "unlimited", "ring_fenced": [
                    {"kind": "assessment", "places": 1, "release_days": 2}]},
                {"kind": "walk_in"},
                {"kind": "none"},
            ]
        ),
        "clinic.session.prepare_minutes": durations,
        "clinic.session.infuse_minutes": durations,
        "clinic.session.monitor_minutes": durations,
        "clinic.session.discharge_minutes": durations,
        "clinic.session.turnover_minutes": durations,
        "clinic.assessment_minutes": durations,
        "policy.assessment": st.booleans(),
        "policy.induction": some(
            [
                {"infusions": 1, "late_days": 5},
                {"infusions": 3, "days": "thrice_weekly", "late_days": 5},
                {"days": [0, 1, 5], "late_days": 6},
            ]
        ),
        "policy.evaluation.kind": some(["formal", "none"]),
        "policy.boosters.kind": some(["none", "fixed", "adaptive"]),
        "policy.ratings.hours_after_infusion": some([(), (24.0, 100.0)]),
        "behaviour.withdrawal_share": some([0, 0.3]),
        "behaviour.stopping_days": some([395, 30]),
        "behaviour.no_show_share": some([0.0, 0.088, 0.5]),
        "behaviour.late_cancellation_share": some([0.0, 0.3]),
        "behaviour.cancellation_notice_days": some([0.0, 1.0, 3.5]),
        "behaviour.rebooked_share": some([0.2, 1.0]),
        "behaviour.postponed_share": some([0.0, 0.4]),
        "behaviour.withdrawal_without_response": some([1, 3]),
        "behaviour.stopping_without_response": some([1.0, 8.0]),
        "behaviour.patience_days": some([5.0, 180.0]),
        "clinic.maximum_caseload": some(["unlimited", 3]),
    }
)  # fmt: skip


@settings(max_examples=100)
@given(clinics, st.integers(0, 2**32))
def test_the_record_of_any_clinic_is_one_that_could_have_happened(changes, seed):
    try:
        scenario = Scenario().override(changes)
    except ScenarioError:  # rota and leave may have nobody on duty, or no time for a session
        assume(not (changes["clinic.rota"] or changes["clinic.staff_away"]))
        raise
    replication = replicate(scenario, seed)
    for check in CHECKS:
        check(replication)


def rows_with(replication, *names):
    """Rows whose stages or resources of these names have happened."""
    visits = replication.visits
    return np.flatnonzero(np.all([visits[name] != -1 for name in names], axis=0))


def ends(replication, name, rows):
    minutes = replication.visits[name][rows]
    return np.where(minutes == -1, replication.horizon, minutes)


def never_overlap(keys, begins, finishes):
    """Whether the stretches of each key follow one another; those of no length count as well."""
    held = sorted(zip(keys.tolist(), begins.tolist(), finishes.tolist(), strict=True))
    return all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(held))


def no_chair_is_double_booked(replication):
    rows = rows_with(replication, "seated", "chair")
    chairs, begins = (replication.visits[name][rows] for name in ("chair", "seated"))
    assert never_overlap(chairs, begins, ends(replication, "chair_free", rows))
    capacity = replication.scenario.clinic.chairs
    assert capacity == "unlimited" or (chairs <= capacity).all()
    assert (chairs >= 1).all()


def no_prescriber_sees_two_people_at_once(replication):
    rows = rows_with(replication, "seated", "prescriber")
    who, begins = (replication.visits[name][rows] for name in ("prescriber", "seated"))
    assert never_overlap(who, begins, ends(replication, "left", rows))


def no_nurse_prepares_two_people_at_once(replication):
    rows = rows_with(replication, "prepare_start", "nurse")
    who, begins = (replication.visits[name][rows] for name in ("nurse", "prepare_start"))
    assert never_overlap(who, begins, ends(replication, "prepared", rows))


def on_duty(replication, resource):
    """How many are on duty in each minute, painted day by day, shift over shift.

    Outside opening hours those stay who were there last, at least one.
    """
    clinic, everybody = replication.scenario.clinic, replication.scenario.clinic.staffed(resource)
    calendar = clinic.calendar(replication.scenario.run.start_date)
    number, stays = np.zeros(replication.horizon, dtype=int), everybody
    for day in range(replication.horizon // DAY):
        minutes = np.full(DAY, everybody)
        weekday = calendar.date_of(day * DAY).strftime("%A").lower()
        for shift in clinic.rota:
            if shift.staff == resource and weekday in (shift.weekdays or (weekday,)):
                begins, ends = (int(at[:2]) * 60 + int(at[3:]) for at in shift.hours.split("-"))
                fewer = max(0, everybody - (shift.fewer or 0))
                minutes[begins:ends] = fewer if shift.number is None else shift.number
        date = calendar.date_of(day * DAY)
        for leave in clinic.staff_away:
            if leave.staff == resource and leave.first_day <= date <= leave.last_day:
                minutes = np.maximum(0, minutes - leave.number)
        closed = 0  # from which minute of the day on
        for opens, closes in calendar.openings(day):
            minutes[closed:opens] = stays
            if not calendar.always:
                stays, closed = max(1, minutes[closes - 1]), closes
            else:
                closed = closes
        minutes[closed:] = stays
        number[day * DAY : (day + 1) * DAY] = minutes
    return number


def nobody_begins_anything_while_too_few_nurses_are_on_duty(replication):
    """As many nurses as tasks one to one, and as the patients over the ratio of their stage.

    With no rota and nobody away they suffice at every minute. Else they do whenever a nurse begins
    a task, as what is under way at the beginning of a break is finished; who is discharged is one
    nurse's patient already.
    """
    clinic = replication.scenario.clinic
    if clinic.staffed("nurses") is None:
        return
    monitoring = clinic.chairs_per_nurse
    infusing = clinic.chairs_per_nurse_infusing or monitoring
    duty = on_duty(replication, "nurses")
    prepared = stretches(replication, "prepare_start", "prepared")
    discharged = stretches(replication, "discharge_start", "left")
    first = stretches(replication, "prepare_start", "infusion_end")
    then = stretches(replication, "infusion_end", "left")
    hands = under_way(prepared, replication) + under_way(discharged, replication) <= duty
    shares = under_way(first, replication) * monitoring + under_way(then, replication) * infusing
    attention = shares <= duty * infusing * monitoring
    assert hands[begun(prepared)].all()
    assert hands[begun(discharged)].all()
    assert attention[begun(first)].all()
    assert clinic.rota or clinic.staff_away or (hands & attention).all()


def stretches(replication, begin, end):
    """From when to when a stage of an infusion lasts."""
    rows = rows_with(replication, begin, "chair")
    return replication.visits[begin][rows], ends(replication, end, rows)


def under_way(stage, replication):
    change = np.zeros(replication.horizon + 1, dtype=int)
    np.add.at(change, stage[0], 1)
    np.add.at(change, stage[1], -1)
    return change.cumsum()[:-1]


def begun(stage):
    """The minutes in which it began, of those that take any time."""
    return stage[0][stage[1] > stage[0]]


def no_prescriber_begins_while_too_few_are_on_duty(replication):
    if replication.scenario.clinic.staffed("prescribers") is None:
        return
    rows = rows_with(replication, "seated", "prescriber")
    begins, finishes = replication.visits["seated"][rows], ends(replication, "left", rows)
    change = np.zeros(replication.horizon + 1, dtype=int)
    np.add.at(change, begins, 1)
    np.add.at(change, finishes, -1)
    begins = begins[finishes > begins]
    busy = change.cumsum()
    assert (busy[begins] <= on_duty(replication, "prescribers")[begins]).all()


def nobody_sits_down_in_a_chair_that_is_out_of_order(replication):
    clinic = replication.scenario.clinic
    if clinic.chairs == "unlimited":
        return
    calendar = clinic.calendar(replication.scenario.run.start_date)
    rows = rows_with(replication, "seated", "chair")
    begins, finishes = replication.visits["seated"][rows], ends(replication, "chair_free", rows)
    change = np.zeros(replication.horizon + 1, dtype=int)
    np.add.at(change, begins, 1)
    np.add.at(change, finishes, -1)
    taken = change.cumsum()
    for minute in begins[finishes > begins].tolist():
        date = calendar.date_of(minute)
        out = [o.chairs for o in clinic.chairs_out if o.first_day <= date <= o.last_day]
        assert taken[minute] <= max(0, clinic.chairs - sum(out))


def nobody_is_in_two_places_at_once(replication):
    visits = replication.visits
    rows = rows_with(replication, "arrived")
    rows = rows[(visits["kind"][rows] != "rating") & (visits["status"][rows] != "blocked")]
    patients, begins = visits["patient"][rows], visits["arrived"][rows]
    assert never_overlap(patients, begins, ends(replication, "left", rows))


def the_stages_of_a_visit_follow_one_another(replication):
    visits = replication.visits
    for row in range(len(visits["kind"])):
        times = [visits[name][row] for name in STAGES if visits[name][row] != -1]
        assert times == sorted(times)
        assert all(0 <= time < replication.horizon for time in times)
    came = visits["arrived"] != -1
    assert (visits["arrived"] >= visits["ordered"])[came & (visits["kind"] != "rating")].all()


def people_come_when_they_are_booked_and_the_clinic_is_open(replication):
    """Or later: by their own lateness, or when the visit before took so long."""
    visits, scenario = replication.visits, replication.scenario
    visited = (visits["arrived"] != -1) & (visits["kind"] != "rating")
    booked = visits["booked"]
    late = visits["arrived"] - np.maximum(booked, visits["ordered"])
    latest = scenario.behaviour.lateness_minutes.quantile(1.0)
    clinic = scenario.clinic
    assert (late[visited] >= 0).all()
    assert (late[visited] <= (latest + 1 if clinic.booking.kind == "slots" else 0)).all()
    if clinic.booking.kind != "none":
        calendar = clinic.calendar(scenario.run.start_date)
        assert all(calendar.next_open(int(at)) == at for at in booked[visited])


def nobody_comes_before_the_day_it_is_due(replication):
    visits = replication.visits
    visited = (visits["arrived"] != -1) & (visits["kind"] != "rating")
    early = 1 if replication.scenario.clinic.booking.kind == "slots" else 0
    induction = visits["kind"] == "induction"  # of which the next in a series may come sooner
    due = visits["due"] // DAY - np.where(induction, early, 0)
    assert (visits["arrived"] // DAY >= due)[visited].all()
    assert (visits["wished"] >= visits["due"])[visited].all()


def everybody_is_accounted_for(replication):
    visits, left = replication.visits, replication.discharges["patient"].tolist()
    everybody = set(range(len(replication.patients)))
    assert set(visits["patient"].tolist()) | set(left) == everybody
    assert len(left) == len(set(left))
    last = {}  # of the visits proper: protocol ratings go on after a discharge
    for row in np.flatnonzero(visits["kind"] != "rating"):
        last[int(visits["patient"][row])] = visits["status"][row]
    still = {who for who, status in last.items() if status in ("ahead", "in_progress")}
    assert still | set(left) == everybody
    assert not still & set(left)


def visits_are_numbered_and_only_the_last_can_be_unfinished(replication):
    visits = replication.visits
    by_patient = {}
    for row in np.flatnonzero(visits["kind"] != "rating"):
        by_patient.setdefault(int(visits["patient"][row]), []).append(row)
    for rows in by_patient.values():
        assert (np.diff(visits["visit"][rows]) > 0).all()
        assert np.isin(visits["status"][rows[:-1]], ("done", "no_show", "cancelled")).all()


def the_statuses_add_up_and_mean_what_they_say(replication):
    visits = replication.visits
    count = Counter(visits["status"].tolist())
    assert set(count) <= STATUSES
    assert sum(count.values()) == len(visits["kind"])
    arrived, left = visits["arrived"] != -1, visits["left"] != -1
    for status, has_come, has_gone in (
        ("ahead", False, False), ("in_progress", True, False), ("done", True, True),
        ("cancelled", False, False), ("no_show", False, False), ("blocked", True, False),
    ):  # fmt: skip
        of_it = visits["status"] == status
        assert (arrived[of_it] == has_come).all()
        assert (left[of_it] == has_gone).all()
    assert ((visits["rated_before"] != -1) == arrived).all()


def the_reasons_of_discharge_match_the_visits(replication):
    count = Counter(replication.discharges["reason"].tolist())
    visits = replication.visits
    assert count["blocked"] == (visits["status"] == "blocked").sum()
    proper = np.flatnonzero(visits["kind"] != "rating")
    last = dict(zip(visits["patient"][proper], visits["status"][proper], strict=True))
    missed = sum(status in ("cancelled", "no_show") for status in last.values())
    gone = "stopped maintenance", "lost to follow-up", "left the waiting list"
    rated = (visits["kind"] == "rating") & (visits["status"] == "cancelled")
    assert missed + rated.sum() == sum(count[reason] for reason in gone)


def every_appointment_ends_in_one_way_and_they_add_up(replication):
    """Kept, missed, called off, moved, or still ahead; each as often as the visits say."""
    made, visits = replication.appointments, replication.visits
    count = Counter(made["end"].tolist())
    assert set(count) <= {"done", "no_show", "cancelled", "moved", ""}
    if replication.scenario.clinic.booking.kind != "slots":
        assert not count
        return
    proper = visits["kind"] != "rating"
    assert count["done"] == ((visits["arrived"] != -1) & proper).sum()
    assert count["no_show"] == (visits["status"] == "no_show").sum()
    over = made["end"] != ""
    assert ((made["ended"] >= made["made"]) & (made["ended"] < replication.horizon))[over].all()
    assert (made["start"] >= made["made"]).all()
    keys = zip(visits["patient"], visits["kind"], visits["booked"], strict=True)
    booked = {
        key for key, real in zip(keys, proper & (visits["booked"] != -1), strict=True) if real
    }
    assert booked <= {*zip(made["patient"], made["kind"], made["start"], strict=True)} | {
        (patient, other, start)
        for patient, kind, start in zip(made["patient"], made["kind"], made["start"], strict=True)
        for other in ("induction", "reinduction")
    }


def nobody_holds_two_appointments_at_a_time(replication):
    """What a patient has ahead is of one series, in order, and after all that was kept of it."""
    made = replication.appointments
    prescribers = np.isin(made["kind"], ["assessment", "evaluation"])
    for who, talks in {*zip(made["patient"].tolist(), prescribers.tolist(), strict=True)}:
        own = (made["patient"] == who) & (prescribers == talks)
        ahead, kept = own & (made["end"] == ""), own & (made["end"] == "done")
        starts, ends = made["start"][ahead], (made["start"] + made["minutes"])[ahead]
        assert (ends[:-1] <= starts[1:]).all()
        assert not starts.size or made["start"][kept].max(initial=-1) < starts[0]
        assert not talks or len(starts) <= 1


def no_appointment_is_planned_to_run_past_closing_or_into_a_break(replication):
    clinic, made = replication.scenario.clinic, replication.appointments
    calendar = clinic.calendar(replication.scenario.run.start_date)
    for start, minutes in zip(made["start"].tolist(), made["minutes"].tolist(), strict=True):
        day, time = divmod(start, DAY)
        assert any(
            opens <= time and time + minutes <= closes for opens, closes in calendar.openings(day)
        )


def no_slot_is_booked_beyond_its_places(replication):
    clinic, made = replication.scenario.clinic, replication.appointments
    if clinic.booking.kind != "slots":
        return
    calendar = clinic.calendar(replication.scenario.run.start_date)
    grid = clinic.booking.grid_minutes
    for resource, kinds in (
        ("chairs", ("induction", "booster", "reinduction")),
        ("prescribers", ("assessment", "evaluation")),
    ):
        inside, over = Counter(), Counter()
        for row in np.flatnonzero(np.isin(made["kind"], kinds)):
            if made["end"][row] not in ("moved", "cancelled"):
                begin = int(made["start"][row])
                inside.update(range(begin, begin + int(made["minutes"][row]), grid))
                over[begin // DAY] += int(made["overbooked"][row])
        more = 1 if clinic.booking.overbook_per_day and resource == "chairs" else 0
        for minute, number in inside.items():
            limit = clinic.planned_places(resource, calendar, *divmod(minute, DAY), grid)
            assert limit is None or number <= limit + more
        assert all(number <= clinic.booking.overbook_per_day for number in over.values())


def kept_places_go_only_to_whom_they_are_kept_for(replication):
    """What others booked before the release leaves the kept places free, in every slot."""
    clinic, made = replication.scenario.clinic, replication.appointments
    fences = getattr(clinic.booking, "ring_fenced", ())
    calendar = clinic.calendar(replication.scenario.run.start_date)
    groups = {"chairs": ("induction", "booster"), "prescribers": ("assessment", "evaluation")}
    for fence in fences:
        resource = "chairs" if fence.kind in groups["chairs"] else "prescribers"
        ahead = made["start"] // DAY - made["made"] // DAY
        early = ahead > (-1 if fence.release_days == "never" else fence.release_days)
        others = [kind for kind in groups[resource] if kind != fence.kind]
        inside = Counter()
        for row in np.flatnonzero(early & np.isin(made["kind"], others)):
            if made["end"][row] not in ("moved", "cancelled") and not made["overbooked"][row]:
                begin = int(made["start"][row])
                inside.update(
                    range(begin, begin + int(made["minutes"][row]), clinic.booking.grid_minutes)
                )
        for minute, number in inside.items():
            limit = clinic.planned_places(
                resource, calendar, *divmod(minute, DAY), clinic.booking.grid_minutes
            )
            assert limit is None or number <= max(0, limit - fence.places)


def chairs_are_taken_in_order_of_arrival(replication):
    """First come, first served: whoever came later is not seated sooner."""
    visits = replication.visits
    rows = rows_with(replication, "seated", "chair")
    order = np.lexsort((visits["seated"][rows], visits["arrived"][rows]))
    assert (np.diff(visits["seated"][rows][order]) >= 0).all()


def no_resource_is_used_for_more_than_all_of_the_opening_hours(replication):
    measures = measure(Reading(replication))
    for name in ("chair_utilisation", "nurse_utilisation", "prescriber_utilisation"):
        if name in measures:
            assert 0 <= measures[name] <= 1 + 1e-9, (name, measures[name])


CHECKS = (
    no_chair_is_double_booked,
    no_prescriber_sees_two_people_at_once,
    no_nurse_prepares_two_people_at_once,
    nobody_begins_anything_while_too_few_nurses_are_on_duty,
    no_prescriber_begins_while_too_few_are_on_duty,
    nobody_sits_down_in_a_chair_that_is_out_of_order,
    nobody_is_in_two_places_at_once,
    the_stages_of_a_visit_follow_one_another,
    people_come_when_they_are_booked_and_the_clinic_is_open,
    nobody_comes_before_the_day_it_is_due,
    everybody_is_accounted_for,
    visits_are_numbered_and_only_the_last_can_be_unfinished,
    the_statuses_add_up_and_mean_what_they_say,
    the_reasons_of_discharge_match_the_visits,
    every_appointment_ends_in_one_way_and_they_add_up,
    nobody_holds_two_appointments_at_a_time,
    no_appointment_is_planned_to_run_past_closing_or_into_a_break,
    no_slot_is_booked_beyond_its_places,
    kept_places_go_only_to_whom_they_are_kept_for,
    chairs_are_taken_in_order_of_arrival,
    no_resource_is_used_for_more_than_all_of_the_opening_hours,
)


@pytest.fixture(scope="module")
def default():
    return replicate(Scenario(), 1)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_default_clinic_too(check, default):
    check(default)


def test_from_minute_0_of_a_clinic_that_never_closes_each_patient_has_one_appointment():
    """Twenty-four assessments fill the first day, that from minute 0 to 60 as well."""
    replication = replicate(
        Scenario().override(
            {
                "run.days": 60,
                "referrals": {"kind": "cohort", "patients": 24, "over_days": 0},
                "clinic.hours": "always",
                "clinic.booking.lead_days": 0,
                "policy.boosters.kind": "none",
                "behaviour.no_show_share": 0.0,
                "behaviour.first_no_show_share": 0.0,
                "behaviour.late_cancellation_share": 0.0,
            }
        ),
        1,
    )
    made = replication.appointments
    first = made["kind"] == "assessment"
    assert made["start"][first].min() == 0
    assert sorted(made["patient"][first].tolist()) == list(range(24))
    assert (made["end"] != "").all()
    for check in CHECKS:
        check(replication)


@pytest.mark.parametrize(("chairs", "nurses", "limit"), [(3, 2, 3), (5, 2, 4), (2, "unlimited", 2)])
def test_no_more_sessions_are_booked_at_a_time_than_chairs_and_nurses_can_take(
    chairs, nurses, limit
):
    """A nurse can watch two; appointments struck out again do not count."""
    clinic = {"run.days": 250, "referrals.per_week": 12.0}
    visits = replicate(
        Scenario().override(clinic | {"clinic.chairs": chairs, "clinic.nurses": nurses}), 1
    ).visits
    kept = np.isin(visits["kind"], ["induction", "booster"]) & (visits["booked"] != -1)
    kept &= visits["status"] != "cancelled"
    starts = np.sort(visits["booked"][kept])
    at_once = np.searchsorted(starts, starts, "right") - np.searchsorted(
        starts + 105, starts, "right"
    )
    assert at_once.max() == limit


def test_a_booked_session_ends_by_closing_time_as_planned(default):
    visits = default.visits
    infusions = np.isin(visits["kind"], ["induction", "booster"])
    assert (visits["booked"][infusions] % DAY + 105 <= 17 * 60).all()
    assert (visits["booked"][visits["kind"] == "assessment"] % DAY + 60 <= 17 * 60).all()


def test_appointments_are_made_at_least_a_day_ahead(default):
    visits = default.visits
    proper = visits["kind"] != "rating"
    booked = proper & (visits["booked"] != -1)
    assert (visits["booked"] // DAY > visits["ordered"] // DAY)[booked].all()


def test_what_would_end_on_the_very_minute_of_the_horizon_has_not_ended():
    trial = {
        "run.days": 1,
        "referrals": {"kind": "cohort", "patients": 2, "over_days": 0},
        "policy.assessment": False,
        "clinic.hours": "always",
        "clinic.booking": {"kind": "none"},
        "clinic.session.monitor_minutes": 0,
    }
    for minutes, ended in ((DAY, -1), (DAY - 1, DAY - 1)):
        scenario = Scenario().override(trial | {"clinic.session.infuse_minutes": minutes})
        visits = replicate(scenario, 1).visits
        assert (visits["infusion_start"] == 0).all()
        assert (visits["infusion_end"] == ended).all()
