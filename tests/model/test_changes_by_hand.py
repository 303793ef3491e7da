"""Clinics so small that their record can be written down by hand, before and after a change.

One session a chair and day: it is open from 9:00 to 10:30, and a session holds a chair for all of
it. Day 0 is a Monday. Everybody is referred at its first minute, and comes when told.
"""

import numpy as np
import pytest

import sim
from sim.outcomes.by_week import clinic_by_week
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

DAY = 1440
NINE = 540
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
QUIET = {
    "run.days": 14,
    "policy.assessment": False,
    "policy.evaluation": {"kind": "none"},
    "policy.boosters": {"kind": "none"},
    "policy.induction": {"kind": "fixed", "infusions": 1},
    "behaviour.no_show_share": 0.0,
    "behaviour.first_no_show_share": 0.0,
    "behaviour.late_cancellation_share": 0.0,
    "behaviour.withdrawal_share": 0.0,
    "behaviour.stopping_share": 0.0,
    "behaviour.lateness_minutes": 0,
    "behaviour.patience_days": 900,
    "clinic.chairs": 1,
    "clinic.nurses": 9,
    "clinic.chairs_per_nurse": 1,
    "clinic.hours": dict.fromkeys(WEEKDAYS, "09:00-10:30"),
    "clinic.booking": {"kind": "slots", "grid_minutes": 30, "lead_days": 0},
    "clinic.adverse_events.episode_share": 0.0,
    "clinic.session": {
        "prepare_minutes": 10, "infuse_minutes": 40, "monitor_minutes": 20,
        "discharge_minutes": 10, "turnover_minutes": 10,
    },
}  # fmt: skip


def tiny(patients, changes=(), **others):
    cohort = {"kind": "cohort", "patients": patients, "over_days": 0}
    overrides = {**QUIET, "referrals": cohort, "changes": list(changes)}
    return sim.replicate(sim.Scenario().override(overrides | others), seed=1)


def at(day, minute=NINE):
    return day * DAY + minute


