"""
One factor at a time
====================

What does metabolism itself change? The *same* people with only their clearance changed: answers
above, paired differences from the reference below. A difference whose interval leaves out zero is
the factor's own.
"""

import sim

answers = sim.dose_count(sim.Scenario(), people=300, replications=4, jobs=1)
axes = sim.figures.doses.factor(answers, "clearance")
