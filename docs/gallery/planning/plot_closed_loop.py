"""
The closed loop
===============

What does a shortage of chairs do to people? Six panels by number of chairs: a full clinic delays
infusions, symptoms come back meanwhile, and days well are lost. This loop is what ketasim is for.
"""

import sim

base = sim.Scenario().override({"run.days": 365, "clinic.nurses": 3})
scenarios = {f"{n} chairs": base.override({"clinic.chairs": n}) for n in (1, 2, 3, 4)}
results = sim.run(scenarios, replications=4, reference="3 chairs", jobs=1)
axes = sim.figures.closed_loop(results)
