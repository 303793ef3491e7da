"""
Single patients
===============

What does a mean hide? The same three people as rows, under three policies as columns: the daily
true GAD-7 in grey, and a triangle for every infusion, those of the induction first, then boosters.
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
axes = sim.figures.patients(results, weeks=40)
