"""
Caseload and waiting list
=========================

When does a clinic reach its limits? Infusions, people in treatment and people who wait, by calendar
week. The dashed line is what the clinic has room for: here one of three chairs, and the same with a
fourth from July on.
"""

import sim

base = sim.Scenario().override({"run.days": 365, "referrals.per_week": 8})
later = [{"date": "2026-07-01", "clinic.chairs": 4}]
scenarios = {"three chairs": base, "a fourth in July": base.override({"changes": later})}
results = sim.run(scenarios, replications=6, reference="three chairs", jobs=1)
axes = sim.figures.caseload(results)
