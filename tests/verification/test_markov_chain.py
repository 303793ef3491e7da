"""An all-exponential journey against v = (dI - Q)^-1 r (witness: numpy's solver).

Nobody is treated. Everybody has 15 points or more, but for natural remissions that take them below
5: two states, left at exponential rates. A year halves nothing but two thirds: at a discount of
50 % what comes after 14 years is 1.5^-14 = 0.3 % of the whole.
"""

from math import log

import numpy as np
import pytest

import sim
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

YEAR = 365.25
DAYS = 8  # mean length of both states
RATE = 0.5
SCENARIO = {
    "run.days": round(14 * YEAR),
    "referrals": {"kind": "cohort", "patients": 400, "over_days": 0},
    "population.baseline_mean": 18,
    "population.baseline_sd": 0.5,
    "policy.assessment": False,
    "policy.induction": {"kind": "none"},
    "policy.evaluation": {"kind": "none"},
    "policy.boosters": {"kind": "none"},
    "symptoms.drift_sd": 0,
    "symptoms.own_course.remission_per_year": YEAR / DAYS,
    "symptoms.own_course.remission_days": DAYS,
    "symptoms.own_course.remission_depth": 0.8,
    "economics.discount_qalys": RATE,
    "economics.discount_costs": RATE,
}


def test_qalys_and_lost_work_are_those_of_the_two_state_chain():
    """The states of 400 people change every 8 days: chance is a third of a per cent (one sd)."""
    found = measure(Reading(sim.replicate(sim.Scenario().override(SCENARIO), seed=1)))
    out = YEAR / DAYS
    generator = np.array([[-out, out], [out, -out]])  # ill, in remission; a year
    reward = np.array([[0.66, 0.13 * 0.60 * 1143 / 7 * YEAR], [0.84, 0.0]])
    value = np.linalg.solve(log(1 + RATE) * np.eye(2) - generator, reward)[0]  # all begin ill
    told = [found["qalys_per_patient"], found["lost_work_cost_per_patient"]]
    assert told == pytest.approx(value, rel=0.01)
    assert found["qalys_gained_per_patient"] == 0, "nobody is treated"
    assert found["societal_cost_per_patient"] == found["lost_work_cost_per_patient"]
