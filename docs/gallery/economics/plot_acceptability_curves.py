"""
Which is best, and how surely
=============================

In how many draws of the parameters is each policy the best, if a QALY is worth so much? The thick
line is the policy that one would choose, by the highest expected net benefit.
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
answer = sim.cost_effectiveness(found, wtp=[100_000, 300_000])
ax = sim.figures.acceptability_curves(answer.acceptability, wtp=answer.thresholds)
