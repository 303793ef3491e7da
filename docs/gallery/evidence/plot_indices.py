"""
Shares of the variance
======================

How much of the spread between single years is this parameter, and how much is chance? Chance is one
more input, with a bar of its own. Filled bars are what an input makes by itself, hatched ones with
all its interactions; the thin lines are wide here, as the example is small.
"""

import sim

clinic = sim.Scenario().override({"run.days": 120})
which = ["behaviour.first_no_show_share", "symptoms.moderators"]
answer = sim.what_matters(clinic, "sobol", ["days_in_response"], which, samples=16, jobs=1)
axes = sim.figures.indices(answer.table)
print(answer)
