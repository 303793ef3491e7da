"""
From referral to discharge
==========================

Where is everybody so many weeks after referral, and why did treatment end? Areas add up to all who
are followed so long: in treatment at the bottom, then those who wait, then the discharged by
reason. A panel a policy.
"""

import sim

base = sim.Scenario().override({"run.days": 365})
policies = {
    "none": {"kind": "none"},
    "every 8 weeks": {"kind": "fixed", "every_days": 56},
    "every 4 weeks": {"kind": "fixed", "every_days": 28},
    "adaptive": {"kind": "adaptive", "first_days": 28},
}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
results = sim.run(scenarios, replications=4, reference="every 4 weeks", jobs=1)
axes = sim.figures.pathways(results)
