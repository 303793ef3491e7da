"""
A policy that learns the patient
================================

Can a clinic foresee when somebody's symptoms return? The predictive policy estimates each
patient's own decay from the ratings so far. Dots near the line are good guesses; from left to
right it has seen more boosters of the same person, and at the right the error falls.
"""

import sim
from sim.policy.predictive import PredictiveBoosters
from sim.study.prediction import predictions

policy = PredictiveBoosters()
unlimited = {
    "clinic.chairs": "unlimited",
    "clinic.nurses": "unlimited",
    "clinic.prescribers": "unlimited",
}
scenario = sim.Scenario().override(
    unlimited | {"referrals.per_week": 10.0, "policy.boosters": policy}
)
replication = sim.replicate(scenario, seed=1)
axes = sim.figures.prediction(predictions(replication, policy))
