"""
What capacity is worth
======================

What do a clinic's limits cost its patients in money, and what would an hour more bring? The same
people are treated without each limit, and with one more of each. Right of zero is worth having;
the stroke is what the hour costs the clinic.
"""

import sim

clinic = sim.Scenario().override(
    {"run.days": 182, "clinic.chairs": 1, "clinic.nurses": 1, "referrals.per_week": 6}
)
found = sim.worth_of_capacity(clinic, thresholds=[150_000, 500_000], replications=4, jobs=1)
axes = sim.figures.capacity_worth(found)
