"""
Scenarios side by side
======================

What does each scenario do to several measures at once? A row a scenario, a panel a measure, with
95 % intervals: the figure to begin with when scenarios differ in more than one thing.
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
axes = sim.figures.side_by_side(
    results,
    ["days_below_10", "infusions_per_patient", "clinic_wait_first_infusion_days"],
)
