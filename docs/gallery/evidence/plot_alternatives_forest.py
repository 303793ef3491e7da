"""
Other assumptions
=================

Does a result hold under other assumptions than the usual ones? Beside the scenario stand the other
calibration, structures of the symptom model, other people and other behaviour, each on the same
dice. A bar that crosses zero is no difference found.
"""

import sim

clinic = sim.Scenario().override({"run.days": 200})
own = {"four chairs": {"clinic.chairs": 4}}
measures = ["days_in_response", "infusions_per_patient"]
answer = sim.what_matters(
    clinic, "alternatives", measures, replications=4, alternatives=own, jobs=1
)
axes = sim.figures.alternatives_forest(answer.table)
print(answer)
