"""
Groups of the population
========================

Who needs more? Infusions to response and to remission, and the booster interval, of every group: a
filled point is rated, an open one is true. Groups differ in more than what names them.
"""

import sim

answers = sim.dose_count(sim.Scenario(), people=300, replications=4, jobs=1)
axes = sim.figures.doses.by_group(answers)
