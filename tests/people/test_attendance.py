"""Attendance against what its parameters say (theory), and in the record of whole runs."""

import numpy as np
import pytest
from scipy.stats import beta, binomtest

import sim
from sim.model.replication import recruited
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.people.behaviour import Behaviour, days_of_patience, no_show_shares
from sim.people.who_comes import Attendance
from sim.streams import Streams

ALIKE = {"behaviour.no_show_concentration": 1e6}
AMPLE = dict.fromkeys(("clinic.chairs", "clinic.nurses", "clinic.prescribers"), "unlimited")


def test_peoples_shares_of_missed_visits_follow_the_beta_distribution():
    behaviour, uniform = Behaviour(), np.linspace(0.001, 0.999, 999)
    expected = beta(0.088 * 5, 0.912 * 5).ppf(uniform)
    np.testing.assert_allclose(no_show_shares(behaviour, 0.088, uniform), expected, atol=1e-9)


def test_on_average_people_miss_what_the_parameter_says_and_more_of_the_first_visit():
    people = recruited(sim.Scenario(), 1, patients=20_000)
    assert people.no_show_share.mean() == pytest.approx(0.088, abs=0.004)
    assert people.first_no_show_share.mean() == pytest.approx(0.31, abs=0.006)
    assert (people.first_no_show_share >= people.no_show_share).all()


def fates(behaviour, missing, staying=False):
    dice = Attendance(behaviour, Streams(3, 1))
    thrown = [dice.fate(patient, 2, missing, staying) for patient in range(20_000)]
    return {fate: thrown.count(fate) for fate in ("comes", "misses", "calls_off")}


def agrees(count, share, of):
    return binomtest(count, of, share).pvalue > 0.001


def test_visits_are_missed_and_called_off_as_often_as_asked():
    found = fates(Behaviour(), 0.2)
    assert agrees(found["misses"], 0.2, 20_000)
    assert agrees(found["calls_off"], 0.8 * 0.05, 20_000)


def test_who_stays_in_maintenance_misses_only_what_will_be_made_up_for():
    assert agrees(fates(Behaviour(), 0.2, staying=True)["misses"], 0.2 * 0.711, 20_000)


def test_those_who_come_again_do_so_at_once_or_after_two_to_six_weeks():
    dice = Attendance(Behaviour(), Streams(3, 1))
    days = np.array([dice.days_until_again(patient, 0) for patient in range(20_000)])
    assert agrees(int((days == 0).sum()), 0.733, 20_000)
    later = days[days > 0]
    assert (later.min(), later.max()) == pytest.approx((15, 42), abs=0.1)
    assert later.mean() == pytest.approx(28.5, abs=0.4)


def test_the_severe_run_out_of_patience_sooner():
    uniform = np.full(3, 0.5)
    days = days_of_patience(Behaviour(), uniform, np.array([10, 15, 20]))
    assert days[1] == pytest.approx(180 * np.log(2))
    np.testing.assert_allclose(days[:2] / days[1:], 0.97**-5)


@pytest.fixture(scope="module")
def run():
    """Many people of one mind, in a clinic that always has room."""
    cohort = {"referrals": {"kind": "cohort", "patients": 1500, "over_days": 300}}
    return sim.replicate(sim.Scenario().override(ALIKE | AMPLE | cohort), 5)


def test_patience_is_at_an_end_before_the_first_infusion_and_no_more_after_it():
    """Patience of 12 days in a clinic of room for all; the induction alone takes longer."""
    changes = AMPLE | {
        "run.days": 120,
        "referrals": {"kind": "cohort", "patients": 200, "over_days": 30},
        "behaviour.patience_days": 12,
        "behaviour.patience_per_point": 1.0,
    }
    replication = sim.replicate(sim.Scenario().override(changes), 3)
    visits, left = replication.visits, replication.discharges["reason"] == "left the waiting list"
    begun = set(visits["patient"][visits["infusion_start"] != -1].tolist())
    gone = replication.discharges["patient"][left]
    waited = replication.discharges["minute"][left] - replication.patients.referred[gone]
    assert 0 < len(gone) < 200
    assert set(waited.tolist()) == {12 * 1440}
    assert not begun & set(gone.tolist())
    assert len(begun | set(gone.tolist())) > 120


