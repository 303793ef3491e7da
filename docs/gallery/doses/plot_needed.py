"""
The infusions needed
====================

How many infusions until people respond? The share that has reached response, and remission, by
each infusion. A rating is noisy and the first lucky one counts, so the rated curve lies above the
true one.
"""

import sim

answers = sim.dose_count(sim.Scenario(), people=300, replications=4, jobs=1)
ax = sim.figures.doses.needed(answers)
