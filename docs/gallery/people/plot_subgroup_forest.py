"""
Differences by group
====================

Does a policy do more for some people than for others? On the left the paired difference from the
reference in each group, on the right by how much it exceeds that of the first group. Only the
right side, with its interval, tells whether groups differ.
"""

import sim

base = sim.Scenario().override({"run.days": 365})
policies = {
    "every 4 weeks": {"kind": "fixed", "every_days": 28},
    "none": {"kind": "none"},
    "adaptive": {"kind": "adaptive", "first_days": 28},
}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
results = sim.run(
    scenarios, replications=6, reference="every 4 weeks", by=["severity", "ptsd"], jobs=1
)
axes = sim.figures.subgroup_forest(results)
