"""
What a patient costs
====================

Where does the money go, and whose money is it? A payer pays by the session, the clinic pays for
chairs and staff whether they are used or not, and society loses work.
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
axes = sim.figures.costs_by_item(answer.cost_items)
