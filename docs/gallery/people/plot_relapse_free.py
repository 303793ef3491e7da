"""
Time from response to relapse
=============================

How long does a response last under each policy? The share of responders who have not relapsed, by
weeks since response: each replication's Kaplan-Meier curve, their mean, and its 95 % band. Below
stand the people still at risk, and a line ends where they are too few.
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
axes = sim.figures.relapse_free(results)
