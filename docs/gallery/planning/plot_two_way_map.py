"""
Two parameters at once
======================

How does a result move when two things change together? Each cell is a mean on the same people; a
dot says that it differs from the scenario as it is by more than chance, and the frame is the
scenario as it is.
"""

import sim

clinic = sim.Scenario().override({"run.days": 200})
axes_of = ["clinic.chairs=2..4", "referrals.per_week=3..5"]
answer = sim.what_matters(clinic, "map", ["days_in_response"], replications=3, axes=axes_of, jobs=1)
axes = sim.figures.two_way_map(answer.table)
print(answer)
