"""
Parameters and chance
=====================

What would more replications buy, and what only better evidence? Each bar is the variance between
replications under drawn parameters: what the parameters do, and the rest, which is chance. The
black line is the 95 % interval of their share; to the right stand the mean and its half-width.
"""

import sim

base = sim.Scenario().override({"run.days": 200})
policies = {"none": {"kind": "none"}, "every 4 weeks": {"kind": "fixed", "every_days": 28}}
scenarios = {name: base.override({"policy.boosters": own}) for name, own in policies.items()}
found = sim.propagate(scenarios, draws=10, replications=2, jobs=1)
axes = sim.figures.uncertainty(found.summary())
