"""
The course of everyone referred
===============================

How do symptoms fare on average after referral? A line a policy, with a 95 % band; the untreated
course is that of the same people without any infusion. Everyone referred counts, those who wait or
never start included, so the curve is flatter than that of a trial.
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
ax = sim.figures.mean_scores(results)
