"""
Which is the best
=================

Which variant is the best, with a promised probability? Variants that cannot be the best any more
are left behind early. Each row is the paired difference from the leader, at its right the
probability of being the best; the dashed line is what one is indifferent to.
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
answer = sim.best(scenarios, "days_in_response", delta=6.0, at_most=20, jobs=1)
ax = sim.figures.behind_the_best(answer)
print(answer)
