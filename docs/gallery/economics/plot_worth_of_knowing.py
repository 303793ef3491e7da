"""
What is worth knowing
=====================

Which parameter would one want to know before choosing? A bar counts only where it goes beyond the
tick: that much a parameter gives by chance, when its draws are permuted.
"""

import sim

base = sim.Scenario().override({"run.days": 120})
policies = {
    "none": {"kind": "none"},
    "every 8 weeks": {"kind": "fixed", "every_days": 56},
    "every 4 weeks": {"kind": "fixed", "every_days": 28},
}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
found = sim.propagate(scenarios, draws=40, replications=2, jobs=1, reference="none")
answer = sim.cost_effectiveness(found, wtp=[300_000])
axes = sim.figures.worth_of_knowing(answer.evppi)