def infused(run):
    """Day and minute at which each patient was seated, and the chair."""
    rows = np.lexsort((run.visits["seated"], run.visits["patient"]))
    seen = [(run.visits["seated"][n], run.visits["chair"][n]) for n in rows]
    return [(int(m) // DAY, int(m) % DAY, int(chair)) for m, chair in seen if m >= 0]


def booked(run, patient):
    table, names = run.appointments, ("start", "made", "ended", "end")
    rows = np.flatnonzero(table["patient"] == patient)
    return [tuple(table[name][row].item() for name in names) for row in rows]


A_DAY_AHEAD = {"clinic.booking.horizon_days": 1, "clinic.booking.lead_days": 1}


def test_a_second_chair_takes_two_a_day_from_its_day_on():
    """Booked for tomorrow only: one on days 1 and 2, two on days 3 and 4 once there are two."""
    run = tiny(6, [{"day": 2, "clinic.chairs": 2}], **A_DAY_AHEAD)
    first = [(1, NINE, 1), (2, NINE, 1)]
    assert infused(run) == [*first, (3, NINE, 1), (3, NINE, 2), (4, NINE, 1), (4, NINE, 2)]
    without = infused(tiny(6, **A_DAY_AHEAD))
    assert without == [*first, (3, NINE, 1), (4, NINE, 1), (8, NINE, 1), (9, NINE, 1)]


def test_utilisation_counts_the_chairs_of_each_day():
    """Six sessions of 90 minutes; 90 chair-minutes a day on days 0, 1 and 180 on days 2 to 4."""
    run = tiny(6, [{"day": 2, "clinic.chairs": 2}], **A_DAY_AHEAD, **{"run.days": 7})
    reading = Reading(run)
    assert measure(reading)["chair_utilisation"] == pytest.approx(540 / 720)
    assert clinic_by_week(reading)["chair_utilisation"].tolist() == pytest.approx([540 / 720])


def test_fewer_chairs_keep_who_was_booked_first_and_move_the_others():
    """Two a day; from day 1 on one: the first of each pair stays, the other is booked anew."""
    run = tiny(6, [{"day": 1, "clinic.chairs": 1}], **{"clinic.chairs": 2})
    days = {p: day for p, (day, _, _) in enumerate(infused(run))}
    assert days == {0: 0, 1: 0, 2: 1, 4: 2, 3: 3, 5: 4}
    assert booked(run, 2) == [(at(1), 0, at(1), "done")]
    assert booked(run, 3) == [(at(1), 0, at(1, 0), "moved"), (at(3), at(1, 0), at(3), "done")]
    assert len(run.visits["visit"]) == 6, "a visit that was moved is one visit"


def test_who_is_in_a_chair_that_goes_is_finished_first():
    """Two sit from 0:00 of day 0 to 0:40 of day 1, at whose first minute one chair goes.

    The one that is left first goes out of use; whoever waits gets the other.
    """
    late = {"clinic.hours": "always", "clinic.booking": {"kind": "walk_in"}, "clinic.chairs": 2}
    changes = [{"day": 1, "clinic.chairs": 1}]
    session = {"clinic.session": {**QUIET["clinic.session"], "infuse_minutes": 1430}}
    run = tiny(3, changes, **late, **session)
    assert infused(run)[:2] == [(0, 0, 1), (0, 0, 2)]
    left = 10 + 1430 + 20 + 10 + 10  # both leave their chairs in the same minute, day 1 at 0:40
    day, minute, chair = infused(run)[2]
    assert (day * DAY + minute, chair) == (left, 2), "the first chair that is left goes out of use"


def test_hours_that_are_cut_move_what_no_longer_fits():
    """One a day up to Friday; on Wednesday the clinic says: no more Fridays."""
    run = tiny(5, [{"day": 2, "clinic.hours.friday": "closed"}])
    assert [day for day, *_ in infused(run)] == [0, 1, 2, 3, 7]
    assert booked(run, 4) == [(at(4), 0, at(2, 0), "moved"), (at(7), at(2, 0), at(7), "done")]


def test_who_walks_in_comes_when_the_clinic_is_open_by_then():
    boosters = {"kind": "fixed", "every_days": 7, "give_up_after": "never"}
    walk_in = {"clinic.booking": {"kind": "walk_in"}, "policy.boosters": boosters}
    assert [day for day, *_ in infused(tiny(1, **walk_in))] == [0, 7]
    run = tiny(1, [{"day": 3, "clinic.hours.monday": "closed"}], **walk_in)
    assert infused(run) == [(0, NINE, 1), (8, NINE, 1)]
    assert run.visits["status"].tolist()[:2] == ["done", "done"]


def test_a_policy_holds_for_orders_from_its_day_on():
    """Boosters every 7 days, none from day 10: that of day 14 was ordered on day 7, and stands."""
    boosters = {"kind": "fixed", "every_days": 7, "give_up_after": "never"}
    four_weeks = {"run.days": 28, "policy.boosters": boosters}
    assert [day for day, *_ in infused(tiny(1, **four_weeks))] == [0, 7, 14, 21]
    run = tiny(1, [{"day": 10, "policy.boosters": {"kind": "none"}}], **four_weeks)
    assert [day for day, *_ in infused(run)] == [0, 7, 14]
    assert run.discharges["minute"].tolist() == [at(14) + 80]
    assert run.discharges["reason"].tolist() == ["completed"]


def test_an_induction_that_has_begun_is_finished_as_it_began():
    """The first is infused on day 0 and gets all three; the second, on day 3, gets one."""
    three = {"kind": "fixed", "infusions": 3, "days": "every_other_day", "late_days": 3}
    rules = {"policy.induction": three, "clinic.booking.series": "one_by_one"}
    late = {"clinic.closures": [{"first_day": "2026-01-06", "last_day": "2026-01-07"}]}
    run = tiny(2, [{"day": 1, "policy.induction.infusions": 1}], **rules, **late)
    who = run.visits["patient"][run.visits["infusion_end"] >= 0].tolist()
    assert sorted(who) == [0, 0, 0, 1]


def test_another_route_is_for_orders_from_its_day_on():
    boosters = {"kind": "fixed", "every_days": 7, "give_up_after": "never"}
    im = {"clinic.sessions.im": QUIET["clinic.session"], "policy.boosters": boosters}
    changes = [{"day": 3, "policy.treatment.route": "im"}]
    run = tiny(1, changes, **im, **{"run.days": 21})
    assert run.visits["route"].tolist()[:3] == ["iv", "iv", "im"]  # the second was ordered on day 0
    assert run.visits["dose_mg_kg"].tolist()[:3] == [0.5, 0.5, 1.0]


def test_nobody_is_infused_in_a_shortage_and_those_booked_wait():
    """One a day; from day 2 to 8 no drug: the last three wait, and come on days 9, 10 and 11."""
    none = {"day": 2, "clinic.booking.infusions_per_day": 0}
    again = {"day": 9, "clinic.booking.infusions_per_day": "unlimited"}
    run = tiny(5, [again, none])
    assert [day for day, *_ in infused(run)] == [0, 1, 9, 10, 11]
    assert booked(run, 2) == [(at(2), 0, at(2, 0), "moved"), (at(9), at(9), at(9), "done")]


def test_a_supply_for_one_a_day_leaves_a_chair_empty():
    run = tiny(6, [{"day": 1, "clinic.booking.infusions_per_day": 1}], **{"clinic.chairs": 2})
    days = {p: day for p, (day, _, _) in enumerate(infused(run))}
    assert days == {0: 0, 1: 0, 2: 1, 4: 2, 3: 3, 5: 4}


def test_each_session_is_charged_at_the_price_of_its_day():
    boosters = {"kind": "fixed", "every_days": 7, "give_up_after": "never"}
    costs = {"clinic.prices": {"iv": 600, "chair_year": 365.25, "nurse_hour": 0,
                               "prescriber_hour": 0}}  # fmt: skip
    changes = [{"day": 10, "clinic.prices.iv": 300, "clinic.chairs": 3}]
    run = tiny(1, changes, **costs, **{"run.days": 20, "policy.boosters": boosters})
    found = measure(Reading(run))
    assert found["charged_per_patient"] == 600 + 600 + 300  # days 0, 7 and 14
    # a dollar a chair and day: ten of one, ten of three, of 20 days
    assert found["capacity_cost_per_infusion"] == pytest.approx((10 + 30) / 3)


def test_referrals_end_on_a_day_and_those_before_stay():
    poisson = {"referrals": {"kind": "poisson", "per_week": 20.0}, "run.days": 28}
    base = sim.Scenario().override(QUIET | poisson)
    ended = base.override({"changes": [{"day": 14, "referrals.per_week": 0}]})
    before, after = sim.replicate(base, 1).patients, sim.replicate(ended, 1).patients
    known = before.referred < 14 * DAY
    assert 20 < known.sum() < len(before), "some come before, and some would come after"
    assert after.referred.tolist() == before.referred[known].tolist()
    assert after.baseline.tolist() == before.baseline[known].tolist()


def test_a_rate_that_doubles_brings_the_same_people_sooner():
    """Beyond day 14 the n-th referral comes after half the working time (witness: day by day)."""
    poisson = {"referrals": {"kind": "poisson", "per_week": 10.0, "when": "clock"}}
    base = sim.Scenario().override(QUIET | poisson | {"run.days": 42})
    twice = base.override({"changes": [{"day": 14, "referrals.per_week": 20}]})
    before, after = sim.replicate(base, 1).patients, sim.replicate(twice, 1).patients
    told = np.where(before.referred < 14 * DAY, before.referred, (before.referred + 14 * DAY) / 2)
    common = len(before)
    assert len(after) > common
    assert np.abs(after.referred[:common] - told).max() <= 1
    assert after.weight[:common].tolist() == before.weight.tolist()


def test_missed_visits_are_those_of_appointments_made_from_the_day_on():
    boosters = {"kind": "fixed", "every_days": 7, "give_up_after": "never"}
    changes = [{"day": 10, "behaviour.no_show_share": 0.9, "behaviour.rebooked_share": 1.0}]
    wide = {"clinic.chairs": 9, "run.days": 60, "policy.boosters": boosters}
    table = tiny(9, changes, **wide).appointments
    missed = table["end"] == "no_show"
    early = table["made"] < at(10, 0)
    assert not missed[early].any()
    assert missed[~early & (table["end"] != "")].mean() > 0.6
