"""
How sure the differences are
============================

Which policy differs from the reference, and how surely? A panel a measure, a row a policy: the
paired difference on the same patients with its 95 % interval. The tinted side is the better one, a
filled marker is significant after Holm's adjustment.
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
results = sim.run(scenarios, replications=6, reference="every 4 weeks", jobs=1)
axes = sim.figures.forest(results)
