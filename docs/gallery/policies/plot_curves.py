"""
Policies as curves
==================

Is an adaptive policy better, or does it only give more infusions? Each kind of policy is swept
over its main setting and becomes a curve; below stands its gain over fixed boosters *at the same
number of infusions*. Above zero it is better at what it costs.
"""

import sim

base = sim.Scenario().override({"run.days": 365, "clinic.chairs": "unlimited"})
policies = {"none": {"kind": "none"}}
for days in (21, 28, 42, 56):
    policies[f"every {days} days"] = {"kind": "fixed", "every_days": days}
for days in (21, 28, 42):
    policies[f"adaptive from {days}"] = {"kind": "adaptive", "first_days": days}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
results = sim.run(scenarios, replications=4, reference="every 28 days", jobs=1)
axes = sim.figures.curves(results)
