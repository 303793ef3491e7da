"""
Several aims at once
====================

Which policies are beaten by no other, when days well and infusions both count? Filled points are
on the front; the numbers in brackets say how surely, by a paired bootstrap.
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
answer = sim.pareto(
    scenarios, ["days_below_10", "infusions_per_patient:smallest"], replications=10, jobs=1
)
axes = sim.figures.pareto_front(answer)
