"""
What infusions buy
==================

Test.
"""

import sim

study = sim.read_study("../../scenarios/boosters.toml", {"run.days": 180})
results = sim.run(study.scenarios, replications=4, reference=study.reference, jobs=1)
axes = sim.figures.tradeoff(results)
