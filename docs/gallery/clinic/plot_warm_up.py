"""
Where a warm-up ends
====================

From when on is a clinic near its steady state? Weekly series over ten pilot replications (pale)
and their means of five weeks; MSER-5 cuts each where the mark is, and the dashed line, the latest,
holds for all.
"""

import sim

scenario = sim.Scenario().override(
    {"run.days": 1100, "run.warmup_days": "auto", "policy.boosters": {"kind": "none"}}
)
results = sim.run({"no boosters": scenario}, replications=2, jobs=1)
axes = sim.figures.warm_up(results)
