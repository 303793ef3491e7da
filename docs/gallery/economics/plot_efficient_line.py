"""
The efficient line
==================

Which policies does no other dominate, and no mix of two? Beside each name stands what a QALY more
costs than with the one before it on the line.
"""

import sim

base = sim.Scenario().override({"run.days": 200})
policies = {
    "none": {"kind": "none"},
    "every 8 weeks": {"kind": "fixed", "every_days": 56},
    "every 4 weeks": {"kind": "fixed", "every_days": 28},
}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
found = sim.propagate(scenarios, draws=8, replications=2, jobs=1, reference="none")
answer = sim.cost_effectiveness(found)
ax = sim.figures.efficient_line(answer.economics)
