"""
Published results beside the model
==================================

Does the model give what it was *not* fitted to? A row a published result that no fit has seen, on
the scale of its own band (grey): a diamond is the published value, points are the model under both
calibrations. Outside the grey band the model misses.
"""

from pathlib import Path

import sim

targets = Path(sim.__file__).parent / "evidence" / "targets.csv"
found = sim.validate(targets, people=2000, replications=2, jobs=1)
held_out = found.table[found.table["use"] == "held_out"]
axes = sim.figures.validation(held_out)
