"""
The best policy at each capacity
================================

Which booster policy has most net benefit, when chairs are few and when a QALY may cost more? Each
cell names the policy with the largest mean; it is pale where others may be as good.
"""

import sim

clinic = sim.Scenario().override({"run.days": 270, "referrals.per_week": 5})
boosters = {
    "none": {"kind": "none"},
    "every 8 weeks": {"kind": "fixed", "every_days": 56},
    "adaptive": {"kind": "adaptive"},
}
policies = {name: clinic.override({"policy.boosters": to}) for name, to in boosters.items()}
found = sim.policy_by_capacity(
    policies, "clinic.chairs=2,3", [100_000, 300_000, 600_000], replications=4, jobs=1
)
ax = sim.figures.best_by_capacity(found)
