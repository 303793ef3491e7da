"""
How often, to stay well
=======================

How far apart may boosters be? The share of people whom a booster every so many days keeps in
response: read off the interval at which half of them stay well.
"""

import sim

answers = sim.dose_count(sim.Scenario(), people=300, replications=4, jobs=1)
ax = sim.figures.doses.boosters(answers)
