"""
The cost-effectiveness plane
============================

How much more does a policy cost than the reference, and how much more health does it give? Each
cloud is a policy under other parameters. Below a dashed line it is better than the reference at
that willingness to pay.
"""

import sim

base = sim.Scenario().override({"run.days": 200})
policies = {
    "none": {"kind": "none"},
    "every 8 weeks": {"kind": "fixed", "every_days": 56},
    "every 4 weeks": {"kind": "fixed", "every_days": 28},
}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
found = sim.propagate(scenarios, draws=20, replications=2, jobs=1, reference="none")
answer = sim.cost_effectiveness(found)
ax = sim.figures.plane(answer.plane, wtp=answer.thresholds)
