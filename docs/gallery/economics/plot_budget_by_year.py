"""
The budget by year
==================

How much money is needed in each year, and how much more than with the reference? Nothing is
discounted, and everybody in the clinic counts together.
"""

import sim

base = sim.Scenario().override({"run.days": 500})
policies = {
    "none": {"kind": "none"},
    "every 8 weeks": {"kind": "fixed", "every_days": 56},
    "every 4 weeks": {"kind": "fixed", "every_days": 28},
}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
found = sim.propagate(scenarios, draws=10, replications=2, jobs=1, reference="none")
answer = sim.cost_effectiveness(found)
axes = sim.figures.budget_by_year(answer.budget_impact)
