"""
Use of the chairs, and waits
============================

How full may a clinic be before people wait? Use of the chairs, the wait for the first infusion and
the delay of boosters by number of chairs; dashed is the percentile that the title names, for the
unlucky ones.
"""

import sim

base = sim.Scenario().override({"run.days": 365, "clinic.nurses": 3})
scenarios = {f"{n} chairs": base.override({"clinic.chairs": n}) for n in (1, 2, 3, 4)}
results = sim.run(scenarios, replications=4, reference="3 chairs", jobs=1)
axes = sim.figures.utilisation_and_waits(results)
