"""
One parameter at a time
=======================

On which uncertain parameters does a result rest? Each is put at its 5 % and its 95 % quantile, all
else at its default, for the same people: a bar is a paired difference, its thin line a 95 %
interval. Hollow bars are not told from chance.
"""

import sim

clinic = sim.Scenario().override({"run.days": 200})
which = ["symptoms.moderators", "symptoms.lasting_share", "behaviour.first_no_show_share"]
answer = sim.what_matters(
    clinic, measures=["days_in_response"], parameters=which, replications=4, jobs=1
)
axes = sim.figures.tornado(answer.table)
print(answer)
