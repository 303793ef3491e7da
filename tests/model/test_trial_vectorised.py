"""A trial followed without SimPy against its simulation (witness: the simulation)."""

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.model.trial import follow
from sim.units import NEVER

TRIAL = {
    "run.days": 120,
    "referrals": {"kind": "cohort", "patients": 700, "over_days": 0},
    "policy.assessment": False,
    "policy.induction.days": (0, 2, 4, 7, 9, 11),
    "policy.boosters": {"kind": "none"},
    "policy.ratings.hours_after_infusion": (4.0, 24.0, 168.0, 336.0, 1000.0),
    "behaviour.stopping_share": 0.0,
    "clinic.hours": "always",
    "clinic.booking.kind": "none",
    "clinic.chairs": "unlimited",
    "clinic.nurses": "unlimited",
    "clinic.prescribers": "unlimited",
}
KEPT = {"give_up_after": "never"}
FIXED = {"policy.boosters": {"kind": "fixed", **KEPT}}
ARMS = {
    "one infusion, nobody evaluated": {
        "policy.induction.days": (0,),
        "policy.evaluation": {"kind": "none"},
    },
    "six infusions, evaluation with extension, weekly boosters": {
        "policy.boosters": {"kind": "fixed", "every_days": 7, **KEPT},
    },
    "withdrawals, no extension, the trial calibration, plasticity, every 4 weeks": {
        "behaviour.withdrawal_share": 0.3,
        "policy.evaluation.extend_by": 0,
        "symptoms.calibration": "trial",
        "symptoms.plasticity": 2.0,
        "policy.boosters": {"kind": "fixed", "every_days": 28, **KEPT},
    },
    "oral, then nasal boosters, all of it the drug's own": {
        "policy.treatment.route": "oral",
        "policy.booster_treatment": {"route": "intranasal"},
        "policy.boosters": {"kind": "fixed", "every_days": 10, **KEPT},
        "symptoms.drug_share": 1.0,
    },
    "own courses, lasting relief, an own drug's share": {
        "policy.boosters": {"kind": "fixed", "every_days": 21, **KEPT},
        "symptoms.own_course.worsening_per_year": 4.0,
        "symptoms.own_course.remission_per_year": 2.0,
        "symptoms.lasting_share": 0.3,
        "symptoms.drug_share_sd": 1.5,
    },
    "tolerance, weekly boosters": {
        "policy.boosters": {"kind": "fixed", "every_days": 7, **KEPT},
        "symptoms.tolerance": 0.4,
        "symptoms.tolerance_days": 60.0,
    },
    "tolerance and plasticity, oral": {
        "policy.treatment.route": "oral",
        "policy.boosters": {"kind": "fixed", "every_days": 10, **KEPT},
        "symptoms.tolerance": 1.5,
        "symptoms.plasticity": 2.0,
    },
    "many leave after the first, and those without response sooner": {
        "behaviour.setting": "self_pay_clinic",
        "behaviour.withdrawal_without_response": 5,
        "policy.boosters": {"kind": "fixed", "every_days": 28, **KEPT},
    },
    "placebo, twice weekly": {
        "policy.treatment.placebo": True,
        "policy.induction.days": "twice_weekly",
        "policy.boosters": {"kind": "fixed", "every_days": 14, **KEPT},
    },
}


@pytest.fixture(scope="module", params=ARMS)
def both(request):
    scenario = sim.Scenario().override(TRIAL | ARMS[request.param])
    replication = sim.replicate(scenario, seed=4, replication=2)
    visits = replication.visits
    rows = np.flatnonzero(visits["arrived"] != NEVER)
    rows = rows[np.lexsort((visits["arrived"][rows], visits["patient"][rows]))]
    return replication, rows, follow(scenario, seed=4, replication=2).visits()


def test_the_same_people_have_the_same_visits_on_the_same_minutes(both):
    replication, rows, followed = both
    visits = replication.visits
    assert len(rows) == len(followed["patient"]) > 1000
    for name, theirs in (("patient", "patient"), ("kind", "kind"), ("minute", "arrived")):
        assert (followed[name] == visits[theirs][rows]).all()


def test_true_scores_agree_to_1e_12_and_rated_integers_exactly(both):
    replication, rows, followed = both
    visits = replication.visits
    assert followed["true"] == pytest.approx(visits["true_before"][rows], abs=1e-12)
    assert (followed["rated"] == visits["rated_before"][rows]).all()


def test_latent_relief_agrees_to_1e_12_with_the_reading_of_the_record(both):
    replication, _, followed = both
    before_the_dose = ~np.isin(followed["kind"], ["induction", "booster"])
    who, minute = followed["patient"][before_the_dose], followed["minute"][before_the_dose]
    simulated = replication.relief_at(who.astype(np.int64), minute)
    assert followed["relief"][before_the_dose] == pytest.approx(simulated, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"policy.assessment": True}, "assessment"),
        ({"policy.boosters": {"kind": "adaptive"}}, "boosters"),
        ({"behaviour.stopping_share": 0.3, **FIXED}, "stopping_share"),
        ({"policy.boosters": {"kind": "fixed"}}, "give_up_after"),
        ({"clinic.booking.kind": "walk_in"}, "booking"),
    ],
)
def test_what_needs_a_clinic_or_a_clock_is_refused_by_name(change, named):
    with pytest.raises(ScenarioError, match=named):
        follow(sim.Scenario().override(TRIAL | change), seed=1)
