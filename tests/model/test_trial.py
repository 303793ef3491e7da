"""A trial as published: no clinic in the way (witness: the protocol itself)."""

import numpy as np
import pytest

import sim
from handwritten import NOTHING_LIMITS
from sim.units import NEVER

TRIAL = {
    "run.days": 60,
    "referrals": {"kind": "cohort", "patients": 300, "over_days": 0},
    "policy.assessment": False,
    "policy.induction.days": (0, 2, 4, 7, 9, 11),
    "policy.boosters": {"kind": "none"},
    "policy.evaluation": {"kind": "none"},
    "policy.ratings.hours_after_infusion": (4.0, 24.0, 168.0, 336.0),
    **NOTHING_LIMITS,
}
REPLICATION = sim.replicate(sim.Scenario().override(TRIAL), seed=1)
VISITS = REPLICATION.visits


def minutes_of(kind, column):
    return VISITS[column][VISITS["kind"] == kind]


def test_everyones_first_infusion_starts_at_minute_0():
    starts = minutes_of("induction", "infusion_start").reshape(300, -1, order="A")
    first = {}
    for patient, start in zip(
        VISITS["patient"][VISITS["kind"] == "induction"],
        minutes_of("induction", "infusion_start"),
        strict=True,
    ):
        first.setdefault(int(patient), int(start))
    assert set(first.values()) == {0}
    assert len(first) == 300
    assert starts.size == 300 * 6


def test_infusions_are_given_on_the_days_of_the_protocol_to_the_minute():
    starts = minutes_of("induction", "infusion_start")
    assert sorted(set(starts.tolist())) == [day * 1440 for day in (0, 2, 4, 7, 9, 11)]


def test_remote_ratings_come_at_their_delays_after_the_end_of_an_infusion():
    rated = minutes_of("rating", "arrived")
    ends = np.array([day * 1440 + 40 for day in (0, 2, 4, 7, 9, 11)])
    delay = {int(minute - ends[ends <= minute].max()) for minute in rated}
    assert delay == {4 * 60, 24 * 60, 168 * 60, 336 * 60}


def test_a_rating_falls_away_when_the_next_infusion_comes_first():
    per_patient = (VISITS["kind"] == "rating").sum() / 300
    assert per_patient == 6 * 2 + 2, "4 h and 24 h after all six, 7 and 14 days after the last only"


def test_the_rated_score_24_hours_after_one_infusion_answers_as_the_targets_ask():
    rows = (VISITS["kind"] == "rating") & (VISITS["arrived"] == 40 + 24 * 60)
    baseline = REPLICATION.patients.baseline[VISITS["patient"][rows]]
    response = (2 * VISITS["rated_before"][rows] <= baseline).mean()
    assert response == pytest.approx(0.33, abs=0.12), "target C1: 0.23-0.43, here with n = 300"


def test_no_chair_or_staff_ever_made_anybody_wait():
    infusions = VISITS["kind"] == "induction"
    assert (VISITS["arrived"][infusions] == VISITS["infusion_start"][infusions]).all()
    assert (VISITS["due"][infusions] == VISITS["infusion_start"][infusions]).all()
    assert (VISITS["status"] == "done").all()
    assert (VISITS["prescriber"] == NEVER).all()


def test_ratings_beyond_the_horizon_are_not_written_as_done():
    short = sim.replicate(sim.Scenario().override({**TRIAL, "run.days": 12}), seed=1)
    rated = short.visits["kind"] == "rating"
    late = rated & (short.visits["status"] == "ahead")
    assert late.any()
    assert (short.visits["rated_before"][late] == NEVER).all()
    assert (short.visits["due"][late] >= short.horizon).all()