def test_first_visits_and_infusions_are_missed_as_often_as_the_sources_say(run):
    visits = run.visits
    over = np.isin(visits["status"], ("done", "no_show", "cancelled"))
    for kind, share in (("assessment", 0.31), ("induction", 0.088)):
        rows = over & (visits["kind"] == kind) & (visits["booked"] < run.horizon)
        left = np.isin(visits["patient"], run.discharges["patient"][
            run.discharges["reason"] == "left the waiting list"])  # fmt: skip
        rows &= ~left  # those had no visit to miss any more
        missed = int((visits["status"][rows] == "no_show").sum())
        assert agrees(missed, share, int(rows.sum())), (kind, missed, rows.sum())


def test_every_missed_visit_is_made_up_for_or_ends_treatment(run):
    visits = run.visits
    ends = dict(zip(run.discharges["patient"], run.discharges["reason"], strict=True))
    order = np.lexsort((visits["visit"], visits["patient"]))
    order = order[visits["kind"][order] != "rating"]
    last = np.r_[visits["patient"][order][1:] != visits["patient"][order][:-1], True]
    for row, is_last in zip(order, last, strict=True):
        if visits["status"][row] == "no_show" and is_last:
            reason = ends[visits["patient"][row]]
            assert reason in ("lost to follow-up", "stopped maintenance")


def test_a_missed_visit_before_maintenance_is_made_up_for_in_71_of_100_cases(run):
    visits = run.visits
    early = np.isin(visits["kind"], ("assessment", "induction", "evaluation"))
    missed = int((early & (visits["status"] == "no_show")).sum())
    lost = int((run.discharges["reason"] == "lost to follow-up").sum())
    assert agrees(missed - lost, 0.711, missed)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_stopping_maintenance_and_missing_visits_are_one_process(share):
    """However many visits are missed, a third has stopped within 13 months, and no more."""
    changes = ALIKE | AMPLE | {
        "run.days": 760,
        "referrals": {"kind": "cohort", "patients": 1500, "over_days": 200},
        "behaviour.no_show_share": share,
        "policy.boosters": {"kind": "fixed", "every_days": 21, "give_up_after": "never"},
        "policy.evaluation": {"kind": "none"},
    }  # fmt: skip
    replication = sim.replicate(sim.Scenario().override(changes), 2)
    visits = replication.visits
    began = {}
    for row in np.flatnonzero(visits["kind"] == "booster"):
        began.setdefault(int(visits["patient"][row]), int(visits["ordered"][row]))
    entered = {who: minute for who, minute in began.items() if minute + 480 * 1440 < 760 * 1440}
    stays = replication.patients.days_in_maintenance
    ended = dict(zip(replication.discharges["patient"], replication.discharges["reason"],
                     strict=True))  # fmt: skip
    gone = sum(stays[who] < 395 for who in entered)
    assert agrees(int(gone), 0.33, len(entered))
    assert all(ended[who] == "stopped maintenance" for who in entered if stays[who] < 395)
    assert "lost to follow-up" not in {ended.get(who) for who in entered}


def test_the_clock_of_a_wait_stands_still_while_a_patient_does_not_want_to_come(run):
    """Clinic of room for all: what people wait for it hardly depends on the visits they miss."""
    measures = measure(Reading(run))
    assert measures["clinic_wait_first_infusion_days_p50"] < 5
    assert measures["clinic_wait_first_infusion_days_p90"] < 7
    assert (
        measures["wait_first_infusion_days_p50"] > measures["clinic_wait_first_infusion_days_p50"]
    )
    assert measures["wait_first_infusion_days_p90"] > 14


def test_nobody_misses_what_needs_no_appointment():
    walk_in = {"clinic.booking": {"kind": "walk_in"}, "behaviour.no_show_share": 0.9}
    replication = sim.replicate(sim.Scenario().override(walk_in | {"run.days": 120}), 1)
    assert "no_show" not in set(replication.visits["status"])
    assert not len(replication.appointments["start"])
