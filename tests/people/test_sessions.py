"""Bioavailability from session to session (witness: the log-normal, and the record itself)."""

import numpy as np
import pytest

import sim

BASE = sim.Scenario().override(
    {
        "run.days": 200,
        "policy.treatment.route": "sublingual",
        "symptoms.routes.sublingual": {"bioavailability": 0.3, "bioavailability_cv": 0.3},
        "clinic.chairs": "unlimited",
        "clinic.nurses": "unlimited",
    }
)
VARIES = {"symptoms.routes.sublingual.session_cv": 0.2}


def shares(replication):
    """Bioavailability of each dose, by patient."""
    visits = replication.visits
    rows = visits["infusion_end"] >= 0
    found = {}
    for patient, share in zip(
        visits["patient"][rows], visits["bioavailability"][rows], strict=True
    ):
        found.setdefault(patient, []).append(share)
    return found


def test_without_it_a_person_has_one_bioavailability():
    assert all(len(set(given)) == 1 for given in shares(sim.replicate(BASE, 1)).values())


def test_sessions_vary_around_the_person_by_their_cv():
    fixed, varied = shares(sim.replicate(BASE, 1)), shares(sim.replicate(BASE.override(VARIES), 1))
    ratios = [share / fixed[who][0] for who in varied if who in fixed for share in varied[who]]
    assert len(ratios) > 300
    assert np.mean(ratios) == pytest.approx(1, abs=0.03)
    assert np.std(ratios) == pytest.approx(0.2, abs=0.025)


def test_the_kth_dose_has_the_same_luck_under_any_policy():
    one = shares(sim.replicate(BASE.override(VARIES), 1))
    other = shares(sim.replicate(BASE.override({**VARIES, "policy.boosters": {"kind": "none"}}), 1))
    for who in one.keys() & other.keys():
        shared = min(len(one[who]), len(other[who]))
        assert one[who][:shared] == other[who][:shared]


def test_relief_read_from_the_record_knows_each_sessions_dose():
    replication = sim.replicate(BASE.override(VARIES), 1)
    visits, cohort = replication.visits, replication.patients
    rows = np.flatnonzero(visits["true_before"] >= 0)[::25]
    who = visits["patient"][rows].astype(int)
    for row, patient in zip(rows, who, strict=True):
        day = (visits["arrived"][row] - cohort.referred[patient]) / 1440
        score = replication.trajectory([day])[patient, 0]
        assert score == pytest.approx(visits["true_before"][row], abs=1e-12)
