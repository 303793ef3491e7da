"""
What infusions buy
==================

Does another infusion keep people well for longer? A point a policy: to the right it costs more
infusions, higher up people have more days well. The line joins the policies that none beats in
both; both kinds of a good day stand side by side, as the ranking can change with the choice.
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
axes = sim.figures.tradeoff(results)
