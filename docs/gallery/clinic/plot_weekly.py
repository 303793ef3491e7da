"""
The clinic week by week
=======================

How does a new clinic fill? Infusions and people in treatment by calendar week, with 95 % bands. A
day on which a scenario changes is marked by a line: here a month without the drug, and what it
takes to catch up.
"""

import sim

base = sim.Scenario().override({"run.days": 365})
none, some = 0, "unlimited"
changes = [
    {"date": "2026-07-01", "clinic.booking.infusions_per_day": none},
    {"date": "2026-08-01", "clinic.booking.infusions_per_day": some},
]
scenarios = {"as it is": base, "no drug in July": base.override({"changes": changes})}
results = sim.run(scenarios, replications=6, reference="as it is", jobs=1)
axes = sim.figures.weekly(results)
