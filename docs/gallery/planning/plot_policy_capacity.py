"""
The best policy depends on the chairs
=====================================

Is the best policy the same in a small clinic? A line a policy by number of chairs, a column a kind
of day well. Where lines cross, the answer depends on how many chairs there are.
"""

import sim

base = sim.Scenario().override(
    {"run.days": 270, "referrals.per_week": 6.0, "clinic.nurses": "unlimited"}
)
policies = {
    "none": {"policy.boosters": {"kind": "none"}},
    "every 4 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 28}},
    "every 2 weeks": {"policy.boosters": {"kind": "fixed", "every_days": 14}},
}
study = sim.crossed(base, policies, chairs=(1, 2, 4), replications=4, jobs=1)
axes = sim.figures.policy_capacity(study.table)
