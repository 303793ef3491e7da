"""
One measure's differences
=========================

One panel of the forest plot: what a policy changes of one measure against the reference, on the
same patients. Where the interval leaves out zero, the difference is more than chance.
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
ax = sim.figures.differences(results, "days_in_response")
