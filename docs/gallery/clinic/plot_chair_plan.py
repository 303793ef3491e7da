"""
A week of the chair plan
========================

Who sits where, and when is a chair empty? One week of one replication, a panel a day, a row a
chair: blocks by stage of the session, coloured by kind of visit; hatched is the time to clean.
"""

import sim

replication = sim.replicate(sim.Scenario().override({"run.days": 270}), seed=1)
axes = sim.figures.chair_plan(replication, week=36)
