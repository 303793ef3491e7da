"""
Screening
=========

Which of many uncertain parameters matter at all, whatever the others are? Each trajectory moves one
after the other, on the same dice, and the bar is the mean size of its effects. The grey bar inside
is what chance alone would make; at the right, a large number says that the effect depends on the
other parameters.
"""

import sim

clinic = sim.Scenario().override({"run.days": 120})
answer = sim.what_matters(
    clinic, "morris", ["days_in_response"], ["symptoms.moderators", "behaviour"], samples=6, jobs=1
)
axes = sim.figures.screening(answer.table)
print(answer)
