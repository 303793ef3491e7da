"""
One measure by chairs
=====================

Any measure of the catalogue by the number of chairs: here the share of people who start within two
weeks. Where the line is flat, one more chair buys nothing.
"""

import sim

base = sim.Scenario().override({"run.days": 365, "clinic.nurses": 3})
scenarios = {f"{n} chairs": base.override({"clinic.chairs": n}) for n in (1, 2, 3, 4)}
results = sim.run(scenarios, replications=4, reference="3 chairs", jobs=1)
ax = sim.figures.by_chairs(results, "started_within_14_days")
